from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from scheduling.errors import (
    FormatNotOffered,
    LanguageNotOffered,
    MovieNotShowable,
    OutsideOpeningHours,
    ScreenOutOfService,
    ScreenTaken,
    ShowInPast,
    ShowStartsCancelled,
    ShowTooFarAhead,
    TimeSkipped,
    UnknownMovie,
    UnknownScreen,
)
from scheduling.models import Show
from scheduling.services.planning import Plan, plan_show
from scheduling.states import ShowStatus
from tests.factories.accounts import AdminFactory
from tests.factories.catalog import MovieFactory
from tests.factories.venues import ScreenFactory, VenueFactory
from venues.models import Venue

NOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # on the clocks of Mumbai


@pytest.fixture
def plan(db) -> Plan:
    """Two hours of film, ten minutes of advertisements, fifteen to clean, this evening at seven."""
    movie, screen = MovieFactory(title="Dune", duration=120), ScreenFactory(screen_name="Screen 1")
    return Plan(movie_id=movie.pk, screen_id=screen.pk, show_date=date(2026, 7, 1), show_time=time(19))


@pytest.fixture
def planned(plan, admin):
    def planned(now: datetime = NOON, **changes) -> Show:
        return plan_show(plan=replace(plan, **changes), by=admin, now=now)

    return planned


class TestPlanShow:
    def test_turns_the_wall_clock_into_instants(self, planned):
        show = planned()
        show.refresh_from_db()
        assert show.starts_at == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
        assert show.ends_at == show.starts_at + timedelta(minutes=130)
        assert show.free_at == show.starts_at + timedelta(minutes=145)
        assert (show.status, show.format, show.language, show.created_at) == ("UPCOMING", "2D", "Hindi", NOON)

    def test_counts_an_interval_and_the_turnaround_of_the_screen(self, planned):
        movie, screen = MovieFactory(duration=100, interval_minutes=20), ScreenFactory(turnaround_minutes=0)
        show = planned(movie_id=movie.pk, screen_id=screen.pk)
        assert show.free_at == show.ends_at == show.starts_at + timedelta(minutes=130)

    def test_names_the_show_that_has_the_screen(self, planned):
        first = planned()
        with pytest.raises(
            ScreenTaken, match=r"Screen 1 is taken by Dune on 1 July 2026 from 7:00 pm to 9:25 pm\."
        ) as no:
            planned(show_time=time(21, 24))
        assert no.value.data == {"show_id": first.pk}
        assert Show.objects.count() == 1

    def test_lets_shows_touch(self, planned):
        planned()
        assert planned(show_time=time(21, 25))
        assert planned(show_time=time(16, 35))

    def test_sees_an_overlap_across_midnight(self, planned):
        Venue.objects.update(closes_at=time(6))
        planned(show_time=time(23))
        with pytest.raises(ScreenTaken):
            planned(show_date=date(2026, 7, 2), show_time=time(0, 30))

    def test_does_not_mind_a_cancelled_show(self, planned):
        planned()
        Show.objects.update(status=ShowStatus.CANCELLED)
        assert planned()

    @pytest.mark.parametrize(
        ("changes", "failure"),
        [
            ({"movie_id": 999}, UnknownMovie),
            ({"movie_id": 2**63 - 1}, UnknownMovie),
            ({"screen_id": 999}, UnknownScreen),
            ({"show_time": time(12)}, ShowInPast),
            ({"show_date": date(2026, 6, 30)}, ShowInPast),
            ({"show_date": date(1, 1, 1)}, ShowInPast),
            ({"show_date": date(2028, 7, 2)}, ShowTooFarAhead),
            ({"show_date": date(9999, 12, 31)}, ShowTooFarAhead),
            ({"status": ShowStatus.CANCELLED}, ShowStartsCancelled),
        ],
    )
    def test_refuses_what_cannot_be(self, planned, changes, failure):
        with pytest.raises(failure):
            planned(**changes)
        assert not Show.objects.exists()

    def test_takes_a_movie_from_its_release_until_it_is_archived(self, planned):
        coming = MovieFactory(release_date=date(2026, 7, 2))
        with pytest.raises(MovieNotShowable):
            planned(movie_id=coming.pk)
        assert planned(movie_id=coming.pk, show_date=date(2026, 7, 2))
        with pytest.raises(MovieNotShowable):
            planned(movie_id=MovieFactory(is_active=False).pk)

    def test_leaves_a_screen_out_of_service_alone(self, planned):
        with pytest.raises(ScreenOutOfService):
            planned(screen_id=ScreenFactory(is_available=False).pk)

    def test_knows_the_clock_changes_of_the_venue(self, planned):
        screen = ScreenFactory(venue=VenueFactory(time_zone="Europe/Berlin", closes_at=time(6)))
        spring, autumn = date(2027, 3, 28), date(2026, 10, 25)
        with pytest.raises(TimeSkipped):
            planned(screen_id=screen.pk, show_date=spring, show_time=time(2, 30))
        show = planned(screen_id=screen.pk, show_date=autumn, show_time=time(2, 30))
        assert show.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("opens", "closes", "start", "is_open"),
        [
            (9, 2, time(9), True),
            (9, 2, time(8, 59), False),
            (9, 2, time(23, 50), True),  # until 2:00
            (9, 2, time(23, 51), False),
            (9, 2, time(3), False),
            (9, 23, time(20, 50), True),
            (9, 23, time(20, 51), False),
            (18, 6, time(3), True),  # of the evening before
            (0, 0, time(23), True),  # it never closes
            (8, 8, time(7), True),
        ],
    )
    def test_keeps_to_the_opening_hours(self, planned, opens, closes, start, is_open):
        venue = VenueFactory(name="Plaza", opens_at=time(opens), closes_at=time(closes))
        changes = {"screen_id": ScreenFactory(venue=venue).pk, "show_date": date(2026, 7, 3), "show_time": start}
        if is_open:
            assert planned(**changes)
        else:
            said = f"Plaza is open from {opens}:00 am to {closes % 12}:00 [ap]m; .* run"
            with pytest.raises(OutsideOpeningHours, match=said):
                planned(**changes)

    @pytest.mark.parametrize(
        ("of_screen", "of_movie", "wanted", "found"),
        [
            ([], [], "", "2D"),
            ([], [], "Smell-O-Vision", "Smell-O-Vision"),
            (["IMAX", "2D"], ["IMAX", "2D"], "", "2D"),
            (["IMAX", "3D"], ["2D", "3D", "IMAX"], "", "3D"),
            (["IMAX"], [], "", "IMAX"),
            ([], ["3D"], "", "3D"),
            (["imax"], ["IMAX"], "Imax", "IMAX"),
            (["2D"], ["2D", "IMAX"], "IMAX", "Screen 1 shows 2D, not IMAX."),
            (["2D", "3D"], ["2D"], "3D", "Dune comes in 2D, not in 3D."),
            (["2D"], ["IMAX", "3D"], "", "Dune comes in IMAX, 3D; Screen 1 shows 2D."),
            (["2D"], ["IMAX"], "2D", "Dune comes in IMAX, not in 2D."),
        ],
    )
    def test_wants_a_format_that_the_screen_has_and_the_movie_comes_in(
        self, planned, of_screen, of_movie, wanted, found
    ):
        movie = MovieFactory(title="Dune", format=of_movie)
        screen = ScreenFactory(screen_name="Screen 1", formats=of_screen)
        changes = {"movie_id": movie.pk, "screen_id": screen.pk, "format": wanted}
        if found.endswith("."):
            with pytest.raises(FormatNotOffered, match=f"^{found}$"):
                planned(**changes)
        else:
            assert planned(**changes).format == found

    def test_wants_a_language_of_the_movie(self, planned):
        movie = MovieFactory(title="Dune", language=["Hindi", "Tamil"])
        assert planned(movie_id=movie.pk, language="tamil").language == "Tamil"
        with pytest.raises(LanguageNotOffered, match="Dune comes in Hindi, Tamil, not in English"):
            planned(movie_id=movie.pk, language="English")
        later = {"movie_id": MovieFactory(language=[]).pk, "show_date": date(2026, 7, 2), "language": "English"}
        assert planned(**later).language == "English"

    def test_says_which_rule_forbids_a_movie_or_a_screen(self, planned):
        coming = MovieFactory(title="Dune", release_date=date(2026, 7, 12))
        with pytest.raises(MovieNotShowable, match="Dune is released on 12 July 2026"):
            planned(movie_id=coming.pk)
        with pytest.raises(MovieNotShowable, match="Jaws is archived"):
            planned(movie_id=MovieFactory(title="Jaws", is_active=False).pk)
        with pytest.raises(ScreenOutOfService, match="Screen 9 is out of service"):
            planned(screen_id=ScreenFactory(screen_name="Screen 9", is_available=False).pk)

    @pytest.mark.django_db(transaction=True)
    def test_gives_a_slot_to_one_of_two_managers_at_the_same_moment(self, plan):
        managers, meet = AdminFactory.create_batch(2), Barrier(2, timeout=60)
        outcomes: list[str] = []

        def race(manager) -> None:
            try:
                meet.wait()
                outcomes.append(plan_show(plan=plan, by=manager, now=NOON).status)
            except ScreenTaken as taken:
                outcomes.append(taken.code)
            finally:
                connection.close()

        threads = [Thread(target=race, args=[manager]) for manager in managers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["UPCOMING", "screen_taken"]
        assert Show.objects.count() == 1
