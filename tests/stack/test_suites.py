from collections import Counter

import pytest

from cinema.core.embedded import suites
from cinema.core.embedded.suites import Outcome

REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.a" name="one"/>
<testcase classname="tests.a" name="two"><failure message="assert 1 == 2&#10; where 1 = one()"/></testcase>
<testcase classname="tests.a" name="three"><error message="no database"/></testcase>
<testcase classname="tests.b" name="four"><skipped message="no Chromium"/></testcase>
</testsuite></testsuites>"""


def report(*outcomes: Outcome, capsys) -> tuple[int, list[str]]:
    code = suites._report(list(outcomes))
    return code, capsys.readouterr().out.splitlines()


class TestReport:
    def test_reads_what_pytest_wrote(self, tmp_path):
        (tmp_path / "report.xml").write_text(REPORT)
        outcome = Outcome("parallel", 60.0, 1)

        suites._read(tmp_path / "report.xml", outcome)

        assert outcome.counts == Counter(passed=1, failed=2, skipped=1)
        assert outcome.skips == {"tests.b::four": "no Chromium"}
        assert outcome.failures == {"tests.a::two": "assert 1 == 2", "tests.a::three": "no database"}

    def test_ends_with_the_totals_of_all_suites(self, capsys):
        code, lines = report(
            Outcome("parallel", 90.0, 0, Counter(passed=10)),
            Outcome("stack", 30.0, 0, Counter(passed=2)),
            capsys=capsys,
        )

        assert code == 0
        assert lines[-1] == "12 passed, 0 failed, 0 skipped"
        assert any(line.split()[:3] == ["parallel", "1.5", "min"] for line in lines)

    @pytest.mark.parametrize("exit_code", [1, 2, 3, 4, -9])
    def test_fails_when_pytest_does_even_if_no_test_did(self, capsys, exit_code):
        code, lines = report(Outcome("parallel", 1.0, exit_code, Counter(passed=10)), capsys=capsys)

        assert code == 1
        assert any("FAILED" in line for line in lines)

    def test_names_at_its_end_what_failed(self, capsys):
        broken = Outcome("parallel", 60.0, 1, Counter(failed=1), failures={"tests.a::two": "assert 1 == 2"})

        _, lines = report(broken, Outcome("stack", 30.0, 0, Counter(passed=2)), capsys=capsys)

        assert "  failed tests.a::two: assert 1 == 2" in lines[-4:]

    def test_lets_pass_a_suite_that_has_no_tests(self, capsys):
        code, _ = report(Outcome("browser", 1.0, suites.NOTHING_COLLECTED), capsys=capsys)

        assert code == 0

    @pytest.mark.parametrize(
        ("ci", "why", "expected"),
        [("", "no Chromium", 0), ("true", "no Chromium", 1), ("true", "optional: no other PostgreSQL", 0)],
    )
    def test_takes_a_skip_for_a_failure_in_ci(self, capsys, monkeypatch, ci, why, expected):
        monkeypatch.setenv("CI", ci)
        outcome = Outcome("browser", 1.0, 0, Counter(skipped=1), {"tests.b::four": why})

        code, lines = report(outcome, capsys=capsys)

        assert code == expected
        assert f"  skipped tests.b::four: {why}" in lines
