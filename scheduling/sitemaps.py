"""Which pages a search engine should know, and which it should leave alone."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Movie
from scheduling.models import Show
from scheduling.queries import DAYS_AHEAD

CLOSED = ("/account/", "/admin/", "/book/", "/seatmap/")


class Home(Sitemap):
    """What is on."""

    changefreq = "hourly"
    priority = 1.0

    def items(self) -> list[str]:
        return ["home"]

    def location(self, item: str) -> str:
        return reverse(item)


class MoviesOnNow(Sitemap):
    """The movies that can be seen in the days ahead, each at the address that carries its title."""

    changefreq = "daily"
    limit = 5000

    def items(self) -> QuerySet[Movie]:
        today: date = timezone.now().date()
        ahead = Show.objects.public().filter(
            show_date__gte=today - timedelta(days=1), show_date__lte=today + timedelta(days=DAYS_AHEAD)
        )
        return Movie.objects.filter(pk__in=ahead.values("movie_id")).only("id", "slug").order_by("id")

    def location(self, item: Movie) -> str:
        return reverse("movie", args=[item.pk, item.slug or "movie"])


SITEMAPS: Mapping[str, type[Sitemap]] = {"home": Home, "movies": MoviesOnNow}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is, and that purchases and accounts are nothing for them."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
