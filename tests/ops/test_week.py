from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.states import LockStatus
from ops import week
from scheduling.models import Show
from scheduling.states import ShowStatus
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory, SeatLockFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import SeatFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def show():
    return ShowFactory(seats=4)


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


def drawn(show):
    found = week.week(venue=show.screen.venue, monday=week.monday_of(show.show_date))
    return found.days[show.show_date.weekday()]


class TestWeek:
    def test_begins_on_monday(self):
        assert week.monday_of(date(2026, 11, 29)) == week.monday_of(date(2026, 11, 23)) == date(2026, 11, 23)

    def test_draws_each_show_as_long_as_it_runs_and_its_turnaround_behind_it(self, show):
        (bar,) = drawn(show).bars
        running = (show.ends_at - show.starts_at) / (show.free_at - show.starts_at)
        assert bar.width / bar.busy == pytest.approx(running, abs=0.01)
        assert (bar.sold, bar.seats, bar.fill) == (0, 4, 0)

    def test_tells_how_full_it_is(self, show):
        booking = BookingFactory(show=show)
        seat = show.screen.seats.first()
        SeatLockFactory(show=show, seat=seat, status=LockStatus.BOOKED, booking=booking, user=booking.user)
        (bar,) = drawn(show).bars
        assert (bar.sold, bar.fill) == (1, pytest.approx(bar.width / 4))
        assert "1 of 4 seats sold" in bar.said

    def test_takes_the_same_number_of_queries_for_many_shows(self, show, django_assert_num_queries):
        for count in (1, 4):
            with django_assert_num_queries(3):  # the screens, the shows, what is sold
                drawn(show)
            for hours in range(count):
                SeatFactory(category=show.screen.categories.get(), row_number=5 + hours)
                ShowFactory(screen=show.screen, starts_at=show.starts_at + timedelta(hours=5 * (hours + count)))


class TestThePage:
    def page(self, show):
        return f"{reverse('office_week')}?venue={show.screen.venue_id}&day={show.show_date}"

    def test_shows_the_week_with_links(self, office, show):
        page = office.get(self.page(show)).content.decode()
        assert show.movie.title in page
        assert reverse("admin:scheduling_show_change", args=[show.pk]) in page

    def test_copies_and_publishes_a_week(self, office, show):
        venue = show.screen.venue_id
        monday = week.monday_of(show.show_date)
        asked = {"from_day": monday, "to_day": monday + timedelta(days=7), "days": 7, "is_draft": "on"}
        office.post(reverse("office_copy", args=[venue]), asked)
        assert Show.objects.filter(status=ShowStatus.DRAFT).count() == 1
        office.post(reverse("office_publish", args=[venue]), {"from_day": monday + timedelta(days=7), "days": 7})
        assert Show.objects.filter(status=ShowStatus.UPCOMING).count() == 2

    def test_says_why_nothing_was_copied(self, office, show):
        asked = {"from_day": show.show_date, "to_day": timezone.now().date() - timedelta(days=9), "days": 1}
        page = office.post(reverse("office_copy", args=[show.screen.venue_id]), asked, follow=True).content.decode()
        assert show.movie.title in page
        assert "in the past" in page or "started" in page or "over" in page
        assert Show.objects.count() == 1

    def test_is_closed_to_staff_without_the_permission(self, client, show):
        client.force_login(UserFactory(is_staff=True))
        assert client.get(self.page(show)).status_code == 403
        assert client.post(reverse("office_copy", args=[show.screen.venue_id])).status_code == 403
        assert client.post(reverse("office_publish", args=[show.screen.venue_id])).status_code == 403
