"""The priced, taxed lines of a booking."""

from decimal import Decimal

from django.db import models
from django.db.models import Q, UniqueConstraint

from cinema.core.constraints import at_least, between


class Line(models.Model):
    """What a priced, taxed line of a booking has in common, be it a seat or food; amounts in the venue's currency."""

    discount_share = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    taxable = models.DecimalField(max_digits=12, decimal_places=2, help_text="After discount, before tax.")
    cgst = models.DecimalField(max_digits=12, decimal_places=2)
    sgst = models.DecimalField(max_digits=12, decimal_places=2)
    cgst_rate = models.DecimalField(max_digits=5, decimal_places=2, help_text="Percent.")
    sgst_rate = models.DecimalField(max_digits=5, decimal_places=2, help_text="Percent; 0 where the state waives it.")
    gst = models.ForeignKey("billing.GST", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def total(self) -> Decimal:
        return self.taxable + self.cgst + self.sgst


def line_constraints(prefix: str) -> list[models.BaseConstraint]:
    """Name the facts every kind of line obeys: no negative part."""
    return [
        at_least(field, 0, name=f"booking_{prefix}_{field}_not_negative")
        for field in ("discount_share", "taxable", "cgst", "sgst")
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
