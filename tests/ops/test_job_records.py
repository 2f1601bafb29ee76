from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse

from booking.models import Booking
from cinema.core import jobs
from cinema.core.worker import Run, job
from ops.models import DeadLetter, JobRecord
from ops.services import alerting, job_records
from ops.states import Settlement
from tests.conftest import eventually
from tests.factories.ops import BackupFactory, DeadLetterFactory, DrillFactory, JobRecordFactory, RestoreFactory


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, dict]]:
    """What would be queued."""
    sent: list[tuple[str, dict]] = []
    monkeypatch.setattr(jobs, "enqueue_on_commit", lambda name, **ids: sent.append((name, ids)))
    return sent


@pytest.fixture
def ended(now):
    """Make the end of a try."""

    def ended(**changes: Any) -> Run:
        facts: dict[str, Any] = {
            "job": "tests.job",
            "task_id": "t-1",
            "ids": {"booking_id": 4},
            "outcome": "DONE",
            "error": "",
        }
        facts |= {"tried": 1, "is_given_up": False, "started_at": now, "seconds": 0.5}
        return Run(**(facts | changes))

    return ended


@pytest.mark.django_db
class TestNote:
    def test_keeps_the_last_run_and_counts(self, ended, now):
        later = now + timedelta(minutes=1)
        job_records.note(ended())
        job_records.note(ended(outcome="REFUSED", error="lock_expired"))
        job_records.note(ended(outcome="FAILED", error="ValueError", started_at=later, seconds=2.5))
        record = JobRecord.objects.get(name="tests.job")
        assert (record.done_count, record.failed_count) == (2, 1)
        assert (record.last_outcome, record.last_error, record.last_seconds) == ("FAILED", "ValueError", 2.5)
        assert (record.last_started_at, record.last_done_at) == (later, now)
        assert not DeadLetter.objects.exists()

    def test_makes_a_dead_letter_of_what_is_given_up_once(self, ended, now):
        given_up = ended(outcome="FAILED", error="ValueError", tried=9, is_given_up=True)
        job_records.note(given_up)
        job_records.note(given_up)
        letter = DeadLetter.objects.get()
        assert (letter.job, letter.ids, letter.error, letter.tries) == (
            "tests.job",
            {"booking_id": 4},
            "ValueError",
            9,
        )
        assert letter.died_at == now

    def test_keeps_one_letter_of_work_that_is_queued_again_and_given_up_again(self, ended, now):
        later, facts = now + timedelta(minutes=5), {"outcome": "FAILED", "tried": 9, "is_given_up": True}
        job_records.note(ended(**facts, error="SMTPRecipientsRefused"))
        job_records.note(ended(**facts, error="ConnectionRefusedError", task_id="t-2", started_at=later))
        job_records.note(ended(**facts, error="ValueError", task_id="t-3", ids={"booking_id": 5}))
        letters = DeadLetter.objects.order_by("id").values_list("task_id", "error", "tries", "died_at")
        assert list(letters) == [("t-1", "ConnectionRefusedError", 18, later), ("t-3", "ValueError", 9, now)]

    def test_writes_another_once_the_first_was_settled(self, ended, now):
        facts = {"outcome": "FAILED", "error": "ValueError", "is_given_up": True}
        job_records.note(ended(**facts))
        DeadLetter.objects.update(settlement=Settlement.RUN_AGAIN, settled_at=now)
        job_records.note(ended(**facts, task_id="t-2"))
        assert DeadLetter.objects.filter(settlement="").get().task_id == "t-2"


@pytest.mark.django_db
class TestNoteOfAJobThatKills:
    """A job that takes its workers down with it."""

    @pytest.fixture
    def deadly(self, ended):
        facts = {"outcome": "FAILED", "error": "its worker was killed 3 times", "is_given_up": True, "killed": 3}
        return lambda **changes: ended(**(facts | {"tried": 3} | changes))

    def test_tells_the_operators_of_each_letter_once(self, deadly, sent):
        job_records.note(deadly())
        job_records.note(deadly(task_id="t-2"))
        letter = DeadLetter.objects.get()
        assert (letter.error, letter.tries) == ("its worker was killed 3 times", 6)
        assert sent == [(jobs.ALERT_OF_LETTER, {"letter_id": letter.pk})]

    def test_tells_nobody_of_what_failed_by_itself(self, deadly, sent):
        job_records.note(deadly(error="ValueError", killed=0))
        assert sent == []

    @pytest.mark.parametrize(
        ("job", "name", "factory"),
        [
            (jobs.RUN_BACKUP, "backup_id", BackupFactory),
            (jobs.RUN_RESTORE, "restore_id", RestoreFactory),
            (jobs.RUN_DRILL, "drill_id", DrillFactory),
        ],
        ids=["backup", "restore", "drill"],
    )
    def test_calls_failed_what_nobody_goes_on_with(self, deadly, sent, now, job, name, factory):
        run, other = factory(status="in_progress"), factory(status="in_progress")
        job_records.note(deadly(job=job, ids={name: run.pk}))
        run.refresh_from_db(), other.refresh_from_db()
        assert (run.status, run.completed_at, other.status) == ("failed", now, "in_progress")
        assert run.error_message == "It is given up: its worker was killed 3 times."


@pytest.mark.django_db
class TestAlertOfLetter:
    def test_says_which_job_and_why(self, settings):
        settings.OPERATOR_EMAILS = ["night@cinema.example"]
        letter = DeadLetterFactory(
            job=jobs.IMPORT_TABLE, ids={"import_id": "9"}, error="its worker was killed 3 times"
        )
        assert alerting.alert_of_letter(letter_id=letter.pk)
        (mailed,) = mail.outbox
        assert (mailed.subject, mailed.to) == ("Marquee: ops.import_table is given up", ["night@cinema.example"])
        assert "ops.import_table {'import_id': '9'} is given up: its worker was killed 3 times" in mailed.body

    def test_says_nothing_of_what_somebody_settled(self, admin, now):
        letter = DeadLetterFactory(settlement=Settlement.DROPPED, settled_at=now, settled_by=admin)
        assert not alerting.alert_of_letter(letter_id=letter.pk)
        assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
class TestSettle:
    def test_runs_again_what_was_given_up_and_nothing_twice(self, sent, admin, now):
        letter, other = DeadLetterFactory(), DeadLetterFactory()
        for _ in range(2):
            job_records.settle(letter_ids=[letter.pk], settlement=Settlement.RUN_AGAIN, by=admin, now=now)
        assert sent == [(letter.job, {"booking_id": 1})]
        letter.refresh_from_db()
        assert (letter.settlement, letter.settled_by, letter.settled_at) == ("RUN_AGAIN", admin, now)
        other.refresh_from_db()
        assert other.settlement == ""

    def test_queues_nothing_that_is_dropped(self, sent, admin, now):
        assert (
            job_records.settle(letter_ids=[DeadLetterFactory().pk], settlement=Settlement.DROPPED, by=admin, now=now)
            == 1
        )
        assert sent == []


@pytest.mark.django_db(transaction=True)
class TestBackOffice:
    def test_lists_every_job_also_the_one_that_never_ran(self, client, admin, settings):
        client.force_login(admin)
        page = client.get(reverse("admin:ops_jobrecord_changelist")).content.decode()
        assert [name for name in settings.CELERY_TASK_ROUTES if name not in page] == []
        assert "every 30 s" in page
        assert "daily at 10:00 PM" in page

    def test_runs_a_job_of_the_clock_now_and_no_other(self, client, admin, sent):
        client.force_login(admin)
        chosen = [JobRecordFactory(name=name).pk for name in (jobs.SWEEP_LAPSED, jobs.RUN_BACKUP)]
        path = reverse("admin:ops_jobrecord_changelist")
        asked = {"action": "run_now", "_selected_action": chosen}
        question = client.post(path, asked).content.decode()
        assert "its next turn comes as always: every 30 s" in question
        assert "Left alone, because it does not fit" in question
        assert sent == []
        client.post(path, {**asked, "confirmed": "yes"})
        assert sent == [(jobs.SWEEP_LAPSED, {})]

    def test_settles_letters_for_those_who_may(self, client, admin, sent):
        client.force_login(admin)
        letter = DeadLetterFactory()
        path = reverse("admin:ops_deadletter_changelist")
        asked = {"action": "run_again", "_selected_action": [letter.pk]}
        assert "queued again, for booking 1" in client.post(path, asked).content.decode()
        assert sent == []
        for _ in range(2):  # clicked twice
            client.post(path, {**asked, "confirmed": "yes"})
        assert sent == [(letter.job, {"booking_id": 1})]

    def test_lets_nobody_operate_who_may_only_look(self, client, clerk, sent):
        clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_jobrecord", "view_deadletter"]))
        client.force_login(clerk)
        record, letter = JobRecordFactory(name=jobs.SWEEP_LAPSED), DeadLetterFactory()
        for model, action, row in (("jobrecord", "run_now", record), ("deadletter", "run_again", letter)):
            path = reverse(f"admin:ops_{model}_changelist")
            assert client.get(path).status_code == 200
            client.post(path, {"action": action, "_selected_action": [row.pk], "confirmed": "yes"})
        assert sent == []


@pytest.fixture
def hopeless() -> Iterator[str]:
    """A job that fails at every one of its two tries."""

    @job("tests.hopeless", tries=1)
    def hopeless(*, booking_id: int) -> None:
        Booking.objects.get(pk=booking_id)

    current_app.tasks["tests.hopeless"]  # made now, or the worker would not know it
    yield "tests.hopeless"
    current_app.tasks.pop("tests.hopeless")


@pytest.mark.broker
class TestInAWorker:
    def test_is_recorded_and_given_up_at_last(self, hopeless, worker):
        current_app.send_task(hopeless, kwargs={"booking_id": 0})

        assert eventually(DeadLetter.objects.exists, within=30)
        letter = DeadLetter.objects.get()
        assert (letter.job, letter.ids) == (hopeless, {"booking_id": 0})
        assert (letter.error, letter.tries) == ("DoesNotExist", 2)
