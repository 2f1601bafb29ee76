"""Every job has a name, a task and a queue, and the worker and the clock know them all."""

import inspect
import re

import pytest
from celery import current_app
from celery.schedules import crontab

from cinema.core import jobs
from cinema.core.embedded.bootstrap import ROOT

JOBS = {value for name, value in vars(jobs).items() if name.isupper() and isinstance(value, str)}
DAY = 24 * 3600
PAGE = (ROOT / "docs" / "operations.md").read_text()
SAID = {"every 60 s": "every minute", "every 300 s": "every 5 min", "every 3600 s": "every hour"}
current_app.loader.import_default_modules()
TASKS = {name: task for name, task in current_app.tasks.items() if not name.startswith(("celery.", "tests."))}


def seconds_between_turns(schedule: int | crontab) -> float:
    """Read a period; one given as times of the day is as long as these are apart on average."""
    if not isinstance(schedule, crontab):
        return schedule
    return DAY / (len(schedule.hour) * len(schedule.minute))


class TestJobs:
    def test_are_tasks_and_every_task_is_a_job(self):
        assert set(TASKS) == JOBS

    def test_have_a_queue_each_and_no_other_route_exists(self):
        assert set(current_app.conf.task_routes) == JOBS

    def test_stand_in_the_operations_page_with_their_time_and_queue(self):
        named = set(re.findall(r"`(\w+\.\w+)`", PAGE))
        assert JOBS - named == set()
        rows = {
            name: (when, queue)
            for name, when, queue in re.findall(r"^\| `([\w.]+)`.* \| (.+) \| (\w+) \|$", PAGE, re.M)
        }
        queues = current_app.conf.task_routes
        assert {job: rows.get(job) for job in jobs.of_the_clock()} == {
            job: (SAID.get(when, when.removesuffix(" UTC")), queues[job]["queue"])
            for job, when in jobs.of_the_clock().items()
        }

    @pytest.mark.parametrize("job", sorted(JOBS))
    def test_go_to_a_queue_that_the_worker_serves(self, job):
        chosen = current_app.amqp.router.route({}, job)["queue"]
        assert chosen.name in current_app.amqp.queues.consume_from
        assert chosen.routing_key == chosen.name  # or a message would reach every queue of the exchange

    @pytest.mark.parametrize("job", sorted(JOBS))
    def test_take_ids_by_name_only(self, job):
        parameters = inspect.signature(TASKS[job].run).parameters.values()
        assert {parameter.kind for parameter in parameters} <= {inspect.Parameter.KEYWORD_ONLY}
        assert [parameter.name for parameter in parameters if not parameter.name.endswith("_id")] == []

    @pytest.mark.parametrize("job", sorted(JOBS))
    def test_survive_the_death_of_their_worker(self, job):
        assert TASKS[job].acks_late
        assert TASKS[job].reject_on_worker_lost
        assert not TASKS[job].acks_on_timeout

    def test_of_the_clock_are_jobs_whose_missed_turns_are_dropped(self):
        for entry in current_app.conf.beat_schedule.values():
            assert entry["task"] in JOBS
            assert entry["options"]["expires"] <= seconds_between_turns(entry["schedule"])
            assert TASKS[entry["task"]].max_retries == 0
