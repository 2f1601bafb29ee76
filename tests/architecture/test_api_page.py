"""The page about the API lists every code a refusal may carry, with its status, and no other."""

import re

from cinema.core.api.errors import CODE_OF_STATUS, status_of
from cinema.settings.env import BASE_DIR
from tests.architecture.test_errors import FAILURES

PAGE = BASE_DIR / "docs" / "api.md"
ROW = re.compile(r"^\| (\d{3}) \| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
NEVER = 406  # nothing is negotiated


class TestApiPage:
    def test_lists_every_code_with_its_status_and_no_other(self):
        listed = [(code, int(status)) for status, code, _, _ in ROW.findall(PAGE.read_text())]
        raised = {failure.code: status_of(failure()) for failure in FAILURES}
        raised |= {code: status for status, code in CODE_OF_STATUS.items() if status != NEVER}
        assert (sorted(set(listed) - set(raised.items())), sorted(set(raised.items()) - set(listed))) == ([], [])
        assert len(listed) == len({code for code, _ in listed})
