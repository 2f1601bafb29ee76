"""The priced, taxed lines of a booking."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from cinema.core.constraints import at_least, between


class Line(models.Model):
    """What a priced, taxed line of a booking has in common, be it a seat or food; amounts in the venue's currency."""

    discount_share = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    taxable = models.DecimalField(max_digits=12, decimal_places=2, help_text="After discount, before tax.")
    cgst = models.DecimalField("CGST", max_digits=12, decimal_places=2)
    sgst = models.DecimalField("SGST", max_digits=12, decimal_places=2)
    cgst_rate = models.DecimalField("CGST rate", max_digits=5, decimal_places=2, help_text="Percent.")
    sgst_rate = models.DecimalField(
        "SGST rate", max_digits=5, decimal_places=2, help_text="Percent; 0 where the state waives it."
    )
    gst = models.ForeignKey(
        "billing.GST", verbose_name="GST", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    cancellation = models.ForeignKey(
        "booking.Cancellation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        db_index=False,  # always asked for together with the booking
    )
    refunded_taxable = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0), help_text="Of it, given back."
    )
    refunded_cgst = models.DecimalField(
        "refunded CGST", max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    refunded_sgst = models.DecimalField(
        "refunded SGST", max_digits=12, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )

    class Meta:
        abstract = True

    @property
    def total(self) -> Decimal:
        return self.taxable + self.cgst + self.sgst

    @property
    def refunded(self) -> Decimal:
        return self.refunded_taxable + self.refunded_cgst + self.refunded_sgst

    @property
    def kept(self) -> Decimal:
        """What of it stays with the house, taxed as it was."""
        return self.total - self.refunded


def line_constraints(prefix: str) -> list[models.BaseConstraint]:
    """Name the facts every kind of line obeys: no part is negative, no more goes back of it, and that for a reason."""
    within = Q()
    for part in ("taxable", "cgst", "sgst"):
        within &= Q(**{f"refunded_{part}__gte": 0, f"refunded_{part}__lte": F(part)})
    untouched = Q(cancellation=None, refunded_taxable=0, refunded_cgst=0, refunded_sgst=0)
    return [
        *(
            at_least(field, 0, name=f"booking_{prefix}_{field}_not_negative")
            for field in ("discount_share", "taxable", "cgst", "sgst")
        ),
        models.CheckConstraint(condition=within, name=f"booking_{prefix}_worth_covers_refund"),
        models.CheckConstraint(
            condition=untouched | Q(cancellation__isnull=False, released_at__isnull=False),
            name=f"booking_{prefix}_refund_has_cancellation",
        ),
    ]


class BookedSeat(Line):
    """One seat of a booking; kept for ever, released when cancelled."""

    booking = models.ForeignKey("booking.Booking", on_delete=models.PROTECT, related_name="seats", db_index=False)
    show = models.ForeignKey("scheduling.Show", on_delete=models.PROTECT, related_name="+", db_index=False)
    seat = models.ForeignKey("venues.Seat", on_delete=models.PROTECT, related_name="+")
    price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["show", "seat"], condition=Q(released_at=None), name="booking_seat_sold_once"),
            UniqueConstraint(fields=["booking", "seat"], name="booking_seat_once_per_booking"),
            at_least("price", 0, name="booking_seat_price_not_negative"),
            *line_constraints("seat"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: seat {self.seat_id}"


class BookedFood(Line):
    """One food line of a booking."""

    booking = models.ForeignKey("booking.Booking", on_delete=models.PROTECT, related_name="foods", db_index=False)
    food = models.ForeignKey("concessions.FoodItem", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["booking", "food"], name="booking_food_once_per_booking"),
            between("quantity", 1, 100, name="booking_food_quantity_1_to_100"),
            at_least("unit_price", 0, name="booking_food_price_not_negative"),
            *line_constraints("food"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.quantity} x {self.food_id}"


class BookedFee(Line):
    """A booking fee: of the whole booking, or of one of its seats, with which it is cancelled."""

    booking = models.ForeignKey("booking.Booking", on_delete=models.PROTECT, related_name="fees", db_index=False)
    seat = models.ForeignKey("venues.Seat", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    price = models.DecimalField(max_digits=8, decimal_places=2)
    is_refundable = models.BooleanField(
        default=False, db_default=False, help_text="The venue's custom as it was when the booking was made."
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["booking", "seat"], nulls_distinct=False, name="booking_fee_once_per_seat"),
            at_least("price", 0, name="booking_fee_price_not_negative"),
            *line_constraints("fee"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: fee {self.price}"
