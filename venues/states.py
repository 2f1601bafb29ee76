from django.db.models import TextChoices


class SeatKind(TextChoices):
    STANDARD = "STANDARD"
    RECLINER = "RECLINER"
    SOFA = "SOFA"
    WHEELCHAIR = "WHEELCHAIR"
    COMPANION = "COMPANION"
