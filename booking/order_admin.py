"""Bookings in the back office: found by what a customer says, cancelled, paid in cash, mailed again."""

from datetime import datetime
from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.queries import people_named
from accounts.visitors import signed_in
from booking import lines_admin
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, BookingStatusLog, Cancellation
from booking.services import cancelling, counter, mailing
from booking.show_admin import show_in_two_lines, show_said
from booking.states import BookingStatus
from cinema.core import formats
from cinema.core.admin import Note, ReadOnlyAdmin, ReadOnlyInline, act_on_each, ask_first
from cinema.core.admin_columns import in_two_lines
from cinema.core.admin_lists import LatelyFilter, among, starting
from cinema.core.errors import DomainError

MOST_AT_ONCE = 50
FROM_THE_HOUSE = 100  # percent: what goes back when it is our fault
LOOKS = {BookingStatus.PENDING: "warn", BookingStatus.CONFIRMED: "good", BookingStatus.CANCELLED: "bad"}
WHY = Note(label="Reason, as it stands in the log", longest=120)


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
    list_display = ("called", "customer", "what", "seat_count", "money_said", "state")
    list_select_related = ("user__guest", "show__movie", "show__screen__venue")
    clock_of = "show__screen__venue"
    list_filter = ("booking_status", ("booking_time", LatelyFilter))
    search_fields = ("booking_reference", "user__email")
    search_help_text = "Reference as far as you know it, e-mail, phone or name."
    finders = (starting("booking_reference", written=str.upper), among("user", people_named))
    ordering = ("-id",)
    inlines = [BookedSeatInline, BookedFoodInline, BookedFeeInline, CancellationInline, StatusLogInline]
    actions = ["cancel", "cancel_in_full", "resend", "take_cash"]
    change_form_template = "admin/booking/booking/change_form.html"
    fieldsets = (
        (None, {"fields": ("booking_reference", "state", "who", "show_link", "sold_by")}),
        ("Money", {"fields": ("total", "given_back", "discount", "discount_amount", "payment", "refund_tiers")}),
        ("Times, on the venue’s clock", {"fields": ("booked_at", "paid_by", "confirmed", "cancelled")}),
    )
    readonly_fields = (
        "booked_at",
        "paid_by",
        "confirmed",
        "cancelled",
        "who",
        "show_link",
        "total",
        "given_back",
        "state",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        seats = BookedSeat.objects.filter(booking=OuterRef("pk"), released_at=None).order_by()
        counted = seats.values("booking").annotate(count=Count("pk")).values("count")
        found = super().get_queryset(request)
        return found.annotate(seats_held=Coalesce(Subquery(counted), 0, output_field=IntegerField()))

    def get_urls(self) -> list[URLPattern]:
        lines = self.admin_site.admin_view(partial(lines_admin.cancel_lines, office=self))
        return [path("<int:booking_id>/lines/", lines, name="booking_booking_lines"), *super().get_urls()]

    def row_actions(self, request: HttpRequest, row: Booking) -> list[str]:
        return {
            BookingStatus.PENDING: ["take_cash", "cancel"],
            BookingStatus.CONFIRMED: ["cancel", "cancel_in_full", "resend"],
            BookingStatus.CANCELLED: [],
        }[BookingStatus(row.booking_status)]

    @admin.display(description="booking, and when", ordering="booking_reference")
    def called(self, booking: Booking) -> SafeString:
        return in_two_lines(booking.booking_reference, self.booked_at(booking))

    @admin.display(description="customer")
    def who(self, booking: Booking) -> str:
        guest = getattr(booking.user, "guest", None)
        return f"{guest.email or 'Guest'}" if guest else f"{booking.user.name}, {booking.user.email}"

    @admin.display(description="show", ordering="show")
    def what(self, booking: Booking) -> SafeString:
        return show_in_two_lines(booking.show)

    @admin.display(description="show")
    def show_link(self, booking: Booking) -> SafeString:
        address = reverse("admin:scheduling_show_change", args=[booking.show_id])
        return format_html('<a href="{}">{}</a>', address, show_said(booking.show))

    @admin.display(description="booked")
    def booked_at(self, booking: Booking) -> str:
        return _on_the_clock(booking, booking.booking_time)

    @admin.display(description="to be paid by")
    def paid_by(self, booking: Booking) -> str:
        return _on_the_clock(booking, booking.pay_until)

    @admin.display(description="confirmed")
    def confirmed(self, booking: Booking) -> str:
        return _on_the_clock(booking, booking.confirmed_at)

    @admin.display(description="cancelled")
    def cancelled(self, booking: Booking) -> str:
        return _on_the_clock(booking, booking.cancelled_at)

    @admin.display(description="seats")
    def seat_count(self, booking: Booking) -> int:
        return int(cast(Any, booking).seats_held)  # annotated

    @admin.display(description="customer")
    def customer(self, booking: Booking) -> SafeString:
        name, _, email = self.who(booking).rpartition(", ")
        return format_html('{}<br><span class="quiet">{}</span>', name, email) if name else format_html("{}", email)

    @admin.display(description="total", ordering="amount")
    def money_said(self, booking: Booking) -> SafeString:
        if not booking.refund_amount:
            return format_html("{}", self.total(booking))
        said = '{}<br><span class="quiet nowrap">{} back</span>'
        return format_html(said, self.total(booking), self.given_back(booking))

    @admin.display(description="total", ordering="amount")
    def total(self, booking: Booking) -> str:
        return formats.money(booking.amount, booking.show.screen.venue.currency)

    @admin.display(description="given back", ordering="refund_amount")
    def given_back(self, booking: Booking) -> str:
        return (
            formats.money(booking.refund_amount, booking.show.screen.venue.currency) if booking.refund_amount else "–"
        )

    @admin.display(description="state", ordering="booking_status")
    def state(self, booking: Booking) -> SafeString:
        looks = LOOKS[BookingStatus(booking.booking_status)]
        return format_html('<span class="status status--{}">{}</span>', looks, booking.get_booking_status_display())

    def has_take_cash_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.take_cash")

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.cancel_booking")

    def has_give_back_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.refund_booking") and self.has_cancel_permission(request)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.resend_ticket")

    @admin.action(description="Cancel, as the refund policy says…", permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Booking]) -> HttpResponse | None:
        """Customers who ask for it."""
        return self._cancelling(request, queryset, percent=None, title="Cancel bookings")

    @admin.action(description="Cancel, and give everything back…", permissions=["give_back"])
    def cancel_in_full(self, request: HttpRequest, queryset: QuerySet[Booking]) -> HttpResponse | None:
        """What went wrong was ours."""
        return self._cancelling(
            request, queryset, percent=FROM_THE_HOUSE, title="Cancel bookings and give everything back"
        )

    def _cancelling(
        self, request: HttpRequest, queryset: QuerySet[Booking], *, percent: int | None, title: str
    ) -> HttpResponse | None:
        by, now = signed_in(request), timezone.now()
        chosen = list(queryset.order_by("id")[:MOST_AT_ONCE])
        said = {booking: _consequence(booking, percent) for booking in chosen}
        fitting = [booking for booking in chosen if said[booking]]
        question = ask_first(
            self,
            request,
            title=title,
            consequences=[(booking, said[booking]) for booking in fitting],
            unfitting=[booking for booking in chosen if booking not in fitting],
            note=WHY,
        )
        if question:
            return question

        def act(booking: Booking, note: str) -> str:
            ended = cancelling.cancel_for_customer(booking_id=booking.pk, percent=percent, reason=note, by=by, now=now)
            return f"cancelled, {formats.money(ended.refund_amount, booking.show.screen.venue.currency)} goes back: {note}"

        act_on_each(self, request, fitting, act)
        return None

    @admin.action(description="Mail the ticket again…", permissions=["resend"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Booking]) -> HttpResponse | None:
        """Mails that went astray."""
        chosen = list(queryset.order_by("id")[:MOST_AT_ONCE])
        paid = [booking for booking in chosen if booking.booking_status == BookingStatus.CONFIRMED]
        question = ask_first(
            self,
            request,
            title="Mail tickets again",
            consequences=[(booking, f"The ticket goes to {self.who(booking)}.") for booking in paid],
            unfitting=[booking for booking in chosen if booking not in paid],
        )
        if question:
            return question
        now = timezone.now()

        def act(booking: Booking, note: str) -> str:
            mailing.resend_ticket(booking_id=booking.pk, now=now)
            return "its ticket is on the way"

        act_on_each(self, request, paid, act)
        return None

    @admin.action(description="Record cash taken at the box office…", permissions=["take_cash"])
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


def _on_the_clock(booking: Booking, instant: datetime | None) -> str:
    venue = booking.show.screen.venue
    return f"{formats.short_day(instant.astimezone(venue.zone))}, {formats.clock(instant, venue)}" if instant else "–"


def _consequence(booking: Booking, percent: int | None) -> str:
    """Say what cancelling a booking would do now; nothing when it cannot be."""
    if booking.booking_status == BookingStatus.CANCELLED:
        return ""
    try:
        back = cancelling.preview(booking=booking, now=timezone.now(), percent=percent)
    except DomainError:  # its show has started
        return ""
    currency = booking.show.screen.venue.currency
    if booking.booking_status == BookingStatus.PENDING:
        return f"{show_said(booking.show)}\nIt was not paid: its seats are free again, and nothing goes back."
    return (
        f"{show_said(booking.show)}\n{formats.money(back.amount, currency)} of "
        f"{formats.money(booking.amount - booking.refund_amount, currency)} goes back ({back.percent} %); its seats are "
        "free again, and the customer is told by mail."
    )
