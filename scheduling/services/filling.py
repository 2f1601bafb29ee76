"""Keeping a venue's programme filled from its template."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from accounts.models import User
from cinema.core.errors import DomainError
from scheduling.errors import UnknownTemplate
from scheduling.models import ScheduleTemplate
from scheduling.services import weighed
from scheduling.services.weighed import Filled, Work
from scheduling.weighing import Money, Wanted

logger = logging.getLogger(__name__)
A_DAY = timedelta(days=1)


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


def draw_up(
    *, template: ScheduleTemplate, days: Sequence[date], by: User | None, now: datetime, improves: bool = False
) -> Filled:
    """Plan days of a venue and write nothing.

    :raises DomainError: as `weighed.draw_up`.
    """
    return weighed.draw_up(work=_work(template, days), by=by, now=now, improves=improves)


def fill(
    *, template: ScheduleTemplate, days: Sequence[date], by: User | None, now: datetime, improves: bool = False
) -> Filled:
    """Plan days of a venue and put all the shows on their screens, or none; the template remembers that they are done.

    :raises DomainError: as `weighed.plan`.
    """
    return weighed.plan(work=_work(template, days), by=by, now=now, improves=improves)


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
            if days:
                added += len(fill(template=template, days=days, by=None, now=now, improves=template.improves).placed)
        except DomainError as refusal:
            logger.warning("venue %s was not filled: %s", template.venue_id, refusal.detail)
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return added


def _work(template: ScheduleTemplate, days: Sequence[date]) -> Work:
    rows = template.movies.filter(movie__is_active=True).select_related("movie").order_by("id")
    wanted = [
        Wanted(
            movie_id=row.movie_id,
            least=row.least,
            most=row.most,
            screen_id=row.screen_id,
            share=float(row.share),
            from_day=row.from_day,
            until_day=row.until_day,
            is_clean=row.is_clean,
            starts_from=row.starts_from,
            ends_by=row.ends_by,
        )
        for row in rows
    ]
    return Work(
        venue=template.venue,
        days=days,
        opens_at=template.venue.opens_at,
        closes_at=template.venue.closes_at,
        buffer_minutes=template.buffer_minutes,
        movies={row.movie_id: row.movie for row in rows},
        wanted=wanted,
        money=Money(show_cost=float(template.show_cost), food_margin=float(template.food_margin)),
        is_draft=template.as_drafts,
        template_id=template.pk,
    )
