from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

PLACE = models.UniqueConstraint(
    fields=["screen", "row_number", "col_number"], condition=Q(retired_at=None), name="venues_seat_place_unique"
)
NUMBER = models.UniqueConstraint(
    fields=["screen", "seat_number"], condition=Q(retired_at=None), name="venues_seat_number_unique"
)
RETIRED = models.CheckConstraint(
    condition=Q(retired_at=None) | Q(is_available=False), name="venues_retired_seat_out_of_service"
)


def narrowed(name, columns):
    """Put a unique index over today's seats in the place of a constraint, without keeping anybody from selling."""
    return [
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name}_now ON venues_seat ({columns}) WHERE retired_at IS NULL",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}_now",
        ),
        migrations.RunSQL(
            f"ALTER TABLE venues_seat DROP CONSTRAINT IF EXISTS {name}",
            f"ALTER TABLE venues_seat ADD CONSTRAINT {name} UNIQUE ({columns})",
        ),
        migrations.RunSQL(f"ALTER INDEX {name}_now RENAME TO {name}", f"ALTER INDEX {name} RENAME TO {name}_now"),
    ]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("venues", "0002_seat_category_on_screen")]

    operations = [
        migrations.AddField(
            "seat",
            "retired_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it left the hall; kept for what was sold of it.",
                null=True,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                *narrowed("venues_seat_place_unique", "screen_id, row_number, col_number"),
                *narrowed("venues_seat_number_unique", "screen_id, seat_number"),
            ],
            state_operations=[
                migrations.RemoveConstraint("seat", "venues_seat_place_unique"),
                migrations.RemoveConstraint("seat", "venues_seat_number_unique"),
                migrations.AddConstraint("seat", PLACE),
                migrations.AddConstraint("seat", NUMBER),
            ],
        ),
        AddConstraintNotValid("seat", RETIRED),
        ValidateConstraint("seat", RETIRED.name),
    ]
