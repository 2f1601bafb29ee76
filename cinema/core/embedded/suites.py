"""`make test`: every suite against servers of its own, with each suite's minutes, and what was skipped and why."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from cinema.core.embedded.bootstrap import ROOT, say
from cinema.core.embedded.services import Services

NOTHING_COLLECTED = 5  # pytest's exit code
OPTIONAL = "optional: "  # what a skip's reason begins with where even CI may go without
AT_ONCE = ["-n", str(max(2, min(os.cpu_count() or 2, 8)))]
SLOWEST = ["--durations=15", "--durations-min=1"]  # told after each suite: where the minutes go
SUITES = {
    "parallel": ["-m", "not browser and not stack", *AT_ONCE],
    "browser": ["-m", "browser", *AT_ONCE],  # each process has a browser, a site and a database of its own
    "stack": ["-m", "stack", *AT_ONCE],  # each stack has a folder, ports and servers of its own
}


@dataclass
class Outcome:
    """What one suite did."""

    suite: str
    seconds: float
    exit_code: int
    counts: Counter[str] = field(default_factory=Counter)
    skips: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.exit_code not in {0, NOTHING_COLLECTED}


def run_all(options: list[str]) -> int:
    """Run every suite on fresh servers, however the one before ended; 1 if anything failed."""
    with tempfile.TemporaryDirectory(prefix="marquee-test-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # where PostgreSQL must run as `nobody`, it has to pass
        with Services(home, durable=False, own=True) as services:
            env = services.environment | {"MEDIA_ROOT": str(home / "media"), "MARQUEE_TEST_HOME": folder}
            env["DJANGO_SETTINGS_MODULE"] = "cinema.settings.test"
            outcomes = [_run(suite, arguments, options, env, home) for suite, arguments in SUITES.items()]
    return _report(outcomes)


def _run(suite: str, arguments: list[str], options: list[str], env: dict[str, str], home: Path) -> Outcome:
    report = home / f"{suite}.xml"
    command = [sys.executable, "-m", "pytest", "-q", *SLOWEST, f"--junitxml={report}", *arguments, *options]
    say(f"\n== {suite}: {shlex.join(command[2:])}")
    started = time.monotonic()
    code = subprocess.call(command, cwd=ROOT, env=env)  # noqa: S603  # our own command
    outcome = Outcome(suite, time.monotonic() - started, code)
    if report.is_file():
        _read(report, outcome)
    return outcome


def _read(report: Path, outcome: Outcome) -> None:
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  # pytest wrote it a moment ago
        name = f"{case.get('classname')}::{case.get('name')}"
        skipped, broken = case.find("skipped"), case.find("failure")
        if broken is None:
            broken = case.find("error")
        if skipped is not None:
            outcome.counts["skipped"] += 1
            outcome.skips[name] = skipped.get("message", "")
        elif broken is not None:
            outcome.counts["failed"] += 1
            outcome.failures[name] = broken.get("message", "").partition("\n")[0][:200]
        else:
            outcome.counts["passed"] += 1


def _report(outcomes: list[Outcome]) -> int:
    say("")
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total += outcome.counts
        counts = ", ".join(f"{outcome.counts[word]} {word}" for word in ("passed", "failed", "skipped"))
        verdict = f"FAILED (exit code {outcome.exit_code})" if outcome.failed else "ok"
        say(f"{outcome.suite:<9} {outcome.seconds / 60:5.1f} min  {counts}  {verdict}")
        for test, why in outcome.failures.items():  # once more at the end: a log of CI is read from there
            say(f"  failed {test}: {why}")
    refused = [skip for outcome in outcomes for skip in _tell_skips(outcome)]
    failed = any(outcome.failed for outcome in outcomes)
    if refused:
        say(f"In CI a skipped test is a failure, and {len(refused)} were skipped.")
    say(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return int(failed or bool(refused))


def _tell_skips(outcome: Outcome) -> list[str]:
    """Print what was skipped and why; return what must not be skipped in CI."""
    for test, why in outcome.skips.items():
        say(f"  skipped {test}: {why}")
    strict = os.environ.get("CI") == "true"
    return [test for test, why in outcome.skips.items() if strict and not why.startswith(OPTIONAL)]
