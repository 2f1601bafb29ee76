from django.db import migrations, models


class Migration(migrations.Migration):
    """One row of an inbox for each event; the index is built beside those who read and write."""

    atomic = False
    dependencies = [("accounts", "0009_search")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS accounts_event_told_once "
                    "ON accounts_notification (user_id, event) WHERE NOT (event = '')",
                    "DROP INDEX CONCURRENTLY IF EXISTS accounts_event_told_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    "notification",
                    models.UniqueConstraint(
                        condition=models.Q(("event", ""), _negated=True),
                        fields=("user", "event"),
                        name="accounts_event_told_once",
                    ),
                )
            ],
        )
    ]
