from datetime import timedelta

import pytest
from celery import current_app

from booking.models import IdempotencyKey
from booking.services import replays
from cinema.core import jobs
from tests.factories.booking import IdempotencyKeyFactory

pytestmark = pytest.mark.django_db


class TestForgetOld:
    def test_deletes_answers_that_nobody_may_ask_for_any_more(self, now):
        IdempotencyKeyFactory(created_at=now - timedelta(hours=24), status=201, body={"booking_id": 1})
        kept = IdempotencyKeyFactory(created_at=now - timedelta(hours=23), status=201, body={"booking_id": 2})
        assert replays.forget_old(now=now) == 1
        assert IdempotencyKey.objects.get() == kept

    def test_is_a_job_of_the_clock(self, now):
        IdempotencyKeyFactory(created_at=now - timedelta(days=2))
        current_app.loader.import_default_modules()
        assert jobs.TIDY_REPLAYS in jobs.of_the_clock()
        assert current_app.tasks[jobs.TIDY_REPLAYS].apply().successful()
        assert not IdempotencyKey.objects.exists()
