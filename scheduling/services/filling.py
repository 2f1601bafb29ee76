"""Planning days of a venue from its template, there and then."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from scheduling.engine.problem import Weights
from scheduling.errors import UnknownTemplate
from scheduling.models import ScheduleTemplate
from scheduling.services import weighed
from scheduling.services.weighed import Filled, Follower, Work
from scheduling.weighing import Money, Wanted

A_DAY = timedelta(days=1)
PATIENCE = 360.0  # seconds that a solver may look for better: below the job's limit (scheduling.tasks), with the rest


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How days are planned: so many seconds a solver may look for better (0: none is asked), and who follows it."""

    patience: float = 0.0
    follower: Follower = field(default_factory=Follower)


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
    *, template: ScheduleTemplate, days: Sequence[date], by: User | None, now: datetime, manner: Manner = Manner()
) -> Filled:
    """Plan days of a venue and write nothing.

    :raises DomainError: as `weighed.draw_up`.
    """
    work = _work(template, days, patience=manner.patience, follower=manner.follower)
    return weighed.draw_up(work=work, by=by, now=now)


def fill(
    *, template: ScheduleTemplate, days: Sequence[date], by: User | None, now: datetime, manner: Manner = Manner()
) -> Filled:
    """Plan days of a venue and put all the shows on their screens, or none; the template remembers that they are done.

    :raises DomainError: as `weighed.plan`.
    """

    def witness(drawn: Filled) -> None:
        done = ScheduleTemplate.objects.filter(pk=template.pk).exclude(filled_until__gt=days[-1])
        done.update(filled_until=days[-1] + A_DAY)
        manner.follower.witness(drawn)

    follower = Follower(told=manner.follower.told, witness=witness)
    work = _work(template, days, patience=manner.patience, follower=follower)
    return weighed.plan(work=work, by=by, now=now)


def money_of(template: ScheduleTemplate) -> Money:
    """Read what shows cost and leave at the template's venue, and what wishes are worth there."""
    weights = Weights(
        reach=(template.reach_one / 100, template.reach_two / 100, template.reach_three / 100),
        lobby_minutes=template.lobby_minutes,
        lobby_starts=template.lobby_starts,
        lobby_penalty=float(template.lobby_penalty),
        cleaning_minutes=template.cleaning_minutes,
        cleaning_crews=template.cleaning_crews,
        cleaning_penalty=float(template.cleaning_penalty),
        spacing_minutes=template.spacing_minutes,
        spacing_penalty=float(template.spacing_penalty),
        empty_seat=float(template.empty_seat),
        continuity_minutes=template.continuity_minutes,
        continuity_penalty=float(template.continuity_penalty),
    )
    return Money(show_cost=float(template.show_cost), food_margin=float(template.food_margin), weights=weights)


def _work(template: ScheduleTemplate, days: Sequence[date], *, patience: float, follower: Follower) -> Work:
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
        money=money_of(template),
        is_draft=template.as_drafts,
        patience=patience,
        follower=follower,
    )
