from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("venues", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                ALTER TABLE venues_seat ADD CONSTRAINT venues_seat_category_on_screen
                FOREIGN KEY (category_id, screen_id) REFERENCES venues_seatcategory (id, screen_id)
            """,
            reverse_sql="ALTER TABLE venues_seat DROP CONSTRAINT venues_seat_category_on_screen",
        ),
    ]
