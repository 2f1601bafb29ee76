"""Tax rates by date, promo codes, and the counter's menu. Sources of the rates: docs/pricing.md."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.models import GST, Discount
from billing.states import DiscountType

PROJECTION, RESTAURANT, RESERVATION = "999614", "996331", "998554"
GST_DAY, CUT_OF_2019, CUT_OF_2025 = date(2017, 7, 1), date(2019, 1, 1), date(2025, 9, 22)
LIMIT = Decimal(100)
SALES_CODE = "WEEKEND15"  # the one that past orders used: no limits to keep count of


def tax_rates() -> list[GST]:
    """State the law since GST began: tickets by slab and date, food sold on its own, the booking fee."""
    low, middle, high, highest = Decimal("2.5"), Decimal(6), Decimal(9), Decimal(14)
    ticket = [
        (high, GST_DAY, CUT_OF_2019, None, LIMIT),
        (highest, GST_DAY, CUT_OF_2019, LIMIT, None),
        (middle, CUT_OF_2019, CUT_OF_2025, None, LIMIT),
        (high, CUT_OF_2019, CUT_OF_2025, LIMIT, None),
        (low, CUT_OF_2025, None, None, LIMIT),
        (high, CUT_OF_2025, None, LIMIT, None),
    ]
    rates = [
        GST(
            gst_category="ticket",
            c_gst=half,
            s_gst=half,
            valid_from=since,
            valid_until=until,
            above=above,
            up_to=up_to,
            hsn_code=PROJECTION,
        )
        for half, since, until, above, up_to in ticket
    ]
    food = GST(gst_category="food", c_gst=low, s_gst=low, valid_from=GST_DAY, hsn_code=RESTAURANT)
    fee = GST(gst_category="fee", c_gst=high, s_gst=high, valid_from=GST_DAY, hsn_code=RESERVATION)
    return [*rates, food, fee]


def promo_codes(now: datetime) -> list[Discount]:
    """Offer four codes: one for newcomers, one flat, one for everybody, and one that is over."""
    return [
        Discount(
            promo_code="WELCOME10",
            discount_percent=10,
            max_discount_amount=Decimal(100),
            usage_limit_per_user=1,
            starts_at=now - timedelta(days=60),
        ),
        Discount(
            promo_code="FLAT50",
            discount_type=DiscountType.FLAT,
            discount_amount=Decimal(50),
            min_subtotal=Decimal(400),
            usage_limit=500,
            starts_at=now - timedelta(days=30),
            ends_at=now + timedelta(days=60),
        ),
        Discount(promo_code=SALES_CODE, discount_percent=15, max_discount_amount=Decimal(150)),
        Discount(
            promo_code="DIWALI25",
            discount_percent=25,
            max_discount_amount=Decimal(250),
            starts_at=now - timedelta(days=40),
            ends_at=now - timedelta(days=20),
        ),
    ]


# category → (item, description, price before tax, vegetarian)
MENU: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "Popcorn": (
        ("Salted Popcorn, Regular", "Popped by the hour, 70 g.", "180.00", True),
        ("Salted Popcorn, Large", "For two, 140 g.", "260.00", True),
        ("Caramel Popcorn", "Jaggery and sea salt, 110 g.", "290.00", True),
        ("Masala Popcorn", "Chaat masala and curry leaves, 110 g.", "240.00", True),
    ),
    "Snacks": (
        ("Vada Pav", "Two, with dry garlic chutney.", "120.00", True),
        ("Nachos with Salsa", "Cheese sauce on the side.", "220.00", True),
        ("Paneer Tikka Roll", "Rumali roti, mint chutney.", "230.00", True),
        ("Chicken Tikka Roll", "Rumali roti, mint chutney.", "260.00", False),
        ("Samosa", "Two, with tamarind chutney.", "99.99", True),
    ),
    "Drinks": (
        ("Cola", "450 ml.", "140.00", True),
        ("Fresh Lime Soda", "Sweet, salted or both, 300 ml.", "130.00", True),
        ("Cold Coffee", "With ice cream, 300 ml.", "190.00", True),
        ("Masala Chai", "150 ml.", "80.00", True),
        ("Water", "500 ml.", "40.00", True),
    ),
    "Combos": (
        ("Solo Combo", "Regular popcorn and a cola.", "290.00", True),
        ("Couple Combo", "Large popcorn and two colas.", "480.00", True),
    ),
}
COUNTED_STOCK = {"Samosa": 60, "Vada Pav": 40}
