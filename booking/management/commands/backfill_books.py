"""`manage.py backfill_books`: the ledger and the documents of what was sold before they were kept."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from booking.services import backfilling


class Command(BaseCommand):
    help = (
        "Write what the books lack about bookings that are older than the ledger: the details of their invoices, credit "
        "notes, and entries. Run it once after the migration, while the site goes on working; repeating it is harmless. "
        "`check_ledger` tells whether anything is left."
    )

    def handle(self, **options: Any) -> None:
        looked_at = backfilling.backfill(before=timezone.now())
        self.stdout.write(f"Looked at {looked_at} bookings.")
