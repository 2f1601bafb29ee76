"""What is on, where, when and for how much: the shows themselves."""

from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import connection, models
from django.db.models import DurationField, ExpressionWrapper, F, Func, Q, Value
from django.utils import timezone

from cinema.core import formats
from cinema.core.constraints import at_least, one_of
from cinema.core.names import is_loaded, told
from scheduling.states import SELLING, Access, PartOfDay, Phase, ShowStatus


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
        start = f"{self.starts_at:%Y-%m-%d %H:%M}Z"
        if is_loaded(self, "screen", "venue"):
            start = f"{formats.short_day(self.local_start())} {formats.clock(self.starts_at, self.screen.venue)}"
        return f"{told(self, 'movie')}, {told(self, 'screen')}, {start}"

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
        return f"{told(self, 'show')}, {told(self, 'category')}: {self.price}"
