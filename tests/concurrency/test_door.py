"""One ticket, many scanners: the party comes in once; and it is either inside or its booking is cancelled, never both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from django.db import connection, transaction

from booking.errors import PartyAdmitted, TicketCancelled
from booking.models import Admission, Booking, Ticket
from booking.orders import Order
from booking.qr import qr_text
from booking.services import cancelling, checkout, door
from booking.services.door import Door
from booking.states import BookingStatus
from tests.concurrency.race import race, winners
from tests.conftest import eventually

ROUNDS = 6


def sold_ticket(hall, customer, now) -> tuple[Ticket, Booking]:
    ready = hall(1)
    booking = checkout.book(order=Order(ready.show.pk, tuple(ready.seats)), by=customer, now=now)
    return Ticket.objects.get(booking=booking), booking


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


class TestTwoScanners:
    def test_admit_once(self, hall, customer, clerk, manager, now):
        for _ in range(ROUNDS):
            ticket, booking = sold_ticket(hall, customer, now)
            at = booking.show.starts_at
            code = qr_text(ticket)
            calls = [partial(door.admit, code=code, door=Door(), by=by, now=at) for by in (clerk, manager) * 3]
            outcomes = race(calls)
            (admission,) = winners(outcomes)
            assert sum(isinstance(outcome, PartyAdmitted) for outcome in outcomes) == 5
            assert Admission.objects.get(ticket=ticket) == admission


class TestAdmittingAgainstCancelling:
    def test_waits_for_who_has_the_booking_and_then_looks(self, hall, customer, clerk, now):
        ticket, booking = sold_ticket(hall, customer, now)
        at = booking.show.starts_at - timedelta(minutes=30)
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Booking.objects.locked().get(pk=booking.pk)
                admitting = pool.submit(
                    race, [partial(door.admit, code=qr_text(ticket), door=Door(), by=clerk, now=at)]
                )
                assert eventually(somebody_waits)
                cancelled = {"booking_status": BookingStatus.CANCELLED, "cancelled_at": at}
                Booking.objects.filter(pk=booking.pk).update(**cancelled)
            (outcome,) = admitting.result()
        assert isinstance(outcome, TicketCancelled)
        assert not Admission.objects.exists()

    def test_ends_inside_or_cancelled(self, hall, customer, clerk, now):
        for _ in range(ROUNDS):
            ticket, booking = sold_ticket(hall, customer, now)
            at = booking.show.starts_at - timedelta(minutes=30)
            outcomes = race(
                [
                    partial(door.admit, code=qr_text(ticket), door=Door(), by=clerk, now=at),
                    partial(cancelling.cancel_booking, booking_id=booking.pk, by=customer, now=at),
                ]
            )
            assert len(winners(outcomes)) == 1
            is_cancelled = Booking.objects.get(pk=booking.pk).booking_status == BookingStatus.CANCELLED
            ticket.refresh_from_db()
            assert is_cancelled is (ticket.admitted_at is None)
