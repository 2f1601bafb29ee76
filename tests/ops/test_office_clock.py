from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.models import Admission
from ops.models import Drill
from tests.factories.booking import AdmissionFactory, TicketFactory
from tests.factories.ops import DrillFactory
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def office(client, admin):
    VenueFactory(is_default=True, time_zone="Asia/Kolkata")
    client.force_login(admin)
    return client


def shown(office, model, page: str, *args: object) -> str:
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
    return office.get(path).content.decode()


class TestTheClock:
    def test_is_that_of_the_house_for_what_belongs_to_no_venue(self, office):
        drill = DrillFactory(started_at=EVENING)
        for page in (shown(office, Drill, "changelist"), shown(office, Drill, "change", drill.pk)):
            assert "23 Nov 2026, 7:30 PM" in page
            assert "clock of the house (Asia/Kolkata)" in page

    def test_is_that_of_the_venue_for_what_belongs_to_one(self, office):
        ticket = TicketFactory()
        venue = ticket.booking.show.screen.venue
        venue.time_zone = "Asia/Dubai"
        venue.save()
        admission = AdmissionFactory(ticket=ticket, admitted_at=EVENING)
        assert "23 Nov 2026, 6:00 PM (+04)" in shown(office, Admission, "changelist")
        assert "23 Nov 2026, 6:00 PM" in shown(office, Admission, "change", admission.pk)

    def test_stops_with_the_page(self, office):
        shown(office, Drill, "changelist")
        assert timezone.get_current_timezone_name() == "UTC"
