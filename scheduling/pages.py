"""What is on, as pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from cinema.core.pages import Page
from scheduling import queries
from scheduling.forms import DayForm


class BrowseProgramme(Page):
    """The home page: what is on, day by day."""

    is_personal = False

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        today = queries.house_day(now)
        days = queries.days_with_shows(today=today)
        form = DayForm(request.GET)
        day = (form.cleaned_data["day"] if form.is_valid() else None) or (days[0] if days else today)
        programme = queries.whats_on(day=day, now=now)
        context = {"today": today, "days": days, "day": day, "programme": programme}
        return render(request, "scheduling/browse_programme.html", context)


class ShowMovie(Page):
    """One movie with its shows, at an address that carries the title."""

    is_personal = False

    def get(self, request: HttpRequest, movie_id: int, slug: str = "") -> HttpResponse:
        now = timezone.now()
        page = queries.movie_page(movie_id=movie_id, today=queries.house_day(now), now=now)
        title_slug = page.movie.slug or slugify(page.movie.title) or "movie"
        if slug != title_slug:
            return redirect(reverse("movie", args=[movie_id, title_slug]), permanent=bool(slug))
        return render(request, "scheduling/show_movie.html", {"page": page, "movie": page.movie})
