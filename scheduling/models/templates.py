"""What programmes are planned from, what is expected of them, and how the planning went."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.models import new_hex_id
from cinema.core.constraints import at_least, between, one_of
from cinema.core.names import told
from scheduling.states import FILL_BUSY, FillStatus, PartOfDay

WINDOWS = ("lobby_minutes", "cleaning_minutes", "spacing_minutes", "continuity_minutes")
PRICES = ("lobby_penalty", "cleaning_penalty", "spacing_penalty", "continuity_penalty")


def _minutes(name: str, default: int, help_text: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(name, default=default, db_default=default, help_text=help_text)


def _price(
    name: str, default: int | Decimal, help_text: str = "Rupees each time, 0 to 10,000; 0: it does not matter."
) -> models.DecimalField:
    return models.DecimalField(
        name, max_digits=7, decimal_places=2, default=default, db_default=default, help_text=help_text
    )


class ScheduleTemplate(models.Model):
    """What a venue's programme is made of, for the night's job and for whoever plans by hand: kept for the weeks ahead."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="schedule_templates")
    is_active = models.BooleanField(default=True, help_text="Otherwise the night's job leaves the venue alone.")
    weeks_ahead = models.PositiveSmallIntegerField(
        default=2, help_text="So many weeks, from tomorrow, are kept filled."
    )
    as_drafts = models.BooleanField(default=True, help_text="Staff publish the shows; otherwise they sell at once.")
    improves = models.BooleanField(
        default=True,
        db_default=True,
        help_text="At night a solver looks for a better plan, for minutes; otherwise the first good one is taken.",
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Between two shows; never less than the turnaround of the screen."
    )
    show_cost = models.DecimalField(
        max_digits=8, decimal_places=2, default=500, help_text="What opening a screen for one show costs."
    )
    food_margin = models.DecimalField(
        max_digits=6, decimal_places=2, default=40, help_text="What one visitor leaves at the counter, on average."
    )
    reach_one = models.PositiveSmallIntegerField(
        "one show draws",
        default=70,
        db_default=70,
        help_text="Percent at most of a movie's audience in a part of the day.",
    )
    reach_two = models.PositiveSmallIntegerField(
        "two shows draw", default=90, db_default=90, help_text="Percent: no more again than the first added."
    )
    reach_three = models.PositiveSmallIntegerField(
        "three and more draw", default=100, db_default=100, help_text="Percent: no more again than the second added."
    )
    lobby_minutes = _minutes("starts crowd within", 15, "Minutes; 0: never.")
    lobby_starts = models.PositiveSmallIntegerField(
        "starts that the lobby takes", default=2, db_default=2, help_text="Within these minutes, of the whole venue."
    )
    lobby_penalty = _price("a start too many", 300)
    cleaning_minutes = _minutes("ends crowd within", 15, "Minutes; 0: never.")
    cleaning_crews = models.PositiveSmallIntegerField(
        "ends that the cleaners take", default=2, db_default=2, help_text="Within these minutes, of the whole venue."
    )
    cleaning_penalty = _price("an end too many", 200)
    spacing_minutes = _minutes("starts of one movie crowd within", 30, "Minutes; 0: never.")
    spacing_penalty = _price("a start of the same movie too near", 400)
    empty_seat = _price(
        "a seat that stays empty", Decimal("0.5"), "Rupees, 0 to 100: it asks for the hall of the right size."
    )
    continuity_minutes = _minutes("the times of the day before hold within", 30, "Minutes.")
    continuity_penalty = _price("a show at another time than the day before", 150)
    filled_until = models.DateField(
        null=True, blank=True, help_text="Days before this one are planned; empty it to have them looked at again."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue"], name="scheduling_one_template_per_venue"),
            between("weeks_ahead", 1, 8, name="scheduling_template_weeks_1_to_8"),
            between("buffer_minutes", 0, 60, name="scheduling_template_buffer_sane"),
            at_least("show_cost", 0, name="scheduling_show_cost_not_negative"),
            at_least("food_margin", 0, name="scheduling_food_margin_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    reach_one__gte=1,
                    reach_two__gte=F("reach_one"),
                    reach_two__lte=F("reach_one") * 2,
                    reach_three__gte=F("reach_two"),
                    reach_three__lte=F("reach_two") * 2 - F("reach_one"),
                )
                & Q(reach_three__lte=100),
                name="scheduling_each_show_reaches_less",
                violation_error_message="Each further show draws no more than the one before it, all of them 100 percent at most.",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__lte": 120 for name in WINDOWS}),
                name="scheduling_windows_two_hours_at_most",
                violation_error_message="Crowding is looked at within two hours at most.",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": (0, 10_000) for name in PRICES}, empty_seat__range=(0, 100)),
                name="scheduling_prices_of_wishes_sane",
                violation_error_message="A wish weighs 0 to 10,000 each time, an empty seat 0 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"Programme of {told(self, 'venue')}"


class TemplateMovie(models.Model):
    """One movie of a template: how often it should and may be shown a day, where, and for how long."""

    template = models.ForeignKey("scheduling.ScheduleTemplate", on_delete=models.PROTECT, related_name="movies")
    movie = models.ForeignKey("catalog.Movie", on_delete=models.PROTECT, related_name="+")
    screen = models.ForeignKey(
        "venues.Screen", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: any."
    )
    least = models.PositiveSmallIntegerField("at least", default=1, help_text="Shows a day.")
    most = models.PositiveSmallIntegerField(
        "at most", null=True, blank=True, help_text="Shows a day; empty: no limit."
    )
    share = models.DecimalField(
        "distributor's share",
        max_digits=5,
        decimal_places=2,
        default=0,
        help_text="Percent of the net price of a ticket.",
    )
    from_day = models.DateField(null=True, blank=True)
    until_day = models.DateField(null=True, blank=True, help_text="The first day on which it is not shown any more.")
    is_clean = models.BooleanField(
        "clean run", default=False, db_default=False, help_text="It shares its screen with no other movie on a day."
    )
    starts_from = models.TimeField(null=True, blank=True, help_text="It starts no earlier, as late ratings want.")
    ends_by = models.TimeField(null=True, blank=True, help_text="It ends by then, as children's movies do.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "movie", "screen"],
                nulls_distinct=False,
                name="scheduling_movie_once_in_template",
            ),
            models.CheckConstraint(condition=Q(most__gte=F("least")), name="scheduling_template_most_from_least"),
            models.CheckConstraint(condition=Q(until_day__gt=F("from_day")), name="scheduling_template_days_in_order"),
            between("share", 0, 100, name="scheduling_template_share_percent"),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'movie')} in {told(self, 'template')}"


class ForecastOverride(models.Model):
    """How many are expected for a movie in one part of a day, because somebody knows better than the sales so far."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    movie = models.ForeignKey("catalog.Movie", on_delete=models.PROTECT, related_name="+")
    part = models.CharField("part of the day", max_length=9, choices=PartOfDay)
    admissions = models.PositiveIntegerField(help_text="On one day, at all screens together.")
    note = models.CharField(max_length=100, blank=True, help_text="Why.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "movie", "part"], name="scheduling_one_override_per_part"),
            one_of("part", PartOfDay.values, name="scheduling_override_part_known"),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'movie')} in the {self.get_part_display().lower()}: {self.admissions}"


class FillRun(models.Model):
    """One time that days of a venue were planned from its template by a job, or only drawn: how far it is, what came of it."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="fill_runs")
    from_day = models.DateField()
    day_count = models.PositiveSmallIntegerField()
    writes = models.BooleanField(help_text="Otherwise the plan is only drawn.")
    improves = models.BooleanField(help_text="A solver looks for a better plan.")
    status = models.CharField(max_length=8, choices=FillStatus, default=FillStatus.WAITING)
    days_done = models.PositiveSmallIntegerField(default=0, help_text="So far.")
    show_count = models.PositiveIntegerField("shows", default=0, help_text="That were planned.")
    report = models.JSONField(default=dict, blank=True, editable=False)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why nothing was planned.")
    asked_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the night.",
    )
    asked_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "run of planning"
        verbose_name_plural = "runs of planning"
        constraints = [
            one_of("status", FillStatus.values, name="scheduling_fill_status_known"),
            between("day_count", 1, 56, name="scheduling_fill_days_1_to_56"),
            models.CheckConstraint(
                condition=Q(days_done__lte=F("day_count")), name="scheduling_fill_done_within_days"
            ),
            models.CheckConstraint(
                condition=Q(status__in=FILL_BUSY, ended_at=None)
                | (~Q(status__in=FILL_BUSY) & Q(ended_at__isnull=False)),
                name="scheduling_fill_end_dated",
            ),
            models.UniqueConstraint(
                fields=["venue"], condition=Q(status__in=FILL_BUSY), name="scheduling_one_fill_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_count} days from {self.from_day}"

    @property
    def is_busy(self) -> bool:
        return self.status in FILL_BUSY

    @property
    def days(self) -> list[date]:
        return [self.from_day + timedelta(days=number) for number in range(self.day_count)]
