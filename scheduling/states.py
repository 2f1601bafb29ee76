"""The life cycle of a show; whether it is running or over is told by the clock (`Show.phase`), not stored."""

from django.db.models import TextChoices


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
