"""Compare payments, gateways and bookings now, instead of within five minutes."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.models import PaymentIssue
from booking.errors import NotAllReconciled
from booking.services import reconciling


class Command(BaseCommand):
    help = "Compare payments, gateways and bookings, finish what is open, and list what only a person can mend."

    def handle(self, *args: Any, **options: Any) -> None:
        mended = reconciling.reconcile(now=timezone.now())
        self.stdout.write(", ".join(f"{number} {what}" for what, number in asdict(mended).items()))
        for issue in PaymentIssue.objects.filter(resolved_at=None).order_by("id").iterator():
            self.stdout.write(f"{issue.found_at:%Y-%m-%d %H:%M} {issue.gateway} {issue}")
        try:
            mended.require_whole()
        except NotAllReconciled as failure:
            raise CommandError(failure.detail) from failure
