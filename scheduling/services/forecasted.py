"""The auto-schedule of given screens by what is expected of the shows, in the words of `autoplanning`."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from accounts.models import User
from catalog.models import Movie
from scheduling.drafting import Programme
from scheduling.engine import greedy
from scheduling.engine.plans import Unmet
from scheduling.errors import NothingToWeigh, SeveralVenues, TooMuchToWeigh
from scheduling.hybrid import Notice, Warned
from scheduling.models import ScheduleTemplate
from scheduling.picture import SAID
from scheduling.services import autoplanning, filling, weighed
from scheduling.services.autoplanning import Schedule
from scheduling.services.weighed import Filled, Work
from scheduling.weighing import Money, Wanted
from venues.models import Screen

MOST_SCREEN_DAYS = 31 * 20  # the contract's: ten seconds of processor (docs/scheduling.md)
THOUGHT_OVER = 140  # screen-days up to which each screen's day is thought over a second time, for a percent or two


def draw_up(*, programme: Programme, by: User, now: datetime) -> Schedule:
    """Weigh shows and write nothing.

    :raises DomainError: as `autoplanning.draw_up` and `weighed.draw_up`.
    :raises SeveralVenues: when the screens are not all of one venue.
    :raises TooMuchToWeigh: when it would take long.
    """
    screens, work = _work(programme, now)
    return _schedule(programme, screens, weighed.draw_up(work=work, by=by, now=now))


def schedule_shows(*, programme: Programme, by: User, now: datetime) -> Schedule:
    """Weigh shows and put all of them on their screens, with prices, or none; what is there stays as it is.

    :raises DomainError: as `draw_up` and `weighed.plan`.
    """
    screens, work = _work(programme, now)
    return _schedule(programme, screens, weighed.plan(work=work, by=by, now=now))


def _work(programme: Programme, now: datetime) -> tuple[Mapping[int, Screen], Work]:
    screens = autoplanning.known_screens(programme, now)
    venues = {screen.venue_id: screen.venue for screen in screens.values()}
    if len(venues) > 1:
        raise SeveralVenues
    if not venues:
        raise NothingToWeigh
    if len(screens) * programme.days > MOST_SCREEN_DAYS:
        raise TooMuchToWeigh
    wishes = [(assignment.screen_id, wish) for assignment in programme.assignments for wish in assignment.movies]
    wanted = [
        Wanted(movie_id=wish.movie_id, least=wish.min_shows_per_day, most=wish.max_shows_per_day, screen_id=screen_id)
        for screen_id, wish in wishes
    ]
    venue = next(iter(venues.values()))
    template = ScheduleTemplate.objects.filter(venue=venue).first()
    movies = Movie.objects.filter(is_active=True).in_bulk({wish.movie_id for wish in wanted})
    return screens, Work(
        venue=venue,
        days=programme.dates,
        opens_at=programme.opens_at,
        closes_at=programme.closes_at,
        buffer_minutes=programme.buffer_minutes,
        movies=movies,
        wanted=wanted,
        money=filling.money_of(template) if template else Money(),
        screen_ids=frozenset(screens),
        rounds=greedy.ROUNDS if len(screens) * programme.days <= THOUGHT_OVER else 0,
        is_draft=programme.is_draft,
    )


def _schedule(programme: Programme, screens: Mapping[int, Screen], filled: Filled) -> Schedule:
    notices = sorted(_notices(programme, screens, filled), key=lambda notice: str(notice.context["day"]))
    return Schedule(filled.placed, notices, screens, filled.report)


def _notices(programme: Programme, screens: Mapping[int, Screen], filled: Filled) -> Iterator[Notice]:
    used = {hall.screen.pk for hall in filled.case.halls}
    for assignment in programme.assignments:
        for day in programme.dates:
            if assignment.screen_id not in used:
                message = "This screen is out of service, or has no seats."
                yield Notice(Warned.MISSING_SCREEN, message, assignment.screen_id, {"day": day})
            elif day not in filled.case.openings:
                message = "The venue is closed at these times."
                yield Notice(Warned.INVALID_WINDOW, message, assignment.screen_id, {"day": day})
            else:
                yield from _missing(assignment.screen_id, day, [wish.movie_id for wish in assignment.movies], filled)
    for miss in filled.report.unmet:
        yield _unmet(miss, filled)


def _missing(screen_id: int, day: date, wanted: list[int], filled: Filled) -> Iterator[Notice]:
    for movie_id in wanted:
        movie = filled.case.movies.get(movie_id)
        if movie is None or not movie.is_released(day):
            message = "This movie does not exist, is archived, or is not released by that day."
            yield Notice(Warned.MISSING_MOVIE, message, screen_id, {"day": day, "movie_id": movie_id})


def _unmet(miss: Unmet, filled: Filled) -> Notice:
    quota = miss.quota
    message = f"{miss.scheduled} shows instead of at least {quota.least}: {SAID[miss.blocker]}."
    facts = {"movie_id": quota.film, "scheduled": miss.scheduled, "min": quota.least, "blocker": miss.blocker.value}
    context = {"day": filled.case.days[miss.day], **facts}
    return Notice(Warned.UNMET_MIN_QUOTA, message, quota.screen or 0, context)
