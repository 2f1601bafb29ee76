"""`manage.py check_ledger`: whether the books are right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.services import checking


class Command(BaseCommand):
    help = (
        "Check that the ledger balances and says what payments, refunds, invoices and credit notes say. What was found "
        "is kept, as of the nightly check, and shown in the back office; with a fault the command fails."
    )

    def handle(self, **options: Any) -> None:
        check = checking.check_books(now=timezone.now())
        for fault in check.findings:
            self.stderr.write(fault)
        if not check.is_sound:
            raise CommandError(f"{check.faults} faults in {check.entries} entries.")
        self.stdout.write(f"{check.entries} entries, and not a fault.")
