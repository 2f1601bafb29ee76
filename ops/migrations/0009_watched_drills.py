"""The trail of changes tells who of the staff had a drill run, as it does of backups and restores."""

from django.db import migrations

from accounts.trail import STAFF_ALONE, watching


class Migration(migrations.Migration):
    dependencies = [("ops", "0008_watched_tables")]

    operations = [watching("ops.drill", when=STAFF_ALONE)]
