"""Keeping a venue filled from its template: service, night's job, command and page."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from random import Random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.forms.models import model_to_dict
from django.urls import reverse

from cinema.core.errors import DomainError
from scheduling.engine import checker
from scheduling.engine.plans import PlacedShow, Plan, Solution
from scheduling.errors import NothingToWeigh, ScreensChanged, ScreenTaken, UnknownTemplate
from scheduling.models import ScheduleTemplate, Show, ShowCategoryPricing
from scheduling.services import filling, weighed
from scheduling.services.weighed import Filled
from scheduling.states import ShowStatus
from scheduling.tasks import fill_programmes
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ScheduleTemplateFactory, ShowFactory, TemplateMovieFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, VenueFactory, block_of_seats
from tests.scheduling.test_autoplanning import written

NOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # on the clocks of Mumbai
TOMORROW = date(2026, 7, 2)


def hall(venue, seats: int = 20, **facts):
    screen = ScreenFactory(venue=venue, **facts)
    category = SeatCategoryFactory(screen=screen, rows=1, cols=seats, base_price=Decimal("200.00"))
    block_of_seats(category, rows=[1], cols=seats)
    return screen


@pytest.fixture
def template(db) -> ScheduleTemplate:
    """Two screens in Mumbai, a week ahead; Dune at least twice a day and at most four times, Jaws as it pays."""
    template = ScheduleTemplateFactory(venue=VenueFactory(name="Plaza", code="PLZ"), weeks_ahead=1)
    for number in (1, 2):
        hall(template.venue, screen_name=f"Screen {number}")
    TemplateMovieFactory(template=template, movie=MovieFactory(title="Dune", duration=150), least=2, most=4)
    TemplateMovieFactory(template=template, movie=MovieFactory(title="Jaws", duration=110), least=0)
    return template


def fill(template, days=None, now=NOON) -> Filled:
    return filling.fill(template=template, days=days or filling.next_days(template, now), by=None, now=now)


def broken(filled: Filled) -> list[str]:
    """Ask the independent checker about the rows that were written, not about what the engine said."""
    case = filled.case
    new = Show.objects.filter(screen__venue=case.venue).exclude(pk__in=[show.pk for show in case.standing])
    spans = [case.openings[day] for day in case.days]
    shows = [
        PlacedShow(
            next(n for n, span in enumerate(spans) if span.start <= show.starts_at < span.end),
            show.screen_id,
            (show.starts_at - case.reference) // timedelta(minutes=1),
            (show.ends_at - case.reference) // timedelta(minutes=1),
            show.movie_id,
        )
        for show in new
    ]
    return [wrong.message for wrong in checker.violations(case.problem, Plan(tuple(shows)), filled.report.unmet)]


class TestFill:
    def test_plans_the_days_ahead_as_drafts_with_prices(self, template):
        filled = fill(template)
        shows = Show.objects.all()
        assert filled.written
        assert len(filled.placed) == shows.count() > 7 * 2
        assert set(shows.values_list("status", flat=True)) == {ShowStatus.DRAFT}
        assert {show.show_date for show in shows} == {TOMORROW + timedelta(days=number) for number in range(7)}
        assert ShowCategoryPricing.objects.count() == shows.count()
        for number in range(7):
            dune = shows.filter(movie__title="Dune", show_date=TOMORROW + timedelta(days=number)).count()
            assert 2 <= dune <= 4
        assert broken(filled) == []

    def test_puts_them_on_sale_when_the_template_says_so(self, template):
        template.as_drafts = False
        template.save()
        fill(template)
        assert set(Show.objects.values_list("status", flat=True)) == {ShowStatus.UPCOMING}

    def test_adds_nothing_the_second_time_and_one_day_the_next_night(self, template):
        fill(template)
        template.refresh_from_db()
        assert template.filled_until == TOMORROW + timedelta(days=7)
        assert filling.next_days(template, NOON) == []
        assert filling.next_days(template, NOON + timedelta(days=1)) == [template.filled_until]

    def test_keeps_what_is_there_byte_for_byte(self, template):
        screen = template.venue.screens.first()
        there = ShowFactory(screen=screen, starts_at=datetime(2026, 7, 2, 8, 3, tzinfo=UTC), status=ShowStatus.OPEN)
        before = model_to_dict(there)
        filled = fill(template)
        assert model_to_dict(Show.objects.get(pk=there.pk)) == before
        assert broken(filled) == []

    def test_shows_a_movie_on_its_days_and_screens_only(self, template):
        screen = template.venue.screens.last()
        later = TOMORROW + timedelta(days=3)
        row = TemplateMovieFactory(template=template, screen=screen, from_day=later, least=1, most=1)
        fill(template)
        shows = Show.objects.filter(movie=row.movie)
        assert {show.show_date for show in shows} == {TOMORROW + timedelta(days=number) for number in range(3, 7)}
        assert {show.screen_id for show in shows} == {screen.pk}

    def test_keeps_a_movie_to_its_hours_and_a_clean_run_alone(self, template):
        children = TemplateMovieFactory(
            template=template, movie=MovieFactory(duration=90), least=2, starts_from=time(11), ends_by=time(19)
        )
        alone = TemplateMovieFactory(template=template, movie=MovieFactory(duration=120), least=1, is_clean=True)
        assert broken(fill(template)) == []
        for show in Show.objects.filter(movie=children.movie).select_related("screen__venue"):
            assert show.local_start().time() >= time(11)
            assert show.local_end().time() <= time(19)
        screens = set(Show.objects.filter(movie=alone.movie).values_list("screen", "show_date"))
        assert screens
        for screen, day in screens:
            assert set(Show.objects.filter(screen=screen, show_date=day).values_list("movie", flat=True)) == {
                alone.movie_id
            }

    def test_reports_the_rule_that_blocked_a_wish(self, template):
        TemplateMovieFactory(template=template, movie=MovieFactory(title="Epic", format=["IMAX"]), least=1)
        template.venue.screens.update(formats=["2D"])
        (miss, *_) = fill(template).report.unmet
        assert (miss.scheduled, miss.blocker) == (0, "FORMAT")

    def test_refuses_what_cannot_be(self, template, db):
        with pytest.raises(UnknownTemplate):
            filling.template_of(VenueFactory().pk)
        template.venue.screens.update(is_available=False)
        with pytest.raises(NothingToWeigh):
            fill(template)
        assert not Show.objects.exists()

    def test_plans_anew_when_somebody_changes_the_screens_meanwhile(self, template, monkeypatch):
        screen, solve = template.venue.screens.first(), weighed._solved
        solved: list[Solution] = []

        def slowly(case, **options):
            solution = solve(case, **options)
            if not solved:
                ShowFactory(screen=screen, starts_at=datetime(2026, 7, 2, 8, tzinfo=UTC))
            solved.append(solution)
            return solution

        monkeypatch.setattr(weighed, "_solved", slowly)
        assert broken(fill(template)) == []
        assert len(solved) == 2

    def test_gives_up_when_they_change_every_time(self, template, monkeypatch):
        screen, solve = template.venue.screens.first(), weighed._solved

        def slowly(case, **options):
            ShowFactory(screen=screen, starts_at=datetime(2026, 7, 2, 4 + 3 * Show.objects.count(), tzinfo=UTC))
            return solve(case, **options)

        monkeypatch.setattr(weighed, "_solved", slowly)
        with pytest.raises(ScreensChanged):
            fill(template)
        assert Show.objects.count() == weighed.TRIES

    @pytest.mark.django_db(transaction=True)
    def test_writes_all_or_nothing_and_names_the_show_in_the_way(self, template, monkeypatch):
        """Somebody wrote without the screen's lock, and after we had compared."""
        there = ShowFactory(screen=template.venue.screens.first(), starts_at=datetime(2026, 7, 2, 12, tzinfo=UTC))
        monkeypatch.setattr(weighed, "_standing", lambda *_: Show.objects.none())
        with pytest.raises(ScreenTaken) as refused:
            fill(template)
        assert refused.value.data == {"show_id": there.pk}
        assert list(Show.objects.all()) == [there]
        template.refresh_from_db()
        assert template.filled_until is None

    def test_draws_the_same_plan_and_writes_nothing(self, template):
        days, before = filling.next_days(template, NOON), written()
        drawn = filling.draw_up(template=template, days=days, by=None, now=NOON)
        assert not drawn.written
        assert written() == before
        assert fill(template).placed == drawn.placed


ZONES = {  # the first of three days, around a night in which the clocks change
    "Berlin in spring": ("Europe/Berlin", date(2027, 3, 27)),
    "Berlin in autumn": ("Europe/Berlin", date(2026, 10, 24)),
    "Mumbai": ("Asia/Kolkata", date(2026, 8, 14)),
}


class TestEveryPlan:
    @pytest.mark.parametrize("place", ZONES)
    def test_is_lawful_at_random_venues_with_shows_that_are_there(self, db, place):
        zone, first = ZONES[place]
        days = [first + timedelta(days=number) for number in range(3)]
        for seed in range(6):
            draw = Random(f"{place} {seed}")
            template = random_template(draw, zone)
            there = [show for screen in template.venue.screens.all() for show in random_shows(draw, screen, days)]
            before = [model_to_dict(show) for show in there]
            filled = fill(template, days)
            assert broken(filled) == [], seed
            assert [model_to_dict(Show.objects.get(pk=show.pk)) for show in there] == before
            assert no_overlap(template.venue)
            zone_of = template.venue.zone
            for show in Show.objects.filter(pk__gt=max((one.pk for one in there), default=0)):
                assert show.show_date == show.starts_at.astimezone(zone_of).date()


def random_template(draw: Random, zone: str) -> ScheduleTemplate:
    hours = draw.choice([(time(9), time(2)), (time(18), time(6)), (time(0), time(0)), (time(22), time(5))])
    venue = VenueFactory(
        time_zone=zone, opens_at=hours[0], closes_at=hours[1], turnaround_minutes=draw.choice([0, 17])
    )
    template = ScheduleTemplateFactory(venue=venue, buffer_minutes=draw.choice([0, 25]))
    for _ in range(draw.randint(1, 3)):
        hall(venue, draw.randint(5, 20), formats=draw.choice([[], ["2D"], ["2D", "3D"]]))
    for _ in range(draw.randint(1, 4)):
        least = draw.randint(0, 2)
        movie = MovieFactory(duration=draw.randint(30, 200), format=draw.choice([[], ["2D"], ["3D"]]))
        TemplateMovieFactory(template=template, movie=movie, least=least, most=draw.choice([None, least + 1]))
    return template


def random_shows(draw: Random, screen, days) -> list[Show]:
    """Put a few shows of other movies on a screen, one of them over the night in which the clocks change."""
    at = datetime.combine(days[0], time(draw.randint(9, 20), draw.randint(0, 59)), tzinfo=screen.venue.zone)
    starts = [at, at.astimezone(UTC) + timedelta(hours=draw.randint(5, 9)), at.astimezone(UTC) + timedelta(hours=26)]
    return [ShowFactory(screen=screen, starts_at=start, movie__duration=120) for start in starts[: draw.randint(0, 3)]]


def no_overlap(venue) -> bool:
    by_screen = [list(Show.objects.filter(screen=screen).order_by("starts_at")) for screen in venue.screens.all()]
    return all(one.free_at <= two.starts_at for shows in by_screen for one, two in pairwise(shows))


class TestTheNight:
    def test_fills_every_active_template_once(self, template, now):
        ScheduleTemplateFactory(is_active=False)
        fill_programmes()
        count = Show.objects.count()
        assert count > 0
        fill_programmes()
        assert Show.objects.count() == count

    def test_goes_on_after_a_venue_that_cannot_be_filled(self, template):
        template.movies.update(template=ScheduleTemplateFactory(venue=hall(VenueFactory()).venue))  # a later one
        with pytest.raises(DomainError):
            filling.fill_all(now=NOON)
        assert Show.objects.exists()

    def test_has_a_solver_look_for_better_where_the_template_wants_it(self, template, now):
        days = filling.next_days(template, now)[:2]
        quick = filling.draw_up(template=template, days=days, by=None, now=now)
        better = filling.fill(template=template, days=days, by=None, now=now, improves=True)
        assert better.report.objective >= quick.report.objective - 1e-6
        assert broken(better) == []


class TestTheCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("autoschedule", *arguments, stdout=out, stderr=StringIO())
        return out.getvalue()

    def test_draws_what_it_would_plan(self, template):
        said = self.run("--venue", "plz", "--dry-run")
        assert "A Dune:" in said
        assert "AAAAAAAAAAA·" in said
        assert "Screen 1" in said
        assert said.endswith("Dry run: nothing was written.\n")
        assert not Show.objects.exists()

    def test_plans_it_and_then_has_nothing_to_do(self, template):
        assert f"{Show.objects.count()} drafts" not in self.run()
        assert Show.objects.exists()
        assert "nothing to do" in self.run()

    def test_plans_given_days_whatever_was_filled(self, template, now):
        day = (now + timedelta(days=20)).date()
        said = self.run("--from", day.isoformat(), "--days", "1")
        assert f"{Show.objects.count()} drafts written." in said
        assert {show.show_date for show in Show.objects.all()} <= {day, day + timedelta(days=1)}

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--venue", "XXX"], "There is no venue XXX."),
            (["--from", "soon"], "is not a day"),
            (["--from", "2026-12-24", "--days", "0"], "--days is 1 to 56"),
            (["--from", "2020-01-01", "--days", "1"], "cannot start in the past"),
        ],
        ids=["venue", "day", "days", "past"],
    )
    def test_refuses_politely(self, template, arguments, said):
        with pytest.raises(CommandError, match=said):
            self.run(*arguments)
        assert not Show.objects.exists()


class TestThePage:
    def test_shows_the_plan_first_and_plans_it_when_told(self, client, admin, template):
        client.force_login(admin)
        path = reverse("admin:scheduling_template_fill", args=[template.pk])
        assert path in client.get(reverse("admin:scheduling_scheduletemplate_change", args=[template.pk])).text
        page = client.get(path).text
        assert "A Dune" in page
        assert not Show.objects.exists()
        assert client.post(path).status_code == 302
        assert Show.objects.exists()
        assert "Filled until" in client.get(path).text

    def test_says_why_nothing_can_be_planned(self, client, admin, template):
        client.force_login(admin)
        template.venue.screens.update(is_available=False)
        path = reverse("admin:scheduling_template_fill", args=[template.pk])
        assert "no screen in service" in client.get(path).text
        assert "no screen in service" in client.post(path).text

    def test_refuses_a_screen_of_another_venue_in_the_template(self, client, admin, template):
        client.force_login(admin)
        movie, here, elsewhere = MovieFactory(), template.venue.screens.first(), ScreenFactory()
        path = reverse("admin:scheduling_scheduletemplate_change", args=[template.pk])
        facts = {"venue": template.venue_id, "weeks_ahead": 1, "buffer_minutes": 0, "show_cost": 1, "food_margin": 1}
        rows = {"movies-TOTAL_FORMS": 1, "movies-INITIAL_FORMS": 0, "movies-0-movie": movie.pk}
        rows |= {"movies-0-least": 1, "movies-0-share": 0}
        assert "at another venue" in client.post(path, facts | rows | {"movies-0-screen": elsewhere.pk}).text
        assert client.post(path, facts | rows | {"movies-0-screen": here.pk}).status_code == 302
        assert template.movies.get(movie=movie).screen == here
