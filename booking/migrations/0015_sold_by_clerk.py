from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("booking", "0014_mail_once_per_event")]

    operations = [
        AddIndexConcurrently(
            "booking",
            models.Index(
                fields=["sold_by", "-id"],
                condition=models.Q(sold_by__isnull=False),
                name="booking_sold_by_clerk",
            ),
        )
    ]
