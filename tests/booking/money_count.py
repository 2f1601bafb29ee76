"""What must hold at any moment, whatever happened: counted in the database, with nothing taken on trust."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import F, Sum

from billing.books import faults
from billing.models import CreditNote, Discount, Invoice, Payment, Refund, SandboxCharge
from billing.states import PaymentStatus, RefundStatus
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, SeatLock
from booking.returns import lines_of
from booking.states import BookingStatus, LockStatus
from cinema.core.money import ZERO, total
from concessions.models import FoodItem

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def everything(*, reconciled_at: datetime | None, promo: Discount, coke: FoodItem, stock: int) -> None:
    """Count it all."""
    assert [str(fault) for fault in faults(settled_before=reconciled_at or LONG_AGO)] == []
    for booking in Booking.objects.order_by("id"):
        _the_lines_are_the_money(booking)
        _every_paisa_is_a_line_or_a_refund(booking)
    _seats_agree_with_lines()
    _documents_have_no_gap()
    _stock_and_promo_code_agree(promo, coke, stock)
    _the_gateway_never_gave_back_more_than_was_decided()


def nothing_is_left_open() -> None:
    """After the quiet hours nobody waits: no attempt, no order, no money at the gateway that is not a sale."""
    assert not Payment.objects.filter(payment_status=PaymentStatus.PENDING).exists()
    assert not Booking.objects.filter(booking_status=BookingStatus.PENDING).exists()
    waiting = Refund.objects.filter(refund_status__in=[RefundStatus.PENDING])
    assert not waiting.exists(), list(waiting.values())
    taken = SandboxCharge.objects.filter(succeeded=True).aggregate(sum=Sum("amount"))["sum"] or ZERO
    settled = Payment.objects.settled().aggregate(sum=Sum("amount"))["sum"] or ZERO
    assert taken == settled
    kept = total(booking.amount - booking.refund_amount for booking in Booking.objects.exclude(confirmed_at=None))
    owed = Payment.objects.aggregate(sum=Sum("refund_owed"))["sum"] or ZERO
    assert settled - owed == kept


def _the_lines_are_the_money(booking: Booking) -> None:
    lines = lines_of(booking)
    assert booking.amount == total(line.total for line in lines) + booking.rounding
    if booking.confirmed_at is None:
        return
    rounding = total(booking.cancellations.values_list("rounding", flat=True))
    assert booking.refund_amount == total(line.refunded for line in lines) + rounding
    assert booking.refund_amount == total(booking.cancellations.values_list("amount", flat=True))
    credited = CreditNote.objects.filter(invoice__booking_reference=booking.booking_reference)
    assert booking.refund_amount == total(credited.values_list("amount", flat=True))
    is_ended = booking.booking_status == BookingStatus.CANCELLED
    left = [line for line in lines if line.released_at is None]
    assert bool(left) == (not is_ended)
    assert is_ended or not all(isinstance(line, BookedFee) for line in left)


def _every_paisa_is_a_line_or_a_refund(booking: Booking) -> None:
    for payment in Payment.objects.settled().filter(booking_reference=booking.booking_reference):
        if booking.payment_id == payment.pk and booking.confirmed_at:
            assert payment.amount == booking.amount
            assert payment.refund_owed == booking.refund_amount
        elif booking.booking_status != BookingStatus.PENDING:  # a crash may stand between money and its step
            assert payment.refund_owed == payment.amount


def _seats_agree_with_lines() -> None:
    live = BookedSeat.objects.filter(released_at=None).exclude(booking__booking_status=BookingStatus.CANCELLED)
    claims = SeatLock.objects.filter(status=LockStatus.BOOKED)
    facts = ("show_id", "seat_id", "booking_id")
    assert sorted(live.values_list(*facts)) == sorted(claims.values_list(*facts))


def _documents_have_no_gap() -> None:
    for numbers in (
        Invoice.objects.values_list("number", flat=True),
        CreditNote.objects.values_list("number", flat=True),
    ):
        series: dict[str, list[int]] = {}
        for number in numbers:
            series.setdefault(number[:-7], []).append(int(number[-7:]))
        for drawn in series.values():
            assert sorted(drawn) == list(range(1, len(drawn) + 1))
    sold = Booking.objects.exclude(confirmed_at=None).values_list("booking_reference", flat=True)
    assert sorted(sold) == sorted(Invoice.objects.values_list("booking_reference", flat=True))


def _stock_and_promo_code_agree(promo: Discount, coke: FoodItem, stock: int) -> None:
    sold = BookedFood.objects.filter(released_at=None).aggregate(sum=Sum("quantity"))["sum"] or 0
    coke.refresh_from_db()
    assert coke.stock == stock - sold
    promo.refresh_from_db()
    used = Booking.objects.filter(discount=promo).exclude(confirmed_at=None, cancelled_at__isnull=False)
    assert promo.times_used == used.count() <= 3


def _the_gateway_never_gave_back_more_than_was_decided() -> None:
    charges = {charge.idempotency_key: charge for charge in SandboxCharge.objects.all()}
    assert not SandboxCharge.objects.filter(refunded__gt=F("amount")).exists()
    for payment in Payment.objects.all():
        charge = charges.get(payment.transaction_code)
        given_back = charge.refunded if charge else Decimal(0)
        assert payment.refund_amount <= given_back <= payment.refund_owed
