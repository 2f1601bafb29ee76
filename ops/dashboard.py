"""Today at a venue, and what somebody should look at: read for the first page of the back office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.urls import reverse

from billing.models import LedgerCheck, PaymentIssue
from cinema.core import formats
from ops.models import Backup, DeadLetter, Drill, JobRecord
from ops.reports.showings import Showing, grouped, showings
from ops.reports.tables import Asked, added_up
from ops.states import RunOutcome, RunStatus

BACKUP_GETS_OLD: Final = timedelta(hours=26)  # one a day, and two hours for a late one
DRILL_GETS_OLD: Final = timedelta(hours=26)  # likewise


@dataclass(frozen=True, slots=True)
class TodaysShow:
    """One show of today, with all its zones added up."""

    show: Showing

    @property
    def fill(self) -> int:
        """How full it is, in percent, at most 100."""
        return min(int(self.show.fill or 0), 100)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to look at; `tone` is bad, good or quiet."""

    tone: str
    said: str
    path: str
    permission: str


def shows_of(day: date, *, venue_id: int | None) -> list[TodaysShow]:
    """List the shows of a day in the order in which they start."""
    asked = Asked(day, day, venue_id)
    by_show = grouped(showings(asked), lambda line: line.show_id)
    return [TodaysShow(_whole(zones)) for zones in by_show.values()]


def _whole(zones: list[Showing]) -> Showing:
    one = zones[0]
    return Showing(
        show_id=one.show_id,
        starts=one.starts,
        status=one.status,
        movie=one.movie,
        screen=one.screen,
        venue=one.venue,
        **added_up(Showing, zones),
    )


def alerts(*, now: datetime) -> Iterator[Alert]:
    """Tell what is wrong, and that what matters most is not."""
    yield from _money()
    yield from _jobs()
    yield _backup(now)
    yield _drill(now)


def _money() -> Iterator[Alert]:
    issues = PaymentIssue.objects.filter(resolved_at=None).count()
    path = f"{reverse('admin:billing_paymentissue_changelist')}?resolved_at__isempty=1"
    yield Alert(
        "bad" if issues else "good", formats.counted(issues, "open payment issue"), path, "billing.view_paymentissue"
    )
    check = LedgerCheck.objects.order_by("-checked_at").first()
    if check is not None:
        said = (
            f"The books had {formats.counted(check.faults, 'fault')} when they were checked"
            if check.faults
            else "The books are right"
        )
        path = reverse("admin:billing_ledgercheck_changelist")
        yield Alert("bad" if check.faults else "good", said, path, "billing.view_ledgercheck")


def _jobs() -> Iterator[Alert]:
    letters = DeadLetter.objects.filter(settled_at=None).count()
    path = f"{reverse('admin:ops_deadletter_changelist')}?settled_at__isempty=1"
    yield Alert(
        "bad" if letters else "good", f"{formats.counted(letters, 'job')} given up", path, "ops.view_deadletter"
    )
    failing = list(
        JobRecord.objects.filter(last_outcome=RunOutcome.FAILED).order_by("name").values_list("name", flat=True)
    )
    if failing:
        path = f"{reverse('admin:ops_jobrecord_changelist')}?last_outcome__exact={RunOutcome.FAILED}"
        yield Alert("bad", f"Failed the last time: {', '.join(failing)}", path, "ops.view_jobrecord")


def _backup(now: datetime) -> Alert:
    last = Backup.objects.filter(status=RunStatus.COMPLETED, tables=None).order_by("-started_at").first()
    path = reverse("admin:ops_backup_changelist")
    if last is None:
        return Alert("bad", "There is no backup", path, "ops.view_backup")
    return Alert(
        _age(now - last.started_at, BACKUP_GETS_OLD),
        f"Last backup {_ago(last.started_at, now)}",
        path,
        "ops.view_backup",
    )


def _drill(now: datetime) -> Alert:
    last = Drill.objects.exclude(status=RunStatus.IN_PROGRESS).order_by("-started_at").first()
    path = reverse("admin:ops_drill_changelist")
    if last is None:
        return Alert("quiet", "No backup was ever tried out", path, "ops.view_drill")
    if last.status == RunStatus.FAILED:
        return Alert("bad", f"The drill of {_ago(last.started_at, now)} failed", path, "ops.view_drill")
    tone = _age(now - last.started_at, DRILL_GETS_OLD)
    return Alert(tone, f"Backup tried out {_ago(last.started_at, now)}, and it held", path, "ops.view_drill")


def _age(age: timedelta, limit: timedelta) -> str:
    return "bad" if age > limit else "good"


def _ago(instant: datetime, now: datetime) -> str:
    minutes = max(int((now - instant).total_seconds() // 60), 0)
    days, rest = divmod(minutes, 24 * 60)
    return f"{days} days ago" if days > 1 else f"{formats.running_time(days * 24 * 60 + rest)} ago"
