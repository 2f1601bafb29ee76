"""What is on, where, when and for how much."""

from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import connection, models
from django.db.models import DurationField, ExpressionWrapper, F, Func, Q, Value
from django.utils import timezone

from cinema.core.constraints import at_least, between, one_of
from scheduling.cards import WEEKDAYS, Condition, Step
from scheduling.states import SELLING, Access, PartOfDay, Phase, PriceChange, ShowStatus


class ShowQuerySet(models.QuerySet["Show"]):
    def public(self) -> "ShowQuerySet":
        return self.exclude(status=ShowStatus.DRAFT)

    def selling(self, *, now: datetime) -> "ShowQuerySet":
        """Keep the shows whose seats can be bought at this instant."""
        cutoff = ExpressionWrapper(
            F("screen__venue__sales_cutoff_minutes") * Value(timedelta(minutes=1)), output_field=DurationField()
        )
        return self.filter(status__in=SELLING, starts_at__gt=now + cutoff)

    def in_part_of_day(self, part: PartOfDay) -> "ShowQuerySet":
        """Keep the shows whose `part_of_day` this is."""
        local_hour = Func(
            F("screen__venue__time_zone"),
            F("starts_at"),
            template="extract(hour FROM timezone(%(expressions)s))::int",
            output_field=models.IntegerField(),
        )
        return self.annotate(local_hour=local_hour).filter(_HOURS[part])

    def guarded_shared(self, show_id: int) -> None:
        """Hold off cancelling or moving a show until this transaction ends; read the show in the next statement."""
        _guard("pg_advisory_xact_lock_shared", SHOW_LOCK_CLASS, show_id)

    def guarded_alone(self, show_id: int) -> None:
        """Wait for everybody who is booking this show, and keep others out until this transaction ends."""
        _guard("pg_advisory_xact_lock", SHOW_LOCK_CLASS, show_id)

    def guarded_screen(self, screen_id: int) -> None:
        """Let one transaction at a time put shows on a screen: two that insert at once deadlock on the constraint."""
        _guard("pg_advisory_xact_lock", SCREEN_LOCK_CLASS, screen_id)


EARLIEST_MORNING, EVENING_FROM, NIGHT_FROM = 5, 17, 21  # hours of a venue's day
_HOURS = {
    PartOfDay.MORNING: Q(local_hour__gte=EARLIEST_MORNING, local_hour__lt=12),
    PartOfDay.AFTERNOON: Q(local_hour__gte=12, local_hour__lt=EVENING_FROM),
    PartOfDay.EVENING: Q(local_hour__gte=EVENING_FROM, local_hour__lt=NIGHT_FROM),
    PartOfDay.NIGHT: Q(local_hour__gte=NIGHT_FROM) | Q(local_hour__lt=EARLIEST_MORNING),
}


def part_of_day_at(local_start: datetime) -> PartOfDay:
    """Tell in which part of the day a time of a venue's wall clock is."""
    hour = local_start.hour
    if hour < EARLIEST_MORNING or hour >= NIGHT_FROM:
        return PartOfDay.NIGHT
    return PartOfDay.MORNING if hour < 12 else PartOfDay.AFTERNOON if hour < EVENING_FROM else PartOfDay.EVENING


SHOW_LOCK_CLASS = 1
SCREEN_LOCK_CLASS = 2


def _guard(function: str, lock_class: int, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({lock_class}, %s)", [lock_key(number)])


def lock_key(number: int) -> int:
    """Fold an id into the 31 bits of an advisory lock's second key: two ids that share a key only wait for each other."""
    return number & 0x7FFFFFFF


class Show(models.Model):
    """One movie on one screen at one start time."""

    movie = models.ForeignKey("catalog.Movie", on_delete=models.PROTECT, related_name="shows")
    screen = models.ForeignKey("venues.Screen", on_delete=models.PROTECT, related_name="shows")
    show_date = models.DateField(help_text="The day of the start on the venue's wall clock.")
    starts_at = models.DateTimeField(help_text="When the programme starts.")
    ends_at = models.DateTimeField(help_text="When the feature ends, pre-show and interval included.")
    free_at = models.DateTimeField(help_text="When the screen is clean again.")
    status = models.CharField(max_length=9, choices=ShowStatus, default=ShowStatus.UPCOMING)
    format = models.CharField(max_length=20, default="2D")
    language = models.CharField(max_length=50, blank=True)
    has_captions = models.BooleanField(default=False, db_default=False, help_text="Open captions on the screen.")
    has_audio_description = models.BooleanField(
        default=False, db_default=False, help_text="A described track on headphones."
    )
    has_sign_language = models.BooleanField(default=False, db_default=False, help_text="Interpreted in sign language.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ShowQuerySet.as_manager()

    class Meta:
        permissions = [
            ("publish_show", "Can put drafts on sale"),
            ("move_show", "Can move shows"),
            ("cancel_show", "Can cancel shows"),
            ("reprice_show", "Can change prices of shows"),
            ("autoschedule_show", "Can have shows planned automatically"),
            ("import_show", "Can import shows from a table"),
        ]
        indexes = [
            models.Index(fields=["movie", "starts_at"], name="scheduling_show_of_movie"),
            models.Index(fields=["show_date", "starts_at"], name="scheduling_show_of_day"),
            models.Index(fields=["starts_at", "id"], name="scheduling_show_by_start"),
        ]
        constraints = [
            ExclusionConstraint(
                name="scheduling_screen_never_double_booked",
                expressions=[
                    ("screen", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("free_at"),
                            function="tstzrange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(status=ShowStatus.CANCELLED),
                violation_error_message="The screen is taken at that time.",
            ),
            one_of("status", ShowStatus.values, name="scheduling_show_status_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="scheduling_show_ends_after_start"),
            models.CheckConstraint(condition=Q(free_at__gte=F("ends_at")), name="scheduling_screen_free_after_end"),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id} on {self.screen_id} at {self.starts_at:%Y-%m-%d %H:%M}Z"

    def local_start(self) -> datetime:
        """Read the start on the venue's wall clock (load `screen__venue` with the show)."""
        return self.starts_at.astimezone(self.screen.venue.zone)

    def local_end(self) -> datetime:
        """Read the end of the feature on the venue's wall clock (load `screen__venue` with the show)."""
        return self.ends_at.astimezone(self.screen.venue.zone)

    def part_of_day(self) -> PartOfDay:
        """Tell in which part of the venue's day the show starts (load `screen__venue` with the show)."""
        return part_of_day_at(self.local_start())

    def access(self) -> list[Access]:
        """List what helps those who see or hear less to follow the show."""
        offered = {
            Access.CAPTIONS: self.has_captions,
            Access.DESCRIPTION: self.has_audio_description,
            Access.SIGN: self.has_sign_language,
        }
        return [kind for kind, is_offered in offered.items() if is_offered]

    def phase(self, now: datetime) -> Phase:
        """Tell whether the show is ahead, running or finished."""
        if now < self.starts_at:
            return Phase.AHEAD
        return Phase.RUNNING if now < self.ends_at else Phase.FINISHED


class ShowCategoryPricing(models.Model):
    """What a seat of one category costs at one show; without a row the category's base price holds."""

    show = models.ForeignKey("scheduling.Show", on_delete=models.PROTECT, related_name="pricing")
    category = models.ForeignKey("venues.SeatCategory", on_delete=models.PROTECT, related_name="+")
    price = models.DecimalField(max_digits=5, decimal_places=2)
    because = models.CharField(max_length=500, blank=True, default="", db_default="", help_text="How it came about.")

    class Meta:
        permissions = [
            ("import_showcategorypricing", "Can import prices from a table"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["show", "category"], name="scheduling_one_price_per_category"),
            at_least("price", 0, name="scheduling_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.category_id}: {self.price}"


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
        ]

    def __str__(self) -> str:
        return f"Programme of {self.venue_id}"


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
        return f"{self.movie_id} in {self.template_id}"


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
        return f"{self.movie_id} in the {self.part}: {self.admissions}"
