from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import DataError

from billing.gateways import Bill, gateway_named
from billing.models import Payment, PaymentIssue, Refund, SandboxCharge
from billing.services import issues, refunds
from billing.states import IssueKind, PaymentStatus, RefundStatus
from booking import tasks
from booking.errors import NotAllReconciled
from booking.models import Booking
from booking.services import attempts, cancelling, ending, reconciling, settling, sweeping
from booking.states import BookingStatus
from cinema.core import jobs
from ops.models import JobRecord
from tests.booking.stories import booked, payment_of, placed
from tests.factories.billing import PaymentEventFactory, PaymentIssueFactory, RefundFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


def charge(booking):
    """Take the money and die before anybody hears of it."""
    payment = Payment.objects.get(pk=payment_of(booking))
    gateway_named("sandbox").charge(Bill(key=payment.transaction_code, amount=payment.amount))


def goes_wrong_for(payment_id: int, fault: Exception, monkeypatch) -> None:
    """Have whatever the gateway says of one payment hit a fault of ours."""
    act_on = settling.act_on

    def act(*, payment: Payment, **facts: Any) -> Booking:
        if payment.pk == payment_id:
            raise fault
        return act_on(payment=payment, **facts)

    monkeypatch.setattr(settling, "act_on", act)


def state(booking):
    booking.refresh_from_db()
    payment = Payment.objects.get(pk=payment_of(booking))
    return booking.booking_status, payment.payment_status, payment.amount - payment.refund_owed


class TestReconcile:
    def test_confirms_what_was_charged_before_a_crash(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge(booking)
        mended = reconciling.reconcile(now=now + 2 * MINUTE)
        assert mended.settled == 1
        assert state(booking) == (BookingStatus.CONFIRMED, PaymentStatus.COMPLETED, booking.amount)

    def test_leaves_a_payment_that_may_still_be_settling(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge(booking)
        assert reconciling.reconcile(now=now + MINUTE) == reconciling.Mended()
        assert state(booking)[0] == BookingStatus.PENDING

    def test_refunds_what_was_charged_when_it_is_too_late_to_confirm(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        charge(booking)
        reconciling.reconcile(now=now + 15 * MINUTE)
        assert state(booking) == (BookingStatus.CANCELLED, PaymentStatus.COMPLETED, 0)
        assert reconciling.reconcile(now=now + 17 * MINUTE).refunded == 1
        assert SandboxCharge.objects.get().refunded == booking.amount
        assert Payment.objects.get().payment_status == PaymentStatus.REFUNDED

    def test_gives_up_a_payment_that_the_gateway_never_heard_of(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        assert reconciling.reconcile(now=now + 16 * MINUTE - INSTANT).refused == 0
        assert reconciling.reconcile(now=now + 16 * MINUTE).refused == 1
        assert state(booking)[:2] == (BookingStatus.CANCELLED, PaymentStatus.FAILED)

    def test_ends_what_was_paid_too_late_and_left_open_by_a_crash(self, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        Payment.objects.update(payment_status=PaymentStatus.COMPLETED, settled_at=now)
        assert reconciling.reconcile(now=now + MINUTE).ended == 1
        assert state(booking) == (BookingStatus.CANCELLED, PaymentStatus.COMPLETED, 0)

    def test_finishes_cancelling_a_show(self, selling_show, customer, manager, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=now)
        assert reconciling.reconcile(now=now).ended == 1
        assert state(booking) == (BookingStatus.CANCELLED, PaymentStatus.COMPLETED, 0)

    def test_sends_refunds_whose_message_was_lost_and_goes_on_past_one_that_fails(self, selling_show, customer, now):
        stuck = RefundFactory(created_at=now - timedelta(days=1))  # its charge is unknown to the provider
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        assert reconciling.reconcile(now=now + 2 * MINUTE).refunded == 1
        stuck.refresh_from_db()
        assert stuck.refund_status == RefundStatus.PENDING
        assert Refund.objects.exclude(pk=stuck.pk).get().refund_status == RefundStatus.COMPLETED

    def test_goes_on_past_a_gateway_that_is_away(self, selling_show, customer, now):
        first, second = (placed(selling_show, seat, by=customer, now=now) for seat in ("A1", "A2"))
        charge(second)
        Payment.objects.filter(pk=payment_of(first)).update(gateway="gone for good")
        reconciling.reconcile(now=now + 2 * MINUTE)
        assert state(second)[0] == BookingStatus.CONFIRMED
        assert state(first)[0] == BookingStatus.PENDING

    @pytest.mark.parametrize(
        "fault", [KeyError("amount"), DataError("value too long")], ids=lambda fault: type(fault).__name__
    )
    def test_goes_on_past_an_answer_that_nobody_foresaw_and_says_so(
        self, selling_show, customer, now, fault, monkeypatch, caplog
    ):
        odd, fine = (placed(selling_show, seat, by=customer, now=now) for seat in ("A1", "A2"))
        charge(odd), charge(fine)
        goes_wrong_for(payment_of(odd), fault, monkeypatch)
        mended = reconciling.reconcile(now=now + 2 * MINUTE)
        assert (mended.settled, mended.failed) == (1, 1)
        assert state(fine)[0] == BookingStatus.CONFIRMED
        assert f"payment {payment_of(odd)} not reconciled" in caplog.text
        with pytest.raises(NotAllReconciled):
            mended.require_whole()

    def test_lists_for_a_person_what_goes_wrong_for_an_hour(self, selling_show, customer, now, monkeypatch):
        odd = placed(selling_show, "A1", by=customer, now=now)
        goes_wrong_for(payment_of(odd), KeyError(), monkeypatch)
        reconciling.reconcile(now=now + 61 * MINUTE)
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.payment_id) == (IssueKind.PAYMENT_STUCK, payment_of(odd))

    def test_goes_on_past_a_booking_that_cannot_be_ended(self, selling_show, customer, now, monkeypatch):
        odd, fine = (placed(selling_show, seat, by=customer, now=now) for seat in ("A1", "A2"))
        end_booking = ending.end_booking

        def end(*, booking_id: int, **facts: Any) -> Booking:
            if booking_id == odd.pk:
                raise ZeroDivisionError
            return end_booking(booking_id=booking_id, **facts)

        monkeypatch.setattr(ending, "end_booking", end)
        mended = reconciling.reconcile(now=now + 15 * MINUTE)
        assert (mended.ended, mended.failed) == (1, 1)
        assert state(fine)[0] == BookingStatus.CANCELLED

    def test_goes_on_past_a_refund_and_a_ticket_that_nobody_foresaw(self, selling_show, customer, now, monkeypatch):
        ticket = booked(selling_show, "A1", by=customer, now=now)
        Payment.objects.update(payment_status=PaymentStatus.FAILED)
        stuck, other = (RefundFactory(created_at=now - timedelta(days=1)) for _ in range(2))
        asked: list[int] = []

        def send(*, refund_id: int, now: datetime) -> Refund:
            asked.append(refund_id)
            raise TypeError

        monkeypatch.setattr(refunds, "send", send)
        monkeypatch.setattr(issues, "find", lambda **_facts: 1 / 0)
        mended = reconciling.reconcile(now=now)
        assert (mended.failed, asked) == (3, [stuck.pk, other.pk])
        assert state(ticket)[0] == BookingStatus.CONFIRMED

    def test_finds_nothing_to_do_the_second_time(self, selling_show, customer, now):
        placed(selling_show, "A1", by=customer, now=now)
        charge(placed(selling_show, "A2", by=customer, now=now))
        reconciling.reconcile(now=now + 20 * MINUTE)
        reconciling.reconcile(now=now + 25 * MINUTE)
        assert reconciling.reconcile(now=now + 30 * MINUTE) == reconciling.Mended()
        assert not Booking.objects.filter(booking_status=BookingStatus.PENDING).exists()


class TestEveryRow:
    def test_has_its_turn_however_many_there_are(self, selling_show, customer, now, monkeypatch):
        monkeypatch.setattr(reconciling, "BATCH", 2)
        for number in range(1, 6):
            charge(placed(selling_show, f"A{number}", by=customer, now=now))
        assert reconciling.reconcile(now=now + 2 * MINUTE).settled == 5

    def test_that_lapsed_has_its_turn(self, selling_show, customer, now, monkeypatch):
        monkeypatch.setattr(sweeping, "BATCH", 2)
        for number in range(1, 6):
            placed(selling_show, f"A{number}", by=customer, now=now)
        assert sweeping.end_unpaid(now=now + 15 * MINUTE) == 5


class TestReconcileWithRazorpay:
    """The webhook never comes, and the customer never comes back."""

    @pytest.fixture
    def waiting(self, razorpay, selling_show, customer, now) -> Booking:
        return booked(selling_show, "A1", by=customer, now=now)

    def test_confirms_what_was_paid(self, razorpay, waiting, now):
        razorpay.pay(next(iter(razorpay.links)))
        assert reconciling.reconcile(now=now + 2 * MINUTE).settled == 1
        assert state(waiting)[:2] == (BookingStatus.CONFIRMED, PaymentStatus.COMPLETED)

    def test_leaves_open_what_may_still_be_paid(self, razorpay, waiting, now):
        reconciling.reconcile(now=now + 10 * MINUTE)
        assert state(waiting)[:2] == (BookingStatus.PENDING, PaymentStatus.PENDING)
        assert [link["status"] for link in razorpay.links.values()] == ["created"]

    def test_closes_the_page_when_the_window_is_over(self, razorpay, waiting, now):
        assert reconciling.reconcile(now=now + 16 * MINUTE).refused == 1
        assert state(waiting)[:2] == (BookingStatus.CANCELLED, PaymentStatus.FAILED)
        assert [link["status"] for link in razorpay.links.values()] == ["cancelled"]

    def test_closes_the_page_of_an_older_attempt_when_a_newer_one_was_paid(self, razorpay, waiting, customer, now):
        attempts.pay_again(booking_id=waiting.pk, by=customer, now=now)
        first, second = razorpay.links
        razorpay.pay(second)
        reconciling.reconcile(now=now + 2 * MINUTE)
        reconciling.reconcile(now=now + 7 * MINUTE)
        assert (razorpay.links[first]["status"], state(waiting)[0]) == ("cancelled", BookingStatus.CONFIRMED)
        assert list(Payment.objects.order_by("attempt").values_list("payment_status", flat=True)) == [
            PaymentStatus.FAILED,
            PaymentStatus.COMPLETED,
        ]

    def test_gives_back_what_was_paid_twice(self, razorpay, waiting, customer, now):
        attempts.pay_again(booking_id=waiting.pk, by=customer, now=now)
        for link in razorpay.links:
            razorpay.pay(link)
        reconciling.reconcile(now=now + 2 * MINUTE)
        reconciling.reconcile(now=now + 7 * MINUTE)
        assert state(waiting)[0] == BookingStatus.CONFIRMED
        assert [refund["amount"] for refund in razorpay.refunds.values()] == [int(waiting.amount * 100)]

    def test_finds_what_was_paid_after_it_had_been_given_up(self, razorpay, waiting, now):
        reconciling.reconcile(now=now + 16 * MINUTE)
        (link,) = razorpay.links.values()
        link["status"] = "created"
        razorpay.pay(link["id"])
        assert reconciling.reconcile(now=now + 21 * MINUTE).settled == 1
        assert Refund.objects.get().amount == waiting.amount

    def test_lists_what_the_gateway_does_not_answer_for_and_closes_it_by_itself(
        self, razorpay, waiting, now, settings
    ):
        settings.RAZORPAY_BASE_URL, away = "http://127.0.0.1:9", settings.RAZORPAY_BASE_URL
        assert reconciling.reconcile(now=now + 59 * MINUTE).listed == 0
        assert reconciling.reconcile(now=now + 61 * MINUTE).listed == 1
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.booking_reference) == (IssueKind.PAYMENT_STUCK, waiting.booking_reference)
        assert state(waiting)[0] == BookingStatus.CANCELLED  # seats wait for nobody
        settings.RAZORPAY_BASE_URL = away
        reconciling.reconcile(now=now + 66 * MINUTE)
        issue.refresh_from_db()
        assert (issue.resolution, state(waiting)[1]) == ("The gateway refused it", PaymentStatus.FAILED)

    def test_asks_what_became_of_a_refund(self, razorpay, waiting, customer, now):
        razorpay.refund_status = "pending"
        razorpay.pay(next(iter(razorpay.links)))
        reconciling.reconcile(now=now + 2 * MINUTE)
        cancelling.cancel_booking(booking_id=waiting.pk, by=customer, now=now)
        assert reconciling.reconcile(now=now + 5 * MINUTE).refunded == 0
        next(iter(razorpay.refunds.values()))["status"] = "processed"
        assert reconciling.reconcile(now=now + 66 * MINUTE).refunded == 1
        assert len(razorpay.refunds) == 1


class TestMessagesThatWereLeft:
    def test_are_handled(self, razorpay, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        link = razorpay.pay(next(iter(razorpay.links)))
        message = orjson.loads(razorpay.link_message(link))
        event = PaymentEventFactory(gateway="razorpay", kind=message["event"], payload=message, received_at=now)
        assert reconciling.reconcile(now=now + MINUTE).handled == 1
        event.refresh_from_db()
        assert event.outcome == "booking CONFIRMED"
        assert state(booking)[0] == BookingStatus.CONFIRMED

    def test_that_make_no_sense_do_not_stop_the_others(self, razorpay, now):
        kept = [PaymentEventFactory(gateway="razorpay", kind="x", payload=said, received_at=now) for said in ("?", 7)]
        assert reconciling.reconcile(now=now + MINUTE).failed == len(kept)

    def test_of_a_gateway_that_is_gone_do_not_stop_the_others(self, now):
        PaymentEventFactory(gateway="gone", received_at=now)
        assert reconciling.reconcile(now=now + MINUTE) == reconciling.Mended()


class TestUnpaidTickets:
    def test_are_listed(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        Payment.objects.update(payment_status=PaymentStatus.FAILED)
        assert reconciling.reconcile(now=now).listed == 1
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.subject) == (IssueKind.BOOKING_UNPAID, booking.booking_reference)


class TestCommand:
    def test_tells_what_was_mended_and_what_is_left(self, db, capsys):
        PaymentIssueFactory(subject="refund-of-asha")
        call_command("reconcile")
        told = capsys.readouterr().out
        assert "0 settled" in told
        assert "Money that does not go back: refund-of-asha" in told

    def test_fails_when_something_could_not_be_reconciled(self, db, monkeypatch, capsys):
        monkeypatch.setattr(reconciling, "reconcile", lambda **_: reconciling.Mended(settled=4, failed=1))
        with pytest.raises(CommandError, match="Not everything could be reconciled"):
            call_command("reconcile")
        assert capsys.readouterr().out == "0 handled, 4 settled, 0 refused, 0 ended, 0 refunded, 0 listed, 1 failed\n"


class TestJob:
    def test_says_that_it_failed_when_something_could_not_be_reconciled(self, monkeypatch):
        monkeypatch.setattr(reconciling, "reconcile", lambda **_: reconciling.Mended(failed=1))
        tasks.reconcile.apply()
        record = JobRecord.objects.get(name=jobs.RECONCILE)
        assert (record.last_outcome, record.last_error) == ("FAILED", "not_all_reconciled")
