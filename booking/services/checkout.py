"""From a wish to a paid booking: place the order, take the money, settle."""

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.queries import same_person
from billing.errors import PaymentRefused
from billing.gateways import open_gateway
from billing.gateways.cash import CashGateway
from billing.models import Discount, Payment
from billing.pricing import FEE, FOOD, TICKET, PricedLine, PricedOrder
from billing.services import discounts
from booking import live
from booking.claims import SoldSeat
from booking.errors import DiscountSpent, EmptyOrder, OrderTooLarge
from booking.models import BookedFee, BookedFood, BookedSeat, Booking, BookingStatusLog, SeatLock
from booking.orders import Order
from booking.references import new_reference
from booking.services import ending, gaps, guest_orders, settling
from booking.services.refusals import why_not
from booking.states import Actor, BookingStatus
from booking.totals import priced_order
from cinema.core.errors import Upstream, UpstreamTimeout
from concessions.services import stock
from scheduling.errors import UnknownShow
from scheduling.models import Show

logger = logging.getLogger(__name__)

REFERENCE_TRIES = 3
LARGEST_AMOUNT = Decimal("9999999999.99")  # what the column holds


@dataclass(frozen=True, slots=True)
class Placed:
    """What is known of an order while its transaction runs."""

    order: Order
    booking_id: int
    show: Show
    by: User
    now: datetime
    clerk: User | None


def book(*, order: Order, by: User, now: datetime) -> Booking:
    """Place an order, take its money and settle it; with a gateway that redirects the booking stays PENDING.

    :raises PaymentRefused: when the gateway says no; the booking is cancelled and the seats are free.
    :raises PaymentsClosed: when the house takes no money online; nothing was written.
    :raises Upstream: when the gateway could not be asked; the booking stays PENDING and is settled or freed later.
    And everything `place` raises.
    """
    booking = place(order=order, by=by, now=now)
    try:
        return _pay(booking, now)
    except PaymentRefused:
        reason, actor = "Payment refused", Actor.PAYMENT_SERVICE
        ended = ending.end_booking(
            booking_id=booking.pk, percent=100, actor=actor, reason=reason, now=now, only_pending=True
        )
        if ended.booking_status == BookingStatus.CONFIRMED:  # the gateway changed its mind in between
            return ended
        raise


def start(*, order: Order, by: User, now: datetime) -> Booking:
    """Place an order and begin to pay it: as `book`, but a refusal leaves it PENDING, open for another attempt."""
    booking = place(order=order, by=by, now=now)
    try:
        return _pay(booking, now)
    except (PaymentRefused, Upstream, UpstreamTimeout) as refusal:
        logger.info("booking %s not paid yet: %s", booking.booking_reference, refusal.code)
        return booking


def _pay(booking: Booking, now: datetime) -> Booking:
    if booking.payment_id is None:
        return settling.confirm_free(booking_id=booking.pk, now=now)
    return settling.pay(payment_id=booking.payment_id, now=now)


def place(*, order: Order, by: User, now: datetime, clerk: User | None = None) -> Booking:
    """Sell the seats and the food to one customer, payable within the window: a PENDING booking, committed.

    A clerk sells to whoever stands at the counter, known or not, and takes the money there.

    :raises EmptyOrder: without a seat.
    :raises DetailsNeeded: for a guest who has not told where the tickets go.
    :raises UnknownShow, ShowNotSelling, UnknownSeat, TooManySeats, SeatUnavailable: as `locks.lock_seats`.
    :raises SeatLeftAlone: as `locks.lock_seats`.
    :raises UnknownFood, FoodUnavailable, FoodSoldOut: when the food cannot be had.
    :raises UnknownDiscount, DiscountNotApplicable, DiscountUsedUp: when the promo code does not hold.
    :raises NoTaxRate, PriceFitsNoSlab: when a line cannot be taxed.
    """
    if not order.seat_ids:
        raise EmptyOrder
    if clerk is None:
        guest_orders.require_reachable(by)
    gateway = open_gateway().name if clerk is None else CashGateway.name
    for _ in range(REFERENCE_TRIES - 1):
        reference = new_reference()
        try:
            return _place(order=order, by=by, clerk=clerk, gateway=gateway, reference=reference, now=now)
        except IntegrityError as error:
            if reference not in str(error):  # PostgreSQL names the key that clashed: the booking's or its payment's
                raise
    return _place(order=order, by=by, clerk=clerk, gateway=gateway, reference=new_reference(), now=now)


@transaction.atomic(durable=True)
def _place(*, order: Order, by: User, clerk: User | None, gateway: str, reference: str, now: datetime) -> Booking:
    show = Show.objects.select_related("movie", "screen__venue").filter(pk=order.show_id).first()
    if show is None:
        raise UnknownShow
    if show.screen.venue.refuses_lone_seats_over_api:
        gaps.require_nobody_alone(show_id=show.pk, added=order.seat_ids, by=by, now=now)
    placed = Placed(order, _next_booking_id(), show, by, now, clerk)
    seats = _sell_seats(placed)
    foods = stock.wanted_items(quantities=order.quantities) if order.foods else []
    stock.take(items=foods, quantities=order.quantities)
    discount = discounts.find(discount_id=order.discount_id, promo_code=order.promo_code)
    priced = priced_order(show=show, seats=seats, foods=foods, quantities=order.quantities, discount=discount, now=now)
    if priced.amount > LARGEST_AMOUNT:
        raise OrderTooLarge
    _use_discount(discount, placed)
    payment = _open_payment(placed, priced, gateway, reference)
    return _record(placed, priced, discount, payment, reference)


def _sell_seats(placed: Placed) -> list[SoldSeat]:
    wanted = set(placed.order.seat_ids)
    sold = SeatLock.objects.sell(
        show_id=placed.show.pk,
        seat_ids=placed.order.seat_ids,
        user_id=placed.by.pk,
        booking_id=placed.booking_id,
        until=placed.now + settings.PAYMENT_WINDOW,
        limit=settings.SEATS_PER_CUSTOMER,
        now=placed.now,
    )
    if len(sold) < len(wanted):
        # Read before the rollback that raising brings: what we claimed ourselves is told apart by its owner.
        raise why_not(
            show_id=placed.show.pk,
            seat_ids=sorted(wanted - {seat.seat_id for seat in sold}),
            user_id=placed.by.pk,
            now=placed.now,
        )
    live.announce_on_commit(placed.show.pk)
    return sold


def _use_discount(discount: Discount | None, placed: Placed) -> None:
    if discount is None:
        return
    discounts.take_use(discount=discount)
    if discount.usage_limit_per_user is None:
        return
    used = Booking.objects.filter(discount=discount, user__in=same_person(placed.by)).exclude(
        confirmed_at=None, cancelled_at__isnull=False
    )
    if used.count() >= discount.usage_limit_per_user:
        raise DiscountSpent


def _next_booking_id() -> int:
    # The claims name the booking before its row exists (foreign keys are checked at commit): the row is written once,
    # with its final amount, and not at all when a seat is gone.
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('booking_booking', 'id'))")
        (number,) = cursor.fetchone()
    return int(number)


def _open_payment(placed: Placed, priced: PricedOrder, gateway: str, reference: str) -> Payment | None:
    if not priced.amount:
        return None
    return Payment.objects.create(
        user=placed.by,
        booking_reference=reference,
        transaction_code=f"{reference}-1",
        gateway=gateway,
        amount=priced.amount,
        created_at=placed.now,
    )


def _record(
    placed: Placed, priced: PricedOrder, discount: Discount | None, payment: Payment | None, reference: str
) -> Booking:
    venue = placed.show.screen.venue
    booking = Booking.objects.create(
        id=placed.booking_id,
        user=placed.by,
        show=placed.show,
        booking_reference=reference,
        payment=payment,
        discount=discount,
        booking_time=placed.now,
        pay_until=placed.now + settings.PAYMENT_WINDOW,
        amount=priced.amount,
        discount_amount=priced.discount,
        rounding=priced.rounding,
        rounds_to_rupee=venue.rounds_to_rupee,
        refund_tiers=venue.refund_tiers,
        sold_by=placed.clerk,
    )
    BookedSeat.objects.bulk_create(_seat_lines(booking, priced))
    BookedFood.objects.bulk_create(_food_lines(booking, priced))
    BookedFee.objects.bulk_create(_fee_lines(booking, priced, is_refundable=venue.refunds_fees))
    BookingStatusLog.objects.create(
        booking=booking,
        to_status=BookingStatus.PENDING,
        changed_at=placed.now,
        changed_by=Actor.ADMIN if placed.clerk else Actor.USER,
        reason=f"Sold at the counter by {placed.clerk.name}"[:200] if placed.clerk else "",
    )
    return booking


def _seat_lines(booking: Booking, priced: PricedOrder) -> list[BookedSeat]:
    return [
        BookedSeat(
            booking=booking,
            show_id=booking.show_id,
            seat_id=line.item.id,
            price=line.item.unit_price,
            **_money_of(line),
        )
        for line in priced.lines
        if line.item.kind == TICKET
    ]


def _food_lines(booking: Booking, priced: PricedOrder) -> list[BookedFood]:
    return [
        BookedFood(
            booking=booking,
            food_id=line.item.id,
            quantity=line.item.quantity,
            unit_price=line.item.unit_price,
            **_money_of(line),
        )
        for line in priced.lines
        if line.item.kind == FOOD
    ]


def _fee_lines(booking: Booking, priced: PricedOrder, *, is_refundable: bool) -> list[BookedFee]:
    return [
        BookedFee(
            booking=booking,
            seat_id=line.item.id or None,
            price=line.item.unit_price,
            is_refundable=is_refundable,
            **_money_of(line),
        )
        for line in priced.lines
        if line.item.kind == FEE
    ]


def _money_of(line: PricedLine) -> dict[str, Any]:
    return {
        "discount_share": line.discount_share,
        "taxable": line.taxed.taxable,
        "cgst": line.taxed.cgst,
        "sgst": line.taxed.sgst,
        "cgst_rate": line.taxed.rate.cgst,
        "sgst_rate": line.taxed.rate.sgst,
        "gst_id": line.taxed.rate.gst_id,
    }
