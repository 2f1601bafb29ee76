"""`make archives`: backups and restores against bare pg_dump and pg_restore, and bookings beside either, in one run.

What is compared runs on the same database, in turns, and the best round of each counts: the ratio is of work, not of what
else the machine had to do. The demo cinema is grown to as many bookings as asked for, a million by default.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import django

FOLDER = tempfile.TemporaryDirectory(prefix="marquee-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")
os.environ |= {"BACKUP_ROOT": f"{FOLDER.name}/backups", "MEDIA_ROOT": f"{FOLDER.name}/media"}
django.setup()

from django.core.management import call_command  # noqa: E402  # the models need django.setup() first
from django.db import connection  # noqa: E402  # the models need django.setup() first
from django.utils import timezone  # noqa: E402  # the models need django.setup() first

from accounts.models import Session, User  # noqa: E402  # the models need django.setup() first
from accounts.tokens import pair_of  # noqa: E402  # the models need django.setup() first
from bench import load  # noqa: E402  # the models need django.setup() first
from bench.cases import cases  # noqa: E402  # the models need django.setup() first
from bench.server import serving  # noqa: E402  # the models need django.setup() first
from bench.stage import Stage  # noqa: E402  # the models need django.setup() first
from booking.models import Booking, SeatLock  # noqa: E402  # the models need django.setup() first
from ops.archives import databases, sessions, store, tools  # noqa: E402  # the models need django.setup() first
from ops.models import Backup  # noqa: E402  # the models need django.setup() first
from ops.services import backing_up, restoring, swapping  # noqa: E402  # the models need django.setup() first
from scheduling.models import Show  # noqa: E402  # the models need django.setup() first
from venues.models import Seat  # noqa: E402  # the models need django.setup() first

MOST_RATIO = 1.1  # of the bare tool's time, in the dump and in the load
MOST_POINTS = 5.0  # more of the bookings' rate than a bare pg_dump costs
A_WEEK = 2500  # bookings that --scale adds each time
CUSTOMERS = 2000
FRESH = "_bench_"
PLAIN = ["--no-owner", "--no-privileges"]


@dataclass(frozen=True)
class Leftovers(Stage):
    """Seats that nobody has of the demo's shows to come, two by two, for a customer each."""

    deals: list[tuple[int, int, list[int]]] = field(default_factory=list)
    first: int = 0

    def pair(self, number: int) -> tuple[int, int, list[int]]:
        return self.deals[self.first + number]


def main() -> bool:
    """Grow, compare, and say whether every ratio is reached."""
    parser = argparse.ArgumentParser(prog="python -m bench.archives", description=__doc__)
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3, help="of dumps and loads")
    parser.add_argument("--turns", type=int, default=3, help="of bookings alone, beside pg_dump, beside a backup")
    parser.add_argument("--seconds", type=float, default=45.0, help="of each booking run: about a backup")
    parser.add_argument("--clients", type=int, default=4)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if User.objects.exists():
        raise SystemExit("The bench wants an empty database: run it by `make archives`.")
    call_command("demo_data", scale=max(1, -(-asked.bookings // A_WEEK)))
    server = connection.cursor().connection.info.server_version // 10_000
    print(
        f"\n{Booking.objects.count():,} bookings, {_megabytes():,.0f} MB, {os.cpu_count()} cores, PostgreSQL {server}"
    )
    good = [_dumps(asked.rounds, server), _loads(asked.rounds, server), _beside(asked, server)]
    _whole_restore()
    return all(good)


def _dumps(rounds: int, server: int) -> bool:
    bare, ours, total = [], [], []
    command = [_tool("pg_dump", server), "--format=custom", *PLAIN, f"--file={_bare_file()}"]
    for _ in range(rounds):
        bare.append(_timed(lambda: _run(command)))
        for old in Backup.objects.all():
            backing_up.delete_backup(backup_id=old.pk)
        began, counted, dumped = _backup()
        total.append(dumped - began)
        ours.append(dumped - counted)
    print(f"backup: counted and dumped in {min(total):.1f} s, {_bare_file().stat().st_size / 1e6:,.0f} MB")
    return _verdict("dump", min(ours), min(bare))


def _backup() -> list[float]:
    """Make a backup, and answer when it began, had counted, and had dumped."""
    marks = [time.perf_counter()]
    recorded = backing_up.record_backup(backup_type="postgres", tables=None, notes="", by=None, now=timezone.now())
    backing_up.run_backup(backup_id=recorded.pk, clock=timezone.now, tell=lambda _: marks.append(time.perf_counter()))
    return marks


def _loads(rounds: int, server: int) -> bool:
    dump = Backup.objects.get(status="completed").file_paths[0]
    options = [*PLAIN, "--no-comments", "--exit-on-error"]
    command = [_tool("pg_restore", server), *options]

    def bare(fresh: str) -> None:
        _run([*command, f"--dbname={fresh}", str(_bare_file())])

    def ours(fresh: str) -> None:
        tools.load(fresh, store.read(dump), server=server)

    taken: dict[Callable[[str], None], list[float]] = {bare: [], ours: []}
    for _ in range(rounds):
        for way in taken:
            fresh = databases.create_like(sessions.live_name(), FRESH)
            taken[way].append(_timed(lambda way=way, fresh=fresh: way(fresh)))
            databases.drop(fresh)
    return _verdict("load", min(taken[ours]), min(taken[bare]))


def _beside(asked: argparse.Namespace, server: int) -> bool:
    stage = _leftovers()
    share = len(stage.deals) // (3 * asked.turns)
    loops = {
        "alone": "",
        "bare": f"{_tool('pg_dump', server)} --format=custom --file={_bare_file()}",
        "backup": f"{sys.executable} manage.py backup --type postgres",
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    with serving() as port:
        for number in range(asked.turns):
            for place, (name, command) in enumerate(loops.items()):
                turn = Leftovers(**{**vars(stage), "first": (3 * number + place) * share})
                make = next(case.http for case in cases(turn, port) if case.name == "book two seats")
                connection.close()
                with _looping(command):
                    result = load.run(make, clients=asked.clients, seconds=asked.seconds, most=share)
                rates[name].append(result.rate)
                print(f"{name:8}{result.rate:8.0f} bookings/s, p95 {result.percentile(0.95):.0f} ms", flush=True)
    alone, bare, ours = (statistics.median(rates[name]) for name in loops)
    lost = 100 * (bare - ours) / alone
    print(
        f"bookings beside: pg_dump costs {100 * (1 - bare / alone):.1f} %, a backup {100 * (1 - ours / alone):.1f} %"
    )
    print(f"  {lost:.1f} points more, wanted at most {MOST_POINTS}: {'reached' if lost <= MOST_POINTS else 'MISSED'}")
    return lost <= MOST_POINTS


def _whole_restore() -> None:
    """Tell how long a restore takes in all, and for how long of that the site is closed."""
    shut: list[float] = []
    drained = swapping.drained

    @contextmanager
    def watched(live: sessions.Session) -> Iterator[None]:
        began = time.perf_counter()
        with drained(live):
            yield
        shut.append(time.perf_counter() - began)

    swapping.drained = watched
    backup = Backup.objects.filter(status="completed").latest("started_at")
    recorded = restoring.record_restore(
        backup_id=backup.pk, restore_type="postgres", notes="", by=None, now=timezone.now()
    )
    seconds = _timed(lambda: restoring.run_restore(restore_id=recorded.pk, clock=timezone.now))
    print(f"restore: {seconds:.1f} s in all, closed for {shut[0] if shut else 0:.1f} s of them")


def _leftovers() -> Leftovers:
    now = timezone.now()
    users = list(User.objects.filter(email__endswith=".invalid").order_by("id")[:CUSTOMERS]) or list(
        User.objects.order_by("id")[:CUSTOMERS]
    )
    open_sessions = Session.objects.bulk_create(
        Session(user=user, current_jti=uuid.uuid4().hex, created_at=now, expires_at=now + timedelta(days=7))
        for user in users
    )
    shows = Show.objects.filter(starts_at__gt=now + timedelta(hours=6)).order_by("id")
    deals: list[tuple[int, int, list[int]]] = []
    for show in shows:
        taken = SeatLock.objects.filter(show=show).values("seat_id")
        free = list(
            Seat.objects.sellable()
            .standing()
            .filter(screen=show.screen_id)
            .exclude(pk__in=taken)
            .order_by("id")
            .values_list("pk", flat=True)
        )
        for one, two in zip(free[::2], free[1::2], strict=False):
            deals.append((len(deals) % len(users), show.pk, [one, two]))
    return Leftovers(
        now=now,
        show_ids=[show.pk for show in shows],
        seat_ids=[],
        user_ids=[user.pk for user in users],
        tokens=[pair_of(session, issued_at=now).access for session in open_sessions],
        deals=deals,
    )


@contextmanager
def _looping(command: str) -> Iterator[None]:
    """Run a command again and again in the background; it has begun when the block does."""
    if not command:
        yield
        return
    environment = {**os.environ, **tools._environment(sessions.live_name())}
    loop = subprocess.Popen(
        ["sh", "-c", f"while :; do {command}; done"],
        env=environment | {"PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _dumping():
            time.sleep(0.05)
        yield
    finally:
        os.killpg(loop.pid, signal.SIGKILL)
        loop.wait()


def _dumping() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' OR query LIKE 'SELECT count(*), %'"
        )
        begun = bool(cursor.fetchone()[0])
    connection.close()
    return begun


def _verdict(phase: str, ours: float, bare: float) -> bool:
    ratio = ours / bare
    word = "reached" if ratio <= MOST_RATIO else "MISSED"
    print(
        f"{phase}: ours {ours:.2f} s, bare {bare:.2f} s: {ratio:.2f} times, wanted at most {MOST_RATIO}: {word}",
        flush=True,
    )
    return ratio <= MOST_RATIO


def _timed(work: Callable[[], object]) -> float:
    with sessions.connect(sessions.MAINTENANCE) as clerk:
        clerk.execute("CHECKPOINT")  # nobody pays for what another wrote
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _run(command: list[str]) -> None:
    subprocess.run(command, env=tools._environment(sessions.live_name()), check=True)


def _tool(name: str, server: int) -> str:
    return tools._tool(name, server)


def _bare_file() -> Path:
    return Path(FOLDER.name) / "bare.dump"


def _megabytes() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1e6")
        return float(cursor.fetchone()[0])


if __name__ == "__main__":
    raise SystemExit(not main())
