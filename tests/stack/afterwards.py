"""What a site's database holds after an outage, once reconciliation had its turn; prints it as JSON.

`python -m tests.stack.afterwards REFERENCE…` in the environment of the site; the references are what customers were told.
"""

import json
import sys
from collections import Counter
from datetime import timedelta

import django

django.setup()

from django.db.models import F  # noqa: E402  # likewise
from django.utils import timezone  # noqa: E402  # models only exist after setup()

from billing.books import faults  # noqa: E402  # the models need django.setup() first
from billing.models import Invoice, Payment, Refund  # noqa: E402  # the models need django.setup() first
from billing.states import PaymentStatus  # noqa: E402  # the models need django.setup() first
from booking.models import BookedSeat, Booking, BookingMail, SeatLock  # noqa: E402  # the models need django.setup() first
from booking.services import mailing, reconciling  # noqa: E402  # the models need django.setup() first
from booking.states import BookingStatus, LockStatus  # noqa: E402  # the models need django.setup() first

LATER = timedelta(minutes=20)
LONGEST_TRY = timedelta(seconds=30)  # here a mail server that says nothing is left after 3


def settle() -> None:
    """Let the jobs of the clock do now what they would do within half an hour."""
    now = timezone.now()
    for minutes in (0, 2):
        reconciling.reconcile(now=now + LATER + timedelta(minutes=minutes))
    # Who had taken a mail up as the database died could not let it go; workers know the time, so it is made that long ago.
    dead = BookingMail.objects.filter(sent_at=None, claimed_at__lt=now - LONGEST_TRY)
    dead.update(claimed_at=F("claimed_at") - LATER)
    mailing.queue_owed(now=now + LATER)


def findings(told: list[str]) -> dict[str, object]:
    """Count what ought not to be."""
    mine = Booking.objects.filter(user__email__startswith="shopper-")
    kept = set(mine.filter(booking_status=BookingStatus.CONFIRMED).values_list("booking_reference", flat=True))
    paid = Payment.objects.filter(booking_reference__in=mine.values("booking_reference"))
    invoices = Counter(Invoice.objects.filter(booking_reference__in=kept).values_list("booking_reference", flat=True))
    money = dict.fromkeys(kept, 0)
    for payment in paid.filter(payment_status=PaymentStatus.COMPLETED):
        if payment.booking_reference in money:
            money[payment.booking_reference] += 1
    sold = BookedSeat.objects.filter(booking__in=mine, released_at=None)
    claims = SeatLock.objects.filter(booking__in=mine, status=LockStatus.BOOKED)
    return {
        "told and not kept": sorted(set(told) - kept),
        "pending": mine.filter(booking_status=BookingStatus.PENDING).count(),
        "not paid once": sorted(reference for reference, times in money.items() if times != 1),
        "money without a booking": paid.filter(payment_status=PaymentStatus.COMPLETED)
        .exclude(booking_reference__in=kept)
        .exclude(pk__in=Refund.objects.values("payment"))
        .count(),
        "not invoiced once": sorted(reference for reference in kept if invoices[reference] != 1),
        "claims without a line": abs(claims.count() - sold.count()),
        "faults of the books": [str(fault) for fault in faults(settled_before=timezone.now())],
    }


if __name__ == "__main__":
    settle()
    sys.stdout.write(json.dumps(findings(sys.argv[1:])))
