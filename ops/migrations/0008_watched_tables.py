"""Which tables the trail of changes watches: those that the staff write (accounts/trail.py)."""

from django.db import migrations

from accounts.trail import BY_STAFF, STAFF_ALONE, Columns, When, watching

ALWAYS = When("true", "true", "true")
# Customers and guests come and go all day; whoever has a say here does not.
OF_THE_STAFF = When(
    added=f"{BY_STAFF} OR NEW.is_staff OR NEW.is_superuser OR NEW.role <> 'user'",
    deleted=f"{BY_STAFF} OR OLD.is_staff OR OLD.is_superuser OR OLD.role <> 'user'",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_trail"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("billing", "0008_staff_permissions"),
        ("booking", "0009_feedback_moderation"),
        ("catalog", "0004_staff_permissions"),
        ("concessions", "0002_staff_permissions"),
        ("ops", "0007_table_imports"),
        ("scheduling", "0005_templates_and_overrides"),
        ("venues", "0007_base_price_to_the_paisa"),
    ]

    operations = [
        watching(
            "accounts.user",
            columns=Columns(
                never=["last_login"], quiet=["sessions_epoch"], masked=["password", "name", "email", "phone"]
            ),
            when=OF_THE_STAFF,
        ),
        watching(
            "accounts.user",
            table="accounts_user_groups",
            key="user_id",
            columns=Columns(never=["id", "user_id"]),
            when=ALWAYS,
        ),
        watching(
            "accounts.user",
            table="accounts_user_user_permissions",
            key="user_id",
            columns=Columns(never=["id", "user_id"]),
            when=ALWAYS,
        ),
        watching(
            "accounts.session", columns=Columns(never=["current_jti", "previous_jti", "rotated_at"]), when=STAFF_ALONE
        ),
        watching("auth.group", when=ALWAYS),
        watching(
            "auth.group",
            table="auth_group_permissions",
            key="group_id",
            columns=Columns(never=["id", "group_id"]),
            when=ALWAYS,
        ),
        watching("catalog.movie"),
        watching("venues.venue"),
        watching("venues.screen"),
        watching("venues.seatcategory"),
        watching("venues.seat"),
        watching("scheduling.show"),
        watching("scheduling.showcategorypricing"),
        watching("scheduling.pricecard"),
        watching("scheduling.scheduletemplate"),
        watching("scheduling.templatemovie"),
        watching("scheduling.forecastoverride"),
        watching("billing.gst"),
        watching("billing.discount", columns=Columns(never=["times_used", "updated_at"])),
        watching("billing.paymentissue", columns=Columns(never=["seen_at"])),
        watching("billing.payment", columns=Columns(never=["redirect_url"]), when=STAFF_ALONE),
        watching("billing.refund", when=STAFF_ALONE),
        watching("concessions.foodcategory"),
        watching("concessions.fooditem", columns=Columns(quiet=["stock"])),
        watching("booking.booking", when=STAFF_ALONE),
        watching("booking.ticket", when=STAFF_ALONE),
        watching("booking.admission"),
        watching("booking.feedback", columns=Columns(masked=["comment"]), when=STAFF_ALONE),
        watching("ops.backup", when=STAFF_ALONE),
        watching("ops.restore", when=STAFF_ALONE),
        watching("ops.deadletter", when=STAFF_ALONE),
    ]
