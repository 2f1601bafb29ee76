import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ops', '0005_staff_permissions'),
    ]

    operations = [
        migrations.AddField(
            model_name='backup',
            name='progress',
            field=models.TextField(blank=True, db_default='', help_text='The last step that was done.'),
        ),
        migrations.AddField(
            model_name='restore',
            name='progress',
            field=models.TextField(blank=True, db_default='', help_text='The last step that was done.'),
        ),
        migrations.AddField(
            model_name='restore',
            name='tables',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), blank=True, help_text='Only these; null: all.', null=True, size=None),
        ),
    ]
