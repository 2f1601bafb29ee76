from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("booking", "0015_sold_by_clerk")]

    operations = [
        AddIndexConcurrently("ticket", models.Index(fields=["-created_at", "-id"], name="booking_ticket_newest"))
    ]
