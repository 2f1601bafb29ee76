"""The whole HTTP API on one page, as the contract lists it; each path answers with and without its last slash."""

from django.urls import URLPattern, URLResolver

from booking.api.bookings import BookedSeatViewSet, BookingLogViewSet, BookingViewSet
from booking.api.locks import SeatLockCleanupViewSet, SeatLockViewSet
from booking.api.shows import ShowSeatsViewSet
from booking.api.tickets import TicketViewSet
from cinema.core.api.routing import route

urlpatterns: list[URLPattern | URLResolver] = [
    # Seat locks
    route("seatlocks/", SeatLockViewSet.as_view({"get": "list", "post": "create"})),
    route("seatlocks/cleanup", SeatLockCleanupViewSet.as_view({"post": "create"})),
    route(
        "seatlocks/<id:lock_id>",
        SeatLockViewSet.as_view({"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}),
    ),
    # Shows
    route("shows/seats/<id:show_id>", ShowSeatsViewSet.as_view({"get": "retrieve"})),
    # Bookings
    route("bookings/", BookingViewSet.as_view({"get": "list", "post": "create"})),
    route("bookings/cancel/<id:booking_id>", BookingViewSet.as_view({"put": "cancel"})),
    route("bookings/<id:booking_id>/logs", BookingLogViewSet.as_view({"get": "list"})),
    route("bookings/<id:booking_id>", BookingViewSet.as_view({"get": "retrieve"})),
    route("booked_seats/", BookedSeatViewSet.as_view({"get": "list"})),
    # Tickets
    route("tickets/<id:ticket_id>/download", TicketViewSet.as_view({"get": "download"}), name="ticket-download"),
    route("tickets/<id:ticket_id>", TicketViewSet.as_view({"get": "retrieve"}), name="ticket"),
]
