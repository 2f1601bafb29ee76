"""The trail of changes tells who agreed on which share of a movie's takings."""

from django.db import migrations

from accounts.trail import watching


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_film_hire"), ("ops", "0009_watched_drills")]

    operations = [watching("catalog.filmhireterm")]
