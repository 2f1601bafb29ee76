from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import Payment, Refund
from billing.services import refunds
from booking.errors import BookingsNotEnded
from booking.models import BookedFood, BookedSeat, BookingStatusLog, SeatLock
from booking.services import checkout, ending
from booking.states import Actor, BookingStatus, LockStatus
from cinema.core import jobs
from tests.booking.stories import booked, order, payment_of, placed
from tests.factories.billing import DiscountFactory, PaymentFactory
from tests.factories.concessions import FoodItemFactory

pytestmark = pytest.mark.django_db


def end(booking, now, percent=100, **options):
    return ending.end_booking(
        booking_id=booking.pk, percent=percent, actor=Actor.SYSTEM, reason="Test", now=now, **options
    )


class TestEndBooking:
    def test_gives_back_seats_stock_and_money_and_keeps_the_lines(self, selling_show, customer, now):
        coke = FoodItemFactory(stock=5)
        booking = checkout.book(order=order(selling_show, "A1", foods={coke.pk: 2}), by=customer, now=now)
        ended = end(booking, now)
        coke.refresh_from_db()
        assert (ended.booking_status, ended.cancelled_at, coke.stock) == (BookingStatus.CANCELLED, now, 5)
        assert SeatLock.objects.get().status == LockStatus.EXPIRED
        assert (BookedSeat.objects.get().released_at, BookedFood.objects.get().released_at) == (now, now)
        assert Refund.objects.get().amount == ended.refund_amount == booking.amount

    @pytest.mark.parametrize(("percent", "back"), [(100, "508.64"), (80, "406.90"), (0, "0.00")])
    def test_refunds_a_percentage_of_every_line(self, percent, back, selling_show, customer, now):
        coke = FoodItemFactory(price=Decimal("99.99"))
        DiscountFactory(promo_code="TEN")
        wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code="TEN")
        booking = checkout.book(order=wish, by=customer, now=now)
        assert end(booking, now, percent).refund_amount == Decimal(back)
        assert Payment.objects.get().refund_owed == Decimal(back)

    def test_changes_nothing_the_second_time(self, selling_show, customer, stranger, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        end(booking, now, 80)
        next_owner = booked(selling_show, "A1", by=stranger, now=now)
        again = end(booking, now, 100)
        assert again.refund_amount < again.amount
        assert SeatLock.objects.get().booking_id == next_owner.pk
        assert BookedSeat.objects.filter(released_at=None).get().booking_id == next_owner.pk
        assert Refund.objects.count() == 1

    def test_of_an_unpaid_booking_owes_nothing_and_tells_nobody(self, selling_show, customer, now, queued):
        booking = placed(selling_show, "A1", by=customer, now=now)
        with queued() as sent:
            assert end(booking, now).refund_amount == 0
        assert sent == []
        assert not customer.notifications.exists()

    def test_of_a_sale_tells_the_customer_and_queues_refund_and_mail(self, selling_show, customer, now, queued):
        booking = booked(selling_show, "A1", by=customer, now=now)
        with queued() as sent:
            end(booking, now)
        assert sent == [
            (jobs.SEND_REFUND, {"refund_id": Refund.objects.get().pk}),
            (jobs.MAIL_BOOKING_CANCELLED, {"booking_id": booking.pk}),
        ]
        assert customer.notifications.filter(notification_type="BOOKING_CANCELLED").count() == 1

    def test_leaves_a_sale_when_only_the_unpaid_is_meant(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        assert end(booking, now, only_pending=True).booking_status == BookingStatus.CONFIRMED

    def test_writes_the_step_down(self, selling_show, customer, now):
        end(booked(selling_show, "A1", by=customer, now=now), now)
        last = BookingStatusLog.objects.latest("id")
        assert (last.from_status, last.to_status, last.changed_by, last.reason) == (
            BookingStatus.CONFIRMED,
            BookingStatus.CANCELLED,
            Actor.SYSTEM,
            "Test",
        )

    def test_refunds_every_other_attempt_in_full(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        twice = PaymentFactory(
            user=customer,
            booking_reference=booking.booking_reference,
            attempt=2,
            amount=booking.amount,
        )
        ended = end(booking, now, 80)
        own = Payment.objects.get(pk=payment_of(booking))
        twice.refresh_from_db()
        assert (own.refund_owed, twice.refund_owed) == (ended.refund_amount, booking.amount)

    def test_refunds_the_rest_of_a_payment_that_went_back_in_part(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", "A2", by=customer, now=now)
        first, second = booking.seats.order_by("id")
        first.released_at = now  # as cancelling one seat on its own will leave it
        first.save()
        payment = Payment.objects.get()
        part = refunds.owe(payment=payment, amount=first.total, key="one seat", reason="Test", now=now)
        assert part is not None
        refunds.send(refund_id=part.pk, now=now)
        assert end(booking, now).refund_amount == second.total
        payment.refresh_from_db()
        assert payment.refund_owed == booking.amount


class TestEndEach:
    def test_goes_on_when_one_cannot_be_ended(self, selling_show, customer, now, caplog):
        broken, sound = (booked(selling_show, seat, by=customer, now=now) for seat in ("A1", "A2"))
        Payment.objects.filter(pk=payment_of(broken)).update(refund_owed=Decimal("0.01"))
        with pytest.raises(BookingsNotEnded) as left:
            ending.end_each(booking_ids=[broken.pk, sound.pk], reason="Test", now=now + timedelta(1))
        assert (left.value.ended, left.value.failed) == (1, 1)
        assert f"booking {broken.pk} could not be ended" in caplog.text
        statuses = dict(type(sound).objects.values_list("pk", "booking_status"))
        assert statuses == {broken.pk: BookingStatus.CONFIRMED, sound.pk: BookingStatus.CANCELLED}
