"""By which rules shows are priced."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cinema.core.constraints import one_of
from scheduling.cards import WEEKDAYS, Condition, Step
from scheduling.states import PriceChange


class PriceCardQuerySet(models.QuerySet["PriceCard"]):
    def in_force(self) -> "PriceCardQuerySet":
        return self.filter(is_active=True).order_by("position", "id")


class PriceCard(models.Model):
    """A rule of one venue that prices shows as they are made: on these days, at these hours, in this format."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="price_cards")
    name = models.CharField(max_length=60, help_text="As staff read it on a show: Evening, 3D, Cheap Tuesday.")
    position = models.PositiveSmallIntegerField(default=10, help_text="Cards are applied from the lowest up.")
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS))),
        default=list,
        blank=True,
        help_text="None: all.",
    )
    from_time = models.TimeField(null=True, blank=True, help_text="Starts from this time, on the venue's clock.")
    until_time = models.TimeField(null=True, blank=True, help_text="Starts before this time; may be after midnight.")
    format = models.CharField(max_length=20, blank=True, help_text="For example 3D; empty means every format.")
    from_day = models.DateField(null=True, blank=True)
    until_day = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds.")
    category_name = models.CharField("seat category", max_length=50, blank=True, help_text="Empty means every one.")
    change = models.CharField(max_length=7, choices=PriceChange, default=PriceChange.ADD)
    amount = models.DecimalField(max_digits=6, decimal_places=2, help_text="Rupees or percent; may be negative.")
    is_active = models.BooleanField(default=True)

    objects = PriceCardQuerySet.as_manager()

    class Meta:
        ordering = ("venue_id", "position", "id")
        constraints = [
            one_of("change", PriceChange.values, name="scheduling_price_change_known"),
            models.CheckConstraint(
                condition=~Q(change=PriceChange.SET) | Q(amount__gte=0, amount__lte=999),
                name="scheduling_card_sets_a_price",
            ),
            models.CheckConstraint(condition=Q(until_day__gt=F("from_day")), name="scheduling_card_days_in_order"),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(7))), name="scheduling_card_weekdays_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def condition(self) -> Condition:
        return Condition(
            weekdays=frozenset(self.weekdays),
            from_time=self.from_time,
            until_time=self.until_time,
            format=self.format,
            from_day=self.from_day,
            until_day=self.until_day,
        )

    @property
    def step(self) -> Step:
        return Step(self.name, PriceChange(self.change), self.amount, self.category_name)
