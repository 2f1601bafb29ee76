"""When a screen has room for a movie."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling import rules
from scheduling.clock import Span, hours, next_minute
from scheduling.gaps import Slot, slots
from scheduling.models import Show
from scheduling.services import planning
from scheduling.states import ShowStatus


@dataclass(frozen=True, slots=True)
class FreeSlots:
    slots: list[Slot]
    zone: ZoneInfo


def free_slots(*, screen_id: int, movie_id: int, day: date, now: datetime) -> FreeSlots:
    """List when a movie could start on a screen within one day's opening hours of its venue, be it after midnight.

    A day that is over, or more than two years away, has none.

    :raises UnknownMovie: if there is no such movie.
    :raises UnknownScreen: if there is no such screen.
    :raises MovieNotShowable: if the movie is archived or not released by that day.
    :raises ScreenOutOfService: if the screen takes no new shows.
    :raises FormatNotOffered: if the screen has no format of the movie.
    """
    screen = planning.open_screen(screen_id)
    movie, venue = planning.showable_movie(movie_id, on=day), screen.venue
    rules.format_of("", movie, screen)
    days_ahead = (day - now.astimezone(venue.zone).date()).days
    if not -1 <= days_ahead <= planning.FARTHEST.days:  # yesterday's evening may not be over yet
        return FreeSlots([], venue.zone)
    opening = hours(day, venue.opens_at, venue.closes_at, venue.zone)
    minutes = planning.minutes_of(movie, screen)
    running = timedelta(minutes=minutes.pre_show + minutes.feature + minutes.interval)
    turnaround = timedelta(minutes=minutes.turnaround)
    others = Show.objects.exclude(status=ShowStatus.CANCELLED).filter(
        screen=screen, free_at__gt=opening.start, starts_at__lt=opening.end + turnaround
    )
    taken = [Span(*times) for times in others.values_list("starts_at", "free_at")]
    ahead = Span(max(opening.start, next_minute(now)), opening.end)
    return FreeSlots(slots(ahead, taken, running=running, turnaround=turnaround), venue.zone)
