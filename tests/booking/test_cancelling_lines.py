from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import CreditNote, Invoice, Payment, Refund
from billing.pricing import FEE
from booking import returns
from booking.errors import BookingNotPaid, ShowStarted, UnknownBooking, UnknownLine
from booking.models import BookedFee, BookedSeat, Booking, BookingMail, BookingStatusLog, Cancellation, SeatLock
from booking.services import cancelling, checkout, ending
from booking.states import Actor, BookingStatus, LockStatus, MailKind
from cinema.core import jobs
from cinema.core.money import total
from tests.booking.stories import booked, order, placed, seats_of
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coke(db):
    return FoodItemFactory(item_name="Coke", price=Decimal("99.99"), stock=10)


@pytest.fixture
def sale(selling_show, customer, coke, now) -> Booking:
    """Two seats and two cokes at 10 % off: 508.64, of which the policy gives 406.90 back."""
    DiscountFactory(promo_code="TEN")
    wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code="TEN")
    return checkout.book(order=wish, by=customer, now=now)


def cancel(sale: Booking, now, *numbers: str, foods=()) -> Cancellation:
    seats = seats_of(sale.show, *numbers)
    return cancelling.cancel_lines(booking_id=sale.pk, seat_ids=seats, food_ids=foods, by=sale.user, now=now)


def set_venue(show, **facts) -> None:
    venue = show.screen.venue
    for name, value in facts.items():
        setattr(venue, name, value)
    venue.save()


class TestCancelLines:
    def test_gives_one_seat_back_and_keeps_the_rest(self, sale, now):
        done = cancel(sale, now, "A1")
        sale.refresh_from_db()
        assert (done.amount, done.percent, sale.booking_status) == (Decimal("127.86"), 80, BookingStatus.CONFIRMED)
        assert sale.refund_amount == Payment.objects.get().refund_owed == Refund.objects.get().amount == done.amount
        gone, kept = sale.seats.order_by("seat__seat_number")
        assert (gone.released_at, gone.cancellation, gone.refunded) == (now, done, Decimal("127.86"))
        assert (gone.kept, kept.released_at, kept.refunded) == (Decimal("31.97"), None, 0)
        assert set(SeatLock.objects.values_list("seat__seat_number", "status")) == {
            ("A1", LockStatus.EXPIRED),
            ("A2", LockStatus.BOOKED),
        }

    def test_puts_food_back_into_stock(self, sale, coke, now):
        done = cancel(sale, now, foods=[coke.pk])
        coke.refresh_from_db()
        assert (done.amount, coke.stock) == (Decimal("151.18"), 10)
        assert SeatLock.objects.filter(status=LockStatus.BOOKED).count() == 2

    def test_gives_piece_by_piece_what_it_gives_at_once(self, sale, coke, now):
        amounts = [
            cancel(sale, now, "A1").amount,
            cancel(sale, now, foods=[coke.pk]).amount,
            cancel(sale, now, "A2").amount,
        ]
        sale.refresh_from_db()
        assert total(amounts) == sale.refund_amount == Decimal("406.90")
        assert sale.booking_status == BookingStatus.CANCELLED

    def test_with_the_last_line_cancels_the_booking(self, sale, coke, now):
        cancel(sale, now, "A1", "A2")
        sale.refresh_from_db()
        assert sale.booking_status == BookingStatus.CONFIRMED
        cancel(sale, now, foods=[coke.pk])
        sale.refresh_from_db()
        assert (sale.booking_status, sale.cancelled_at) == (BookingStatus.CANCELLED, now)

    def test_gives_what_the_preview_said(self, sale, now):
        when = sale.show.starts_at - timedelta(hours=9)
        seats = seats_of(sale.show, "A1")
        said = cancelling.preview_of_lines(booking=sale, seat_ids=seats, now=when)
        done = cancel(sale, when, "A1")
        assert returns.result_of(done) == said
        assert cancelling.preview_of_lines(booking=sale, seat_ids=seats, now=when) == said

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3)])
    def test_answers_the_first_result_again(self, sale, now, late):
        first = cancel(sale, now, "A1")
        assert cancel(sale, sale.show.starts_at + late, "A1") == first
        assert (Refund.objects.count(), Cancellation.objects.count()) == (1, 1)

    def test_leaves_a_seat_that_somebody_else_bought_meanwhile(self, sale, stranger, now):
        cancel(sale, now, "A1")
        theirs = booked(sale.show, "A1", by=stranger, now=now)
        cancel(sale, now, "A1")
        cancel(sale, now, "A1", "A2")
        assert SeatLock.objects.get(seat__seat_number="A1").booking == theirs
        assert BookedSeat.objects.get(seat__seat_number="A1", released_at=None).booking == theirs

    def test_goes_by_the_policy_of_the_day_it_was_booked(self, sale, now):
        set_venue(sale.show, refund_tiers=[])
        assert cancel(sale, now, "A1").amount == Decimal("127.86")

    def test_gives_nothing_back_shortly_before_the_start_but_frees_the_seat(self, sale, now):
        done = cancel(sale, sale.show.starts_at - timedelta(minutes=1), "A1")
        assert (done.amount, done.percent, Refund.objects.count()) == (Decimal(0), 0, 0)
        assert SeatLock.objects.get(seat__seat_number="A1").status == LockStatus.EXPIRED

    def test_is_written_down_and_told(self, sale, customer, now, queued):
        with queued() as sent:
            cancel(sale, now, "A1")
        log = BookingStatusLog.objects.latest("id")
        assert (log.from_status, log.to_status, log.changed_by) == (
            BookingStatus.CONFIRMED,
            BookingStatus.CONFIRMED,
            Actor.USER,
        )
        assert log.reason == "Cancelled by user: Seat A1"
        told = customer.notifications.get(notification_type="BOOKING_CHANGED")
        assert "127.86 comes back" in told.message
        assert {job for job, _ in sent} == {jobs.SEND_REFUND, jobs.ISSUE_TICKETS, jobs.MAIL_BOOKING_CHANGED}
        assert BookingMail.objects.filter(booking=sale, kind=MailKind.CHANGED).count() == 1

    def test_has_the_ticket_drawn_anew(self, sale, now):
        sale.ticket.size = 9
        sale.ticket.save()
        cancel(sale, now, "A1")
        sale.ticket.refresh_from_db()
        assert sale.ticket.size == 0

    def test_issues_a_credit_note_for_each_decision(self, sale, coke, now):
        cancel(sale, now, "A1")
        cancel(sale, now, "A2", foods=[coke.pk])
        notes = CreditNote.objects.order_by("id")
        assert [note.amount for note in notes] == [Decimal("127.86"), Decimal("279.04")]
        assert Invoice.objects.get().credited == Decimal("406.90")

    @pytest.mark.parametrize("wish", [{}, {"seat_ids": [0]}, {"food_ids": [0]}])
    def test_refuses_what_is_not_in_the_booking(self, sale, now, wish):
        with pytest.raises(UnknownLine):
            cancelling.cancel_lines(booking_id=sale.pk, by=sale.user, now=now, **wish)

    def test_refuses_a_part_of_what_is_not_paid(self, selling_show, customer, now):
        waiting = placed(selling_show, "A1", "A2", by=customer, now=now)
        with pytest.raises(BookingNotPaid):
            cancel(waiting, now, "A1")
        cancelling.cancel_booking(booking_id=waiting.pk, by=customer, now=now)
        with pytest.raises(BookingNotPaid):
            cancel(waiting, now, "A1")

    def test_is_refused_after_the_start(self, sale, now):
        with pytest.raises(ShowStarted):
            cancel(sale, sale.show.starts_at, "A1")
        with pytest.raises(ShowStarted):
            cancelling.preview_of_lines(booking=sale, seat_ids=seats_of(sale.show, "A1"), now=sale.show.starts_at)

    def test_knows_no_booking_of_somebody_else(self, sale, stranger, now):
        with pytest.raises(UnknownBooking):
            cancelling.cancel_lines(booking_id=sale.pk, seat_ids=seats_of(sale.show, "A1"), by=stranger, now=now)


class TestFees:
    @pytest.fixture
    def sale_with_fees(self, selling_show, customer, now) -> Booking:
        """Two seats at 177.60 with tax, a fee of 23.60 per booking and one of 11.80 per seat."""
        set_venue(selling_show, booking_fee=Decimal(20), seat_fee=Decimal(10))
        return booked(selling_show, "A1", "A2", by=customer, now=now)

    def test_are_lines_of_their_own(self, sale_with_fees):
        assert sale_with_fees.amount == Decimal("402.40")
        fees = sale_with_fees.fees.order_by("id")
        assert [(fee.seat_id is None, fee.total) for fee in fees] == [
            (True, Decimal("23.60")),
            (False, Decimal("11.80")),
            (False, Decimal("11.80")),
        ]
        assert [line["kind"] for line in Invoice.objects.get().lines].count(FEE) == 2

    def test_stay_with_the_house_when_the_customer_cancels(self, sale_with_fees, now):
        done = cancel(sale_with_fees, now, "A1")
        assert done.amount == Decimal("142.08")
        fee = BookedFee.objects.get(seat__seat_number="A1")
        assert (fee.released_at, fee.refunded) == (now, Decimal(0))
        assert BookedFee.objects.filter(released_at=None).count() == 2

    def test_go_back_when_the_house_cancels(self, sale_with_fees, now):
        ended = ending.end_booking(
            booking_id=sale_with_fees.pk, percent=100, actor=Actor.SYSTEM, reason="Show cancelled", now=now
        )
        assert ended.refund_amount == Decimal("402.40")

    def test_go_back_with_their_seat_where_that_was_the_custom(self, selling_show, customer, now):
        set_venue(selling_show, booking_fee=Decimal(20), seat_fee=Decimal(10), refunds_fees=True)
        sale = booked(selling_show, "A1", "A2", by=customer, now=now)
        set_venue(selling_show, refunds_fees=False)
        assert cancel(sale, now, "A1").amount == Decimal("142.08") + Decimal("9.44")
        assert cancel(sale, now, "A2").amount == Decimal("142.08") + Decimal("9.44") + Decimal("18.88")


class TestRounding:
    @pytest.fixture
    def round_sale(self, selling_show, customer, coke, now) -> Booking:
        set_venue(selling_show, rounds_to_rupee=True)
        DiscountFactory(promo_code="TEN")
        wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code="TEN")
        return checkout.book(order=wish, by=customer, now=now)

    def test_is_a_line_of_its_own(self, round_sale):
        assert (round_sale.amount, round_sale.rounding) == (Decimal("509.00"), Decimal("0.36"))
        assert Invoice.objects.get().rounding == Decimal("0.36")

    def test_keeps_a_round_sum_after_every_cancellation(self, round_sale, coke, now):
        for step in (("A1",), ("A2",)):
            done = cancel(round_sale, now, *step)
            round_sale.refresh_from_db()
            kept = round_sale.amount - round_sale.refund_amount
            assert kept == kept.to_integral_value()
            assert abs(done.rounding) <= 1
        cancel(round_sale, now, foods=[coke.pk])
        round_sale.refresh_from_db()
        assert round_sale.refund_amount == Decimal("407.00")
        assert Invoice.objects.get().credited == Decimal("407.00")

    def test_goes_back_too_when_everything_does(self, round_sale, now):
        ended = ending.end_booking(
            booking_id=round_sale.pk, percent=100, actor=Actor.SYSTEM, reason="Show cancelled", now=now
        )
        assert ended.refund_amount == Decimal("509.00")


class TestOverHttp:
    def test_shows_the_figures_and_then_does_it(self, api, sale, coke):
        client, seat = api.signed_in_as(sale.user), seats_of(sale.show, "A1")[0]
        path = f"/bookings/cancel/{sale.pk}/lines"
        said = client.get(path, {"seat_ids": [seat], "food_ids": [coke.pk]}).json()
        assert (said["refund_amount"], said["kept_amount"], said["booking_status"]) == (279.04, 229.6, "CONFIRMED")
        assert [(line["kind"], line["name"], line["refund_amount"]) for line in said["lines"]] == [
            ("ticket", "Seat A1", 127.86),
            ("food", "2 × Coke", 151.18),
        ]
        done = client.put(path, {"seat_ids": [seat], "food_ids": [coke.pk]})
        assert done.status_code == 200
        assert {key: value for key, value in done.json().items() if key != "message"} == said
        assert client.put(path, {"seat_ids": [seat], "food_ids": [coke.pk]}).json() == done.json()

    def test_shows_what_cancelling_all_gives_back(self, api, sale):
        client, path = api.signed_in_as(sale.user), f"/bookings/cancel/{sale.pk}"
        said = client.get(path).json()
        assert (said["refund_amount"], said["kept_amount"], len(said["lines"])) == (406.9, 101.74, 3)
        done = client.put(path).json()
        assert done["refund_amount"] == said["refund_amount"]
        assert client.get(path).json()["refund_amount"] == said["refund_amount"]

    @pytest.mark.parametrize(
        ("wish", "status"),
        [
            ({}, 422),
            ({"seat_ids": []}, 422),
            ({"seat_ids": ["x"]}, 422),
            ({"seat_ids": [0]}, 422),
            ({"food_ids": [2**63]}, 422),
            ({"seat_ids": [2**63 - 1]}, 404),
        ],
    )
    @pytest.mark.parametrize("method", ["get", "put"])
    def test_refuses_what_makes_no_sense(self, api, sale, method, wish, status):
        call = getattr(api.signed_in_as(sale.user), method)
        assert call(f"/bookings/cancel/{sale.pk}/lines", wish).status_code == status

    def test_knows_nothing_of_a_stranger(self, api, sale, stranger):
        client = api.signed_in_as(stranger)
        for path in (f"/bookings/cancel/{sale.pk}", f"/bookings/cancel/{sale.pk}/lines"):
            assert client.get(path).status_code == client.put(path, {}).status_code == 404
