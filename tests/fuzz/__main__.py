"""`make fuzz`: the site on servers of its own, with demo data, asked by Schemathesis as three callers; 1 if any check fails."""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.server import serving
from tests.catalog.tmdb_server import TOKEN, TmdbServer

HERE = Path(__file__).parent
CALLERS = {"admin": "admin@example.com", "customer": "customer@example.com", "anonymous": ""}
OPERATIONS = 108  # what the number of cases is divided by; a few more or less change nothing
UNLIMITED = "1000000/60"  # everybody comes from one address, and every log-in is a try
QUIET = re.compile("(WARNING|INFO) [a-z.]+")  # refusals, which the log also tells; what is left are faults of ours
MOST_LINES = 200
THROTTLES = [
    "LOG_IN_PER_ADDRESS",
    "LOG_IN_PER_ACCOUNT",
    "SIGN_UP_PER_ADDRESS",
    "SIGN_UP_PER_ACCOUNT",
    "FORGOT_PASSWORD_PER_ADDRESS",
    "FORGOT_PASSWORD_PER_ACCOUNT",
    "RESET_PASSWORD_PER_ADDRESS",
    "CHANGE_PASSWORD_PER_ACCOUNT",
    "WRITE_PER_ACCOUNT",
    "UPLOAD_PER_ACCOUNT",
    "PROMO_PER_ADDRESS",
]


def main() -> int:
    """Ask as every caller that is wanted, and say how it went."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("callers", nargs="*", metavar="caller", help=f"of {', '.join(CALLERS)}; all unless said")
    parser.add_argument("--cases", type=int, default=5000, help="at least so many of each caller, in every phase")
    parser.add_argument("--seconds", type=int, help="instead: the budget of each caller")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="marquee-fuzz-") as folder, TmdbServer.running() as tmdb:
        os.environ.update(_settings(folder, tmdb.url))
        for command in (["migrate", "-v0"], ["demo_data"]):
            subprocess.run([sys.executable, "manage.py", *command], check=True)
        with (Path(folder) / "log").open("w") as log, serving(complaints=log.fileno()) as port:
            verdicts = [_ask(caller, port, asked) for caller in asked.callers or CALLERS]
        faults = [line for line in (Path(folder) / "log").read_text().splitlines() if not QUIET.search(line)]
    sys.stdout.writelines(f"{line}\n" for line in faults[-MOST_LINES:])
    sys.stdout.write("\n" + "".join(f"{line}\n" for line, _ in verdicts))
    return int(not all(passed for _, passed in verdicts))


def _settings(folder: str, tmdb: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "cinema.settings.local",
        "MEDIA_ROOT": f"{folder}/media",
        "BACKUP_ROOT": f"{folder}/backups",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "TMDB_BASE_URL": f"{tmdb}/3",
        "TMDB_IMAGE_URL": f"{tmdb}/t/p/w500",
        "TMDB_BEARER": TOKEN,
        **{f"THROTTLE_{name}": UNLIMITED for name in THROTTLES},
    }


def _ask(caller: str, port: int, asked: argparse.Namespace) -> tuple[str, bool]:
    started = time.monotonic()
    command = ["schemathesis", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"http://127.0.0.1:{port}/openapi.json", "--max-examples", str(math.ceil(asked.cases / OPERATIONS))]
    command += ["--max-time", str(asked.seconds)] if asked.seconds else []
    environment = {**os.environ, "FUZZ_CALLER": CALLERS[caller], "PYTHONPATH": os.getcwd()}
    sys.stdout.write(f"\n== as {caller}\n")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        cases = _cases_told(process)
    enough = bool(asked.seconds) or cases >= asked.cases
    passed = process.returncode == 0 and enough
    verdict = "ok" if passed else "FAILED" if enough else "TOO FEW"
    return f"{caller:<10} {cases:>6} cases in {time.monotonic() - started:4.0f} s  {verdict}", passed


def _cases_told(process: subprocess.Popen[str]) -> int:
    """Pass on what it says; return how many cases it made."""
    cases = 0
    for line in process.stdout or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        if found := re.search(r"(\d+) generated", line):
            cases = int(found[1])
    return cases


if __name__ == "__main__":
    sys.exit(main())
