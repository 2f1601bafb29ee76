from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """One mail of a kind for each event; the index is built beside those who book, then becomes the constraint."""

    atomic = False
    dependencies = [("booking", "0013_notices")]

    operations = [
        ValidateConstraint("bookingmail", "booking_mail_kind_known"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS booking_mail_once_per_event "
                    "ON booking_bookingmail (booking_id, kind, event)",
                    migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    "ALTER TABLE booking_bookingmail DROP CONSTRAINT IF EXISTS booking_mail_once_per_kind, "
                    "ADD UNIQUE USING INDEX booking_mail_once_per_event",
                    "ALTER TABLE booking_bookingmail DROP CONSTRAINT booking_mail_once_per_event, "
                    "ADD CONSTRAINT booking_mail_once_per_kind UNIQUE (booking_id, kind)",
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint("bookingmail", "booking_mail_once_per_kind"),
                migrations.AddConstraint(
                    "bookingmail",
                    models.UniqueConstraint(fields=("booking", "kind", "event"), name="booking_mail_once_per_event"),
                ),
            ],
        ),
    ]
