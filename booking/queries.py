"""Reads for choosing and paying: the seats of a show as the API tells them, and what an order would cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import Discount
from billing.pricing import FEE, FOOD, TICKET, PricedLine, PricedOrder
from billing.services import discounts
from booking.claims import SoldSeat
from booking.errors import UnknownBooking, UnknownSeat
from booking.models import Booking
from booking.orders import Order
from booking.receipts import BillLine, TaxLine, taxes_of
from booking.returns import preview_of_booking
from booking.totals import priced_order
from cinema.core.money import ZERO, total
from concessions.models import FoodItem
from concessions.services import stock
from scheduling.errors import UnknownShow
from scheduling.models import Show

# Written as JSON where the rows are: Python would spend ten times as long on it.
_SEATS_AS_JSON = """
    SELECT category.id, category.category_name, COALESCE(pricing.price, category.base_price),
           json_agg(json_build_object(
               'seat_id', seat.id, 'seat_no', seat.seat_number, 'row', seat.row_number, 'col', seat.col_number,
               'kind', seat.kind, 'available', CASE
                   WHEN claim.status = 'BOOKED' THEN false
                   WHEN claim.expires_at > %(now)s THEN claim.user_id = %(viewer)s
                   ELSE seat.is_available
               END
           ) ORDER BY seat.row_number, seat.col_number)::text,
           array_agg(seat.id ORDER BY seat.id) FILTER (WHERE claim.status = 'BOOKED')
    FROM venues_seat seat
    JOIN venues_seatcategory category ON category.id = seat.category_id
    LEFT JOIN scheduling_showcategorypricing pricing
        ON pricing.show_id = %(show)s AND pricing.category_id = seat.category_id
    LEFT JOIN booking_seatlock claim
        ON claim.show_id = %(show)s AND claim.seat_id = seat.id AND claim.status <> 'EXPIRED'
    WHERE seat.screen_id = %(screen)s AND seat.retired_at IS NULL AND seat.seat_number <> ''
    GROUP BY category.id, pricing.price
    ORDER BY min(seat.row_number), category.id
"""


@dataclass(frozen=True, slots=True)
class CategoryAsJson:
    """One price zone of a show with its seats already written as JSON, and which of them are sold."""

    id: int
    name: str
    price: Decimal
    seats: str
    booked: list[int] | None


def seats_as_json(*, show_id: int, viewer_id: int | None, now: datetime) -> tuple[Show, list[CategoryAsJson]]:
    """Read what the API tells about the seats of a show, in two queries; what the viewer holds counts as available.

    :raises UnknownShow: when there is no such show, or it is a draft.
    """
    show = _public_show(show_id)
    values: dict[str, Any] = {"show": show_id, "screen": show.screen_id, "viewer": viewer_id or 0, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_SEATS_AS_JSON, values)
        return show, [CategoryAsJson(*row) for row in cursor.fetchall()]


def _public_show(show_id: int) -> Show:
    show = Show.objects.public().select_related("movie", "screen__venue").filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    return show


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would cost now, line by line, in the venue's currency."""

    lines: tuple[BillLine, ...]
    discount: Decimal
    tax: Decimal
    amount: Decimal
    promo: Discount | None
    rounding: Decimal = ZERO

    @property
    def taxes(self) -> tuple[TaxLine, ...]:
        return taxes_of(self.lines)


def quote(*, order: Order, now: datetime) -> Quote:
    """Price an order as booking it would, and write nothing.

    :raises UnknownShow: when there is no such show.
    :raises UnknownSeat: when a seat is not on its screen.
    And what pricing an order raises.
    """
    show = _public_show(order.show_id)
    seats = _priced_seats(show, order.seat_ids)
    foods = stock.wanted_items(quantities=order.quantities) if order.foods else []
    promo = discounts.find(discount_id=order.discount_id, promo_code=order.promo_code)
    priced = priced_order(show=show, seats=seats, foods=foods, quantities=order.quantities, discount=promo, now=now)
    return Quote(_quoted(priced, seats, foods), priced.discount, priced.tax, priced.amount, promo, priced.rounding)


def refund_preview(booking: Booking, now: datetime) -> Decimal:
    """Compute what cancelling a booking at this instant gives back: the figure the cancellation will use."""
    return Decimal(0) if now >= booking.show.starts_at else preview_of_booking(booking, now=now).amount


def booking_of(*, booking_id: int, by: User, at_counter: bool = False) -> Booking:
    """Find a booking of one's own, with its show; an admin finds anybody's, and so does the back office (`at_counter`).

    :raises UnknownBooking: when there is none, or it is someone else's.
    """
    seen = Booking.objects.all() if at_counter else Booking.objects.visible_to(by)
    booking = seen.select_related("show").filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    return booking


def _priced_seats(show: Show, seat_ids: Iterable[int]) -> list[SoldSeat]:
    wanted = set(seat_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT seat.id, seat.seat_number, COALESCE(pricing.price, category.base_price)
            FROM venues_seat seat
            JOIN venues_seatcategory category ON category.id = seat.category_id
            LEFT JOIN scheduling_showcategorypricing pricing
                ON pricing.show_id = %s AND pricing.category_id = seat.category_id
            WHERE seat.screen_id = %s AND seat.id = ANY(%s)
            ORDER BY seat.id
            """,
            [show.pk, show.screen_id, sorted(wanted)],
        )
        seats = [SoldSeat(*row) for row in cursor.fetchall()]
    if len(seats) < len(wanted):
        raise UnknownSeat(seat_ids=sorted(wanted - {seat.seat_id for seat in seats}))
    return seats


def _quoted(priced: PricedOrder, seats: list[SoldSeat], foods: list[FoodItem]) -> tuple[BillLine, ...]:
    names = {(TICKET, seat.seat_id): _("Seat %s") % seat.seat_number for seat in seats}
    names |= {(FOOD, food.pk): food.item_name for food in foods}
    sold = [line for line in priced.lines if line.item.kind != FEE]
    return tuple(_line(names[line.item.kind, line.item.id], [line]) for line in sold) + _quoted_fees(priced)


def _quoted_fees(priced: PricedOrder) -> tuple[BillLine, ...]:
    """Say each fee once: that of the booking, and that of every seat so many times."""
    fees = [line for line in priced.lines if line.item.kind == FEE]
    of_booking, of_seats = ([fee for fee in fees if bool(fee.item.id) is of_seat] for of_seat in (False, True))
    named = [(_("Booking fee"), of_booking), (_("Booking fee per seat"), of_seats)]
    return tuple(_line(name, alike) for name, alike in named if alike)


def _line(name: str, alike: list[PricedLine]) -> BillLine:
    """Write priced lines that differ in nothing but whose they are as one."""
    first = alike[0]
    return BillLine(
        name=name,
        kind=first.item.kind,
        quantity=sum(line.item.quantity for line in alike),
        unit_price=first.item.unit_price,
        discount=total(line.discount_share for line in alike),
        taxable=total(line.taxed.taxable for line in alike),
        cgst_rate=first.taxed.rate.cgst,
        cgst=total(line.taxed.cgst for line in alike),
        sgst_rate=first.taxed.rate.sgst,
        sgst=total(line.taxed.sgst for line in alike),
    )


MOST_FOUND = 200


def bookings_called(words: str) -> list[int]:
    """Find bookings by how their reference begins, for a search of what hangs on them."""
    called = Booking.objects.filter(booking_reference__startswith=words.upper())
    return list(called.order_by("-id").values_list("id", flat=True)[:MOST_FOUND])
