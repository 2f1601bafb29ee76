from datetime import timedelta

import pytest
from django.urls import reverse

from billing.models import LedgerCheck
from booking.services import cancelling
from ops import dashboard
from ops.models import DeadLetter, JobRecord
from ops.states import RunOutcome, RunStatus
from tests.booking.stories import booked, seats_of
from tests.factories.billing import PaymentIssueFactory
from tests.factories.ops import BackupFactory, DrillFactory

pytestmark = pytest.mark.django_db
PATH = "/admin/dashboard/"


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


def alerts(now) -> dict[str, str]:
    return {alert.said: alert.tone for alert in dashboard.alerts(now=now)}


class TestShowsOf:
    def test_add_up_the_classes_of_a_show(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", "A2", "C1", by=customer, now=now)
        (today,) = dashboard.shows_of(selling_show.show_date, venue_id=None)
        assert (today.show.sold, today.show.seats, today.fill) == (3, 30, 10)
        cancelling.cancel_lines(booking_id=booking.pk, seat_ids=seats_of(selling_show, "A1"), by=customer, now=now)
        (today,) = dashboard.shows_of(selling_show.show_date, venue_id=selling_show.screen.venue_id)
        assert today.show.sold == 2

    def test_are_those_of_the_venue(self, selling_show):
        assert dashboard.shows_of(selling_show.show_date, venue_id=selling_show.screen.venue_id + 1) == []


class TestAlerts:
    def test_of_a_new_house_ask_for_a_backup(self, now):
        assert alerts(now) == {
            "0 open payment issues": "good",
            "0 jobs given up": "good",
            "There is no backup": "bad",
            "No backup was ever tried out": "quiet",
        }

    def test_name_what_is_wrong(self, now):
        PaymentIssueFactory()
        PaymentIssueFactory(resolved_at=now, resolution="Mended")
        LedgerCheck.objects.create(checked_at=now, entries=4, faults=2)
        DeadLetter.objects.create(job="refunds.send", task_id="1", error="ValueError", tries=5, died_at=now)
        JobRecord.objects.create(name="backups.run", last_started_at=now, last_outcome=RunOutcome.FAILED)
        found = alerts(now)
        assert {said for said, tone in found.items() if tone == "bad"} == {
            "1 open payment issue",
            "The books had 2 faults when they were checked",
            "1 job given up",
            "Failed the last time: backups.run",
            "There is no backup",
        }

    @pytest.mark.parametrize(("hours", "tone"), [(2, "good"), (25, "good"), (27, "bad")])
    def test_mind_an_old_backup(self, hours, tone, now):
        at = now - timedelta(hours=hours)
        BackupFactory(status=RunStatus.COMPLETED, started_at=at, completed_at=at)
        BackupFactory(status=RunStatus.FAILED, started_at=now, completed_at=now)
        assert alerts(now)[f"Last backup {hours} h ago"] == tone

    def test_take_some_tables_for_no_backup(self, now):
        BackupFactory(status=RunStatus.COMPLETED, started_at=now, completed_at=now, tables=["catalog_movie"])
        assert alerts(now)["There is no backup"] == "bad"

    def test_mind_a_drill_that_failed_and_one_that_missed_a_night(self, now):
        old = now - timedelta(days=2)
        DrillFactory(status=RunStatus.COMPLETED, started_at=old, completed_at=old)
        assert alerts(now)["Backup tried out 2 days ago, and it held"] == "bad"
        DrillFactory(status=RunStatus.FAILED, started_at=now - timedelta(hours=1), completed_at=now)
        assert alerts(now)["The drill of 1 h ago failed"] == "bad"


class TestThePage:
    def test_shows_today_with_its_takings(self, office, selling_show, customer, now):
        selling_show.show_date = now.astimezone(selling_show.screen.venue.zone).date()
        selling_show.save()
        booking = booked(selling_show, "A1", "A2", by=customer, now=now)
        page = office.get(PATH).content.decode()
        assert "2 / 30" in page
        assert f"{booking.amount}" in page
        assert reverse("office_report", args=["takings"]) in page
        assert "There is no backup" in page

    def test_keeps_takings_from_those_who_may_not_see_them(self, client, clerk, selling_show, customer, now):
        booked(selling_show, "A1", "A2", by=customer, now=now)
        client.force_login(clerk)
        response = client.get(PATH)
        page = response.content.decode()
        assert response.status_code == 200
        assert "₹" not in page
        assert "Takings" not in page
        assert "backup" not in page

    def test_is_closed_to_staff_without_any_of_it(self, client, waiter):
        client.force_login(waiter)
        assert client.get(PATH).status_code == 403

    def test_stays_today_whatever_is_asked(self, office, selling_show):
        response = office.get(PATH, {"venue": "nowhere"})
        assert (response.status_code, b"Today" in response.content) == (400, True)

    def test_takes_the_same_number_of_queries_for_many_bookings(
        self, office, selling_show, customer, now, django_assert_max_num_queries
    ):
        for number in (1, 2, 3):
            booked(selling_show, f"A{number}", by=customer, now=now)
            with django_assert_max_num_queries(20):
                office.get(PATH)
