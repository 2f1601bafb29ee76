"""Tax rates in force."""

from collections import defaultdict
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower

from billing.models import GST
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


def food_rates(rates: Rates, category_name: str) -> tuple[Rate, ...]:
    """Choose the rate named like the food category, else the rate of food in general."""
    return rates.get(category_name.lower()) or rates.get("food", ())
