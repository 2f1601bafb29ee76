"""The whole HTTP API on one page, as the contract lists it; each path answers with and without its last slash."""

from typing import Any

from django.urls import URLPattern, URLResolver

from accounts.api.inbox import InboxViewSet, NotificationViewSet
from accounts.api.people import SessionViewSet, UserViewSet
from billing.api.catalogue import DiscountViewSet, GSTViewSet, PromoCheckViewSet, TicketRateViewSet
from billing.api.payments import PaymentViewSet
from booking.api.bookings import BookedSeatViewSet, BookingLogViewSet, BookingViewSet
from booking.api.cancelling import CancellationViewSet, LineCancellationViewSet
from booking.api.feedback import FeedbackViewSet
from booking.api.locks import SeatLockCleanupViewSet, SeatLockViewSet
from booking.api.papers import CreditNoteViewSet, InvoiceViewSet
from booking.api.shows import ShowCancellationViewSet, ShowSeatsViewSet
from booking.api.tickets import TicketUploadViewSet, TicketViewSet
from catalog.api import MovieViewSet, TmdbViewSet
from cinema.core.api import docs
from cinema.core.api.routing import route
from concessions.api import FoodCategoryViewSet, FoodItemViewSet
from ops.api import BackupViewSet, RestoreViewSet
from scheduling.api import HybridScheduleViewSet, PricingViewSet, ShowViewSet, SlotViewSet
from venues.api import ScreenViewSet, SeatCategoryViewSet, SeatViewSet

RECORD: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}
RECORDS: dict[str, Any] = {"get": "list", "post": "create"}

urlpatterns: list[URLPattern | URLResolver] = [
    # Description
    route("openapi.json", docs.openapi, name="openapi"),
    route("docs", docs.swagger),
    route("redoc", docs.redoc),
    # Users
    route("users/signup", SessionViewSet.as_view({"post": "signup"})),
    route("users/login", SessionViewSet.as_view({"post": "login"})),
    route("users/refresh", SessionViewSet.as_view({"post": "refresh"})),
    route("users/logout", SessionViewSet.as_view({"post": "logout"})),
    route("users/forgot-password", SessionViewSet.as_view({"post": "forgot_password"})),
    route("users/reset-password", SessionViewSet.as_view({"post": "reset_password"})),
    route("users/change-password", UserViewSet.as_view({"post": "change_password"})),
    route("users/", UserViewSet.as_view({"get": "list"})),
    route("users/<id:user_id>", UserViewSet.as_view({"get": "retrieve", "put": "update", "patch": "update"})),
    # Movies
    route("movies/", MovieViewSet.as_view(RECORDS)),
    route("movies/tmdb/search", TmdbViewSet.as_view({"get": "search"})),
    route("movies/tmdb/import/<id:tmdb_id>", TmdbViewSet.as_view({"post": "import_movie"})),
    route("movies/<id:movie_id>", MovieViewSet.as_view(RECORD)),
    # Screens
    route("screens/", ScreenViewSet.as_view(RECORDS)),
    route("screens/<id:screen_id>", ScreenViewSet.as_view(RECORD)),
    route("seats/", SeatViewSet.as_view(RECORDS)),
    route("seats/<id:seat_id>", SeatViewSet.as_view(RECORD)),
    route("seat-categories/", SeatCategoryViewSet.as_view(RECORDS)),
    route("seat-categories/<id:category_id>", SeatCategoryViewSet.as_view(RECORD)),
    # Seat locks
    route("seatlocks/", SeatLockViewSet.as_view({"get": "list", "post": "create"})),
    route("seatlocks/cleanup", SeatLockCleanupViewSet.as_view({"post": "create"})),
    route(
        "seatlocks/<id:lock_id>",
        SeatLockViewSet.as_view({"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}),
    ),
    # Payments
    route("payments/", PaymentViewSet.as_view({"get": "list"})),
    route("payments/<id:payment_id>", PaymentViewSet.as_view({"get": "retrieve"})),
    # Shows
    route("shows/", ShowViewSet.as_view(RECORDS)),
    route("shows/auto-schedule/hybrid", HybridScheduleViewSet.as_view({"post": "create"})),
    route("shows/available-slots", SlotViewSet.as_view({"get": "retrieve"})),
    route("shows/<id:show_id>/cancel", ShowCancellationViewSet.as_view({"put": "update"})),
    route("shows/seats/<id:show_id>", ShowSeatsViewSet.as_view({"get": "retrieve"})),
    route("shows/<id:show_id>", ShowViewSet.as_view({"get": "retrieve"})),
    route("show-category-pricing/", PricingViewSet.as_view(RECORDS)),
    route("show-category-pricing/<id:pricing_id>", PricingViewSet.as_view(RECORD)),
    # Food
    route("food-categories/", FoodCategoryViewSet.as_view(RECORDS)),
    route("food-categories/<id:category_id>", FoodCategoryViewSet.as_view(RECORD)),
    route("food-items/", FoodItemViewSet.as_view(RECORDS)),
    route("food-items/<id:food_id>", FoodItemViewSet.as_view(RECORD)),
    # Discounts and tax
    route("discounts/", DiscountViewSet.as_view(RECORDS)),
    route("discounts/validate", PromoCheckViewSet.as_view({"post": "create"})),
    route("discounts/<id:discount_id>", DiscountViewSet.as_view(RECORD)),
    route("gst/", GSTViewSet.as_view(RECORDS)),
    route("gst/rate", TicketRateViewSet.as_view({"get": "retrieve"})),
    route("gst/<id:gst_id>", GSTViewSet.as_view({"get": "retrieve", "put": "update", "patch": "update"})),
    # Bookings
    route("bookings/", BookingViewSet.as_view({"get": "list", "post": "create"})),
    route("bookings/cancel/<id:booking_id>", CancellationViewSet.as_view({"get": "preview", "put": "cancel"})),
    route(
        "bookings/cancel/<id:booking_id>/lines",
        LineCancellationViewSet.as_view({"get": "preview", "put": "cancel", "patch": "cancel"}),
    ),
    route("bookings/<id:booking_id>/logs", BookingLogViewSet.as_view({"get": "list"})),
    route("bookings/<id:booking_id>/invoice", InvoiceViewSet.as_view({"get": "download"})),
    route("bookings/<id:booking_id>/credit-notes", CreditNoteViewSet.as_view({"get": "list"})),
    route("bookings/<id:booking_id>/credit-notes/<id:credit_note_id>", CreditNoteViewSet.as_view({"get": "download"})),
    route("bookings/<id:booking_id>", BookingViewSet.as_view({"get": "retrieve"})),
    route("booked_seats/", BookedSeatViewSet.as_view({"get": "list"})),
    # Backups
    route("backups/", BackupViewSet.as_view(RECORDS)),
    route("backups/<id:backup_id>", BackupViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    route("restores", RestoreViewSet.as_view(RECORDS)),
    route("restores/<id:restore_id>", RestoreViewSet.as_view({"get": "retrieve"})),
    # Tickets
    route("tickets/", TicketUploadViewSet.as_view({"post": "create"})),
    route("tickets/<id:ticket_id>/download", TicketViewSet.as_view({"get": "download"}), name="ticket-download"),
    route("tickets/<id:ticket_id>", TicketViewSet.as_view({"get": "retrieve"}), name="ticket"),
    # Notifications
    route("notifications/", NotificationViewSet.as_view({"get": "list"})),
    route("notifications/mark-all-read/<id:user_id>", InboxViewSet.as_view({"put": "update"})),
    route("notifications/<id:id>", NotificationViewSet.as_view({"delete": "destroy"})),
    # Feedback
    route("feedbacks", FeedbackViewSet.as_view({"get": "list", "post": "create"})),
    route("feedbacks/<id:feedback_id>", FeedbackViewSet.as_view({"get": "retrieve"})),
    route("feedbacks/<id:feedback_id>/reply", FeedbackViewSet.as_view({"post": "reply"})),
]
