import json
import logging
from contextvars import Context

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
