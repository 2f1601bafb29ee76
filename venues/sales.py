"""Who may know whether a seat is sold: apps above register here, so that a hall is not changed under its customers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FutureSale:
    """One seat that is sold or held for one show to come, and how to name that show to staff."""

    seat_id: int
    show: str


Asked = Callable[[Collection[int], datetime], list[FutureSale]]
_askers: list[Asked] = []


def register(asked: Asked) -> None:
    """Have somebody asked, once each."""
    if asked not in _askers:
        _askers.append(asked)


def future_sales(seat_ids: Collection[int], *, now: datetime) -> list[FutureSale]:
    """List what is sold or held of these seats for shows to come."""
    return [sale for asked in _askers for sale in asked(seat_ids, now)] if seat_ids else []
