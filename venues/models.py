"""Where films are shown: sites, auditoriums, price zones and numbered places."""

import zoneinfo
from datetime import time
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from cinema.core.constraints import at_least, between, one_of
from venues.states import SeatKind


def known_time_zone(value: str) -> None:
    """Accept a name of the IANA database only.

    :raises ValidationError: otherwise.
    """
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"{value!r} is not a time zone; write it like Asia/Kolkata.")


def default_refund_tiers() -> list[dict[str, int]]:
    """80 % at eight hours or more before the start, else nothing."""
    return [{"hours": 8, "percent": 80}]


class Venue(models.Model):
    """One cinema site, with everything that differs from site to site."""

    name = models.CharField(max_length=100)
    code = models.CharField(
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Three capital letters.")],
        help_text="Three capital letters; every invoice number starts with them.",
    )
    legal_name = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="Of the business as registered for GST, for its invoices; empty: the name above.",
    )
    address = models.CharField(max_length=300, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Kolkata", validators=[known_time_zone])
    gstin = models.CharField("GSTIN", max_length=15, blank=True)
    currency = models.CharField(max_length=3, default="INR")
    opens_at = models.TimeField(default=time(9, 0), help_text="Wall clock of the venue.")
    closes_at = models.TimeField(default=time(2, 0), help_text="Wall clock; earlier than opening means next day.")
    pre_show_minutes = models.PositiveSmallIntegerField(default=10, help_text="Advertisements before the feature.")
    turnaround_minutes = models.PositiveSmallIntegerField(default=15, help_text="Emptying and cleaning between shows.")
    sales_cutoff_minutes = models.SmallIntegerField(
        default=0, help_text="Sales end this many minutes before the start; negative means after it."
    )
    is_tax_inclusive = models.BooleanField(default=False, help_text="List prices already contain the tax.")
    rounds_to_rupee = models.BooleanField(default=False, help_text="Totals are rounded on a line of their own.")
    booking_fee = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="Charged once per booking, on a line of its own, before tax (tax included at a tax-inclusive venue).",
    )
    seat_fee = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="The same, for every seat.",
    )
    refunds_fees = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Fees go back by the refund policy too; otherwise the house keeps them.",
    )
    refund_tiers = models.JSONField(
        default=default_refund_tiers,
        help_text='Hours before the start and percent given back, e.g. [{"hours": 8, "percent": 80}].',
    )
    refuses_lone_seats = models.BooleanField(
        default=True, db_default=True, help_text="Our pages refuse a choice that leaves one seat alone without need."
    )
    refuses_lone_seats_over_api = models.BooleanField(
        "refuses lone seats over the API",
        default=False,
        db_default=False,
        help_text="So does the API: its clients must know what to do about it.",
    )
    minds_lone_seats_at_row_ends = models.BooleanField(default=True, db_default=True)
    minds_lone_seats_at_aisles = models.BooleanField(default=True, db_default=True)
    minds_lone_accessible_seats = models.BooleanField(
        default=False, db_default=False, help_text="Wheelchair and companion places; otherwise they may be left alone."
    )
    is_default = models.BooleanField(default=False, help_text="Screens made through the API join this venue.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="venues_one_default"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{3}$"), name="venues_code_three_capitals"),
            at_least("booking_fee", 0, name="venues_booking_fee_not_negative"),
            at_least("seat_fee", 0, name="venues_seat_fee_not_negative"),
            between("pre_show_minutes", 0, 120, name="venues_pre_show_sane"),
            between("turnaround_minutes", 0, 240, name="venues_turnaround_sane"),
            between("sales_cutoff_minutes", -240, 1440, name="venues_cutoff_sane"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Screen(models.Model):
    """One auditorium of a venue."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="screens")
    screen_name = models.CharField(max_length=50)
    screen_type = models.CharField(max_length=50, help_text="For example Standard, IMAX, 4DX.")
    formats = ArrayField(
        models.CharField(max_length=20),
        default=list,
        db_default=[],
        blank=True,
        help_text="What it can show: 2D, 3D, IMAX. Empty: everything.",
    )
    is_available = models.BooleanField(default=True, help_text="In service; no new shows otherwise.")
    turnaround_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="When it differs from the venue's."
    )

    class Meta:
        indexes = [models.Index(Lower("screen_name"), name="venues_screen_by_name")]
        constraints = [between("turnaround_minutes", 0, 240, name="venues_screen_turnaround_sane")]

    def __str__(self) -> str:
        return self.screen_name


class SeatCategory(models.Model):
    """One price zone of a screen."""

    screen = models.ForeignKey("venues.Screen", on_delete=models.PROTECT, related_name="categories")
    category_name = models.CharField(max_length=50)
    rows = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    cols = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    base_price = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(Decimal("999.99"))],
        help_text="In the venue's currency, before tax (tax included at a tax-inclusive venue).",
    )

    class Meta:
        verbose_name_plural = "seat categories"
        constraints = [
            at_least("rows", 1, name="venues_category_has_rows"),
            at_least("cols", 1, name="venues_category_has_cols"),
            at_least("base_price", 0, name="venues_base_price_not_negative"),
            models.UniqueConstraint(fields=["id", "screen"], name="venues_category_of_screen"),
        ]

    def __str__(self) -> str:
        return f"{self.category_name} ({self.screen})"


class SeatQuerySet(models.QuerySet["Seat"]):
    def standing(self) -> "SeatQuerySet":
        """Keep the seats that are in the hall today."""
        return self.filter(retired_at=None)

    def sellable(self) -> "SeatQuerySet":
        return self.filter(is_available=True).exclude(seat_number=None).exclude(seat_number="")


class Seat(models.Model):
    """One numbered place of a screen; without a number it is a walkway and never sold."""

    screen = models.ForeignKey("venues.Screen", on_delete=models.PROTECT, related_name="seats")
    category = models.ForeignKey("venues.SeatCategory", on_delete=models.PROTECT, related_name="seats")
    row_number = models.PositiveIntegerField(help_text="1 is the row next to the picture.")
    col_number = models.PositiveIntegerField(help_text="Counted from the left, facing the picture; gaps are aisles.")
    seat_number = models.CharField(max_length=10, null=True, blank=True)  # noqa: DJ001  # null is the contract's walkway
    kind = models.CharField(max_length=10, choices=SeatKind, default=SeatKind.STANDARD)
    is_available = models.BooleanField(default=True, help_text="In service.")
    retired_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it left the hall; kept for what was sold of it."
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        # The composite foreign key venues_seat_category_on_screen is made by migration 0002: Django has no name for it.
        constraints = [
            models.UniqueConstraint(
                fields=["screen", "row_number", "col_number"],
                condition=Q(retired_at=None),
                name="venues_seat_place_unique",
            ),
            models.UniqueConstraint(
                fields=["screen", "seat_number"], condition=Q(retired_at=None), name="venues_seat_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(is_available=False), name="venues_retired_seat_out_of_service"
            ),
            one_of("kind", SeatKind.values, name="venues_seat_kind_known"),
            at_least("row_number", 1, name="venues_seat_row_from_1"),
            at_least("col_number", 1, name="venues_seat_col_from_1"),
        ]

    def __str__(self) -> str:
        return self.seat_number or f"r{self.row_number} c{self.col_number}"
