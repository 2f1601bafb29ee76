"""The life cycles of a show and of a run of planning; whether a show is over is told by the clock (`Show.phase`), not stored."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ShowStatus(TextChoices):
    DRAFT = "DRAFT"
    UPCOMING = "UPCOMING"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


SELLING = (ShowStatus.UPCOMING, ShowStatus.OPEN)
TRANSITIONS: dict[ShowStatus, tuple[ShowStatus, ...]] = {
    ShowStatus.DRAFT: (ShowStatus.UPCOMING, ShowStatus.CANCELLED),
    ShowStatus.UPCOMING: (ShowStatus.OPEN, ShowStatus.CLOSED, ShowStatus.CANCELLED),
    ShowStatus.OPEN: (ShowStatus.UPCOMING, ShowStatus.CLOSED, ShowStatus.CANCELLED),
    ShowStatus.CLOSED: (ShowStatus.UPCOMING, ShowStatus.OPEN, ShowStatus.CANCELLED),
    ShowStatus.CANCELLED: (),
}


class Phase(TextChoices):
    AHEAD = "AHEAD"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"


class PriceChange(TextChoices):
    SET = "SET", "costs"
    ADD = "ADD", "plus or minus rupees"
    PERCENT = "PERCENT", "plus or minus percent"


class Access(TextChoices):
    """Who else can follow a show."""

    CAPTIONS = "captions", _("Captions")
    DESCRIPTION = "description", _("Audio description")
    SIGN = "sign", _("Sign language")


class PartOfDay(TextChoices):
    MORNING = "morning", _("Morning, before 12")
    AFTERNOON = "afternoon", _("Afternoon, 12 to 5")
    EVENING = "evening", _("Evening, 5 to 9")
    NIGHT = "night", _("Night, from 9")


class FillStatus(TextChoices):
    """The life of a run that plans days from a template."""

    WAITING = "WAITING", "waiting for a worker"
    WEIGHING = "WEIGHING", "being weighed"
    DRAWN = "DRAWN", "drawn, not written"
    DONE = "DONE", "written"
    REFUSED = "REFUSED", "refused"
    FAILED = "FAILED", "failed"


FILL_BUSY = (FillStatus.WAITING, FillStatus.WEIGHING)
