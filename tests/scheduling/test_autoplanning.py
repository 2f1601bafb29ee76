from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.forms.models import model_to_dict

from booking.hall_queries import seat_map
from catalog.models import Movie
from scheduling.drafting import Assignment, MovieWish, Programme
from scheduling.errors import (
    AssignedScreenUnknown,
    NoMovieToShow,
    NoScreen,
    ScreenTaken,
    ShowInPast,
    ShowTooFarAhead,
)
from scheduling.hybrid import Warned
from scheduling.models import Show, ShowCategoryPricing
from scheduling.services import autoplanning
from scheduling.states import ShowStatus
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory, VenueFactory
from venues.models import Screen, SeatCategory, Venue

NOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # on the clocks of Mumbai
TOMORROW = date(2026, 7, 2)


@pytest.fixture
def screen(db) -> Screen:
    """In Mumbai, open from nine to two at night, ten minutes of advertisements, fifteen to clean."""
    return ScreenFactory(screen_name="Screen 1")


@pytest.fixture
def programme(screen) -> Programme:
    """Tomorrow from ten to eleven at night: a movie of two hours, as often as it fits."""
    movie = MovieFactory(title="Dune", duration=120)
    return Programme(
        start_date=TOMORROW,
        days=1,
        buffer_minutes=20,
        opens_at=time(10),
        closes_at=time(23),
        assignments=(Assignment(screen.pk, (MovieWish(movie.pk, 1),)),),
    )


@pytest.fixture
def schedule(programme, admin):
    def schedule(now: datetime = NOON, **changes) -> autoplanning.Schedule:
        return autoplanning.schedule_shows(programme=replace(programme, **changes), by=admin, now=now)

    return schedule


def standing(start: datetime, screen: Screen, **facts) -> Show:
    return ShowFactory(starts_at=start, screen=screen, **facts)


def mumbai(hour: int, minute: int = 0, day: date = TOMORROW) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=VenueFactory.build().zone)


def starts(schedule: autoplanning.Schedule) -> list[str]:
    zones = [schedule.zone_of(placed.screen_id) for placed in schedule.placed]
    return [f"{placed.start.astimezone(zone):%d %H:%M}" for placed, zone in zip(schedule.placed, zones, strict=True)]


def codes(schedule: autoplanning.Schedule) -> list[Warned]:
    return [notice.code for notice in schedule.notices]


def wishing(programme: Programme, *wishes: MovieWish, screen: Screen | None = None) -> tuple[Assignment, ...]:
    return (Assignment(screen.pk if screen else programme.assignments[0].screen_id, wishes),)


class TestScheduleShows:
    def test_puts_shows_on_a_screen(self, schedule):
        planned = schedule()
        assert starts(planned) == ["02 10:00", "02 12:30", "02 15:00", "02 17:30", "02 20:00"]
        shows = list(Show.objects.order_by("starts_at"))
        assert [show.starts_at for show in shows] == [placed.start for placed in planned.placed]
        first = shows[0]
        assert (first.show_date, first.status, first.format, first.language) == (TOMORROW, "UPCOMING", "2D", "Hindi")
        assert first.ends_at - first.starts_at == timedelta(minutes=130)
        assert first.free_at - first.ends_at == timedelta(minutes=15)
        assert first.created_at == NOON

    def test_leaves_them_to_the_staff_as_drafts_when_asked_to(self, schedule):
        schedule(is_draft=True)
        assert set(Show.objects.values_list("status", flat=True)) == {ShowStatus.DRAFT}

    def test_chooses_a_format_that_the_screen_has(self, schedule, screen):
        Screen.objects.update(formats=["IMAX"])
        Movie.objects.update(format=["2D", "IMAX"])
        schedule()
        assert set(Show.objects.values_list("format", flat=True)) == {"IMAX"}
        Movie.objects.update(format=["2D"])
        later = schedule(start_date=TOMORROW + timedelta(days=2))
        assert (later.placed, codes(later)[0]) == ([], Warned.MISSING_MOVIE)

    def test_makes_them_bookable_at_the_prices_of_today(self, schedule, screen):
        silver = SeatCategoryFactory(screen=screen, base_price=Decimal("150.50"))
        SeatFactory(category=silver)
        SeatFactory(category=SeatCategoryFactory(screen=screen, category_name="Gold", base_price=Decimal(250)))
        SeatCategoryFactory()  # of another screen
        schedule()
        assert ShowCategoryPricing.objects.count() == 2 * Show.objects.count() == 10
        SeatCategory.objects.update(base_price=1)
        show = Show.objects.selling(now=NOON).earliest("starts_at")
        seats = seat_map(show_id=show.pk, viewer_id=None, now=NOON)
        assert [category.price for category in seats.categories] == [Decimal("150.50"), Decimal(250)]

    def test_keeps_the_turnaround_when_the_buffer_is_shorter(self, schedule, screen):
        Screen.objects.filter(pk=screen.pk).update(turnaround_minutes=50)
        assert starts(schedule(buffer_minutes=1))[:2] == ["02 10:00", "02 13:00"]

    def test_goes_on_day_after_day(self, schedule):
        planned = schedule(days=31, opens_at=time(20))
        assert starts(planned)[:2] == ["02 20:00", "03 20:00"]
        assert Show.objects.count() == 31

    def test_keeps_the_gap_between_one_day_and_the_next(self, schedule, screen):
        Venue.objects.update(opens_at=time(0), closes_at=time(0), pre_show_minutes=5)
        planned = starts(schedule(days=2, opens_at=time(0), closes_at=time(23, 59)))
        last, first = planned[9:11]
        assert (last, first) == ("02 21:45", "03 00:10")  # it ends at 23:50

    def test_leaves_what_is_there_as_it_is(self, schedule, screen):
        before = standing(mumbai(12), screen)
        midnight = standing(mumbai(23, 30, TOMORROW - timedelta(days=1)), screen)
        facts = [model_to_dict(show) for show in (before, midnight)]
        planned = schedule(opens_at=time(9))
        assert starts(planned) == ["02 09:00", "02 14:30", "02 17:00", "02 19:30"]
        assert [model_to_dict(Show.objects.get(pk=show.pk)) for show in (before, midnight)] == facts

    def test_counts_the_evening_before_that_runs_into_the_day(self, schedule, screen):
        Venue.objects.update(opens_at=time(0), closes_at=time(0))
        standing(mumbai(23, 30, TOMORROW - timedelta(days=1)), screen)  # until 1:40
        assert starts(schedule(opens_at=time(0)))[0] == "02 02:00"

    def test_does_not_mind_cancelled_shows(self, schedule, screen):
        standing(mumbai(10), screen, status=ShowStatus.CANCELLED)
        assert starts(schedule())[0] == "02 10:00"

    def test_adds_nothing_more_when_it_runs_again(self, schedule, programme):
        wish = programme.assignments[0].movies[0]
        wishes = wishing(programme, MovieWish(wish.movie_id, 2, 2))
        assert len(schedule(assignments=wishes).placed) == 2
        again = schedule(assignments=wishes)
        assert again.placed == []
        assert set(codes(again)) == {Warned.LEFTOVER_GAP}

    def test_fills_up_with_the_shortest_movie_that_may_be_shown(self, schedule, programme):
        MovieFactory(duration=20, is_active=False)
        MovieFactory(duration=30, release_date=TOMORROW + timedelta(days=1))
        short = MovieFactory(duration=60, release_date=TOMORROW)
        wish = programme.assignments[0].movies[0]
        planned = schedule(assignments=wishing(programme, MovieWish(wish.movie_id, 1, 1)), closes_at=time(15))
        assert [placed.movie_id for placed in planned.placed] == [wish.movie_id, short.pk]

    def test_keeps_to_the_opening_hours_of_the_venue(self, schedule, screen):
        Venue.objects.update(opens_at=time(12), closes_at=time(16))
        assert starts(schedule(opens_at=time(0), closes_at=time(23, 59))) == ["02 12:00"]

    def test_warns_when_the_venue_is_closed(self, schedule, screen):
        Venue.objects.update(opens_at=time(9), closes_at=time(10))
        planned = schedule()
        assert (planned.placed, codes(planned)) == ([], [Warned.INVALID_WINDOW])

    def test_begins_with_what_is_left_of_today(self, schedule):
        today = TOMORROW - timedelta(days=1)
        assert starts(schedule(start_date=today))[0] == "01 12:01"
        late = NOON + timedelta(hours=11)
        assert codes(schedule(start_date=today, now=late))[0] == Warned.NO_FREE_WINDOWS

    def test_warns_of_a_screen_that_is_out_of_service(self, schedule, programme):
        broken, fine = ScreenFactory(is_available=False), programme.assignments[0]
        planned = schedule(assignments=(Assignment(broken.pk, fine.movies), fine))
        assert (planned.notices[0].code, planned.notices[0].screen_id) == (Warned.MISSING_SCREEN, broken.pk)
        assert {placed.screen_id for placed in planned.placed} == {fine.screen_id}

    def test_warns_of_movies_that_may_not_be_shown(self, schedule, programme):
        archived = MovieFactory(is_active=False)
        coming = MovieFactory(release_date=TOMORROW + timedelta(days=1), duration=180)
        wishes = [MovieWish(pk, 1) for pk in (archived.pk, coming.pk, 999_999)]
        planned = schedule(assignments=wishing(programme, *wishes), days=2)
        missing = [
            (notice.context["day"], notice.context["movie_id"])
            for notice in planned.notices
            if notice.code == Warned.MISSING_MOVIE
        ]
        later = TOMORROW + timedelta(days=1)
        assert missing == [
            (TOMORROW, archived.pk),
            (TOMORROW, coming.pk),
            (TOMORROW, 999_999),
            (later, archived.pk),
            (later, 999_999),
        ]
        assert coming.pk in {placed.movie_id for placed in planned.placed if placed.start > mumbai(0, 0, later)}

    @pytest.mark.parametrize(
        ("changes", "failure"),
        [
            ({"start_date": date(2026, 6, 30)}, ShowInPast),
            ({"start_date": date(1, 1, 1)}, ShowInPast),
            ({"start_date": date(2028, 7, 1), "days": 2}, ShowTooFarAhead),
            ({"start_date": date(9999, 12, 31), "days": 31}, ShowTooFarAhead),
        ],
    )
    def test_refuses_days_out_of_reach(self, schedule, changes, failure):
        with pytest.raises(failure):
            schedule(**changes)
        assert not Show.objects.exists()

    def test_plans_up_to_the_last_day_in_reach(self, schedule):
        assert schedule(start_date=date(2028, 6, 30), days=2).placed

    def test_names_screens_that_do_not_exist(self, schedule, programme):
        fine = programme.assignments[0]
        with pytest.raises(AssignedScreenUnknown) as refused:
            schedule(assignments=(fine, Assignment(999_998, ()), Assignment(2**63 - 1, ())))
        assert refused.value.data == {"screen_ids": [999_998, 2**63 - 1]}
        assert not Show.objects.exists()

    def test_needs_a_movie_and_a_screen(self, db, admin, programme):
        nothing = replace(programme, assignments=())
        Screen.objects.all().delete()
        with pytest.raises(NoScreen):
            autoplanning.draw_up(programme=nothing, by=admin, now=NOON)
        Movie.objects.update(is_active=False)
        with pytest.raises(NoMovieToShow):
            autoplanning.draw_up(programme=nothing, by=admin, now=NOON)

    def test_is_nothing_without_assignments(self, schedule):
        planned = schedule(assignments=())
        assert (planned.placed, planned.notices) == ([], [])

    @pytest.mark.django_db(transaction=True)
    def test_writes_all_or_nothing_and_names_the_show_in_the_way(self, schedule, screen, monkeypatch):
        """Somebody who did not ask for the screen's lock wrote after we had read what is there."""
        there = standing(mumbai(20, 30), screen)
        standing_shows, asked = autoplanning._standing, []

        def blind(screen_ids):
            asked.append(screen_ids)
            return standing_shows(screen_ids) if len(asked) > 1 else Show.objects.none()

        monkeypatch.setattr(autoplanning, "_standing", blind)
        with pytest.raises(ScreenTaken, match=r"Screen 1 is taken by .* from 8:30 pm") as refused:
            schedule()
        assert refused.value.data == {"show_id": there.pk}
        assert list(Show.objects.all()) == [there]
        assert not ShowCategoryPricing.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_writes_no_show_without_its_prices(self, schedule, monkeypatch):
        def fail(*_: object, **__: object) -> None:
            raise DatabaseError

        monkeypatch.setattr(ShowCategoryPricing.objects, "bulk_create", fail)
        with pytest.raises(DatabaseError):
            schedule()
        assert not Show.objects.exists()

    def test_takes_the_same_number_of_queries_for_a_day_and_a_month(self, schedule, django_assert_num_queries):
        # any movie and screen; the screens, the movies; begin, the screen's lock; what is there; the shows; price cards, categories; end
        for days in (1, 31):
            with django_assert_num_queries(11):
                schedule(days=days)
            Show.objects.all().delete()


class TestDrawUp:
    def test_plans_the_same_and_writes_nothing(self, schedule, programme, screen, admin):
        SeatFactory(category=SeatCategoryFactory(screen=screen))
        before = written()
        drawn = autoplanning.draw_up(programme=programme, by=admin, now=NOON)
        assert written() == before
        assert drawn.placed == schedule().placed != []
        assert written() != before


def written() -> dict[str, int | None]:
    """Count the rows of every table, and note how far every sequence is drawn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        drawn = dict(cursor.fetchall())
    return drawn | {model._meta.label: model._default_manager.count() for model in apps.get_models()}
