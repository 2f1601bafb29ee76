"""How money, days and times are written for people: for the venue's country and on the venue's wall clock."""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import dateformat

from cinema.core.money import rounded

SYMBOLS = {"INR": "₹", "EUR": "€", "GBP": "£", "USD": "$"}


class InZone(Protocol):
    """A venue, as far as clocks are concerned."""

    @property
    def zone(self) -> ZoneInfo: ...


def money(amount: Decimal, currency: str = "INR") -> str:
    """Write an amount with two places, grouped the Indian way for rupees: ₹1,23,456.50."""
    sign, (whole, paise) = ("−" if amount < 0 else ""), f"{abs(rounded(amount)):.2f}".split(".")
    grouped = _indian_groups(whole) if currency == "INR" else f"{int(whole):,}"
    return f"{sign}{SYMBOLS.get(currency, f'{currency} ')}{grouped}.{paise}"


def price(amount: Decimal, currency: str = "INR") -> str:
    """Write a list price, without empty paise: ₹240."""
    return money(amount, currency).removesuffix(".00")


def clock(instant: datetime, venue: InZone) -> str:
    """Write the time of day at the venue: 7:30 pm."""
    return dateformat.format(instant.astimezone(venue.zone), "g:i A").lower()


def day(instant: datetime, venue: InZone) -> str:
    """Write the day at the venue: Friday 14 November."""
    return dateformat.format(instant.astimezone(venue.zone), "l j F")


def iso(instant: datetime, venue: InZone) -> str:
    """Write an instant for machines, with the venue's offset."""
    return instant.astimezone(venue.zone).isoformat()


def weekday(value: date) -> str:
    """Write a day of the week in three letters."""
    return dateformat.format(value, "D")


def running_time(minutes: int) -> str:
    """Write a length in hours and minutes: 2 h 45 min."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def _indian_groups(digits: str) -> str:
    head, tail = digits[:-3], digits[-3:]
    pairs: list[str] = []
    while head:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    return ",".join([*pairs, tail])
