"""Changing a whole hall at once. A seat is known by its number: wherever `G8` moves, it stays the seat that was sold."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from venues import prices, sales
from venues.errors import SeatsSold, UnknownZone
from venues.hall_plan import HallPlan, Place
from venues.models import Screen, Seat, SeatCategory
from venues.states import SeatKind

ASIDE = 100_000  # added to a row while places are exchanged: the constraint looks at each row as it is written


@dataclass(frozen=True, slots=True)
class HallChanges:
    """What a plan would do to a hall: numbers of seats, and the shows in its way."""

    added: tuple[str, ...]
    vanished: tuple[str, ...]
    changed: tuple[str, ...]
    kept: int
    in_the_way: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.vanished or self.changed)


def plan_of_screen(*, screen: Screen) -> HallPlan:
    """Read a hall as it stands; walkways of older clients, which have no number, are left out."""
    seats = Seat.objects.standing().filter(screen=screen).exclude(seat_number=None).exclude(seat_number="")
    places = tuple(
        Place(
            seat.row_number,
            seat.col_number,
            str(seat.seat_number),
            seat.category.category_name,
            SeatKind(seat.kind),
            seat.is_available,
        )
        for seat in seats.select_related("category").order_by("row_number", "col_number")
    )
    zones = screen.categories.order_by("id").values_list("category_name", "base_price")
    return HallPlan(places, tuple(zones))


def compare(*, screen: Screen, plan: HallPlan, now: datetime) -> HallChanges:
    """Tell what a plan would change, and write nothing."""
    return _compared(_standing(screen), plan, now)


@transaction.atomic(durable=True)
def furnish(*, screen_id: int, plan: HallPlan, by: User, now: datetime) -> HallChanges:
    """Make a hall as planned: seats are added, moved, changed, or leave; zones of the plan get its prices.

    What leaves is kept, out of service, for what was sold of it.

    :raises SeatsSold: when a seat that leaves, closes or changes its zone is sold or held for a show to come.
    :raises UnknownZone: when a zone is new and has no price.
    """
    screen = Screen.objects.select_for_update(of=("self",)).get(pk=screen_id)
    standing = _standing(screen, is_locked=True)
    changes = _compared(
        standing, plan, now
    )  # asked after the lock: a claim that is on its way waits for it or is seen
    if changes.in_the_way:
        raise SeatsSold(f"Sold or held for shows to come: {'; '.join(changes.in_the_way)}.", shows=changes.in_the_way)
    zones = _zones(screen, plan, now)
    _leave({number: seat for number, seat in standing.items() if number in changes.vanished}.values(), now)
    _set_aside(screen)
    _place(screen, plan.places, standing, zones)
    _measure(plan.places, zones)
    return changes


def _standing(screen: Screen, *, is_locked: bool = False) -> dict[str, Seat]:
    seats = Seat.objects.standing().filter(screen=screen).order_by("id")
    if is_locked:
        seats = seats.select_for_update(of=("self",))
    return {seat.seat_number: seat for seat in seats if seat.seat_number}


def _compared(standing: dict[str, Seat], plan: HallPlan, now: datetime) -> HallChanges:
    names = dict(SeatCategory.objects.filter(seats__in=standing.values()).values_list("id", "category_name"))
    planned = {place.number: place for place in plan.places}
    vanished = [number for number in standing if number not in planned]
    there = {
        number: Place(
            seat.row_number, seat.col_number, number, names[seat.category_id], SeatKind(seat.kind), seat.is_available
        )
        for number, seat in standing.items()
        if number in planned
    }
    changed = [number for number, place in there.items() if place != planned[number]]
    touched = [number for number in changed if _is_felt(there[number], planned[number])]
    in_the_way = _in_the_way([standing[number] for number in (*vanished, *touched)], now)
    return HallChanges(
        added=tuple(number for number in planned if number not in standing),
        vanished=tuple(vanished),
        changed=tuple(changed),
        kept=len(there) - len(changed),
        in_the_way=in_the_way,
    )


def _is_felt(was: Place, will_be: Place) -> bool:
    """Tell whether whoever bought the seat would not get what they bought; a seat that only moves is still theirs."""
    return was.category != will_be.category or (was.is_available and not will_be.is_available)


def _in_the_way(seats: list[Seat], now: datetime) -> tuple[str, ...]:
    numbers = {seat.pk: seat.seat_number for seat in seats}
    by_show: defaultdict[str, list[str]] = defaultdict(list)
    for sale in sales.future_sales(numbers.keys(), now=now):
        by_show[sale.show].append(str(numbers[sale.seat_id]))
    return tuple(f"{show}: {', '.join(taken)}" for show, taken in sorted(by_show.items()))


def _zones(screen: Screen, plan: HallPlan, now: datetime) -> dict[str, SeatCategory]:
    known = {category.category_name: category for category in screen.categories.order_by("-id")}
    if unpriced := [name for name in plan.categories if name not in known and name not in plan.price_of]:
        raise UnknownZone(f"These zones are new and need a price: {', '.join(unpriced)}.")
    prices.require_chargeable([price for _, price in plan.prices], venue=screen.venue, now=now)
    for name, price in plan.prices:
        if name not in known:
            known[name] = SeatCategory.objects.create(
                screen=screen, category_name=name, rows=1, cols=1, base_price=price
            )
        elif known[name].base_price != price:
            SeatCategory.objects.filter(pk=known[name].pk).update(base_price=price)
    return known


def _leave(seats: Iterable[Seat], now: datetime) -> None:
    ids = [seat.pk for seat in seats]
    Seat.objects.filter(pk__in=ids).update(is_available=False, retired_at=now)


def _set_aside(screen: Screen) -> None:
    """Clear the places; walkways of older clients leave for good: an empty place is one."""
    Seat.objects.standing().filter(screen=screen, seat_number=None).delete()
    Seat.objects.standing().filter(screen=screen).update(row_number=F("row_number") + ASIDE)


def _place(screen: Screen, places: Iterable[Place], standing: dict[str, Seat], zones: dict[str, SeatCategory]) -> None:
    moved: list[Seat] = []
    new: list[Seat] = []
    for place in places:
        seat = standing.get(place.number) or Seat(screen=screen, seat_number=place.number)
        seat.row_number, seat.col_number = place.row, place.col
        seat.category, seat.kind, seat.is_available = zones[place.category], place.kind, place.is_available
        (moved if seat.pk else new).append(seat)
    Seat.objects.bulk_update(moved, ["row_number", "col_number", "category", "kind", "is_available"], batch_size=500)
    Seat.objects.bulk_create(new, batch_size=500)


def _measure(places: Iterable[Place], zones: dict[str, SeatCategory]) -> None:
    """Give each zone the rows and columns that hold its seats: older clients read them."""
    in_zone: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for place in places:
        in_zone[place.category][place.row] += 1
    for name, rows in in_zone.items():
        SeatCategory.objects.filter(pk=zones[name].pk).update(rows=len(rows), cols=max(rows.values()))
