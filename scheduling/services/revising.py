"""Changing what a show is, not where and when: that is moving it, and ending it is cancelling it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from scheduling import rules
from scheduling.errors import ShowIsFixed, ShowsStarted, UnknownShow
from scheduling.models import Show
from scheduling.states import TRANSITIONS, ShowStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is said about a show."""

    status: ShowStatus
    format: str
    language: str
    has_captions: bool
    has_audio_description: bool
    has_sign_language: bool


def open_steps(show: Show) -> list[ShowStatus]:
    """List the states a show may be left in or brought to here; it is cancelled elsewhere, for that ends bookings."""
    status = ShowStatus(show.status)
    return [status, *(step for step in TRANSITIONS[status] if step != ShowStatus.CANCELLED)]


@transaction.atomic(durable=True)
def revise_show(*, show_id: int, facts: Facts, by: User, now: datetime) -> Show:
    """Change what is said about a show, and whether it sells.

    :raises UnknownShow: if there is no such show.
    :raises ShowsStarted: if it has begun or is cancelled.
    :raises ShowIsFixed: if customers know it and its format or language would change, or its state cannot.
    :raises FormatNotOffered, LanguageNotOffered: if the screen or the movie does not have it.
    """
    Show.objects.guarded_alone(show_id)
    show = Show.objects.select_related("movie", "screen__venue").filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    if show.starts_at <= now or show.status == ShowStatus.CANCELLED:
        raise ShowsStarted("This show has begun or is cancelled: it stays as it is.", show_ids=[show_id])
    _require_free_to_change(show, facts)
    is_same = (facts.format, facts.language) == (show.format, show.language)
    show.format = show.format if is_same else rules.format_of(facts.format, show.movie, show.screen)
    show.language = show.language if is_same else rules.language_of(facts.language, show.movie)
    show.status = facts.status
    show.has_captions, show.has_audio_description = facts.has_captions, facts.has_audio_description
    show.has_sign_language = facts.has_sign_language
    show.save()
    return show


def _require_free_to_change(show: Show, facts: Facts) -> None:
    if facts.status not in open_steps(show):
        raise ShowIsFixed(
            f"A show that is {show.get_status_display().lower()} does not become {facts.status.lower()}."
        )
    if show.status != ShowStatus.DRAFT and (facts.format, facts.language) != (show.format, show.language):
        raise ShowIsFixed("Customers may have bought it for its format and language: cancel it and plan another.")
