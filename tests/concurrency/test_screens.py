"""Managers who want the same screen at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from functools import partial
from itertools import pairwise

from django.db import IntegrityError, connection, transaction

from scheduling.drafting import Assignment, MovieWish, Programme
from scheduling.errors import ScreenTaken
from scheduling.models import Show
from scheduling.services import autoplanning, filling, planning, weighed
from scheduling.services.planning import Plan
from tests.concurrency.race import race, winners
from tests.conftest import eventually
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory, TemplateMovieFactory
from tests.factories.venues import ScreenFactory


class TestOneScreenSlot:
    def test_goes_to_one_of_four_managers_whose_shows_overlap(self, transactional_db, manager, now):
        movie, tomorrow = MovieFactory(), now.date() + timedelta(days=2)
        for _ in range(6):
            screen = ScreenFactory()
            plans = [
                Plan(movie_id=movie.pk, screen_id=screen.pk, show_date=tomorrow, show_time=time(18, 20 * n))
                for n in (0, 1, 2, 0)
            ]
            outcomes = race([partial(planning.plan_show, plan=plan, by=manager, now=now) for plan in plans])
            (planned,) = winners(outcomes)
            refused = [outcome for outcome in outcomes if outcome is not planned]
            assert [(type(error), error.data) for error in refused] == [(ScreenTaken, {"show_id": planned.pk})] * 3
            assert Show.objects.get(screen=screen) == planned

    def test_is_refused_without_a_deadlock_when_twelve_write_at_the_same_instant(self, transactional_db):
        movie = MovieFactory()
        for _ in range(12):
            screen = ScreenFactory()
            shows = [ShowFactory.build(screen=screen, movie=movie) for _ in range(12)]
            outcomes = race([partial(planning._save, show) for show in shows])  # the reads before would spread them
            refused = [type(outcome) for outcome in outcomes if outcome is not None]
            assert refused == [IntegrityError] * 11

    def test_waits_for_whoever_is_writing_to_the_screen(self, transactional_db, manager, now):
        movie, screen = MovieFactory(), ScreenFactory()
        plan = Plan(
            movie_id=movie.pk, screen_id=screen.pk, show_date=now.date() + timedelta(days=2), show_time=time(18)
        )
        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            Show.objects.guarded_screen(screen.pk)
            planned = pool.submit(race, [partial(planning.plan_show, plan=plan, by=manager, now=now)])
            assert eventually(somebody_waits, within=3)  # less than lock_timeout
            transaction.set_rollback(True)
        assert len(winners(planned.result())) == 1


class TestFillingScreens:
    def test_against_each_other_and_a_manager_ends_without_an_overlap(self, transactional_db, manager, now):
        movie, screens = MovieFactory(duration=100), ScreenFactory.create_batch(3)
        tomorrow = now.date() + timedelta(days=2)
        programmes = [programme_of(order, tomorrow, movie) for order in (screens, screens[::-1])]
        plan = Plan(movie_id=movie.pk, screen_id=screens[1].pk, show_date=tomorrow, show_time=time(12))
        calls = [partial(autoplanning.schedule_shows, programme=one, by=manager, now=now) for one in programmes]
        outcomes = race([*calls, partial(planning.plan_show, plan=plan, by=manager, now=now)])
        filled = [outcome for outcome in winners(outcomes) if isinstance(outcome, autoplanning.Schedule)]
        assert len(filled) == 2
        refused = isinstance(outcomes[2], ScreenTaken)
        if refused:  # the screen was full first: the refusal names who has it
            assert Show.objects.get(pk=outcomes[2].data["show_id"]).screen == screens[1]
        written = Show.objects.count() - (not refused)
        assert written == sum(len(schedule.placed) for schedule in filled) > 0

    def test_ends_without_an_overlap_when_two_managers_and_an_auto_schedule_want_one_screen(
        self, transactional_db, manager, admin, now
    ):
        movie, tomorrow = MovieFactory(duration=100), now.date() + timedelta(days=2)
        lost = 0
        for _ in range(6):
            screen = ScreenFactory()
            plans = [
                Plan(movie_id=movie.pk, screen_id=screen.pk, show_date=tomorrow, show_time=at)
                for at in (time(12), time(12, 40))
            ]
            calls = [
                partial(planning.plan_show, plan=plan, by=by, now=now)
                for plan, by in zip(plans, (manager, admin), strict=True)
            ]
            programme = programme_of([screen], tomorrow, movie)
            outcomes = race([*calls, partial(autoplanning.schedule_shows, programme=programme, by=admin, now=now)])
            won = winners(outcomes)
            assert any(isinstance(outcome, autoplanning.Schedule) for outcome in won)  # it plans around what is there
            shows = list(Show.objects.filter(screen=screen).order_by("starts_at"))
            assert all(one.free_at <= two.starts_at for one, two in pairwise(shows))
            for refused in (outcome for outcome in outcomes if isinstance(outcome, ScreenTaken)):
                lost += 1
                in_the_way = next(show for show in shows if show.pk == refused.data["show_id"])
                start = in_the_way.starts_at.astimezone(screen.venue.zone)
                assert refused.detail.startswith(
                    f"{screen} is taken by {movie} on {start:%-d %B %Y} from {start:%H:%M}"
                )
        assert lost >= 6  # the two managers' shows overlap: one of them loses every time

    def test_from_a_template_twice_at_once_beside_a_manager_ends_without_an_overlap(
        self, transactional_db, manager, admin, now
    ):
        for _ in range(3):
            show = ShowFactory(seats=5)  # a screen with seats, and something on it
            screen, movie = show.screen, show.movie
            template = TemplateMovieFactory(
                template__venue=screen.venue, template__weeks_ahead=1, movie=movie
            ).template
            days = filling.next_days(template, now)
            day = days[1]
            plan = Plan(movie_id=movie.pk, screen_id=screen.pk, show_date=day, show_time=time(12))
            fill = partial(filling.fill, template=template, days=days, by=admin, now=now)
            outcomes = race([fill, fill, partial(planning.plan_show, plan=plan, by=manager, now=now)])
            assert len([outcome for outcome in winners(outcomes) if isinstance(outcome, weighed.Filled)]) >= 1
            shows = list(Show.objects.filter(screen=screen).order_by("starts_at"))
            assert all(one.free_at <= two.starts_at for one, two in pairwise(shows))
            if isinstance(outcomes[2], ScreenTaken):
                assert outcomes[2].data["show_id"] in [show.pk for show in shows]


def programme_of(screens, day, movie) -> Programme:
    assignments = tuple(Assignment(screen.pk, (MovieWish(movie.pk, 1),)) for screen in screens)
    return Programme(
        start_date=day, days=2, buffer_minutes=10, opens_at=time(10), closes_at=time(23), assignments=assignments
    )


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        (waiting,) = cursor.fetchone()
    return waiting == 1
