from datetime import timedelta

import pytest

from billing.models import Payment
from booking import queries
from booking.errors import ShowStarted, UnknownBooking
from booking.models import Booking, BookingStatusLog, SeatLock
from booking.services import cancelling
from booking.states import Actor, BookingStatus, LockStatus
from cinema.core import jobs
from scheduling.errors import UnknownShow
from scheduling.states import ShowStatus
from tests.booking.stories import booked, placed
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


class TestCancelBooking:
    @pytest.mark.parametrize(
        ("before", "percent"),
        [(timedelta(hours=8), 80), (timedelta(hours=8) - INSTANT, 0), (INSTANT, 0)],
    )
    def test_gives_back_what_the_preview_said(self, before, percent, selling_show, customer, now):
        booking = booked(selling_show, "A1", "C1", by=customer, now=now)
        when = selling_show.starts_at - before
        preview = queries.refund_preview(Booking.objects.get(), when)
        cancelled = cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=when)
        assert cancelled.booking_status == BookingStatus.CANCELLED
        assert cancelled.refund_amount == preview == Payment.objects.get().refund_owed
        assert (preview > 0) == (percent > 0)

    def test_goes_by_the_policy_of_the_day_it_was_booked(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        venue = selling_show.screen.venue
        venue.refund_tiers = []
        venue.save()
        when = selling_show.starts_at - timedelta(hours=9)
        assert cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=when).refund_amount > 0

    def test_answers_the_first_result_again_even_after_the_start(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        first = cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        again = cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=selling_show.starts_at)
        assert (again.refund_amount, again.cancelled_at) == (first.refund_amount, now)

    def test_is_refused_after_the_start(self, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        with pytest.raises(ShowStarted):
            cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=selling_show.starts_at)

    def test_knows_no_booking_of_somebody_else(self, selling_show, customer, stranger, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        with pytest.raises(UnknownBooking):
            cancelling.cancel_booking(booking_id=booking.pk, by=stranger, now=now)

    def test_by_an_admin_is_written_down_as_such(self, selling_show, customer, admin, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=admin, now=now)
        assert BookingStatusLog.objects.latest("id").changed_by == Actor.ADMIN

    def test_of_an_unpaid_booking_frees_the_seats(self, selling_show, customer, stranger, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        assert booked(selling_show, "A1", by=stranger, now=now).booking_status == BookingStatus.CONFIRMED


class TestCancelShow:
    def test_stops_sales_at_once_and_queues_the_rest(self, selling_show, manager, now, queued):
        with queued() as sent:
            show = cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=now)
        assert show.status == ShowStatus.CANCELLED
        assert sent == [(jobs.END_CANCELLED_SHOW, {"show_id": selling_show.pk})]

    def test_is_refused_after_the_start_unless_it_is_a_repetition(self, selling_show, manager, now):
        start = selling_show.starts_at
        with pytest.raises(ShowStarted):
            cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=start)
        cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=start - INSTANT)
        again = cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=start)
        assert again.status == ShowStatus.CANCELLED

    def test_refuses_an_unknown_show(self, manager, now):
        with pytest.raises(UnknownShow):
            cancelling.cancel_show(show_id=0, by=manager, now=now)


class TestEndBookingsOf:
    def test_refunds_everybody_in_full_whatever_the_policy(self, selling_show, manager, now):
        for seat, user in zip(("A1", "A2", "A3"), UserFactory.create_batch(3), strict=True):
            booked(selling_show, seat, by=user, now=now)
        placed(selling_show, "A4", by=manager, now=now)
        last_minute = selling_show.starts_at - INSTANT
        cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=last_minute)
        assert cancelling.end_bookings_of(show_id=selling_show.pk, now=last_minute) == 4
        assert set(SeatLock.objects.values_list("status", flat=True)) == {LockStatus.EXPIRED}
        for payment in Payment.objects.settled():
            assert payment.refund_owed == payment.amount
        assert cancelling.end_bookings_of(show_id=selling_show.pk, now=last_minute) == 0

    def test_ends_nobodys_booking_of_a_show_that_is_on(self, selling_show, customer, now):
        booked(selling_show, "A1", by=customer, now=now)
        with pytest.raises(UnknownShow):
            cancelling.end_bookings_of(show_id=selling_show.pk, now=now)
