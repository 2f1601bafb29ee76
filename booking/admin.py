"""Orders, sold seats and what hangs on them: written by services, looked at in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.visitors import signed_in
from booking.models import (
    Admission,
    BookedFee,
    BookedFood,
    BookedSeat,
    Booking,
    BookingMail,
    BookingStatusLog,
    Cancellation,
    Feedback,
    SeatLock,
    Ticket,
)
from booking.money_admin import PaymentIssueAdmin
from booking.services import counter
from booking.services import feedback as moderation
from booking.states import BookingStatus
from cinema.core.admin import Note, ReadOnlyAdmin, ReadOnlyInline, act_on_each, ask_first

__all__ = ["PaymentIssueAdmin"]  # declared in a module of its own, which Django does not look for


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


class BookedFeeInline(ReadOnlyInline):
    model = BookedFee
    fields = ("seat", "price", "taxable", "cgst", "sgst", "is_refundable", "released_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("seat")


class CancellationInline(ReadOnlyInline):
    model = Cancellation
    ordering = ("id",)


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
    inlines = [BookedSeatInline, BookedFoodInline, BookedFeeInline, CancellationInline, StatusLogInline]
    actions = ["take_cash"]

    def has_take_cash_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.take_cash")

    @admin.action(description="Record cash taken at the box office", permissions=["take_cash"])
    def take_cash(self, request: HttpRequest, queryset: QuerySet[Booking]) -> HttpResponse | None:
        """Cash for bookings that wait for their payment."""
        chosen = list(queryset.order_by("id"))
        waiting = [booking for booking in chosen if booking.booking_status == BookingStatus.PENDING]
        says = "{} was paid in cash: the booking is confirmed, and its ticket mailed."
        question = ask_first(
            self,
            request,
            title="Record cash taken",
            consequences=[(booking, says.format(booking.amount)) for booking in waiting],
            unfitting=[booking for booking in chosen if booking not in waiting],
        )
        if question:
            return question
        by, now = signed_in(request), timezone.now()

        def act(booking: Booking, note: str) -> str:
            return counter.take_cash(booking_id=booking.pk, by=by, now=now).booking_status

        act_on_each(self, request, waiting, act)
        return None


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


@admin.register(Admission)
class AdmissionAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "admitted_at", "admitted_by", "undone_at", "undone_by", "undo_reason")
    list_select_related = ("ticket", "admitted_by", "undone_by")
    list_filter = (("undone_at", admin.EmptyFieldListFilter), "admitted_at")
    search_fields = ("ticket__id", "ticket__booking__booking_reference", "admitted_by__email")
    ordering = ("-admitted_at", "-id")


@admin.register(BookingMail)
class BookingMailAdmin(ReadOnlyAdmin):
    list_display = ("booking", "kind", "owed_at", "claimed_at", "sent_at")
    list_select_related = ("booking",)
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("booking__booking_reference",)
    ordering = ("-owed_at",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("booking", "user", "rating", "comment", "feedback_date", "replied_at", "hidden_at")
    list_select_related = ("booking", "user")
    list_filter = (
        "rating",
        ("replied_at", admin.EmptyFieldListFilter),
        ("hidden_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("booking__booking_reference", "user__email", "comment")
    ordering = ("-feedback_date",)
    actions = ["hide", "show"]

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.moderate_feedback")

    @admin.action(description="Hide from the pages", permissions=["moderate"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """Words and stars that should not stand on the pages of a movie."""
        chosen = list(queryset.select_related("booking").order_by("id"))
        shown = [feedback for feedback in chosen if feedback.hidden_at is None]
        question = ask_first(
            self,
            request,
            title="Hide from the pages",
            consequences=[(feedback, "Its words vanish and its stars no longer count.") for feedback in shown],
            unfitting=[feedback for feedback in chosen if feedback not in shown],
            note=Note(),
        )
        if question:
            return question
        by, now = signed_in(request), timezone.now()

        def act(feedback: Feedback, note: str) -> str:
            moderation.hide(feedback_id=feedback.pk, reason=note, by=by, now=now)
            return "hidden"

        act_on_each(self, request, shown, act)
        return None

    @admin.action(description="Show on the pages again", permissions=["moderate"])
    def show(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """What was hidden by mistake."""
        chosen = list(queryset.select_related("booking").order_by("id"))
        hidden = [feedback for feedback in chosen if feedback.hidden_at is not None]
        question = ask_first(
            self,
            request,
            title="Show on the pages again",
            consequences=[(feedback, f"Hidden because: {feedback.hidden_reason}") for feedback in hidden],
            unfitting=[feedback for feedback in chosen if feedback not in hidden],
        )
        if question:
            return question
        by = signed_in(request)

        def act(feedback: Feedback, note: str) -> str:
            moderation.show(feedback_id=feedback.pk, by=by)
            return "shown again"

        act_on_each(self, request, hidden, act)
        return None
