"""What is expected, and how wrong that was: the forecast of a venue in the back office."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from booking.models import SeatLock
from booking.states import LockStatus
from catalog.models import Movie
from ops.forms import WeekForm
from scheduling import expectations
from scheduling.expectations import Expectations
from scheduling.forecast import HELD_DAYS, Expected, Forecast
from scheduling.models import ForecastOverride, Show
from scheduling.states import PartOfDay, ShowStatus
from venues.models import Screen, Venue

DAYS = 7
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class MovieRow:
    """One movie, with what is expected of it in each part of a day."""

    movie: Movie
    parts: Sequence[Expected]

    @property
    def known_from(self) -> list[str]:
        """Name what the numbers rest on, each once."""
        return list(dict.fromkeys(expected.basis.value for expected in self.parts if not expected.is_entered))

    @property
    def doubts(self) -> list[str]:
        return list(dict.fromkeys(doubt for expected in self.parts for doubt in expected.doubts))


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day as it is planned: shows, seats, what is expected of them, what is sold already."""

    day: date
    shows: int
    seats: int
    expected: float
    sold: int

    @property
    def share(self) -> float:
        return 100 * self.expected / self.seats if self.seats else 0.0


def show_forecast(request: HttpRequest) -> HttpResponse:
    """Show a venue's forecast for a day, its error on the last weeks, and what is expected of the plan."""
    if not request.user.has_perm("scheduling.view_forecastoverride"):
        raise PermissionDenied
    asked = WeekForm(request.GET)
    asked.is_valid()
    venue = asked.cleaned_data.get("venue") or Venue.objects.order_by("-is_default", "id").first()
    if venue is None:
        messages.error(request, "Make a venue first.")
        return HttpResponseRedirect(reverse("admin:index"))
    today = timezone.now().astimezone(venue.zone).date()
    day = asked.cleaned_data.get("day") or today + timedelta(days=1)
    context = {
        **admin.site.each_context(request),
        "title": f"Forecast of {venue.name}",
        "venue": venue,
        "venues": Venue.objects.order_by("name"),
        "day": day,
        "is_past": day < today,
        "entered": ForecastOverride.objects.filter(venue=venue).select_related("movie").order_by("movie__title", "id"),
        **_numbers(expectations.of_venue(venue.pk, today=today), venue, day, today),
    }
    return TemplateResponse(request, "admin/ops/forecast.html", context)


def _numbers(learnt: Expectations, venue: Venue, day: date, today: date) -> dict[str, Any]:
    forecast, error = learnt.forecast, learnt.error()
    movies = {movie.pk: movie for movie in Movie.objects.filter(Q(is_active=True) | Q(pk__in=forecast.levels))}
    rows = [
        MovieRow(movie, [forecast.expect(movie.pk, day, part) for part in PartOfDay])
        for movie in movies.values()
        if movie.is_active and movie.is_released(day)
    ]
    known = error.by_movie if error else {}
    return {
        "forecast": forecast,
        "parts": [(part, forecast.parts.get(part)) for part in PartOfDay],
        "weekdays": [(name, forecast.weekdays.get(number)) for number, name in enumerate(WEEKDAYS)],
        "error": error,
        "off": [f"{100 * share:.0f} %" for share in (error.error, error.naive_error)] if error else [],
        "held_days": HELD_DAYS,
        "bias": f"{100 * error.bias:+.0f} %" if error else "",
        "wrong": sorted(((movies[pk], *numbers) for pk, numbers in known.items() if pk in movies), key=_title),
        "rows": sorted(rows, key=lambda row: -sum(expected.admissions for expected in row.parts)),
        "plan": _plan(venue, forecast, today),
    }


def _title(row: tuple[Movie, int, float]) -> str:
    return row[0].title


def _plan(venue: Venue, forecast: Forecast, today: date) -> list[DayRow]:
    standing = Q(seats__retired_at=None, seats__is_available=True)
    seats = dict(Screen.objects.filter(venue=venue).annotate(n=Count("seats", filter=standing)).values_list("pk", "n"))
    ahead = Show.objects.exclude(status=ShowStatus.CANCELLED).filter(
        screen__venue=venue, show_date__gte=today, show_date__lt=today + timedelta(days=DAYS)
    )
    taken = SeatLock.objects.filter(show__in=ahead, status=LockStatus.BOOKED).order_by()
    sold = dict(taken.values_list("show").annotate(count=Count("id")))
    by_day: defaultdict[date, list[Show]] = defaultdict(list)
    for show in ahead:
        show.screen = Screen(pk=show.screen_id, venue=venue)
        by_day[show.show_date].append(show)
    return [
        DayRow(
            day,
            len(shows),
            sum(seats[show.screen_id] for show in shows),
            _expected(forecast, shows, seats, sold),
            sum(sold.get(show.pk, 0) for show in shows),
        )
        for day, shows in sorted(by_day.items())
    ]


def _expected(forecast: Forecast, shows: Sequence[Show], seats: Mapping[int, int], sold: Mapping[int, int]) -> float:
    """Add up what is expected of a day's shows: of a movie in one part of the day no more than its seats, and no fewer
    than have bought theirs."""
    offered: Counter[tuple[int, date, PartOfDay]] = Counter()
    bought: Counter[tuple[int, date, PartOfDay]] = Counter()
    for show in shows:
        cell = (show.movie_id, show.show_date, show.part_of_day())
        offered[cell] += seats[show.screen_id]
        bought[cell] += sold.get(show.pk, 0)
    return sum(max(bought[cell], min(forecast.expect(*cell).admissions, room)) for cell, room in offered.items())
