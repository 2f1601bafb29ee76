from django.db.models import TextChoices


class ArchiveType(TextChoices):
    POSTGRES = "postgres", "PostgreSQL"
    MONGODB = "mongodb", "MongoDB"
    BOTH = "both"


class RunStatus(TextChoices):
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed"
    FAILED = "failed"


class RunOutcome(TextChoices):
    """How a try of a background job ended (cinema.core.worker)."""

    DONE = "DONE"
    REFUSED = "REFUSED"  # a rule said no: an answer, not a fault
    RETRIED = "RETRIED"
    FAILED = "FAILED"


class Settlement(TextChoices):
    """What somebody did about a job that was given up."""

    RUN_AGAIN = "RUN_AGAIN", "Run again"
    DROPPED = "DROPPED"


class ImportStatus(TextChoices):
    """The life of a table that somebody brought: looked at, shown, and then written whole or not at all."""

    CHECKING = "CHECKING", "being looked at"
    READY = "READY", "ready to be written"
    WRITING = "WRITING", "being written"
    REFUSED = "REFUSED", "refused"
    DONE = "DONE", "written"
    DROPPED = "DROPPED", "dropped"
    FAILED = "FAILED", "failed"


IMPORT_OVER = (ImportStatus.REFUSED, ImportStatus.DONE, ImportStatus.DROPPED, ImportStatus.FAILED)
