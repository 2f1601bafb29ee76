from django.db.models import TextChoices


class ArchiveType(TextChoices):
    POSTGRES = "postgres"
    MONGODB = "mongodb"
    BOTH = "both"


class RunStatus(TextChoices):
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
