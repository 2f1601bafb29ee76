"""A cinema to which everything has happened that changes a figure, and how its books say it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from accounts.models import User
from billing.models import LedgerLine, Refund
from billing.services import refunds
from billing.states import Account, EntryKind, PaymentMethod
from booking.models import Booking
from booking.services import cancelling, checkout, settling
from cinema.core.money import ZERO
from ops.reports.tables import Asked
from scheduling.models import Show
from tests.booking.stories import PAID, booked, order, payment_of, placed
from tests.factories.accounts import UserFactory
from tests.factories.billing import DiscountFactory
from tests.factories.booking import FeedbackFactory
from tests.factories.concessions import FoodItemFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import SeatCategoryFactory, VenueFactory, block_of_seats

ALL_DAYS = timedelta(days=3)


def busy(*, show: Show, by: User, admin: User, now: datetime) -> None:
    """Sell and give back: with food, fees, rounding and promo codes, whole and in part, by card and cash, late, for nothing.

    `show` is that of the fixture; beside it there is one at another venue and one that is cancelled.
    """
    venue = show.screen.venue
    venue.booking_fee, venue.seat_fee, venue.rounds_to_rupee = Decimal("19.99"), Decimal("7.50"), True
    venue.save()
    coke, corn = FoodItemFactory(item_name="Coke", price=Decimal("99.99")), FoodItemFactory(item_name="Corn")
    DiscountFactory(promo_code="TEN")
    DiscountFactory(promo_code="FREE", discount_percent=100)
    wish = order(show, "A1", "A2", "C1", foods={coke.pk: 2, corn.pk: 1}, promo_code="TEN")
    whole = checkout.book(order=wish, by=by, now=now)
    part = checkout.book(order=order(show, "A3", "A4", foods={coke.pk: 1}), by=by, now=now)
    checkout.book(order=order(show, "C2", "C3", foods={corn.pk: 3}), by=by, now=now)
    cash = placed(show, "A5", by=UserFactory(), now=now)
    settling.settle(payment_id=payment_of(cash), charge=replace(PAID, method=PaymentMethod.CASH), now=now)
    checkout.book(order=order(show, "B1"), by=UserFactory(), now=now)
    _elsewhere(by, now)
    _free(show, now)
    placed(show, "B3", by=UserFactory(), now=now)
    late = placed(show, "B5", by=UserFactory(), now=now)
    settling.settle(payment_id=payment_of(late), charge=PAID, now=now + timedelta(minutes=16))
    _give_back(whole, part, admin=admin, now=now)
    _cancel_a_show(by, admin, now)
    for refund in Refund.objects.exclude(reason__contains="ended").order_by("id")[1:3]:  # the others are on their way
        refunds.send(refund_id=refund.pk, now=now)
    Refund.objects.filter(reason__contains="The show").update(reason=" : By hand ")
    FeedbackFactory(booking=part, rating=4, comment="Cold.", reply="Sorry.", replied_at=now, feedback_date=now)
    FeedbackFactory(booking=cash, rating=5, feedback_date=now)


def _elsewhere(by: User, now: datetime) -> None:
    show = ShowFactory(screen__venue=VenueFactory(name="Elsewhere"))
    block_of_seats(SeatCategoryFactory(screen=show.screen, category_name="Silver"), rows=[1], cols=4)
    booked(show, "A1", "A2", by=by, now=now)


def _free(show: Show, now: datetime) -> None:
    venue = show.screen.venue
    venue.booking_fee = venue.seat_fee = Decimal(0)
    venue.save()
    checkout.book(order=order(show, "B2", promo_code="FREE"), by=UserFactory(), now=now)


def _give_back(whole: Booking, part: Booking, *, admin: User, now: datetime) -> None:
    seat, food = part.seats.order_by("id").first(), part.foods.get()
    assert seat is not None
    cancelling.cancel_booking(booking_id=whole.pk, by=admin, now=now)
    cancelling.cancel_lines(booking_id=part.pk, seat_ids=[seat.seat_id], by=part.user, now=now)
    cancelling.cancel_lines(booking_id=part.pk, food_ids=[food.food_id], by=part.user, now=now)


def _cancel_a_show(by: User, admin: User, now: datetime) -> None:
    """One of its seats was given back at 80 % before: what was kept of it stays."""
    show = ShowFactory(screen__venue__name="Third")
    block_of_seats(SeatCategoryFactory(screen=show.screen, category_name="Silver"), rows=[1], cols=4)
    booking = booked(show, "A1", "A2", by=by, now=now)
    first = booking.seats.order_by("id").first()
    assert first is not None
    cancelling.cancel_lines(booking_id=booking.pk, seat_ids=[first.seat_id], by=by, now=now)
    cancelling.cancel_show(show_id=show.pk, by=admin, now=now)
    cancelling.end_bookings_of(show_id=show.pk, now=now)


def around(now: datetime) -> Asked:
    """Ask about all the days on which anything happens."""
    return Asked((now - ALL_DAYS).date(), (now + ALL_DAYS).date())


def earned(*accounts: Account) -> Decimal:
    """Read what stands on accounts of the ledger: credits less debits."""
    return _balance(LedgerLine.objects.filter(account__in=accounts))


def entered(kind: EntryKind) -> Decimal:
    """Add up the entries of a kind, by their debits."""
    found = LedgerLine.objects.filter(entry__kind=kind).aggregate(sum=Sum("debit"))["sum"]
    return found or ZERO


def _balance(lines) -> Decimal:
    sums = lines.aggregate(credit=Sum("credit"), debit=Sum("debit"))
    return (sums["credit"] or ZERO) - (sums["debit"] or ZERO)
