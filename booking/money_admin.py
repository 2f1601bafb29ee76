"""The back office's desk for money: what reconciliation could not mend, with its remedies."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.visitors import signed_in
from billing.models import PaymentIssue
from booking.services import remedies
from cinema.core.admin import Note, ReadOnlyAdmin, act_on_each, ask_first
from cinema.core.admin_lists import whether

MOST_AT_ONCE = 50


def action_of(remedy: remedies.Remedy) -> Any:
    """Make the admin action of a remedy: it shows what it will do, and does it once that is confirmed."""

    @admin.action(description=remedy.title, permissions=["mend"])
    def act(
        office: "PaymentIssueAdmin", request: HttpRequest, queryset: QuerySet[PaymentIssue]
    ) -> HttpResponse | None:
        return office.carry_out(request, remedy, queryset)

    act.__name__ = remedy.name
    return act


@admin.register(PaymentIssue)
class PaymentIssueAdmin(ReadOnlyAdmin):
    """Open issues first; tick some, choose a remedy, read what it will do, and confirm."""

    list_display = ("kind", "booking_reference", "gateway", "found_at", "resolved_at", "resolution")
    tables = ("facts",)
    list_filter = (("resolved_at", whether("resolved")), "kind", "gateway")
    search_fields = ("subject", "booking_reference")
    ordering = ("-id",)
    actions = [action_of(remedy) for remedy in remedies.REMEDIES.values()]

    def has_mend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("billing.mend_paymentissue")

    def carry_out(
        self, request: HttpRequest, remedy: remedies.Remedy, queryset: QuerySet[PaymentIssue]
    ) -> HttpResponse | None:
        """Ask for a confirmation, or act on each of the chosen issues."""
        chosen = list(queryset.select_related("payment", "refund").order_by("id")[:MOST_AT_ONCE])
        fitting = [issue for issue in chosen if issue.kind in remedy.kinds and issue.resolved_at is None]
        question = ask_first(
            self,
            request,
            title=remedy.title,
            consequences=[(issue, remedy.consequence(issue)) for issue in fitting],
            unfitting=[issue for issue in chosen if issue not in fitting],
            note=Note() if remedy.wants_note else None,
        )
        if question:
            return question
        by, now = signed_in(request), timezone.now()

        def act(issue: PaymentIssue, note: str) -> str:
            return remedies.apply(remedy=remedy.name, issue_id=issue.pk, note=note, by=by, now=now)

        act_on_each(self, request, fitting, act)
        return None
