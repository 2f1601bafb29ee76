"""Having days planned by a job: asked for in the back office or by the night, followed on a page, kept with what came of it."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from cinema.core import jobs
from cinema.core.errors import DomainError
from scheduling.errors import FillOver, FillUnderWay, NothingToFill
from scheduling.models import FillRun, ScheduleTemplate
from scheduling.picture import misses, picture, wishes, worth
from scheduling.services import filling
from scheduling.services.filling import Manner
from scheduling.services.weighed import Filled, Follower
from scheduling.states import FILL_BUSY, FillStatus

logger = logging.getLogger(__name__)
FORGOTTEN = timedelta(hours=1)  # a job ends long before: whatever is still busy then, its worker is not
LOST = timedelta(minutes=2)  # a message that no worker took up, once somebody asks again
KEPT = timedelta(days=90)
UNEXPECTED = "Something went wrong on our side: nothing was written. The log says what."
INTERRUPTED = "It was interrupted and never ended: nothing was written."


@transaction.atomic(durable=True)
def start(*, template_id: int, by: User | None, now: datetime, writes: bool, improves: bool) -> FillRun:
    """Have a job plan the days that a template has not filled yet, or draw what it would plan.

    :raises NothingToFill: when all of them are filled.
    :raises FillUnderWay: naming the run, when one is at it.
    """
    locked = ScheduleTemplate.objects.select_for_update(of=("self",)).select_related("venue")
    template = locked.get(pk=template_id)
    _tidy(template.venue_id, now)
    if under_way := FillRun.objects.filter(venue=template.venue, status__in=FILL_BUSY).first():
        raise FillUnderWay(run_id=under_way.pk)
    days = filling.next_days(template, now)
    if not days:
        raise NothingToFill
    run = FillRun.objects.create(
        venue=template.venue,
        from_day=days[0],
        day_count=len(days),
        writes=writes,
        improves=improves,
        asked_by=by,
        asked_at=now,
    )
    jobs.enqueue_on_commit(jobs.FILL_PROGRAMME, run_id=run.pk)
    return run


def start_all(*, now: datetime) -> int:
    """Have every venue with an active template filled, each by a job of its own; answers how many there are to fill.

    A second run asks for nothing: the days before `filled_until` are done, and what is under way is left alone.
    """
    asked = 0
    for template in ScheduleTemplate.objects.filter(is_active=True).order_by("id"):
        try:
            start(template_id=template.pk, by=None, now=now, writes=True, improves=template.improves)
        except (NothingToFill, FillUnderWay) as refusal:
            logger.info("venue %s is not filled: %s", template.venue_id, refusal.code)
        else:
            asked += 1
    return asked


def go_on(*, run_id: str, now: datetime) -> None:
    """Do what a run asks for; one that is over is left alone, so it may be handed out twice.

    :raises DomainError: as `filling.fill`; it stands on the run then.
    """
    busy = FillRun.objects.filter(pk=run_id, status__in=FILL_BUSY)
    run = busy.select_related("venue", "asked_by").first()
    if run is None:
        return
    busy.update(status=FillStatus.WEIGHING, days_done=0)
    try:
        _carry_out(run, now)
    except DomainError as refusal:
        busy.update(status=FillStatus.REFUSED, refusal=refusal.detail[:300], ended_at=now)
        raise
    except Exception:
        busy.update(status=FillStatus.FAILED, refusal=UNEXPECTED, ended_at=now)
        raise


def _carry_out(run: FillRun, now: datetime) -> None:
    template = filling.template_of(run.venue_id)

    def told(done: int, _days: int) -> None:
        FillRun.objects.filter(pk=run.pk).update(days_done=done)

    def witness(drawn: Filled) -> None:
        _end(run, drawn, FillStatus.DONE, now)

    manner = Manner(patience=filling.PATIENCE if run.improves else 0.0, follower=Follower(told=told, witness=witness))
    if run.writes:
        filling.fill(template=template, days=run.days, by=run.asked_by, now=now, manner=manner)
    else:
        drawn = filling.draw_up(template=template, days=run.days, by=run.asked_by, now=now, manner=manner)
        _end(run, drawn, FillStatus.DRAWN, now)


def _end(run: FillRun, drawn: Filled, status: FillStatus, now: datetime) -> None:
    """Keep what came of a run.

    :raises FillOver: when another worker that was handed the same run was faster; what this one would write is undone.
    """
    report = {
        "picture": "\n".join(picture(drawn.case, drawn.placed)),
        "worth": list(worth(drawn.case, drawn.report)),
        "wishes": [asdict(wish) for wish in wishes(drawn.case, drawn.report)],
        "misses": list(misses(drawn.case, drawn.report)),
    }
    busy = FillRun.objects.filter(pk=run.pk, status__in=FILL_BUSY)
    if not busy.update(status=status, report=report, show_count=len(drawn.placed), ended_at=now):
        raise FillOver


def _tidy(venue_id: int, now: datetime) -> None:
    lost = Q(status=FillStatus.WAITING, asked_at__lt=now - LOST)  # should its message come after all, it finds it over
    interrupted = FillRun.objects.filter(lost | Q(asked_at__lt=now - FORGOTTEN), status__in=FILL_BUSY, venue=venue_id)
    interrupted.update(status=FillStatus.FAILED, refusal=INTERRUPTED, ended_at=now)
    FillRun.objects.filter(asked_at__lt=now - KEPT).delete()
