"""What is on, as pages."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from booking import browsing
from booking.structured_data import movie_json, screenings_json
from cinema.core.pages import Page
from scheduling import queries
from scheduling.forms import ProgrammeForm
from scheduling.programme import Wish, choices
from scheduling.states import Access


class BrowseProgramme(Page):
    """The home page: what is on, day by day; everything that narrows it down stands in the address."""

    is_personal = False

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        today = queries.house_day(now)
        days = queries.days_with_shows(today=today)
        form = ProgrammeForm(request.GET)
        wish, day = form.wish(), form.day_wanted() or (days[0] if days else today)
        shows = queries.shows_of_day(day=day, now=now)
        wanted = [show for show in shows if wish.fits(show)]
        context = {
            "today": today,
            "days": days,
            "day": day,
            "wish": wish,
            "choices": choices(shows),
            "programme": queries.by_movie(wanted),
            "fills": browsing.fills(wanted, now=now),
            "other_days": [] if wanted or wish.is_empty else queries.days_that_fit(wish, today=today, now=now),
            "all_access": list(Access),
            "is_narrowed": replace(wish, words="") != Wish(),
            "narrowing": _query_without(request, "day"),
            "canonical": request.build_absolute_uri(reverse("home")),
        }
        return render(request, "booking/browse_programme.html", context)


class ShowMovie(Page):
    """One movie with its shows, at an address that carries the title."""

    is_personal = False

    def get(self, request: HttpRequest, movie_id: int, slug: str = "") -> HttpResponse:
        now = timezone.now()
        page = queries.movie_page(movie_id=movie_id, today=queries.house_day(now), now=now)
        title_slug = page.movie.slug or slugify(page.movie.title) or "movie"
        if slug != title_slug:
            return redirect(reverse("movie", args=[movie_id, title_slug]), permanent=bool(slug))
        return render(request, "booking/show_movie.html", self.context(request, page, now=now))

    def context(self, request: HttpRequest, page: queries.MoviePage, *, now: datetime) -> dict[str, Any]:
        movie = page.movie
        shows = [show for one in page.days for at in one.venues for show in at.shows]
        fills, reviews = browsing.fills(shows, now=now), browsing.reviews(movie_id=movie.pk, now=now)
        url = request.build_absolute_uri(request.path)
        image = request.build_absolute_uri(movie.poster_url) if movie.poster_url else ""
        seats_url = request.build_absolute_uri("/seatmap/") + "{show_id}"
        graph = [
            movie_json(movie, url=url, image=image, reviews=reviews),
            *screenings_json(shows, movie_url=url, seats_url=seats_url, fills=fills),
        ]
        return {
            "page": page,
            "movie": movie,
            "fills": fills,
            "reviews": reviews,
            "canonical": url,
            "image": image,
            "structured": {"@context": "https://schema.org", "@graph": graph},
        }


def _query_without(request: HttpRequest, name: str) -> str:
    kept = request.GET.copy()
    kept.pop(name, None)
    return "".join(f"{part}&" for part in [kept.urlencode()] if part)
