"""The same money is heard of by the webhook, the return page, reconciliation and the sweep at the same moment."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.test import Client

from billing.models import Invoice, Payment, PaymentEvent, PaymentIssue, Refund
from billing.services import refunds
from billing.states import PaymentStatus, RefundStatus
from booking.models import BookingStatusLog, SeatLock, Ticket
from booking.orders import Order
from booking.services import attempts, cancelling, checkout, counter, messages, reconciling, settling, sweeping
from booking.states import BookingStatus, LockStatus
from tests.billing.razorpay_server import WEBHOOK_SECRET, signed
from tests.concurrency.race import race, winners
from tests.factories.accounts import UserFactory

WINDOW = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def paid(hall, razorpay, customer, now):
    """Order two seats in another hall and pay them; nobody has heard of the money yet."""

    def one():
        place = hall(2)
        booking = checkout.book(order=Order(place.show.pk, tuple(place.seats)), by=customer, now=now)
        link = next(
            link for link in razorpay.links.values() if link["reference_id"].startswith(booking.booking_reference)
        )
        return booking, razorpay.link_message(razorpay.pay(link["id"]))

    return one


def headers(body, number=0):
    return {
        "X-Razorpay-Signature": signed(WEBHOOK_SECRET, body.decode()),
        "X-Razorpay-Event-Id": f"{hash(body)}-{number}",
    }


def webhook(body, now, number=0):
    return messages.take(gateway="razorpay", body=body, headers=headers(body, number), now=now)


def sold_once(booking):
    booking.refresh_from_db()
    payment = Payment.objects.get(pk=booking.payment_id)
    assert (booking.booking_status, payment.payment_status) == (BookingStatus.CONFIRMED, PaymentStatus.COMPLETED)
    assert payment.refund_owed == 0
    assert Invoice.objects.filter(booking_reference=booking.booking_reference).count() == 1
    assert Ticket.objects.filter(booking=booking).count() == 1
    assert BookingStatusLog.objects.filter(booking=booking, to_status=BookingStatus.CONFIRMED).count() == 1


class TestWebhookReturnPageAndReconciliation:
    def test_sell_once(self, paid, now):
        for _ in range(4):
            booking, body = paid()
            outcomes = race(
                [
                    partial(webhook, body, now),
                    partial(webhook, body, now),
                    partial(webhook, body, now, 1),
                    partial(settling.look, payment_id=booking.payment_id, now=now),
                    partial(settling.look, payment_id=booking.payment_id, now=now),
                    partial(reconciling.reconcile, now=now + 2 * MINUTE),
                ]
            )
            assert len(winners(outcomes)) == 6
            sold_once(booking)
        assert PaymentEvent.objects.filter(handled_at=None).count() == 0

    def test_keep_one_message_that_comes_six_times_at_once(self, paid, now):
        booking, body = paid()
        calls = [
            partial(Client().post, "/webhooks/razorpay", body, content_type="application/json", headers=headers(body))
        ] * 6
        assert {answer.status_code for answer in race(calls)} == {200}
        assert PaymentEvent.objects.count() == 1
        sold_once(booking)

    def test_at_the_end_of_the_window_sell_or_refund_never_both(self, paid, now):
        nearly, later = now + WINDOW - timedelta(microseconds=1), now + WINDOW
        for _ in range(6):
            booking, body = paid()
            winners(
                race(
                    [
                        partial(webhook, body, nearly),
                        partial(settling.look, payment_id=booking.payment_id, now=nearly),
                        partial(sweeping.release_lapsed, now=later),
                        partial(reconciling.reconcile, now=later),
                    ]
                )
            )
            booking.refresh_from_db()
            payment = Payment.objects.get(pk=booking.payment_id)
            live = SeatLock.objects.filter(show=booking.show_id, status=LockStatus.BOOKED).count()
            if booking.booking_status == BookingStatus.CONFIRMED:
                assert (live, payment.refund_owed) == (2, Decimal(0))
            else:
                assert (booking.booking_status, live) == (BookingStatus.CANCELLED, 0)
                assert payment.refund_owed == booking.amount == booking.refund_amount


class TestTwoAttempts:
    def test_that_are_both_paid_sell_once_and_give_one_back(self, hall, razorpay, customer, now):
        for _ in range(4):
            razorpay.links.clear()
            place = hall(2)
            booking = checkout.book(order=Order(place.show.pk, tuple(place.seats)), by=customer, now=now)
            attempts.pay_again(booking_id=booking.pk, by=customer, now=now)
            bodies = [razorpay.link_message(razorpay.pay(link)) for link in razorpay.links]
            winners(race([partial(webhook, body, now) for body in bodies * 2]))
            sold_once(booking)
            both = Payment.objects.filter(booking_reference=booking.booking_reference)
            assert sum(payment.amount - payment.refund_owed for payment in both) == booking.amount

    def test_begun_at_once_have_numbers_of_their_own(self, hall, razorpay, customer, now):
        place = hall(2)
        booking = checkout.book(order=Order(place.show.pk, tuple(place.seats)), by=customer, now=now)
        winners(race([partial(attempts.open_attempt, booking_id=booking.pk, gateway="razorpay", now=now)] * 6))
        numbers = Payment.objects.filter(booking_reference=booking.booking_reference).values_list("attempt", flat=True)
        assert sorted(numbers) == [1, 2, 3, 4, 5, 6, 7]

    def test_in_cash_by_two_clerks_is_taken_once(self, hall, customer, now, settings):
        settings.PAYMENT_GATEWAY = "cash"
        clerks = UserFactory.create_batch(3)
        for _ in range(4):
            place = hall(2)
            booking = checkout.book(order=Order(place.show.pk, tuple(place.seats)), by=customer, now=now)
            winners(race([partial(counter.take_cash, booking_id=booking.pk, by=clerk, now=now) for clerk in clerks]))
            sold_once(booking)
        assert not Refund.objects.exists()


class TestARefundHeardOfTwice:
    def test_is_recorded_once(self, paid, razorpay, customer, now):
        razorpay.refund_status = "pending"
        for _ in range(4):
            booking, body = paid()
            webhook(body, now)
            cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
            refund = Refund.objects.get(payment=booking.payment_id)
            refunds.send(refund_id=refund.pk, now=now)
            theirs = list(razorpay.refunds.values())[-1]
            theirs["status"] = "processed"
            told = razorpay.message("refund.processed", refund=theirs)
            winners(
                race(
                    [
                        partial(webhook, told, now),
                        partial(webhook, told, now, 1),
                        partial(refunds.send, refund_id=refund.pk, now=now),
                        partial(reconciling.reconcile, now=now + 2 * WINDOW),
                    ]
                )
            )
            refund.refresh_from_db()
            payment = Payment.objects.get(pk=booking.payment_id)
            assert (refund.refund_status, payment.refund_amount) == (RefundStatus.COMPLETED, refund.amount)
            assert not PaymentEvent.objects.filter(handled_at=None).exists()

    def test_is_listed_once_when_it_failed(self, paid, razorpay, customer, now):
        razorpay.refund_status = "pending"
        booking, body = paid()
        webhook(body, now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        refund = Refund.objects.get(payment=booking.payment_id)
        refunds.send(refund_id=refund.pk, now=now)
        told = razorpay.message("refund.failed", refund=next(iter(razorpay.refunds.values())))
        winners(race([partial(webhook, told, now, number) for number in range(5)]))
        assert PaymentIssue.objects.count() == 1
