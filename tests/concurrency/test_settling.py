"""Money, booking and show agree in the end, whichever came first."""

import random
import time
from datetime import timedelta
from decimal import Decimal
from functools import partial

from billing.gateways import Bill, Charge, ChargeState, gateway_named
from billing.models import Invoice, Payment, Refund, SandboxCharge
from booking.models import BookedSeat, Booking, BookingStatusLog, SeatLock, Ticket
from booking.orders import Order
from booking.services import cancelling, checkout, ending, reconciling, settling, sweeping
from booking.states import Actor, BookingStatus, LockStatus
from tests.concurrency.race import race, winners
from tests.factories.accounts import UserFactory

WINDOW = timedelta(minutes=15)


def placed(hall, user, now):
    return checkout.place(order=Order(hall.show.pk, tuple(hall.seats)), by=user, now=now)


def charged(booking):
    """Take the money as `settling.pay` does, and stop before the booking hears of it."""
    payment = booking.payment
    return gateway_named(payment.gateway).charge(Bill(key=payment.transaction_code, amount=payment.amount))


class TestBookingAgainstCancellingTheShow:
    def test_leaves_no_live_booking_no_sold_seat_and_no_money(self, hall, now, manager):
        people = UserFactory.create_batch(12)

        def buy(place, user, seats):
            time.sleep(random.random() / 20)  # some are early, some late
            return checkout.book(order=Order(place.show.pk, tuple(seats)), by=user, now=now)

        def cancel(place):
            time.sleep(random.random() / 20)
            cancelling.cancel_show(show_id=place.show.pk, by=manager, now=now)
            return cancelling.end_bookings_of(show_id=place.show.pk, now=now)

        for _ in range(3):
            place = hall(24)
            buyers = [partial(buy, place, user, place.seats[n * 2 : n * 2 + 2]) for n, user in enumerate(people)]
            winners(race([*buyers, partial(cancel, place)]))
            bookings = Booking.objects.filter(show=place.show)
            assert not bookings.exclude(booking_status=BookingStatus.CANCELLED).exists()
            assert not SeatLock.objects.filter(show=place.show, status=LockStatus.BOOKED).exists()
            assert not BookedSeat.objects.filter(show=place.show, released_at=None).exists()
            for payment in paid_for(bookings):
                assert payment.refund_owed == payment.amount

    def test_leaves_no_order_that_waits_for_its_payment(self, hall, now, manager):
        people = UserFactory.create_batch(12)

        def order(place, user, seat):
            time.sleep(random.random() / 20)
            return checkout.place(order=Order(place.show.pk, (seat,)), by=user, now=now)

        def cancel(place):
            time.sleep(random.random() / 20)
            cancelling.cancel_show(show_id=place.show.pk, by=manager, now=now)
            return cancelling.end_bookings_of(show_id=place.show.pk, now=now)

        for _ in range(6):
            place = hall(12)
            orders = [partial(order, place, user, seat) for user, seat in zip(people, place.seats, strict=True)]
            winners(race([*orders, partial(cancel, place)]))
            waiting = Booking.objects.filter(show=place.show).exclude(booking_status=BookingStatus.CANCELLED)
            assert not waiting.exists()


class TestSettlingAgainstTheSweep:
    def test_at_the_end_of_the_window_sells_or_refunds_never_both(self, hall, now):
        first, second = UserFactory.create_batch(2)
        nearly, later = now + WINDOW - timedelta(microseconds=1), now + WINDOW
        for _ in range(8):
            place = hall(2)
            order = Order(place.show.pk, tuple(place.seats))
            booking = placed(place, first, now)
            settle = partial(settling.settle, payment_id=booking.payment_id, charge=charged(booking), now=nearly)
            outcomes = race(
                [
                    settle,
                    partial(sweeping.release_lapsed, now=later),
                    partial(checkout.book, order=order, by=second, now=later),
                ]
            )
            winners(outcomes)
            booking.refresh_from_db()
            payment = Payment.objects.get(pk=booking.payment_id)
            live = SeatLock.objects.filter(show=place.show, status=LockStatus.BOOKED, booking=booking).count()
            if booking.booking_status == BookingStatus.CONFIRMED:
                assert (live, payment.refund_owed) == (2, Decimal(0))
            else:
                assert booking.booking_status == BookingStatus.CANCELLED
                assert (live, payment.refund_owed, booking.refund_amount) == (0, booking.amount, booking.amount)
            assert BookedSeat.objects.filter(show=place.show, released_at=None).count() in (0, 2)

    def test_confirms_once_when_the_same_message_comes_six_times(self, hall, now, customer):
        for _ in range(4):
            place = hall(2)
            booking = placed(place, customer, now)
            charge = charged(booking)
            winners(race([partial(settling.settle, payment_id=booking.payment_id, charge=charge, now=now)] * 6))
            assert Invoice.objects.filter(booking_reference=booking.booking_reference).count() == 1
            assert Ticket.objects.filter(booking=booking).count() == 1
            assert BookingStatusLog.objects.filter(booking=booking, to_status=BookingStatus.CONFIRMED).count() == 1

    def test_returns_money_that_was_captured_while_the_payment_was_given_up(self, hall, now, customer):
        given_up = Charge(ChargeState.REFUSED, failure="The gateway never heard of it.")
        for _ in range(8):
            place = hall(2)
            booking = placed(place, customer, now)
            charge = charged(booking)
            winners(
                race(
                    [
                        partial(settling.settle, payment_id=booking.payment_id, charge=charge, now=now),
                        partial(settling.refuse, payment_id=booking.payment_id, charge=given_up, now=now),
                    ]
                )
            )
            booking.refresh_from_db()
            payment = Payment.objects.get(pk=booking.payment_id)
            kept = payment.amount - payment.refund_owed
            assert payment.is_settled
            assert kept == (booking.amount if booking.booking_status == BookingStatus.CONFIRMED else 0)


class TestCancellingTwice:
    def test_refunds_once(self, hall, now, customer, admin):
        for _ in range(5):
            place = hall(2)
            booking = checkout.book(order=Order(place.show.pk, tuple(place.seats)), by=customer, now=now)
            cancel = partial(cancelling.cancel_booking, booking_id=booking.pk, now=now)
            end = partial(
                ending.end_booking, booking_id=booking.pk, percent=100, actor=Actor.SYSTEM, reason="Race", now=now
            )
            won = winners(race([partial(cancel, by=customer), partial(cancel, by=admin), end, end]))
            assert len({each.refund_amount for each in won}) == 1
            refund = Refund.objects.get(payment=booking.payment_id)
            assert refund.amount == won[0].refund_amount
            assert BookingStatusLog.objects.filter(booking=booking, to_status=BookingStatus.CANCELLED).count() == 1


class TestReconcilingTwice:
    def test_at_once_mends_each_thing_once(self, hall, now):
        place = hall(8)
        for n, user in enumerate(UserFactory.create_batch(4)):
            seats = tuple(place.seats[n * 2 : n * 2 + 2])
            charged(checkout.place(order=Order(place.show.pk, seats), by=user, now=now))
        winners(race([partial(reconciling.reconcile, now=now + 2 * WINDOW)] * 3))
        for payment in Payment.objects.all():
            assert (payment.refund_owed, payment.refunds.count()) == (payment.amount, 1)
        winners(race([partial(reconciling.reconcile, now=now + 3 * WINDOW)] * 3))
        for charge in SandboxCharge.objects.all():
            assert (charge.refunded, len(charge.refund_keys)) == (charge.amount, 1)


def paid_for(bookings):
    return Payment.objects.settled().filter(booking_reference__in=bookings.values("booking_reference"))
