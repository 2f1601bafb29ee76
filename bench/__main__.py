"""`make bench`: bare SQL against a service call against HTTP, in one run on one database; prints rates, percentiles, ratios."""

import argparse
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")
django.setup()

from django.core.management import call_command  # noqa: E402  # the models need django.setup() first
from django.db import connection  # noqa: E402  # the models need django.setup() first

from accounts.models import User  # noqa: E402  # the models need django.setup() first
from bench import load, picks, stage  # noqa: E402  # the models need django.setup() first
from bench.cases import Case, cases  # noqa: E402  # the models need django.setup() first
from bench.server import serving  # noqa: E402  # the models need django.setup() first

WANTED = {"lock two seats": 0.15}  # the share of the bare rate that HTTP should reach; the stretch is 0.25


def main() -> None:
    """Run the cases that were asked for, every layer with the same number of clients."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="cases whose name contains one of these words")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6.0)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if User.objects.exists():
        raise SystemExit("The bench wants an empty database: run it by `make bench`.")
    built = stage.build()
    print(f"{asked.clients} clients, {asked.seconds:.0f} s each, {os.cpu_count()} cores, {_server_version()}\n")
    print(f"{'case':22}{'layer':10}{'rate/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'of floor':>10}")
    if not asked.only or any(word in "best seats" for word in asked.only):
        picks.report()
    with serving() as port:
        for case in cases(built, port):
            if not asked.only or any(word in case.name for word in asked.only):
                _measure(case, built, asked)


def _measure(case: Case, built: stage.Stage, asked: argparse.Namespace) -> None:
    floor = 0.0
    for layer, make in (("SQL", case.floor), ("service", case.service), ("HTTP", case.http)):
        stage.clear()
        connection.close()
        result = load.run(make, clients=asked.clients, seconds=asked.seconds, most=built.pairs)
        floor = floor or result.rate
        share = result.rate / floor
        percentiles = "".join(f"{result.percentile(point):9.2f}" for point in (0.50, 0.95, 0.99))
        wanted = WANTED.get(case.name) if layer == "HTTP" else None
        verdict = "" if wanted is None else f"  wanted {wanted:.0%}: {'reached' if share >= wanted else 'MISSED'}"
        print(f"{case.name:22}{layer:10}{result.rate:9.0f}{percentiles}{share:10.1%}{verdict}", flush=True)


def _server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')"
        )
        return str(cursor.fetchone()[0])


main()
