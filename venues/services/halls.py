"""Furnishing screens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q

from accounts.models import User
from venues import prices
from venues.errors import CategoryFull, NoVenue, ScreenStays, UnknownScreenOrCategory
from venues.models import Screen, Seat, SeatCategory, Venue


@transaction.atomic(durable=True)
def add_screen(*, by: User, venue: Venue | None = None, **facts: Any) -> Screen:
    """Add a screen to a venue, the default one unless said.

    :raises NoVenue: when there is no default venue.
    """
    home = venue or Venue.objects.filter(is_default=True).first()
    if home is None:
        raise NoVenue
    return Screen.objects.create(venue=home, **facts)


@transaction.atomic(durable=True)
def add_seats(*, seats: Sequence[Mapping[str, Any]], by: User) -> list[Seat]:
    """Add places to screens, all or none; a place or a number that is taken is refused by the schema.

    :raises UnknownScreenOrCategory: when a category is not of the screen it is named with.
    :raises CategoryFull: when a category would have more seats than rows times columns.
    """
    _require_categories_of_screens({(seat["category_id"], seat["screen_id"]) for seat in seats})
    added = Seat.objects.bulk_create(Seat(**seat) for seat in seats)
    _require_room({seat.category_id for seat in added})
    return added


@transaction.atomic(durable=True)
def change_seat(*, seat: Seat, by: User, **changes: Any) -> Seat:
    """Change a place within its screen.

    :raises ScreenStays: when it should move to another screen.
    :raises UnknownScreenOrCategory: when the category is not of its screen.
    :raises CategoryFull: when the category has no room.
    """
    if changes.get("screen_id", seat.screen_id) != seat.screen_id:
        raise ScreenStays
    if "category_id" in changes:
        _require_categories_of_screens({(changes["category_id"], seat.screen_id)})
    for name, value in changes.items():
        setattr(seat, name, value)
    seat.save(update_fields=changes.keys())
    if "category_id" in changes:
        _require_room({seat.category_id})
    return seat


@transaction.atomic(durable=True)
def add_category(*, screen: Screen, base_price: Decimal, by: User, now: datetime, **facts: Any) -> SeatCategory:
    """Add a price zone to a screen.

    :raises DomainError: when nothing can be sold at its base price, see `prices.require_chargeable`.
    """
    prices.require_chargeable([base_price], venue=screen.venue, now=now)
    return SeatCategory.objects.create(screen=screen, base_price=base_price, **facts)


@transaction.atomic(durable=True)
def change_category(*, category: SeatCategory, by: User, now: datetime, **changes: Any) -> SeatCategory:
    """Change the name, the size or the base price of a price zone.

    :raises ScreenStays: when it should move to another screen.
    :raises CategoryFull: when its seats would not fit any more.
    :raises DomainError: when nothing can be sold at its base price, see `prices.require_chargeable`.
    """
    if changes.pop("screen", category.screen) != category.screen:
        raise ScreenStays
    if "base_price" in changes:
        prices.require_chargeable([changes["base_price"]], venue=category.screen.venue, now=now)
    for name, value in changes.items():
        setattr(category, name, value)
    category.save(update_fields=changes.keys())
    if {"rows", "cols"} & changes.keys():
        _require_room({category.pk})
    return category


def _require_categories_of_screens(pairs: set[tuple[int, int]]) -> None:
    known = SeatCategory.objects.filter(pk__in={category for category, _ in pairs}).values_list("id", "screen_id")
    if missing := pairs - set(known):
        raise UnknownScreenOrCategory(places=[{"category_id": c, "screen_id": s} for c, s in sorted(missing)])


def _require_room(category_ids: set[int]) -> None:
    counted = SeatCategory.objects.filter(pk__in=category_ids).annotate(
        seat_count=Count("seats", filter=Q(seats__retired_at=None))
    )
    if full := list(counted.filter(seat_count__gt=F("rows") * F("cols")).values_list("id", flat=True)):
        raise CategoryFull(category_ids=sorted(full))
