from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0010_event_told_once")]

    operations = [AddIndexConcurrently("session", models.Index(fields=["-created_at"], name="accounts_session_newest"))]
