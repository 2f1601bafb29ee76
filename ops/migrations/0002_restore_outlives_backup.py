"""A restore's record stays when its backup is deleted: the id stays, the foreign key goes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ops", "0001_initial")]

    operations = [
        migrations.AlterField(
            "restore",
            "source_backup",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="restores",
                to="ops.backup",
            ),
        ),
        migrations.SeparateDatabaseAndState(  # the column and its indexes are the same
            state_operations=[
                migrations.RemoveField("restore", "source_backup"),
                migrations.AddField("restore", "source_backup_id", models.CharField(db_index=True, max_length=24)),
            ]
        ),
    ]
