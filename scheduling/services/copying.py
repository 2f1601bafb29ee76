"""Putting the shows of one day on other days: what staff do with last week before they change it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from accounts.models import User
from cinema.core import formats
from cinema.core.errors import DomainError
from scheduling.errors import CannotCopy, NothingToCopy, ScreenTaken
from scheduling.models import Show
from scheduling.services import planning, pricing
from scheduling.services.planning import Plan
from scheduling.states import ShowStatus

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Copied:
    """How many shows were added, and how many stood there already."""

    added: int
    there: int


@transaction.atomic(durable=True)
def copy_days(*, venue_id: int, days: Mapping[date, date], is_draft: bool, by: User, now: datetime) -> Copied:
    """Put every show of some days of a venue on other days, at the same wall clock, all or none.

    A show that stands there already, the same movie at the same time on the same screen, is left alone.

    :raises NothingToCopy: when there is no show on the days to copy from.
    :raises CannotCopy: naming each show that cannot be, and the show or the rule in its way.
    """
    models = list(_standing(venue_id, days.keys()))
    if not models:
        raise NothingToCopy
    for screen_id in sorted({show.screen_id for show in models}):
        Show.objects.guarded_screen(screen_id)
    around = [day + timedelta(days=offset) for day in days.values() for offset in (-1, 0, 1)]
    there = list(_standing(venue_id, around))
    wanted = [(show, days[show.show_date]) for show in models]
    copies, refusals, same = _copies(wanted, there, is_draft=is_draft, now=now)
    if refusals:
        raise CannotCopy(" ".join(refusals[:MOST_NAMED]) + _more(refusals), refusals=refusals)
    _save(copies)
    return Copied(len(copies), same)


def _standing(venue_id: int, days: Iterable[date]) -> Iterable[Show]:
    shows = Show.objects.exclude(status=ShowStatus.CANCELLED).filter(screen__venue=venue_id, show_date__in=list(days))
    return shows.select_related("movie", "screen__venue").order_by("starts_at", "screen_id")


def _copies(
    wanted: Sequence[tuple[Show, date]], there: Sequence[Show], *, is_draft: bool, now: datetime
) -> tuple[list[Show], list[str], int]:
    copies: list[Show] = []
    refusals: list[str] = []
    same = 0
    for model, day in wanted:
        try:
            copy = _copy(model, day, is_draft=is_draft, now=now)
            if _is_there(copy, there):
                same += 1
            else:
                _require_free(copy, [*there, *copies])
                copies.append(copy)
        except DomainError as refusal:
            start = model.local_start()
            refusals.append(f"{model.movie.title} of {start:%-d %B}, {formats.time_of_day(start)}: {refusal.detail}")
    return copies, refusals, same


def _copy(model: Show, day: date, *, is_draft: bool, now: datetime) -> Show:
    plan = Plan(
        movie_id=model.movie_id,
        screen_id=model.screen_id,
        show_date=day,
        show_time=model.local_start().time().replace(tzinfo=None, fold=0),
        status=ShowStatus.DRAFT if is_draft else ShowStatus.UPCOMING,
        format=model.format,
        language=model.language,
        has_captions=model.has_captions,
        has_audio_description=model.has_audio_description,
        has_sign_language=model.has_sign_language,
    )
    return planning.drawn_up(plan, movie=model.movie, screen=model.screen, now=now)


def _is_there(copy: Show, there: Iterable[Show]) -> bool:
    same = (copy.movie_id, copy.screen_id, copy.starts_at)
    return any((show.movie_id, show.screen_id, show.starts_at) == same for show in there)


def _require_free(copy: Show, others: Iterable[Show]) -> None:
    for other in others:
        if other.screen_id == copy.screen_id and other.starts_at < copy.free_at and copy.starts_at < other.free_at:
            raise planning.taken_by(other)


def _save(copies: Sequence[Show]) -> None:
    try:
        with transaction.atomic():
            Show.objects.bulk_create(copies, batch_size=500)
    except IntegrityError as refused:  # decided by PostgreSQL, whatever was read before
        if not isinstance(refused.__cause__, ExclusionViolation):
            raise
        raise ScreenTaken from refused
    pricing.put_prices(copies)


def _more(refusals: Sequence[str]) -> str:
    left = len(refusals) - MOST_NAMED
    return f" And {left} more." if left > 0 else ""
