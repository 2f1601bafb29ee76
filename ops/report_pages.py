"""Reports in the back office: a page with a chart and the table behind it, and the same as a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats as django_formats
from django.utils import timezone
from django.utils.http import content_disposition_header
from psycopg.errors import QueryCanceled

from cinema.core import formats
from ops.report_forms import AskForm
from ops.report_words import words_of
from ops.reports import asking, files
from ops.reports.registry import GROUPS, REPORTS
from ops.reports.tables import Asked, Column, Kind, Period, Report

MOST_LINES = 500  # of a table on a page; a file has all
GO_ON = "go-on"  # asked for by the page that is shown meanwhile
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIODS = {
    Period.TODAY: "Today",
    Period.YESTERDAY: "Yesterday",
    Period.WEEK: "This week",
    Period.MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.BOOKING_WEEK: "Last booking week",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell as it is shown, and where it leads."""

    said: str
    is_number: bool
    path: str = ""


def list_reports(request: HttpRequest) -> HttpResponse:
    """List the reports that somebody may read."""
    groups = {name: [report for report in reports if _may(request, report)] for name, reports in GROUPS.items()}
    if not any(groups.values()):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "Reports",
        "groups": {name: reports for name, reports in groups.items() if reports},
        "may_see_tax": request.user.has_perm("billing.view_invoice"),
    }
    return TemplateResponse(request, "admin/reports/list.html", context)


def show_report(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show one report; with `as=csv` or `as=xlsx`, as a file."""
    report = REPORTS.get(name)
    if report is None:
        raise Http404
    if not _may(request, report):
        raise PermissionDenied
    form = AskForm(request.GET, report=report, now=timezone.now())
    if not form.is_valid():
        return _page(request, report, form, {}, status=400)
    if GO_ON not in request.GET and asking.is_much(form.asked):
        return _at_work(request, report, form)
    return _added_up(request, report, form)


def _added_up(request: HttpRequest, report: Report, form: AskForm) -> HttpResponseBase:
    try:
        if kind := request.GET.get("as"):
            return _file(request, report, form, kind)
        return _page(request, report, form, _shown(request, report, form))
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
    form.add_error(None, "This takes too long to add up at once: ask for fewer days, or for one venue.")
    return _page(request, report, form, {}, status=400)


def path_of(report: str, asked: Asked, narrowed: Mapping[str, str]) -> str:
    """Name the page of a report about the same days and venue, narrowed further."""
    chosen = {"first": f"{asked.first}", "last": f"{asked.last}", "venue": str(asked.venue_id or "")}
    chosen |= {name: str(value) for name, value in asked.narrowed.items()}
    return f"{reverse('office_report', args=[report])}?{urlencode({**chosen, **narrowed})}"


def _may(request: HttpRequest, report: Report) -> bool:
    return request.user.has_perm(report.permission)


def _shown(request: HttpRequest, report: Report, form: AskForm) -> dict[str, Any]:
    asked = form.asked
    table = report.read(replace(asked, most=MOST_LINES))
    lines = list(table.lines)
    columns = _columns(report, form)
    own = path_of(report.name, asked, {})
    return {
        "chart": report.draw(lines) if report.draw else None,
        "columns": columns,
        "rows": [_row(request, columns, line, form) for line in lines[:MOST_LINES]],
        "total": _row(request, columns, table.total, form, is_total=True),
        "count": table.count,
        "is_cut": table.count > MOST_LINES,
        "most": MOST_LINES,
        "only": list(words_of(asked.narrowed)),
        "files": {kind: f"{own}&as={kind}" for kind in ("csv", "xlsx")},
        "may_be_excel": table.count <= files.MOST_OF_EXCEL,
    }


def _page(
    request: HttpRequest, report: Report, form: AskForm, shown: dict[str, Any], *, status: int = 200
) -> TemplateResponse:
    kept = {name: value for name, value in request.GET.items() if name not in ("period", "first", "last", "as", GO_ON)}
    own = reverse("office_report", args=[report.name])
    context = {
        **admin.site.each_context(request),
        "title": report.title,
        "report": report,
        "form": form,
        "periods": {said: f"{own}?{urlencode({**kept, 'period': period.value})}" for period, said in PERIODS.items()},
        **shown,
    }
    return TemplateResponse(request, "admin/reports/report.html", context, status=status)


def _at_work(request: HttpRequest, report: Report, form: AskForm) -> TemplateResponse:
    """Show at once that something is being added up; that page asks for the rest, and stays until it is there."""
    context = {
        **admin.site.each_context(request),
        "title": report.title,
        "report": report,
        "days": (form.asked.last - form.asked.first).days + 1,
        "is_file": "as" in request.GET,
        "onwards": f"?{urlencode({**request.GET.dict(), GO_ON: 1})}",
        "back": path_of(report.name, form.asked, {}),
    }
    return TemplateResponse(request, "admin/reports/at_work.html", context)


def _file(request: HttpRequest, report: Report, form: AskForm, kind: str) -> HttpResponseBase:
    if kind not in ("csv", "xlsx"):
        raise Http404
    asked = form.asked
    table = report.read(asked)
    if kind == "xlsx" and table.count > files.MOST_OF_EXCEL:
        form.add_error(None, f"A workbook has at most {files.MOST_OF_EXCEL} lines: take the CSV file, or fewer days.")
        return _page(request, report, form, {}, status=400)
    if kind == "xlsx":
        content, is_of = files.as_excel(report.title, report.columns, table), EXCEL
    else:
        content, is_of = files.as_csv(report.columns, table), "text/csv; charset=utf-8"
    response = StreamingHttpResponse(_begun(content), content_type=is_of)
    name = f"{report.name} {asked.first} {asked.last}.{kind}"
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))  # noqa: FBT003  # Django's
    return response


def _begun(content: Iterable[bytes]) -> Iterable[bytes]:
    """Read as far as the first lines, while what goes wrong can still be said."""
    waiting = iter(content)
    return chain(list(islice(waiting, 3)), waiting)  # of CSV the mark, the names and a line


def _columns(report: Report, form: AskForm) -> list[Column]:
    """Leave out which venue it was where there is no question."""
    is_one = form.asked.venue_id is not None or len(form.venues) < 2
    return [column for column in report.columns if not (is_one and column.name == "venue")]


def _row(
    request: HttpRequest, columns: Sequence[Column], line: Any, form: AskForm, *, is_total: bool = False
) -> list[Figure]:
    narrowed = {} if is_total else getattr(line, "narrowed", {})
    row = []
    for number, column in enumerate(columns):
        said = "" if is_total and not column.kind.is_number else _said(column.of(line), column.kind, form)
        said = "Total" if is_total and number == 0 else said
        row.append(Figure(said, column.kind.is_number, _path(request, column, line, narrowed, form) if said else ""))
    return row


def _path(request: HttpRequest, column: Column, line: Any, narrowed: Mapping[str, str], form: AskForm) -> str:
    if column.kind is Kind.BOOKING and line.booking_id and request.user.has_perm("booking.view_booking"):
        return reverse("admin:booking_booking_change", args=[line.booking_id])
    if column.lead is None or not getattr(line, column.name) or not _may(request, REPORTS[column.lead.report]):
        return ""
    return path_of(column.lead.report, form.asked, {**narrowed, **column.lead.narrowed})


def _said(value: object, kind: Kind, form: AskForm) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return formats.money(value, form.currency) if kind is Kind.MONEY else _decimal(value, kind)
    if isinstance(value, datetime):
        return f"{value:%-d %b %Y}, {formats.time_of_day(value)}"
    if isinstance(value, int):
        return django_formats.number_format(value, use_l10n=True, force_grouping=True)
    return f"{value:%a %d %b %Y}" if kind is Kind.DAY else str(value)


def _decimal(value: Decimal, kind: Kind) -> str:
    return f"{value:.1f} %" if kind is Kind.PERCENT else f"{value:.2f}"
