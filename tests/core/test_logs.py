import json
import logging
import re
from contextvars import Context

import pytest

from cinema.core import logs


def line(**changes) -> dict:
    record = logging.LogRecord("billing", logging.WARNING, __file__, 1, "paid %s", ("twice",), None)
    logs.ContextFilter().filter(record)
    vars(record).update(changes)
    text = logs.JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


class TestJsonFormatter:
    def test_writes_one_object_with_what_is_known(self):
        written = Context().run(line)  # outside of every request: other tests leave their ids in this one
        assert {name: written[name] for name in ("level", "logger", "message")} == {
            "level": "WARNING",
            "logger": "billing",
            "message": "paid twice",
        }
        assert written["time"].endswith("+00:00")
        assert set(written) == {"time", "level", "logger", "message"}

    def test_names_request_task_and_person_by_id(self):
        token = logs.current_request_id.set("r-7")
        with logs.naming_task("booking.sweep t-1", {"request_id": "r-8"}):
            written = line(user_id="12")
        logs.current_request_id.reset(token)
        assert (written["request_id"], written["task"], written["user_id"]) == ("r-8", "booking.sweep t-1", "12")

    def test_adds_facts_and_the_traceback(self):
        try:
            raise ValueError("boom")
        except ValueError as fault:
            written = line(facts={"milliseconds": 12}, exc_info=(type(fault), fault, fault.__traceback__))
        assert written["milliseconds"] == 12
        assert "ValueError: boom" in written["exception"]


class TestRequestId:
    @pytest.mark.parametrize("asked", ["r-7", "3f.A_b-9", "x" * 64])
    def test_of_a_caller_is_kept_and_stands_on_what_django_says_of_the_answer(self, client, asked):
        kept = Kept()
        logging.getLogger("django.request").addHandler(kept)
        answer = client.get("/no-such-page", headers={"X-Request-ID": asked})
        logging.getLogger("django.request").removeHandler(kept)
        assert (answer.status_code, answer["X-Request-ID"]) == (404, asked)
        (said,) = kept.lines
        assert said["request_id"] == asked

    @pytest.mark.parametrize(
        "asked", ["", "two\nlines", "r-7\r\nSet-Cookie: a=b", "x" * 65, "<script>", "r 7", "७", "r-7\n"], ids=ascii
    )
    def test_that_is_not_safe_to_log_is_replaced(self, client, asked):
        answer = client.get("/health/live", headers={"X-Request-ID": asked})
        assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict] = []
        self.setFormatter(logs.JsonFormatter())
        self.addFilter(logs.ContextFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))
