"""Planning a show in the back office, and changing what is said about one."""

from datetime import time, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from scheduling.models import Show
from scheduling.states import ShowStatus
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import PriceCardFactory, ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory

pytestmark = pytest.mark.django_db
PLAN = reverse("admin:scheduling_show_add")
EVENING = {"show_time": "19:30", "status": "UPCOMING", "format": "3D", "language": "Hindi"}


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def where(now) -> dict[str, object]:
    """A movie on a screen in two days' time."""
    screen = ScreenFactory(screen_name="Screen 4")
    day = now.astimezone(screen.venue.zone).date() + timedelta(days=2)
    return {"movie": MovieFactory(title="Dune", format=["2D", "3D"]).pk, "screen": screen.pk, "show_date": str(day)}


def address(where) -> str:
    return f"{PLAN}?" + "&".join(f"{name}={value}" for name, value in where.items())


class TestPlan:
    def test_asks_what_goes_where_first(self, office):
        MovieFactory(title="Archived", is_active=False)
        page = office.get(PLAN).content.decode()
        assert "Show the free time" in page
        assert "Archived" not in page

    def test_offers_the_free_time_of_the_day(self, office, where):
        screen_id, day = where["screen"], where["show_date"]
        page = office.get(address(where)).content.decode()
        assert "Start at 9 am" in page or "Start at 9:00 am" in page
        assert f"screen={screen_id}&amp;show_date={day}&amp;show_time=09%3A00#when" in page

    def test_fills_in_the_start_that_was_chosen(self, office, where):
        assert 'value="21:15"' in office.get(address(where | {"show_time": "21:15"})).content.decode()

    def test_puts_the_show_on_its_screen_with_prices(self, office, where):
        category = SeatCategoryFactory(screen_id=where["screen"])
        PriceCardFactory(venue=category.screen.venue)
        answer = office.post(address(where), EVENING)
        show = Show.objects.select_related("screen__venue").get()
        assert (answer.status_code, answer["Location"]) == (
            302,
            reverse("admin:scheduling_show_change", args=[show.pk]),
        )
        assert (show.local_start().time(), show.format, show.language, show.status) == (
            time(19, 30),
            "3D",
            "Hindi",
            "UPCOMING",
        )
        assert show.pricing.get().because == "base 150.50 · Evening: +30"
        assert office.get(answer["Location"]).status_code == 200

    def test_says_which_show_is_in_the_way(self, office, where):
        office.post(address(where), EVENING)
        page = office.post(address(where), EVENING | {"show_time": "20:00"}).content.decode()
        assert "Screen 4 is taken by Dune" in page
        assert Show.objects.count() == 1

    def test_says_which_rule_forbids_it(self, office, where):
        assert "is open from 9:00 am to 2:00 am" in office.post(address(where), EVENING | {"show_time": "04:00"}).text
        assert "Select a valid choice" in office.post(address(where), EVENING | {"format": "IMAX"}).text
        assert "over" in office.get(address(where | {"show_date": "2020-01-01"})).text
        assert not Show.objects.exists()

    def test_is_for_those_who_may_add_shows(self, client, clerk, where):
        clerk.user_permissions.add(Permission.objects.get(codename="view_show"))
        client.force_login(clerk)
        assert client.get(PLAN).status_code == 403
        assert client.post(address(where), EVENING).status_code == 403
        assert not Show.objects.exists()


class TestRevise:
    def revise(self, office, show, **changes):
        facts = {"status": show.status, "format": show.format, "language": show.language} | changes
        return office.post(reverse("admin:scheduling_show_revise", args=[show.pk]), facts)

    def test_is_linked_from_the_show(self, office):
        show = ShowFactory()
        page = office.get(reverse("admin:scheduling_show_change", args=[show.pk])).text
        path = reverse("admin:scheduling_show_revise", args=[show.pk])
        assert path in page
        assert office.get(path).status_code == 200

    def test_changes_who_can_follow_it_and_whether_it_sells(self, office):
        show = ShowFactory()
        assert self.revise(office, show, status="CLOSED", has_captions="on").status_code == 302
        show.refresh_from_db()
        assert (show.status, show.has_captions, show.has_sign_language) == (ShowStatus.CLOSED, True, False)

    def test_changes_the_format_of_a_draft_only(self, office):
        movie = MovieFactory(format=["2D", "3D"])
        draft, public = ShowFactory(movie=movie, status=ShowStatus.DRAFT), ShowFactory(movie=movie)
        assert self.revise(office, draft, format="3D").status_code == 302
        assert "cancel it and plan another" in self.revise(office, public, format="3D").text
        assert set(Show.objects.filter(format="3D")) == {draft}

    def test_never_makes_a_public_show_a_draft_or_a_cancelled_one(self, office):
        show = ShowFactory()
        for status in ("DRAFT", "CANCELLED"):
            assert "Select a valid choice" in self.revise(office, show, status=status).text
        show.refresh_from_db()
        assert show.status == ShowStatus.UPCOMING

    def test_leaves_what_has_begun_as_it_is(self, office, now):
        show = ShowFactory(starts_at=now - timedelta(minutes=1))
        assert "has begun" in self.revise(office, show, has_captions="on").text
        show.refresh_from_db()
        assert not show.has_captions
