"""Who knows what was sold: the app above registers here, for forecasts are made of its bookings."""

from collections.abc import Callable
from datetime import date

from scheduling.forecast import Cell

Asked = Callable[[int, date, date], list[Cell]]
_askers: list[Asked] = []


def register(asked: Asked) -> None:
    """Have somebody asked, once each: for a venue, from a day until, and without, another."""
    if asked not in _askers:
        _askers.append(asked)


def sold(venue_id: int, *, since: date, until: date) -> list[Cell]:
    """List what a venue's movies sold by day and part of the day; where shows were held and nobody came, none."""
    return [cell for asked in _askers for cell in asked(venue_id, since, until)]
