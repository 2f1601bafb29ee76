"""Orders, sold seats and what hangs on them: written by services, looked at in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from booking.models import (
    BookedFood,
    BookedSeat,
    Booking,
    BookingMail,
    BookingStatusLog,
    Feedback,
    SeatLock,
    Ticket,
)
from cinema.core.admin import ReadOnlyAdmin, ReadOnlyInline


class BookedSeatInline(ReadOnlyInline):
    model = BookedSeat
    fields = ("seat", "price", "discount_share", "taxable", "cgst", "sgst", "released_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("seat")


class BookedFoodInline(ReadOnlyInline):
    model = BookedFood
    fields = ("food", "quantity", "unit_price", "discount_share", "taxable", "cgst", "sgst", "released_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("food")


class StatusLogInline(ReadOnlyInline):
    model = BookingStatusLog
    ordering = ("changed_at", "id")


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("booking_reference", "user", "show", "booking_status", "amount", "refund_amount", "booking_time")
    list_select_related = ("user", "show")
    list_filter = ("booking_status",)
    search_fields = ("booking_reference", "user__email")
    ordering = ("-id",)
    inlines = [BookedSeatInline, BookedFoodInline, StatusLogInline]


@admin.register(SeatLock)
class SeatLockAdmin(ReadOnlyAdmin):
    list_display = ("show", "seat", "user", "status", "locked_at", "expires_at", "booking")
    list_select_related = ("show", "seat", "user", "booking")
    list_filter = ("status",)
    search_fields = ("user__email", "booking__booking_reference")
    ordering = ("-id",)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "user", "booking", "filename", "created_at", "admitted_at")
    list_select_related = ("user", "booking")
    list_filter = ("kind", ("admitted_at", admin.EmptyFieldListFilter))
    search_fields = ("id", "user__email", "booking__booking_reference")
    ordering = ("-created_at",)


@admin.register(BookingMail)
class BookingMailAdmin(ReadOnlyAdmin):
    list_display = ("booking", "kind", "owed_at", "claimed_at", "sent_at")
    list_select_related = ("booking",)
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("booking__booking_reference",)
    ordering = ("-owed_at",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("booking", "user", "rating", "comment", "feedback_date", "replied_at")
    list_select_related = ("booking", "user")
    list_filter = ("rating", ("replied_at", admin.EmptyFieldListFilter))
    search_fields = ("booking__booking_reference", "user__email", "comment")
    ordering = ("-feedback_date",)
