"""The nightly look at the books."""

import logging
from datetime import datetime, timedelta

from billing.books import faults
from billing.models import LedgerCheck, LedgerEntry

logger = logging.getLogger(__name__)

UNSETTLED_FOR = timedelta(hours=1)  # longer than a window to pay and the reconciliation after it


def check_books(*, now: datetime) -> LedgerCheck:
    """Compare the ledger with payments, refunds and documents, keep what was found, and log every fault as an error."""
    found = [str(fault) for fault in faults(settled_before=now - UNSETTLED_FOR)]
    for fault in found:
        logger.error("the books are wrong: %s", fault)
    return LedgerCheck.objects.create(
        checked_at=now, entries=LedgerEntry.objects.count(), faults=len(found), findings=found
    )
