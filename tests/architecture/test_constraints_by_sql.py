"""PostgreSQL has the last word: raw SQL breaks every invariant and is refused by the constraint that states it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from scheduling.models import Show
from tests.architecture.attacks import ATTACKS, NEVER_REACHED
from tests.factories.billing import (
    CreditNoteFactory,
    GSTFactory,
    InvoiceFactory,
    LedgerEntryFactory,
    LedgerLineFactory,
)
from tests.factories.booking import BookedFoodFactory, BookedSeatFactory, BookingFactory, SeatLockFactory
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowCategoryPricingFactory, ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory

OURS = ("accounts", "catalog", "venues", "scheduling", "billing", "concessions", "booking", "ops")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
SHADOWS = {  # another check says the same, Django's own or a stricter one of ours, and its name comes first
    "billing_invoice_amount_not_negative": "ALTER TABLE billing_invoice DROP CONSTRAINT billing_credit_within_invoice",
    "concessions_stock_not_negative": "ALTER TABLE concessions_fooditem DROP CONSTRAINT concessions_fooditem_stock_check",
}
FINAL = {
    "billing_invoice",
    "billing_creditnote",
    "billing_ledgerentry",
    "billing_ledgerline",
    "accounts_auditentry",
}  # no change gets as far
STORIES = set(re.findall(r'refused_by\("(\w+)"\)', Path(__file__).read_text()))
ATTACKED = {attack.constraint for attack in ATTACKS} | set(NEVER_REACHED) | STORIES


def sql(statement: str, *values: Any) -> None:
    """Execute a statement past the ORM, with the keys between tables checked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError) as refusal:
        yield
    assert refusal.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]  # psycopg's own error is the cause


def delete(row: Model) -> None:
    sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


@pytest.mark.django_db
class TestEveryConstraint:
    @pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.constraint}: {attack.assignment[:40]}")
    def test_refuses_what_it_names(self, attack):
        row = attack.make()
        if attack.constraint in SHADOWS:
            sql(SHADOWS[attack.constraint])
        if row._meta.db_table in FINAL:
            sql(f"ALTER TABLE {row._meta.db_table} DISABLE TRIGGER USER")
        with refused_by(attack.constraint):
            sql(f"UPDATE {row._meta.db_table} SET {attack.assignment}")

    def test_is_attacked(self):
        named = {constraint.name for model in MODELS for constraint in model._meta.constraints}
        assert named - ATTACKED == set()

    def test_that_no_model_names_is_attacked_too(self):
        tables = [model._meta.db_table for model in MODELS]
        with (
            connection.cursor() as cursor
        ):  # unique, exclusion; and foreign keys of ours, which migrations make by hand
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = ANY(%s::regclass[])"
                " AND (contype IN ('u', 'x') OR (contype = 'f' AND conname !~ '_fk_'))",
                [tables],
            )
            unique = {name for (name,) in cursor.fetchall()}
        assert unique - ATTACKED == set()


@pytest.mark.django_db
class TestScreenNeverDoubleBooked:
    LATE = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

    def put(self, show: Show, starts_at: datetime, *, status: str = "UPCOMING") -> None:
        sql(
            "INSERT INTO scheduling_show (movie_id, screen_id, show_date, starts_at, ends_at, free_at, status, format,"
            " language, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, '2D', '', now())",
            show.movie_id,
            show.screen_id,
            starts_at.date(),
            starts_at,
            starts_at + timedelta(minutes=130),
            starts_at + timedelta(minutes=145),
            status,
        )

    def test_refuses_a_start_past_midnight_while_last_nights_show_runs(self):
        show = ShowFactory(starts_at=self.LATE)
        with refused_by("scheduling_screen_never_double_booked"):
            self.put(show, self.LATE + timedelta(hours=2))

    def test_refuses_a_start_before_the_screen_is_clean(self):
        show = ShowFactory(starts_at=self.LATE)
        with refused_by("scheduling_screen_never_double_booked"):
            self.put(show, show.free_at - timedelta(seconds=1))

    def test_lets_a_show_start_the_moment_the_screen_is_clean(self):
        show = ShowFactory(starts_at=self.LATE)
        self.put(show, show.free_at)
        assert Show.objects.filter(screen=show.screen).count() == 2

    def test_lets_another_screen_show_at_the_same_time(self):
        show = ShowFactory(starts_at=self.LATE)
        show.screen_id = ScreenFactory(venue=show.screen.venue).pk
        self.put(show, self.LATE)
        assert Show.objects.filter(starts_at=self.LATE).count() == 2

    def test_is_not_blocked_by_a_cancelled_show(self):
        show = ShowFactory(starts_at=self.LATE, status="CANCELLED")
        self.put(show, self.LATE)
        with refused_by("scheduling_screen_never_double_booked"):
            sql("UPDATE scheduling_show SET status = 'OPEN' WHERE id = %s", show.pk)


@pytest.mark.django_db
class TestOneRatePerBandAndDay:
    def add(self, category="ticket", above=None, up_to=None, valid_from=None, valid_until=None) -> None:
        sql(
            "INSERT INTO billing_gst (gst_category, c_gst, s_gst, above, up_to, valid_from, valid_until, hsn_code)"
            " VALUES (%s, 9, 9, %s, %s, %s, %s, '')",
            *(category, above, up_to, valid_from, valid_until),
        )

    @pytest.mark.parametrize(
        "overlap",
        [
            {"category": "Ticket"},
            {"above": Decimal("99.99"), "valid_from": date(2026, 1, 1)},
            {"up_to": 1, "valid_from": date(2025, 9, 22), "valid_until": date(2025, 9, 23)},
        ],
        ids=["the same category in other letters", "a band that shares a paisa", "a single day"],
    )
    def test_refuses(self, overlap):
        GSTFactory(gst_category="ticket", up_to=100, valid_from=date(2025, 9, 22))
        with refused_by("billing_one_rate_per_band_and_day"):
            self.add(**overlap)

    @pytest.mark.parametrize(
        "neighbour",
        [{"above": 100}, {"valid_until": date(2025, 9, 22)}, {"category": "food"}],
        ids=["the band above", "the law before", "another category"],
    )
    def test_lets_stand(self, neighbour):
        rate = GSTFactory(gst_category="ticket", up_to=100, valid_from=date(2025, 9, 22))
        self.add(**neighbour)
        assert type(rate).objects.count() == 2


@pytest.mark.django_db
class TestSeats:
    def test_belong_to_a_category_of_their_own_screen(self):
        seat, elsewhere = SeatFactory(), SeatCategoryFactory()
        with refused_by("venues_seat_category_on_screen"):
            sql("UPDATE venues_seat SET category_id = %s WHERE id = %s", elsewhere.pk, seat.pk)

    def test_are_sold_again_after_a_release(self):
        sold = BookedSeatFactory()
        again = "INSERT INTO booking_bookedseat (booking_id, show_id, seat_id, price, discount_share, taxable, cgst,"
        again += " sgst, cgst_rate, sgst_rate) VALUES (%s, %s, %s, 1, 0, 1, 0, 0, 0, 0)"
        values = (BookingFactory(show=sold.show).pk, sold.show_id, sold.seat_id)
        with refused_by("booking_seat_sold_once"):
            sql(again, *values)
        sql("UPDATE booking_bookedseat SET released_at = now() WHERE id = %s", sold.pk)
        sql(again, *values)
        assert type(sold).objects.filter(seat=sold.seat).count() == 2

    def test_without_a_number_are_walkways_and_as_many_as_it_takes(self):
        category = SeatCategoryFactory()
        SeatFactory.create_batch(2, category=category)
        sql("UPDATE venues_seat SET seat_number = NULL WHERE category_id = %s", category.pk)
        assert category.seats.filter(seat_number=None).count() == 2


@pytest.mark.django_db
class TestTheBooks:
    @pytest.mark.parametrize("factory", [LedgerEntryFactory, LedgerLineFactory, CreditNoteFactory, InvoiceFactory])
    def test_are_never_changed_and_nothing_is_taken_out(self, factory):
        row = factory()
        changed = "total" if factory is LedgerEntryFactory else "debit" if factory is LedgerLineFactory else "amount"
        with refused_by("billing_books_are_final"):
            sql(f"UPDATE {row._meta.db_table} SET {changed} = {changed} + 1")
        with refused_by("billing_books_are_final"):
            delete(row)

    def test_let_an_invoice_change_in_what_was_credited_only(self):
        invoice = InvoiceFactory()
        sql("UPDATE billing_invoice SET credited = 1")
        with refused_by("billing_books_are_final"):
            sql("UPDATE billing_invoice SET credited = 2, supplier_name = 'Another house'")
        invoice.refresh_from_db()
        assert (invoice.credited, invoice.supplier_name) == (1, invoice.venue.name)

    def test_let_an_invoice_that_is_older_than_its_details_have_them_once(self):
        invoice = InvoiceFactory(lines=[], taxable=0, cgst=0, sgst=0)
        sql("UPDATE billing_invoice SET taxable = amount, lines = '[{}]'")
        with refused_by("billing_books_are_final"):
            sql("UPDATE billing_invoice SET lines = '[]'")
        invoice.refresh_from_db()
        assert (invoice.taxable, invoice.lines) == (invoice.amount, [{}])

    @pytest.mark.parametrize(
        ("debits", "credited"),
        [([100], [99]), ([100, 1], [100]), ([50], [50]), ([], [])],
        ids=["uneven", "more lines on one side", "even, but not of its total", "without a line"],
    )
    def test_take_no_entry_that_does_not_balance(self, debits, credited):
        with refused_by("billing_entry_balances"):
            sql(
                "WITH entry AS (INSERT INTO billing_ledgerentry (kind, source, booking_reference, total, entered_at)"
                " VALUES ('PAYMENT', 'T-1', 'BKNG-1', 100, now()) RETURNING id)"
                " INSERT INTO billing_ledgerline (entry_id, account, debit, credit)"
                " SELECT id, 'GATEWAY', debit, 0 FROM entry, unnest(%s::numeric[]) AS debit"
                " UNION ALL SELECT id, 'CUSTOMERS', 0, credit FROM entry, unnest(%s::numeric[]) AS credit",
                debits,
                credited,
            )

    def test_take_no_line_more_in_an_entry_that_is_written(self):
        entry = LedgerEntryFactory()
        with refused_by("billing_entry_balances"):
            sql(
                "INSERT INTO billing_ledgerline (entry_id, account, debit, credit)"
                " VALUES (%s, 'CASH', 1, 0), (%s, 'GATEWAY', 0, 1)",
                entry.pk,
                entry.pk,
            )


@pytest.mark.django_db
class TestBookings:
    def test_of_nothing_need_no_payment(self):
        booking = BookingFactory(amount=0)
        sql("UPDATE booking_booking SET booking_status = 'CONFIRMED', confirmed_at = now() WHERE id = %s", booking.pk)
        booking.refresh_from_db()
        assert booking.booking_status == "CONFIRMED"

    def test_that_cost_something_are_not_confirmed_unpaid(self):
        booking = BookingFactory(amount=1)
        with refused_by("booking_confirmed_is_paid"):
            sql(
                "UPDATE booking_booking SET booking_status = 'CONFIRMED', confirmed_at = now() WHERE id = %s",
                booking.pk,
            )


@pytest.mark.django_db
class TestWhatMoneyHangsOn:
    def test_is_never_deleted(self):
        seat_line, food_line, claim = BookedSeatFactory(), BookedFoodFactory(), SeatLockFactory()
        paid = BookingFactory(confirmed=True)
        used = [
            *(seat_line.booking, seat_line.show, seat_line.seat, seat_line.seat.category, seat_line.show.screen),
            *(seat_line.show.movie, seat_line.show.screen.venue, seat_line.booking.user),
            *(food_line.food, food_line.food.category, claim.show, claim.seat, claim.user, paid.payment, paid.user),
        ]
        for row in used:
            with pytest.raises(IntegrityError, match="foreign key constraint"):
                delete(row)

    def test_lets_an_unused_movie_go(self):
        movie = MovieFactory()
        delete(movie)
        assert not type(movie).objects.exists()

    def test_keeps_a_show_that_has_prices(self):
        pricing = ShowCategoryPricingFactory()
        with pytest.raises(IntegrityError, match="scheduling_showcategorypricing"):
            delete(pricing.show)
