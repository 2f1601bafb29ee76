"""`manage.py tax_summary 2026-11`: what the tax return of a month is made of."""

import csv
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.series import all_series
from billing.tax_summary import as_rows, tax_summary
from venues.models import Venue


class Command(BaseCommand):
    help = (
        "Add up the invoices and credit notes of a month by SAC/HSN and rate, the documents issued, and what the ledger "
        "says; for one venue, or each. Fails when documents, lines and ledger do not agree to the paisa. Numbers that "
        "are missing in a series are named."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", type=_month, metavar="YYYY-MM")
        parser.add_argument("--venue", metavar="CODE", help="three letters; default: every venue")
        parser.add_argument("--csv", action="store_true", help="for a spreadsheet")

    def handle(self, *, month: date, venue: str | None, **options: Any) -> None:
        venues = Venue.objects.filter(**({"code": venue.upper()} if venue else {})).order_by("code")
        if not venues:
            raise CommandError("There is no such venue.")
        write_row = csv.writer(self.stdout).writerow if options["csv"] else self._write_columns
        summaries = [tax_summary(venue=each, month=month) for each in venues]
        for summary in summaries:
            write_row([f"{summary.venue.name}, GSTIN {summary.venue.gstin or 'none'}, {month:%B %Y}"])
            for row in as_rows(summary):
                write_row(row)
        for series in all_series():
            if series.gaps:
                self.stderr.write(f"{series.venue} {series.kind} {series.financial_year}: missing {series.missing}")
        wrong = [summary.venue.name for summary in summaries if not summary.is_tied_out]
        if wrong:
            raise CommandError(f"The documents do not agree with the ledger: {', '.join(wrong)}. Run check_ledger.")

    def _write_columns(self, row: list[str]) -> None:
        first, *rest = row or [""]
        self.stdout.write(f"{first:<14}{''.join(f'{cell:>18}' for cell in rest)}".rstrip())


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  # a month has no zone
    except ValueError:
        raise ArgumentTypeError("write the month like 2026-11") from None
