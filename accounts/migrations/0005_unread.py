from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is built beside live traffic cannot be built in a transaction

    dependencies = [
        ('accounts', '0004_sessions_of_browsers'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='notification',
            index=models.Index(condition=models.Q(('is_read', False)), fields=['user'], name='accounts_unread'),
        ),
    ]
