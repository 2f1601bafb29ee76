"""Keeping a venue's programme filled from its template: the engine weighs the shows, all of them are written or none."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Q, QuerySet
from psycopg.errors import ExclusionViolation

from accounts.models import User
from cinema.core.errors import DomainError
from scheduling import expectations
from scheduling.drafting import opening_of
from scheduling.engine import checker, greedy
from scheduling.engine.plans import Report, Solution
from scheduling.errors import ScreensChanged, TemplateEmpty, UnknownTemplate
from scheduling.hybrid import Placed
from scheduling.models import ScheduleTemplate, Show
from scheduling.services import autoplanning, planning
from scheduling.states import ShowStatus
from scheduling.weighing import Case, Hall, Money, Wanted
from venues.models import Screen, SeatCategory

logger = logging.getLogger(__name__)
A_DAY = timedelta(days=1)
TRIES = 3  # of planning anew when somebody changed the screens meanwhile


@dataclass(frozen=True)
class Filled:
    """What was planned for the days of a case, and the engine's account of it; `written` only if it was not a dry run."""

    case: Case
    placed: list[Placed]
    report: Report
    written: bool


def next_days(template: ScheduleTemplate, now: datetime) -> list[date]:
    """List the days from tomorrow that are still to be filled, up to the template's weeks (load `venue` with it)."""
    tomorrow = now.astimezone(template.venue.zone).date() + A_DAY
    first = max(tomorrow, template.filled_until or tomorrow)
    until = tomorrow + timedelta(weeks=template.weeks_ahead)
    return [first + A_DAY * number for number in range(max((until - first).days, 0))]


def template_of(venue_id: int) -> ScheduleTemplate:
    """Find the template of a venue.

    :raises UnknownTemplate: if there is none.
    """
    template = ScheduleTemplate.objects.select_related("venue").filter(venue=venue_id).first()
    if template is None:
        raise UnknownTemplate
    return template


def draw_up(*, template: ScheduleTemplate, days: Sequence[date], by: User | None, now: datetime) -> Filled:
    """Plan days of a venue and write nothing.

    :raises TemplateEmpty: when there is nothing to show, or nowhere.
    :raises ShowInPast: when the first day is over.
    :raises ShowTooFarAhead: when the last day is more than two years away.
    """
    today = now.astimezone(template.venue.zone).date()
    for day in (days[0], days[-1]):
        planning.require_near(day, today=today)
    case = _case(template, days, now)
    solution = _solved(case)
    return Filled(case, case.placed(solution.plan), solution.report, written=False)


def fill(*, template: ScheduleTemplate, days: Sequence[date], by: User | None, now: datetime) -> Filled:
    """Plan days of a venue and put all the shows on their screens, with prices; what is there stays as it is.

    It is weighed without a lock, for that may take long; under the locks only what has not changed meanwhile is written.

    :raises TemplateEmpty: when there is nothing to show, or nowhere.
    :raises ScreensChanged: when somebody changed these screens again and again.
    :raises ScreenTaken: naming the show that took a screen in spite of everything, decided by PostgreSQL.
    """
    for _ in range(TRIES):
        drawn = draw_up(template=template, days=days, by=by, now=now)
        if _written(template, drawn, days, now):
            logger.info(
                "%s filled %s days of venue %s: %s shows",
                by or "the night",
                len(days),
                template.venue_id,
                len(drawn.placed),
            )
            return Filled(drawn.case, drawn.placed, drawn.report, written=True)
    raise ScreensChanged


def fill_all(*, now: datetime) -> int:
    """Keep every venue filled that has an active template; one that cannot be stops no other. Answers how many shows.

    A second run adds nothing: the days before `filled_until` are done.

    :raises DomainError: the first refusal, once every venue had its turn.
    """
    added, refusals = 0, []
    templates = ScheduleTemplate.objects.filter(is_active=True).select_related("venue").order_by("id")
    for template in templates:
        days = next_days(template, now)
        try:
            added += len(fill(template=template, days=days, by=None, now=now).placed) if days else 0
        except DomainError as refusal:
            logger.warning("venue %s was not filled: %s", template.venue_id, refusal.detail)
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return added


def _solved(case: Case) -> Solution:
    solution = greedy.solve(case.problem)
    if wrong := checker.violations(case.problem, solution.plan, solution.report.unmet):
        raise AssertionError(f"The engine broke a rule: {wrong[0].message}")  # a fault of ours, not of the template
    return solution


def _written(template: ScheduleTemplate, drawn: Filled, days: Sequence[date], now: datetime) -> bool:
    case = drawn.case
    screens, status = {hall.screen.pk: hall.screen for hall in case.halls}, _status(template)
    shows = [
        autoplanning.show_of(placed, screens[placed.screen_id], case.movies[placed.movie_id], status, now)
        for placed in drawn.placed
    ]
    try:
        return _put_on(template, case, shows, days)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        raise autoplanning.clash(shows) from refused


@transaction.atomic(durable=True)
def _put_on(template: ScheduleTemplate, case: Case, shows: Sequence[Show], days: Sequence[date]) -> bool:
    for screen_id in sorted(hall.screen.pk for hall in case.halls):
        Show.objects.guarded_screen(screen_id)
    if _facts(_standing(case.halls, days)) != _facts(case.standing):
        return False
    autoplanning.put_on(shows)
    ScheduleTemplate.objects.filter(pk=template.pk).exclude(filled_until__gt=days[-1]).update(
        filled_until=days[-1] + A_DAY
    )
    return True


def _status(template: ScheduleTemplate) -> ShowStatus:
    return ShowStatus.DRAFT if template.as_drafts else ShowStatus.UPCOMING


def _case(template: ScheduleTemplate, days: Sequence[date], now: datetime) -> Case:
    venue = template.venue
    wanted = [
        Wanted(
            movie_id=row.movie_id,
            least=row.least,
            most=row.most,
            screen_id=row.screen_id,
            share=float(row.share),
            from_day=row.from_day,
            until_day=row.until_day,
        )
        for row in template.movies.filter(movie__is_active=True).order_by("id")
    ]
    movies = {row.movie_id: row.movie for row in template.movies.filter(movie__is_active=True).select_related("movie")}
    halls = _halls(template)
    openings = {day: opening_of(venue, day, venue.opens_at, venue.closes_at, now) for day in days}
    known = {day: span for day, span in openings.items() if span is not None}
    if not (movies and halls and known):
        raise TemplateEmpty
    today = now.astimezone(venue.zone).date()
    return Case(
        venue=venue,
        openings=known,
        halls=halls,
        movies=movies,
        wanted=wanted,
        standing=list(_standing(halls, days)),
        forecast=expectations.of_venue(venue.pk, today=today).forecast,
        money=Money(show_cost=float(template.show_cost), food_margin=float(template.food_margin)),
    )


def _halls(template: ScheduleTemplate) -> list[Hall]:
    venue = template.venue
    seats = Count("seats", filter=Q(seats__retired_at=None, seats__is_available=True) & ~Q(seats__seat_number=None))
    screens = Screen.objects.filter(venue=venue, is_available=True).annotate(seat_count=seats).order_by("id")
    prices = dict(
        SeatCategory.objects.filter(screen__venue=venue)
        .values_list("screen")
        .annotate(mean=Avg("base_price"))
        .values_list("screen", "mean")
    )
    found = []
    for screen in screens:
        screen.venue = venue
        if count := int(getattr(screen, "seat_count", 0)):
            gap = max(template.buffer_minutes, planning.turnaround_of(screen))
            found.append(Hall(screen, count, gap, float(prices.get(screen.pk, 0))))
    return found


def _standing(halls: Iterable[Hall], days: Sequence[date]) -> QuerySet[Show]:
    around = (days[0] - A_DAY, days[-1] + A_DAY)
    shows = Show.objects.exclude(status=ShowStatus.CANCELLED).filter(show_date__range=around)
    return shows.filter(screen__in=[hall.screen.pk for hall in halls]).order_by("starts_at", "id")


def _facts(shows: Iterable[Show]) -> list[tuple[int, datetime, datetime]]:
    return [(show.screen_id, show.starts_at, show.free_at) for show in shows]
