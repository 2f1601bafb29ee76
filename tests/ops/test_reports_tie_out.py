"""Every total is added up a second way: from the lines of the bookings, from the documents, from the ledger."""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.http import QueryDict
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.models import CreditNote, Invoice, Payment
from billing.states import Account, EntryKind, PaymentMethod
from booking.models import BookedFee, BookedFood, BookedSeat, Booking
from cinema.core.money import ZERO, total
from ops.report_forms import AskForm
from ops.report_pages import path_of
from ops.reports.registry import REPORTS
from ops.reports.tables import Asked, Kind, Lead, Table, measures_of
from tests.booking.money_machine import Cinema
from tests.ops.busy import around, busy, earned, entered
from venues.models import Venue

pytestmark = pytest.mark.django_db
EXAMPLES = max(int(os.environ.get("MONEY_MACHINE", "30")) // 8, 1)
BY_WEEK = {"hire"}  # rounded once for each week: its days, each by itself, may come to a paisa more or less
COUNTED = [report for report in REPORTS.values() if not report.is_list]


@pytest.fixture
def asked(selling_show, customer, admin, now) -> Asked:
    busy(show=selling_show, by=customer, admin=admin, now=now)
    return around(now)


def total_of(name: str, asked: Asked):
    return REPORTS[name].read(asked).total


def everything_ties_out(asked: Asked) -> None:
    """Compare the reports with the books, to the paisa."""
    tickets, food = total_of("daily-collection", asked), total_of("food", asked)
    fees = BookedFee.objects.exclude(booking__confirmed_at=None)
    assert tickets.net + tickets.kept_net == earned(Account.TICKETS)
    assert food.net + food.kept_net == earned(Account.FOOD)
    assert total(fee.taxable - fee.refunded_taxable for fee in fees) == earned(Account.FEE)
    tax = tickets.cgst + tickets.sgst + tickets.kept_tax + food.tax + food.kept_tax
    fee_tax = total(fee.cgst + fee.sgst - fee.refunded_cgst - fee.refunded_sgst for fee in fees)
    assert tax + fee_tax == earned(Account.CGST, Account.SGST)
    _lines_agree(tickets, food)
    _money_agrees(asked)
    _sales_agree(asked)
    for other, measures in {
        "occupancy": (),
        "movies": ("sold", "net", "cgst", "kept_net"),
        "movie-weeks": ("sold", "net", "sgst", "kept_tax"),
        "film-hire": ("sold", "net", "cgst"),
        "tickets": ("sold", "net", "cgst", "sgst", "cancelled", "kept_net", "kept_tax"),
    }.items():
        for measure in measures:
            assert getattr(total_of(other, asked), measure) == getattr(tickets, measure), (other, measure)
    heads = total_of("food-per-head", asked)
    assert (heads.admissions, heads.net, heads.tax) == (tickets.sold, food.net, food.tax)


def _lines_agree(tickets, food) -> None:
    for model, found in ((BookedSeat, tickets), (BookedFood, food)):
        lines = list(model._default_manager.exclude(booking__confirmed_at=None))
        assert found.gross == total(line.total for line in lines if not line.released_at)
        assert found.kept == total(line.kept for line in lines if line.released_at)
    assert tickets.sold == BookedSeat.objects.filter(released_at=None).exclude(booking__confirmed_at=None).count()


def _money_agrees(asked: Asked) -> None:
    table = REPORTS["takings"].read(asked)
    assert table.total.net == -earned(Account.CASH, Account.GATEWAY)
    cash = [line for line in table.lines if line.method == PaymentMethod.CASH]
    assert total(line.net for line in cash) == -earned(Account.CASH)
    refunds = total_of("refunds", asked)
    assert refunds.amount == entered(EntryKind.REFUND_OWED) == refunds.sent + refunds.waiting + refunds.failed
    assert refunds.sent == entered(EntryKind.REFUND_SENT) == table.total.given_back
    assert table.total.payments == Payment.objects.settled().count()


def _sales_agree(asked: Asked) -> None:
    sales = total_of("hours", asked)
    assert sales.amount == (Invoice.objects.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    assert sales.amount == sales.tickets + sales.food + sales.fees + sales.rounding
    assert sales.refunded == (CreditNote.objects.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    with_code = Booking.objects.exclude(confirmed_at=None).exclude(discount=None)
    promos = total_of("promos", asked)
    assert promos.bookings == with_code.count()
    assert promos.discount == (with_code.aggregate(sum=Sum("discount_amount"))["sum"] or ZERO)


class TestEveryTotal:
    def test_ties_out_to_the_paisa(self, asked):
        everything_ties_out(asked)
        assert total_of("daily-collection", asked).kept > 0
        assert total_of("food", asked).kept > 0
        assert total_of("hours", asked).rounding != 0
        assert total_of("refunds", asked).waiting > 0

    def test_does_not_when_a_line_is_changed_behind_its_back(self, asked):
        line = BookedSeat.objects.filter(released_at=None).exclude(booking__confirmed_at=None).first()
        assert line is not None
        BookedSeat.objects.filter(pk=line.pk).update(taxable=line.taxable + Decimal("0.01"))
        with pytest.raises(AssertionError):
            everything_ties_out(asked)

    def test_is_the_sum_of_its_venues_and_of_its_days(self, asked):
        days = [asked.first + timedelta(days=number) for number in range((asked.last - asked.first).days + 1)]
        venues = [Asked(asked.first, asked.last, venue) for venue in Venue.objects.values_list("pk", flat=True)]
        for report in REPORTS.values():
            whole = report.read(asked).total
            for narrower in (venues, [Asked(day, day) for day in days]):
                parts = [report.read(part).total for part in narrower]
                for measure in set(measures_of(type(whole))) - (set() if narrower is venues else BY_WEEK):
                    found = sum(getattr(part, measure) for part in parts)
                    assert found == getattr(whole, measure), (report.name, measure)


class TestEveryFigure:
    def test_leads_to_bookings_that_add_up_to_it(self, asked, now):
        for report in REPORTS.values():
            table = report.read(asked)
            lines = [*table.lines, table.total]
            assert len(lines) > 1, report.name
            for line in lines:
                narrowed = {} if line is table.total else getattr(line, "narrowed", {})
                for column, lead in ((column, column.lead) for column in report.columns if column.lead):
                    found, measure = followed(asked, lead, narrowed, now), lead.measure
                    figure = getattr(line, column.name)
                    assert getattr(found.total, measure) == figure, (report.name, column.name, narrowed)
                    by_hand = sum((getattr(each, measure) for each in found.lines), start=type(figure)(0))
                    assert by_hand == figure, (report.name, column.name, narrowed)

    def test_of_money_and_people_leads_somewhere(self):
        derived = {
            "seats",
            "shows",
            "per_show",
            "per_head",
            "hire",
            "unshared",
        }  # of the house, or of two figures that lead
        blind = [
            (report.name, column.name)
            for report in COUNTED
            for column in report.columns
            if column.kind in (Kind.COUNT, Kind.MONEY) and not column.lead and column.name not in derived
        ]
        assert blind == []


def followed(asked: Asked, lead: Lead, narrowed: dict[str, str], now: datetime) -> Table[Any]:
    """Go where a figure leads, as the page would."""
    path = path_of(lead.report, asked, {**narrowed, **lead.narrowed})
    form = AskForm(QueryDict(path.partition("?")[2]), report=REPORTS[lead.report], now=now)
    assert form.is_valid(), (path, form.errors)
    return REPORTS[lead.report].read(form.asked)


class Reported(Cinema):
    """The cinema of the money machine, whose reports are read when the day is done."""

    def teardown(self) -> None:
        if hasattr(self, "now"):
            days = timedelta(days=40)
            everything_ties_out(Asked((self.now - days).date(), (self.now + days).date()))
        super().teardown()


@pytest.mark.timeout(600)
def test_whatever_happened_every_total_ties_out():
    run_state_machine_as_test(
        Reported,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
