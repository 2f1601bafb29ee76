from django.db import migrations


class Migration(migrations.Migration):
    """The function that lets one statement take all seats or none: it undoes the statement when some are missing."""

    dependencies = [("booking", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION booking_require_all(got bigint, wanted bigint) RETURNS boolean
                LANGUAGE plpgsql VOLATILE AS $$
                BEGIN
                    IF got < wanted THEN
                        RAISE EXCEPTION 'only % of % seats were free', got, wanted USING ERRCODE = 'MQ001';
                    END IF;
                    RETURN true;
                END $$
            """,
            reverse_sql="DROP FUNCTION booking_require_all(bigint, bigint)",
        ),
    ]
