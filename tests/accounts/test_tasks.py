"""The link for a new password goes through the real broker to a real worker."""

import pytest
from celery import current_app
from django.core import mail

from accounts.services import passwords
from cinema.core import jobs
from tests.conftest import eventually

pytestmark = pytest.mark.broker


class TestMailResetLink:
    def test_arrives(self, worker, customer, now):
        passwords.ask_for_reset(email=customer.email, address="", now=now)
        assert eventually(lambda: [sent.to for sent in mail.outbox] == [[customer.email]])


@pytest.mark.parametrize(
    ("job", "ids"), [(jobs.MAIL_RESET_LINK, {"reset_id": 0}), (jobs.TIDY_RESET_LINKS, {}), (jobs.TIDY_SESSIONS, {})]
)
def test_with_nothing_to_do_is_no_failure(transactional_db, job, ids):
    assert current_app.tasks[job].apply(kwargs=ids).successful()
