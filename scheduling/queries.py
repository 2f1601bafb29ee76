"""What is on: reads for pages and API, each in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.states import Role
from catalog.models import Movie
from cinema.core.errors import NotFound
from scheduling.models import Show, ShowCategoryPricing, ShowQuerySet
from scheduling.programme import Wish
from scheduling.states import ShowStatus
from venues.models import Screen, SeatCategory, Venue

DAYS_AHEAD = 14


@dataclass(frozen=True)
class VenueTimes:
    """The shows of one movie at one venue."""

    venue: Venue
    shows: list[Show]


@dataclass(frozen=True)
class MovieOnDay:
    """One movie with a day's shows of it, venue by venue."""

    movie: Movie
    venues: list[VenueTimes]


@dataclass(frozen=True)
class DayOfMovie:
    """One day with the shows of one movie, venue by venue."""

    day: date
    venues: list[VenueTimes]


@dataclass(frozen=True)
class MoviePage:
    """One movie and when it can be seen."""

    movie: Movie
    days: list[DayOfMovie]


def house_day(now: datetime) -> date:
    """Tell what day it is at the default venue (UTC before there is one)."""
    venue = Venue.objects.order_by("-is_default", "id").first()
    return (now.astimezone(venue.zone) if venue else now).date()


def days_with_shows(*, today: date) -> list[date]:
    """List the days ahead on which anything is shown."""
    ahead = Show.objects.public().filter(show_date__gte=today, show_date__lt=today + timedelta(days=DAYS_AHEAD))
    days = ahead.exclude(status=ShowStatus.CANCELLED).order_by("show_date").values_list("show_date", flat=True)
    return list(days.distinct())


def shows_of_day(*, day: date, now: datetime) -> list[Show]:
    """List the shows of a day that are not over yet, by title of the movie, venue and start."""
    return list(_upcoming(Show.objects.filter(show_date=day), now).order_by("movie__title", "movie_id", *_BY_VENUE))


def days_that_fit(wish: Wish, *, today: date, now: datetime) -> list[date]:
    """List the days ahead with a show that is wanted: the few movies first, then what of them is shown."""
    ahead = _listed(Show.objects.filter(show_date__gte=today, show_date__lt=today + timedelta(days=DAYS_AHEAD)), now)
    shown = Movie.objects.filter(Exists(ahead.filter(movie=OuterRef("pk"))))
    movies = [movie.pk for movie in shown if wish.fits_movie(movie)]
    shows = ahead.filter(movie__in=movies).select_related("screen__venue") if movies else []
    return sorted({show.show_date for show in shows if wish.fits_time_and_place(show)})


def by_movie(shows: Iterable[Show]) -> list[MovieOnDay]:
    """Group the shows of a day, in the order of `shows_of_day`, by movie and venue."""
    return [MovieOnDay(movie, _by_venue(of_movie)) for movie, of_movie in groupby(shows, key=lambda show: show.movie)]


def movie_page(*, movie_id: int, today: date, now: datetime) -> MoviePage:
    """Read a movie with its shows of the coming days.

    :raises NotFound: if there is no such movie.
    """
    movie = Movie.objects.filter(pk=movie_id).first()
    if movie is None:
        raise NotFound("There is no such movie.")
    ahead = Show.objects.filter(movie=movie, show_date__gte=today, show_date__lt=today + timedelta(days=DAYS_AHEAD))
    shows = _upcoming(ahead, now).order_by("show_date", *_BY_VENUE)
    grouped = groupby(shows, key=lambda show: show.show_date)
    return MoviePage(movie, [DayOfMovie(day, _by_venue(of_day)) for day, of_day in grouped])


_BY_VENUE = ("screen__venue__name", "screen__venue_id", "starts_at", "id")


def _listed(shows: ShowQuerySet, now: datetime) -> ShowQuerySet:
    return shows.public().exclude(status=ShowStatus.CANCELLED).filter(ends_at__gt=now)


def _upcoming(shows: ShowQuerySet, now: datetime) -> QuerySet[Show]:
    """Keep what is still worth showing, with `is_selling` and `lowest_price` on each."""
    return (
        _listed(shows, now)
        .select_related("movie", "screen__venue")
        .annotate(
            is_selling=Exists(Show.objects.selling(now=now).filter(pk=OuterRef("pk"))),
            lowest_price=_price_of_show("shown_price"),
        )
    )


def listed_shows(viewer: User | None) -> QuerySet[Show]:
    """Choose the shows somebody may see, by start, with the range of their prices; drafts are an admin's."""
    shows = Show.objects.all() if viewer and viewer.role == Role.ADMIN else Show.objects.public()
    return (
        shows.select_related("screen__venue")
        .annotate(
            lowest_price=_price_of_show("shown_price"),
            highest_price=_price_of_show("-shown_price"),
        )
        .order_by("starts_at", "id")
    )


def _price_of_show(order: str) -> Subquery:
    own_price = ShowCategoryPricing.objects.filter(show=OuterRef(OuterRef("pk")), category=OuterRef("pk"))
    prices = SeatCategory.objects.filter(screen=OuterRef("screen_id")).annotate(
        shown_price=Coalesce(Subquery(own_price.values("price")), "base_price", output_field=DecimalField())
    )
    return Subquery(prices.order_by(order).values("shown_price")[:1])


def _by_venue(shows: Iterable[Show]) -> list[VenueTimes]:
    grouped = groupby(shows, key=lambda show: show.screen.venue)
    return [VenueTimes(venue, list(at_venue)) for venue, at_venue in grouped]


MOST_FOUND = 200


def movies_named(words: str) -> list[int]:
    """Find movies by a part of their title, for a search of what refers to them."""
    return list(Movie.objects.filter(title__icontains=words).order_by("-id").values_list("id", flat=True)[:MOST_FOUND])


def screens_named(words: str) -> list[int]:
    """Find screens by a part of their name, likewise."""
    named = Screen.objects.filter(screen_name__icontains=words)
    return list(named.order_by("id").values_list("id", flat=True)[:MOST_FOUND])
