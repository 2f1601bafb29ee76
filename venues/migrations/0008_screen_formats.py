import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('venues', '0007_base_price_to_the_paisa'),
    ]

    operations = [
        migrations.AddField(
            model_name='screen',
            name='formats',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, db_default=[], default=list, help_text='What it can show: 2D, 3D, IMAX. Empty: everything.', size=None),
        ),
    ]
