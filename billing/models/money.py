"""Tax rates, promo codes, and the money that came in and went back."""

from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, UniqueConstraint, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from accounts.states import Role
from billing.states import DiscountType, PaymentMethod, PaymentStatus, Weekday
from cinema.core.constraints import at_least, between, one_of


class GST(models.Model):
    """One dated tax rate of a category, for a band of prices."""

    gst_category = models.CharField(
        "category", max_length=100, help_text="ticket, food, fee, or the name of a food category."
    )
    c_gst = models.DecimalField("CGST", max_digits=5, decimal_places=2, help_text="Percent.")
    s_gst = models.DecimalField("SGST", max_digits=5, decimal_places=2, help_text="Percent.")
    above = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="Taxable price of one unit is above this."
    )
    up_to = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="Taxable price of one unit is at most this."
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds.")
    hsn_code = models.CharField("SAC/HSN", max_length=8, blank=True)

    class Meta:
        verbose_name = "GST rate"
        constraints = [
            ExclusionConstraint(
                name="billing_one_rate_per_band_and_day",
                expressions=[
                    (Lower("gst_category"), RangeOperators.EQUAL),
                    (Func(F("above"), F("up_to"), Value("(]"), function="numrange"), RangeOperators.OVERLAPS),
                    (Func(F("valid_from"), F("valid_until"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="A rate of this category already covers this band at that time.",
            ),
            between("c_gst", 0, 100, name="billing_cgst_0_to_100"),
            between("s_gst", 0, 100, name="billing_sgst_0_to_100"),
            models.CheckConstraint(condition=Q(up_to__gt=F("above")), name="billing_gst_band_has_width"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="billing_gst_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.gst_category} {self.c_gst + self.s_gst} %"

    def covers(self, price: Decimal) -> bool:
        """Tell whether a taxable unit price (rupees) falls into this band."""
        return (self.above is None or price > self.above) and (self.up_to is None or price <= self.up_to)


class Discount(models.Model):
    """One promo code."""

    promo_code = models.CharField(max_length=50)
    discount_type = models.CharField(max_length=7, choices=DiscountType, default=DiscountType.PERCENT)
    discount_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    max_discount_amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    discount_amount = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="Of a flat code, before tax."
    )
    min_subtotal = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    usage_limit_per_user = models.PositiveIntegerField(null=True, blank=True)
    usage_limit = models.PositiveIntegerField(null=True, blank=True, help_text="In all; empty means no limit.")
    times_used = models.PositiveIntegerField(default=0, editable=False)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        default=list,
        db_default=Value("{}"),
        blank=True,
        help_text="Days of the show on the venue's calendar, 0 is Monday; empty means every day.",
    )
    daypart_from = models.TimeField(
        null=True, blank=True, help_text="The show starts at this time or later, on the venue's wall clock."
    )
    daypart_until = models.TimeField(
        null=True,
        blank=True,
        help_text="The show starts before this; earlier than the other end means the next morning.",
    )
    applicable_movie = models.ForeignKey("catalog.Movie", on_delete=models.PROTECT, null=True, blank=True)
    applicable_show = models.ForeignKey("scheduling.Show", on_delete=models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            UniqueConstraint(Lower("promo_code"), name="billing_promo_code_unique"),
            one_of("discount_type", DiscountType.values, name="billing_discount_type_known"),
            between("discount_percent", 0, 100, name="billing_discount_percent_0_to_100"),
            at_least("max_discount_amount", 0, name="billing_discount_cap_not_negative"),
            at_least("min_subtotal", 0, name="billing_discount_minimum_not_negative"),
            models.CheckConstraint(
                condition=~Q(discount_type=DiscountType.FLAT)
                | Q(discount_amount__gte=0, discount_amount__isnull=False),
                name="billing_flat_discount_has_amount",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="billing_discount_ends_after_start"),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=Weekday.values), name="billing_discount_weekdays_known"
            ),
            models.CheckConstraint(
                condition=Q(daypart_from=None, daypart_until=None)
                | (Q(daypart_from__isnull=False, daypart_until__isnull=False) & ~Q(daypart_from=F("daypart_until"))),
                name="billing_discount_daypart_has_ends",
            ),
            models.CheckConstraint(
                condition=Q(usage_limit=None) | Q(times_used__lte=F("usage_limit")),
                name="billing_discount_not_overused",
            ),
        ]

    def __str__(self) -> str:
        return self.promo_code


class PaymentQuerySet(models.QuerySet["Payment"]):
    def settled(self) -> "PaymentQuerySet":
        return self.filter(payment_status__in=[PaymentStatus.COMPLETED, PaymentStatus.REFUNDED])

    def visible_to(self, user: User) -> "PaymentQuerySet":
        return self if user.role == Role.ADMIN else self.filter(user=user)

    def unsettled(self, *, before: datetime) -> "PaymentQuerySet":
        return self.filter(payment_status=PaymentStatus.PENDING, created_at__lt=before)


class Payment(models.Model):
    """One attempt to take the money of one booking."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="payments")
    booking_reference = models.CharField(max_length=13, db_index=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    transaction_code = models.CharField(max_length=64, unique=True)
    gateway = models.CharField(max_length=20)
    gateway_payment_id = models.CharField(max_length=100, blank=True)
    payment_status = models.CharField(max_length=9, choices=PaymentStatus, default=PaymentStatus.PENDING)
    payment_method = models.CharField(max_length=6, choices=PaymentMethod, default=PaymentMethod.UPI)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    refund_owed = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(0), help_text="Decided, on its way or given back."
    )
    refund_amount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0), help_text="Given back.")
    failure = models.CharField(max_length=200, blank=True)
    redirect_url = models.CharField(
        "redirect URL", max_length=500, blank=True, db_default="", help_text="Where the customer pays."
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        permissions = [
            ("view_takings", "Can view takings and the reports on them"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="billing_payment_of_user"),
            models.Index(fields=["settled_at"], condition=Q(settled_at__isnull=False), name="billing_payment_by_day"),
            models.Index(
                fields=["created_at"],
                condition=Q(payment_status=PaymentStatus.PENDING),
                name="billing_payment_pending",
            ),
        ]
        constraints = [
            UniqueConstraint(fields=["booking_reference", "attempt"], name="billing_payment_attempt_once"),
            one_of("payment_status", PaymentStatus.values, name="billing_payment_status_known"),
            one_of("payment_method", PaymentMethod.values, name="billing_payment_method_known"),
            at_least("amount", 0, name="billing_payment_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(refund_amount__gte=0, refund_amount__lte=F("refund_owed"), refund_owed__lte=F("amount")),
                name="billing_refunds_within_payment",
            ),
            models.CheckConstraint(
                condition=Q(payment_status=PaymentStatus.REFUNDED, refund_amount__gt=0)
                | (~Q(payment_status=PaymentStatus.REFUNDED) & Q(refund_amount=0)),
                name="billing_refunded_means_money_back",
            ),
            models.CheckConstraint(
                condition=Q(payment_status__in=[PaymentStatus.PENDING, PaymentStatus.FAILED])
                | Q(settled_at__isnull=False),
                name="billing_settled_payment_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.transaction_code

    @property
    def is_settled(self) -> bool:
        """Tell whether the money came, wherever it went since."""
        return self.payment_status in (PaymentStatus.COMPLETED, PaymentStatus.REFUNDED)
