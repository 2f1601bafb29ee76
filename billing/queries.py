"""Tax rates in force."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from billing.errors import NoTaxRate
from billing.models import GST, Invoice, Payment
from billing.pricing import TICKET
from billing.tax import Rate

Rates = dict[str, tuple[Rate, ...]]


def rates_on(day: date) -> Rates:
    """Read every rate in force on a day of the venue's calendar, by category in lower case."""
    in_force = GST.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gt=day)
    )
    rates: defaultdict[str, list[Rate]] = defaultdict(list)
    rows = in_force.order_by("above", "id").values_list(
        Lower("gst_category"), "id", "c_gst", "s_gst", "above", "up_to"
    )
    for category, *fields in rows:
        rates[category].append(Rate(*fields))
    return {category: tuple(bands) for category, bands in rates.items()}


def ticket_rate(*, day: date, price: Decimal | None = None) -> Rate:
    """Choose the slab of tickets on a day for a price before tax (rupees); without a price, the one without an upper end.

    :raises NoTaxRate: when none is in force.
    """
    rates = rates_on(day).get(TICKET, ())
    fits = [rate for rate in rates if (rate.up_to is None if price is None else rate.covers(price))]
    if not fits:
        raise NoTaxRate(_("No tax rate of tickets is in force for this price."))
    return fits[0]


def food_rates(rates: Rates, category_name: str) -> tuple[Rate, ...]:
    """Choose the rate named like the food category, else the rate of food in general."""
    return rates.get(category_name.lower()) or rates.get("food", ())


MOST_FOUND = 200


def payments_called(words: str) -> list[int]:
    """Find payments by how their code or the reference of their booking begins, for a search of what refers to them."""
    said = words.upper()
    called = Payment.objects.filter(Q(transaction_code__startswith=said) | Q(booking_reference__startswith=said))
    return list(called.order_by("-id").values_list("id", flat=True)[:MOST_FOUND])


def invoices_called(words: str) -> list[int]:
    """Find invoices by how their number or the reference of their booking begins, likewise."""
    said = words.upper()
    called = Invoice.objects.filter(Q(number__startswith=said) | Q(booking_reference__startswith=said))
    return list(called.order_by("-id").values_list("id", flat=True)[:MOST_FOUND])
