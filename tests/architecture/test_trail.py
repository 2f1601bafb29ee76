"""Every table is watched by the trail of changes, or says why it is not."""

import json

import pytest
from django.apps import apps
from django.db import connection

from accounts.trail import NAME
from tests.architecture.test_factories import MODELS

WRITTEN_BY_NOBODY_HERE = {
    "accounts.guest": "customers write their own details",
    "accounts.passwordreset": "whoever forgot a password",
    "accounts.notification": "the inbox of customers, written by jobs",
    "accounts.mutednotice": "customers choose for themselves",
    "accounts.auditentry": "the trail itself",
    "billing.sandboxcharge": "the record of a gateway",
    "billing.paymentevent": "what gateways told",
    "billing.invoice": "final: what was issued stays",
    "billing.creditnote": "final: what was issued stays",
    "billing.invoicecounter": "moves with the invoices",
    "billing.ledgerentry": "final, a trail of its own",
    "billing.ledgerline": "final, a trail of its own",
    "billing.ledgercheck": "written by a job, of the night",
    "booking.seatlock": "the claims on seats are the busiest table: nothing may slow them; the booking tells",
    "booking.bookedseat": "noted with its booking",
    "booking.bookedfood": "noted with its booking",
    "booking.bookedfee": "noted with its booking",
    "booking.cancellation": "noted with its booking",
    "booking.bookingstatuslog": "a trail of its own",
    "booking.bookingmail": "written by jobs",
    "booking.idempotencykey": "answers kept for a day",
    "scheduling.fillrun": "says itself who asked for it; the shows it wrote are noted one by one",
    "ops.jobrecord": "written by jobs",
    "ops.tableimport": "says itself who started it; what it wrote is noted row by row",
}
SECRETS = {"password", "name", "email", "phone"}


@pytest.fixture
def watched(db) -> dict[str, tuple[str, dict[str, list[str]]]]:
    """Read from the database which tables are watched: under which label, by which rule."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname), min(encode(tgargs, 'escape'))"
            " FROM pg_trigger WHERE tgname LIKE %s AND tgenabled = 'O' AND tgfoid = 'accounts_note_change'::regproc"
            " GROUP BY tgrelid",
            [f"{NAME}_%"],
        )
        rows = cursor.fetchall()
    assert {tuple(names) for _, names, _ in rows} == {
        tuple(f"{NAME}_{deed}" for deed in ("added", "changed", "deleted"))
    }
    parsed = {table: arguments.split("\\000") for table, _, arguments in rows}
    return {table: (label, json.loads(rule)) for table, (label, _, rule, *_) in parsed.items()}


class TestEveryTable:
    def test_is_watched_or_says_why_not(self, watched):
        labels = {label for label, _ in watched.values()}
        assert labels | set(WRITTEN_BY_NOBODY_HERE) == {*(model._meta.label_lower for model in MODELS), "auth.group"}
        assert labels & set(WRITTEN_BY_NOBODY_HERE) == set()

    def test_is_watched_under_its_own_name_or_that_of_what_it_is_part_of(self, watched):
        own = {model._meta.db_table: model._meta.label_lower for model in apps.get_models()}
        parts = {
            "accounts_user_groups": "accounts.user",
            "accounts_user_user_permissions": "accounts.user",
            "auth_group_permissions": "auth.group",
        }
        assert {table: label for table, (label, _) in watched.items() if own.get(table) != label} == parts

    def test_names_columns_that_are_there(self, watched):
        with connection.cursor() as cursor:
            for table, (_, rule) in watched.items():
                columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
                assert {name for names in rule.values() for name in names} <= columns

    def test_keeps_what_is_personal_or_secret_out(self, watched):
        assert set(watched["accounts_user"][1]["masked"]) == SECRETS
        assert set(watched["accounts_session"][1]["never"]) >= {"current_jti", "previous_jti"}
