"""The README's tour by curl, word for word, against what `make run` starts."""

import json
import re
import subprocess

import pytest

from cinema.core.embedded.bootstrap import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def tour():
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return block


class TestTour:
    def test_ends_with_a_ticket_and_a_refund(self, start, tour, tmp_path):
        stack = start()
        assert stack.serves(), stack.said
        script = tour.replace("localhost:8000", stack.site.removeprefix("http://"))

        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True)

        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.count('"status":"LOCKED"') == 2
        assert '"booking_status": "CONFIRMED"' in ran.stdout
        assert (tmp_path / "ticket.pdf").read_bytes().startswith(b"%PDF-")
        assert json.loads(ran.stdout.splitlines()[-1])["refund_amount"] > 0
