"""The clock on the wall of the back office: that of the default venue, unless a row or a page is of another."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from venues.models import Venue

GetResponse = Callable[[HttpRequest], HttpResponse]


def house_clock(get_response: GetResponse) -> GetResponse:
    """Write and read every instant of the back office on the clock of the house; everywhere else it stays UTC."""
    office = reverse("admin:index")

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(office):
            return get_response(request)
        venue = Venue.objects.only("time_zone").order_by("-is_default", "id").first()
        with timezone.override(venue.zone if venue else None):
            return get_response(request)

    return middleware
