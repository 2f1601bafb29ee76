from django.db.models import TextChoices


class Role(TextChoices):
    USER = "user"
    ADMIN = "admin"
