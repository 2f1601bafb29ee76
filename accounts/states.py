from django.db.models import TextChoices


class Role(TextChoices):
    USER = "user"
    ADMIN = "admin"


class ActorKind(TextChoices):
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


class Deed(TextChoices):
    ADDED = "ADDED"
    CHANGED = "CHANGED"
    DELETED = "DELETED"
