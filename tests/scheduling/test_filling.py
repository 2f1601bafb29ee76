"""Filling a venue from its template, there and then: service and command."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from random import Random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.forms.models import model_to_dict

from scheduling.engine import checker, improver
from scheduling.engine.improver import Effort
from scheduling.engine.plans import PlacedShow, Plan, Solution
from scheduling.errors import NothingToWeigh, ScreensChanged, ScreenTaken, UnknownTemplate
from scheduling.models import ScheduleTemplate, Show, ShowCategoryPricing
from scheduling.services import filling, weighed
from scheduling.services.filling import Manner
from scheduling.services.weighed import Filled
from scheduling.states import ShowStatus
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ScheduleTemplateFactory, ShowFactory, TemplateMovieFactory
from tests.factories.venues import VenueFactory
from tests.scheduling.conftest import NOON, TOMORROW, hall
from tests.scheduling.test_autoplanning import written


def fill(template, days=None, now=NOON, **options) -> Filled:
    days = days or filling.next_days(template, now)
    return filling.fill(template=template, days=days, by=None, now=now, **options)


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

        def slowly(case, work):
            solution = solve(case, work)
            if not solved:
                ShowFactory(screen=screen, starts_at=datetime(2026, 7, 2, 8, tzinfo=UTC))
            solved.append(solution)
            return solution

        monkeypatch.setattr(weighed, "_solved", slowly)
        assert broken(fill(template)) == []
        assert len(solved) == 2

    def test_gives_up_when_they_change_every_time(self, template, monkeypatch):
        screen, solve = template.venue.screens.first(), weighed._solved

        def slowly(case, work):
            ShowFactory(screen=screen, starts_at=datetime(2026, 7, 2, 4 + 3 * Show.objects.count(), tzinfo=UTC))
            return solve(case, work)

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


class TestPatience:
    def test_has_a_solver_look_for_better_where_it_is_asked(self, template, now):
        days = filling.next_days(template, now)[:2]
        quick = filling.draw_up(template=template, days=days, by=None, now=now)
        better = filling.fill(template=template, days=days, by=None, now=now, manner=Manner(patience=60))
        assert better.report.objective >= quick.report.objective - 1e-6
        assert broken(better) == []

    def test_is_for_all_tries_together(self, template, monkeypatch):
        """Whoever changes the screens meanwhile makes nobody wait longer than was said."""
        screen, solve, given = template.venue.screens.first(), improver.solve, []

        def slowly(problem, *, effort, told):
            given.append(effort.seconds)
            ShowFactory(screen=screen, starts_at=datetime(2026, 7, 2, 4 + 3 * len(given), tzinfo=UTC))
            solution = solve(problem, effort=Effort(seconds=0), told=told)
            return replace(solution, report=replace(solution.report, seconds=200.0))

        monkeypatch.setattr(improver, "solve", slowly)
        with pytest.raises(ScreensChanged):
            fill(template, manner=Manner(patience=300))
        assert given == [300, 100, weighed.LEAST_PATIENCE]


class TestTheCommand:
    def run(self, *arguments: str, terminal: StringIO | None = None) -> str:
        out = StringIO()
        call_command("autoschedule", *arguments, stdout=out, stderr=terminal or StringIO())
        return out.getvalue()

    def test_says_day_by_day_how_far_it_is(self, template, monkeypatch):
        piped, terminal = StringIO(), StringIO()
        monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
        self.run("--venue", "PLZ", "--dry-run", terminal=piped)
        self.run("--venue", "PLZ", "--dry-run", terminal=terminal)
        task = "Weighing 7 days of Plaza"
        lines = [f"{task}: {day} of 7 done" for day in range(1, 8)]
        assert piped.getvalue().splitlines() == [f"{task} …", *lines]
        assert terminal.getvalue() == "\r".join([f"{task} …", *lines]) + "\n"

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
