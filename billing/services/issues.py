"""What about money nobody but a person can mend: found once, kept until it is resolved."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from billing.models import Payment, PaymentIssue, Refund
from billing.states import IssueKind


@transaction.atomic
def find(
    *,
    kind: IssueKind,
    subject: str,
    gateway: str,
    now: datetime,
    payment: Payment | None = None,
    refund: Refund | None = None,
    facts: dict[str, Any] | None = None,
) -> PaymentIssue:
    """Write an issue down, or that it is still there; of two at once one writes."""
    about = refund.payment if refund else payment
    issue, is_new = PaymentIssue.objects.get_or_create(
        kind=kind,
        subject=subject,
        resolved_at=None,
        defaults={
            "gateway": gateway,
            "booking_reference": about.booking_reference if about else "",
            "payment": about,
            "refund": refund,
            "facts": facts or {},
            "found_at": now,
            "seen_at": now,
        },
    )
    if not is_new:
        PaymentIssue.objects.filter(pk=issue.pk).update(seen_at=now, facts={**issue.facts, **(facts or {})})
    return issue


def resolve(*, kind: IssueKind, subject: str, how: str, now: datetime, by: User | None = None) -> bool:
    """Close the open issue of a subject, if there is one; `by` is empty when it resolved itself."""
    still_open = PaymentIssue.objects.filter(kind=kind, subject=subject, resolved_at=None)
    return bool(still_open.update(resolved_at=now, resolution=how[:200], resolved_by=by))
