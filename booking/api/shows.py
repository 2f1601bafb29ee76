"""What booking adds to a show, over HTTP: its seat map, and its cancellation with everything sold for it."""

from typing import Any

import orjson
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from accounts.models import User
from booking import queries
from booking.queries import CategoryAsJson
from booking.serializers import SeatMapOutput
from booking.services import cancelling
from cinema.core.api.fields import in_full
from cinema.core.api.permissions import IsAdmin
from cinema.core.api.views import ApiViewSet
from scheduling.models import Show
from scheduling.queries import listed_shows
from scheduling.serializers import ShowOutput


class ShowSeatsViewSet(ApiViewSet):
    tag = "Shows"
    permission_classes = [AllowAny]

    @extend_schema(summary="Get Show Seats", responses=SeatMapOutput)
    def retrieve(self, request: Request, show_id: int) -> Response:
        viewer = request.user.pk if isinstance(request.user, User) else None
        show, categories = queries.seats_as_json(show_id=show_id, viewer_id=viewer, now=timezone.now())
        return Response(seat_map_json(show, categories, poster_url=in_full(show.movie.poster_url, request)))


class ShowCancellationViewSet(ApiViewSet):
    tag = "Shows"
    permission_classes = [IsAdmin]

    @extend_schema(summary="Cancel Show", request=None, responses=ShowOutput)
    def update(self, request: Request, show_id: int) -> Response:
        me = signed_in(request)
        cancelling.cancel_show(show_id=show_id, by=me, now=timezone.now())
        return Response(ShowOutput(listed_shows(me).get(pk=show_id)).data)


def seat_map_json(show: Show, categories: list[CategoryAsJson], *, poster_url: str) -> dict[str, Any]:
    """Write a seat map as `SeatMapOutput` describes it; a held or sold seat is not available."""
    start = show.local_start()
    return {
        "show_id": show.pk,
        "show_date": start.date(),
        "show_time": start.time(),
        "movie": {
            "movie_id": show.movie_id,
            "title": show.movie.title,
            "poster_url": poster_url or None,
        },
        "screen": {"screen_id": show.screen_id, "screen_name": show.screen.screen_name},
        "seat_categories": [
            {
                "category_id": category.id,
                "category_name": category.name,
                "price": category.price,
                "seats": orjson.Fragment(category.seats),
            }
            for category in categories
        ],
        "booked_seat_ids": sorted(seat for category in categories for seat in category.booked or []),
    }
