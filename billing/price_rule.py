"""Which ticket prices can be charged at all: at a tax-inclusive venue those between two slabs cannot."""

from datetime import datetime
from decimal import Decimal

from billing.pricing import TICKET
from billing.queries import rates_on
from billing.tax import taken_out
from venues.models import Venue


def ticket_price_fits(price: Decimal, venue: Venue, now: datetime) -> None:
    """Look whether some slab holds for a ticket of this price, tax included; other venues' prices always fit.

    A house that has entered no rates yet may still furnish its halls: without a rate nothing can be sold anyway.

    :raises PriceFitsNoSlab: naming the nearest prices that fit.
    """
    if not venue.is_tax_inclusive:
        return
    rates = rates_on(now.astimezone(venue.zone).date()).get(TICKET, ())
    if rates:
        taken_out(price, 1, rates)
