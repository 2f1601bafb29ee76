"""Tax rates and promo codes, which staff enter; and money, which staff look at."""

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.queries import people_named
from billing import tax_admin
from billing.forms import DiscountForm
from billing.gateways import gateway_names
from billing.models import (
    GST,
    CreditNote,
    Discount,
    Invoice,
    InvoiceCounter,
    LedgerCheck,
    LedgerEntry,
    LedgerLine,
    Payment,
    PaymentEvent,
    Refund,
    SandboxCharge,
)
from billing.queries import invoices_called, payments_called
from billing.services import refunds
from billing.states import PaymentStatus
from cinema.core import formats
from cinema.core.admin import Note, OfficeAdmin, ReadOnlyAdmin, ReadOnlyInline, act_on_each, ask_first
from cinema.core.admin_columns import in_two_lines, tagged
from cinema.core.admin_lists import KnownValuesFilter, LatelyFilter, among, starting, whether

LOOKS = {
    PaymentStatus.PENDING: "warn",
    PaymentStatus.COMPLETED: "good",
    PaymentStatus.FAILED: "bad",
    PaymentStatus.REFUNDED: "calm",
}


class GatewayFilter(KnownValuesFilter):
    values = gateway_names()


@admin.register(GST)
class GSTAdmin(OfficeAdmin):
    list_display = ("gst_category", "c_gst", "s_gst", "above", "up_to", "valid_from", "valid_until", "hsn_code")
    list_filter = ("gst_category",)
    search_fields = ("gst_category", "hsn_code")
    ordering = ("gst_category", "valid_from", "above")


@admin.register(Discount)
class DiscountAdmin(OfficeAdmin):
    form = DiscountForm
    money = ("discount_amount",)
    list_display = ("promo_code", "discount_type", "discount_percent", "discount_amount", "times_used", "is_active")
    list_filter = ("is_active", "discount_type")
    search_fields = ("promo_code",)
    autocomplete_fields = ("applicable_movie", "applicable_show")
    readonly_fields = ("times_used", "created_at", "updated_at")
    ordering = ("promo_code",)


class RefundInline(ReadOnlyInline):
    model = Refund


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("booking_reference", "user", "state", "money_said", "created_at")
    money = ("amount", "refund_owed", "refund_amount")
    list_select_related = ("user",)
    list_filter = ("payment_status", "payment_method", ("gateway", GatewayFilter), ("created_at", LatelyFilter))
    search_fields = ("transaction_code", "booking_reference", "user__email")
    search_help_text = "Reference of the booking or of the payment, or e-mail, phone or name of who paid."
    finders = (starting("transaction_code", "booking_reference", written=str.upper), among("user", people_named))
    ordering = ("-id",)
    inlines = [RefundInline]

    @admin.display(description="state and method", ordering="payment_status")
    def state(self, payment: Payment) -> SafeString:
        looks = LOOKS[PaymentStatus(payment.payment_status)]
        return in_two_lines(tagged(looks, payment.get_payment_status_display()), payment.get_payment_method_display())

    @admin.display(description="amount", ordering="amount")
    def money_said(self, payment: Payment) -> SafeString:
        back = f"{formats.money(payment.refund_amount)} back" if payment.refund_amount else ""
        return in_two_lines(formats.money(payment.amount), back)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = (
        "payment",
        "amount",
        "refund_status",
        "reason",
        "attempts",
        "last_error",
        "created_at",
    )
    money = ("amount",)
    list_select_related = ("payment",)
    list_filter = ("refund_status",)
    search_fields = ("payment__transaction_code", "payment__booking_reference")
    finders = (among("payment", payments_called),)
    ordering = ("-id",)
    actions = ["hand_over"]

    def has_hand_over_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("billing.hand_over_refund")

    @admin.action(description="Record as handed over at the box office", permissions=["hand_over"])
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Refund]) -> HttpResponse | None:
        """Cash that went back over the counter, or money that its gateway had refused to give back."""
        chosen = list(queryset.select_related("payment").order_by("id"))
        says = "{} goes back to the customer by hand, now; nothing is sent. Note the receipt."
        question = ask_first(
            self,
            request,
            title="Record as handed over",
            consequences=[(refund, says.format(formats.money(refund.amount))) for refund in chosen],
            note=Note(),
        )
        if question:
            return question
        now = timezone.now()

        def act(refund: Refund, note: str) -> str:
            refunds.hand_over(refund_id=refund.pk, receipt=note, now=now)
            return f"handed over: {note}"

        act_on_each(self, request, chosen, act)
        return None


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    tables = ("payload",)
    list_display = ("gateway", "event_id", "kind", "received_at", "handled_at", "outcome")
    list_filter = (("gateway", GatewayFilter), ("handled_at", whether("handled")))
    search_fields = ("event_id",)
    ordering = ("-id",)


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ("number", "venue", "booking_reference", "amount", "credited", "issued_at")
    money = ("amount", "taxable", "cgst", "sgst", "rounding", "credited")
    tables = ("lines",)
    list_select_related = ("venue",)
    clock_of = "venue"
    list_filter = ("venue",)
    search_fields = ("number", "booking_reference")
    finders = (starting("number", "booking_reference", written=str.upper),)
    ordering = ("-id",)
    change_list_template = "admin/billing/invoice/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(tax_admin.gst_summary, site=self.admin_site))
        return [path("gst-summary/", view, name="billing_invoice_gst_summary"), *super().get_urls()]


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    list_display = ("number", "venue", "invoice", "amount", "reason", "issued_at")
    money = ("amount", "taxable", "cgst", "sgst", "rounding")
    tables = ("lines",)
    list_select_related = ("venue", "invoice")
    clock_of = "venue"
    list_filter = ("venue",)
    search_fields = ("number", "invoice__number", "invoice__booking_reference")
    finders = (starting("number", written=str.upper), among("invoice", invoices_called))
    ordering = ("-id",)


@admin.register(InvoiceCounter)
class InvoiceCounterAdmin(ReadOnlyAdmin):
    list_display = ("venue", "kind", "financial_year", "last_number")
    list_select_related = ("venue",)
    list_filter = ("financial_year", "kind")
    search_fields = ("venue__name",)
    ordering = ("venue__name", "kind", "financial_year")


@admin.register(SandboxCharge)
class SandboxChargeAdmin(ReadOnlyAdmin):
    money = ("amount", "refunded")
    list_display = ("idempotency_key", "amount", "refunded", "succeeded", "created_at")
    list_filter = ("succeeded",)
    search_fields = ("idempotency_key",)
    ordering = ("-id",)


class LedgerLineInline(ReadOnlyInline):
    model = LedgerLine


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("kind", "source", "booking_reference", "venue", "total", "entered_at")
    money = ("total",)
    list_select_related = ("venue",)
    clock_of = "venue"
    list_filter = ("kind", "venue")
    search_fields = ("booking_reference",)
    finders = (starting("booking_reference", written=str.upper),)
    ordering = ("-id",)
    inlines = [LedgerLineInline]


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnlyAdmin):
    list_display = ("checked_at", "right", "faults", "entries")
    tables = ("findings",)
    search_fields = ("findings",)
    ordering = ("-checked_at",)

    @admin.display(boolean=True)
    def right(self, check: LedgerCheck) -> bool:
        return check.is_sound
