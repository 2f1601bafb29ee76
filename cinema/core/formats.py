"""How money, days and times are written for people: in the reader's language, and on the venue's wall clock."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import dateformat, numberformat, timezone
from django.utils.formats import get_format
from django.utils.timesince import timesince
from django.utils.translation import gettext, pgettext

from cinema.core.money import rounded

SYMBOLS = {"INR": "₹", "EUR": "€", "GBP": "£", "USD": "$"}


class InZone(Protocol):
    """A venue, as far as clocks are concerned."""

    @property
    def zone(self) -> ZoneInfo: ...


def money(amount: Decimal, currency: str = "INR") -> str:
    """Write an amount with two places, grouped as the language does: ₹1,23,456.50 in India."""
    written = _with_currency(_number(abs(rounded(amount)), places=2), currency)
    return f"−{written}" if amount < 0 else written


def price(amount: Decimal, currency: str = "INR") -> str:
    """Write a list price, without empty paise: ₹240."""
    exact = rounded(amount)
    if exact != exact.to_integral_value():
        return money(exact, currency)
    written = _with_currency(_number(abs(exact), places=0), currency)
    return f"−{written}" if exact < 0 else written


def percent(rate: Decimal) -> str:
    """Write a rate in percent, without empty places: 9 %, 2.5 %."""
    exact = rate.normalize()
    return f"{_number(exact, places=max(0, -int(exact.as_tuple().exponent)))} %"


def clock(instant: datetime, venue: InZone) -> str:
    """Write the time of day at the venue: 7:30 pm."""
    return time_of_day(instant.astimezone(venue.zone))


def time_of_day(local: datetime | time) -> str:
    """Write a time that is on the venue's clock already: 7:30 pm."""
    # Translators: a time of day, https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
    said = pgettext("time format", "g:i A")
    return (
        dateformat.format(local, said) if isinstance(local, datetime) else dateformat.time_format(local, said)
    ).lower()


def day(instant: datetime, venue: InZone) -> str:
    """Write the day at the venue: Friday 14 November."""
    return calendar_day(instant.astimezone(venue.zone))


def iso(instant: datetime, venue: InZone) -> str:
    """Write an instant for machines, with the venue's offset."""
    return instant.astimezone(venue.zone).isoformat()


def calendar_day(value: date) -> str:
    """Write a day of the programme: Friday 14 November."""
    # Translators: day of the week, day and month
    return dateformat.format(value, pgettext("date format", "l j F"))


def full_date(value: date) -> str:
    """Write a day with its year: 14 November 2026."""
    # Translators: day, month and year
    return dateformat.format(value, pgettext("date format", "j F Y"))


def short_day(value: date) -> str:
    """Write a day in a few letters: Fri 14 Nov."""
    # Translators: day of the week, day and month, as short as can be
    return dateformat.format(value, pgettext("date format", "D j M"))


def weekday(value: date) -> str:
    """Write a day of the week in three letters."""
    return dateformat.format(value, "D")


def month(value: date) -> str:
    """Write a month in three letters."""
    return dateformat.format(value, "M")


def counted(count: int, noun: str) -> str:
    """Write a number of things, for staff: 1 show, 1,043 shows. What customers read is a plural form of gettext."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def number(count: int) -> str:
    """Write a number of things, grouped: 12,34,567."""
    return _number(Decimal(count), places=0)


def running_time(minutes: int) -> str:
    """Write a length in hours and minutes: 2 h 45 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def ago(instant: datetime) -> str:
    """Write how long something is past, in its largest units: 3 hours, 5 minutes ago."""
    if timezone.now() - instant < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(time)s ago") % {"time": timesince(instant)}


def _number(amount: Decimal, *, places: int) -> str:
    return numberformat.format(
        amount,
        get_format("DECIMAL_SEPARATOR"),
        decimal_pos=places,
        grouping=get_format("NUMBER_GROUPING"),
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


def _with_currency(number: str, currency: str) -> str:
    if symbol := SYMBOLS.get(currency):
        # Translators: where the sign of the currency stands, as in ₹240
        return pgettext("money", "%(symbol)s%(number)s") % {"symbol": symbol, "number": number}
    return pgettext("money", "%(currency)s %(number)s") % {"currency": currency, "number": number}
