"""No line of the log tells who somebody is, or a secret: a visit with everything in it, and then a search in what was logged."""

import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from logging.config import dictConfigClass
from urllib.parse import parse_qs, urlsplit

import pytest
from celery import current_app
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import PasswordReset, User
from accounts.services import passwords
from booking.models import Booking
from booking.services import mailing
from booking.states import MailKind
from cinema.core import logs
from cinema.core.embedded.bootstrap import ROOT
from cinema.core.worker import job
from tests.booking.stories import seats_of
from tests.factories.accounts import UserFactory

PERSON = {
    "name": "Zebedee Quillfeather",
    "email": "zebedee.quillfeather@example.com",
    "phone": "+919876501234",
    "password": "Trombone-under-the-stairs",
}
WORDS = "The projectionist hums"


class Kept(logging.Handler):
    """What production would have written, as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logs.JsonFormatter())
        self.addFilter(logs.ContextFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Everything that is logged in the test, also what a developer's machine leaves to the web server."""
    handler, root, requests = Kept(), logging.getLogger(), logging.getLogger("cinema.requests")
    before = root.level, requests.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    requests.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before[0])
    requests.setLevel(before[1])


@pytest.mark.django_db(transaction=True)
class TestTheLog:
    def test_tells_neither_people_nor_secrets(self, kept, api, client, selling_show, now):
        secrets = self._visit(api, client, selling_show, now)

        assert len(kept.lines) > 8
        assert any("users/login" in line for line in kept.lines)  # it was listening
        found = {secret for secret in secrets for line in kept.lines if secret.lower() in line.lower()}
        assert found == set()

    def _visit(self, api, client, show, now) -> set[str]:
        """Sign up, log in in every way, err, buy, complain, forget the password; answer what nobody may read."""
        api.post("/users/signup", PERSON)
        api.post("/users/signup", PERSON)  # taken
        api.post(f"/users/login?email={PERSON['email']}&password=wrong-{PERSON['password']}")
        tokens = api.post("/users/login", {"email": PERSON["email"], "password": PERSON["password"]}).json()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
        api.post("/bookings/", {"show_id": "Zebedee Quillfeather"})  # malformed
        booked = api.post("/bookings/", {"show_id": show.pk, "seats": seats_of(show, "A1", "A2")})
        assert booked.status_code == 201
        booking = Booking.objects.get()
        mailing.send(booking_id=booking.pk, kind=MailKind.CONFIRMED, now=now)
        api.post("/feedbacks", {"booking_id": booking.pk, "rating": 9, "comment": WORDS})
        api.post("/users/forgot-password", {"email": PERSON["email"]})
        passwords.mail_reset(reset_id=PasswordReset.objects.get().pk, now=now)
        link = re.search(r"https?://\S*token=\S+", str(mail.outbox[-1].body))
        assert link
        token = parse_qs(urlsplit(link[0]).query)["token"][0]
        client.get(urlsplit(link[0]).path, {"token": token})
        client.post(reverse("log_in"), {"email": PERSON["email"], "password": PERSON["password"]})
        return {
            *PERSON.values(),
            *PERSON["name"].split(),
            WORDS,
            token,
            tokens["access_token"],
            tokens["refresh_token"],
            f"wrong-{PERSON['password']}",
        }


class TestFaults:
    """What libraries raise quotes whom it is about."""

    def test_of_a_mail_server_name_nobody(self, kept, written, failing):
        refused = smtplib.SMTPRecipientsRefused({PERSON["email"]: (550, b"<%s> unknown" % PERSON["email"].encode())})
        failing(refused)
        assert any("SMTPRecipientsRefused" in line and "Traceback" in line for line in kept.lines)
        self._tell_nobody(kept, written)

    def test_of_the_database_quote_no_row(self, db, kept, written, failing):
        facts = {"name": PERSON["name"], "phone": PERSON["phone"]}
        UserFactory(email=PERSON["email"], **facts)
        for wrong in (
            {"role": "king", "password": "two\nlines, Zebedee"},
            {"id": None, "pk": None},
            {"phone": "9" * 99},
        ):
            person = User.objects.get()
            for name, value in wrong.items():
                setattr(person, name, value)
            try:
                with transaction.atomic():
                    person.save(force_insert=person.pk is None)
            except DatabaseError as fault:
                failing(fault)
        assert len([line for line in kept.lines if "Traceback" in line]) == 3
        self._tell_nobody(kept, written)

    def _tell_nobody(self, *logs_kept: Kept) -> None:
        for lines in (each.lines for each in logs_kept):
            assert lines
            secrets = {*PERSON.values(), *PERSON["name"].split()}
            assert {secret for secret in secrets for line in lines if secret.lower() in line.lower()} == set()

    @pytest.fixture
    def written(self) -> Iterator[Kept]:
        """What is written where nobody asked for JSON."""
        handler = Kept()
        handler.setFormatter(logs.LineFormatter())
        logging.getLogger().addHandler(handler)
        yield handler
        logging.getLogger().removeHandler(handler)

    @pytest.fixture
    def failing(self) -> Iterator[Callable[[Exception], None]]:
        """Let a job fail, as in a worker, and Celery tell of it."""
        faults: list[Exception] = []

        @job("tests.failing", tries=0)
        def failing() -> None:
            raise faults[-1]

        def fail(fault: Exception) -> None:
            faults.append(fault)
            current_app.tasks["tests.failing"].apply()

        yield fail
        current_app.tasks.pop("tests.failing")


class TestDiscreet:
    def test_keeps_what_tells_of_nobody(self):
        said = "celery@web1.cinema.example ready; 3 bookings @ 4711, LINE, DETAIL\nTraceback (most recent call last)"
        assert logs.discreet(said) == said

    def test_keeps_what_follows_a_quoted_row(self):
        said = "UniqueViolation('taken\\nDETAIL:  Key (email)=(a@b.example)')\nTraceback (most recent call last):\n  File x"
        assert logs.discreet(said) == "UniqueViolation('taken\\n(…)\nTraceback (most recent call last):\n  File x"


class TestTheAccessLog:
    def test_has_no_query_no_referrer_and_no_headers(self):
        settings = (ROOT / "cinema" / "gunicorn.py").read_text()  # importing it would turn this process into a master
        written = settings.partition("access_log_format = (")[2].partition("\n)")[0].partition("#")[0]

        assert "%(U)s" in written
        assert not re.search(r"%\((?:r|q|f|a|u|\{.*?\}[ioe])\)s", written)


class TestReporter:
    def test_gets_every_error_with_its_ids(self):
        config = logs.reporting_to("tests.core.test_logs_tell_nothing.Kept", settings.LOGGING)
        made = dictConfigClass(config)
        reporter = made.configure_handler(config["handlers"]["reporter"] | {"filters": []})
        assert isinstance(reporter, Kept)
        assert reporter.level == logging.ERROR
        assert config["root"]["handlers"] == ["console", "reporter"]
        assert config["handlers"]["reporter"]["filters"] == ["context"]

    def test_is_nobody_unless_named(self):
        assert logs.reporting_to("", settings.LOGGING) == settings.LOGGING
