"""Tables out of the house and back in: choose, look at what would happen, and have it done."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from cinema.core.errors import DomainError
from ops.forms import TableForm
from ops.models import TableImport
from ops.services import importing
from ops.states import ImportStatus
from ops.tables import sheets
from ops.tables.base import Table
from ops.tables.registry import NAMES

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORTS_LISTED = 10


def show_tables(request: HttpRequest) -> HttpResponse:
    """Show which tables there are, with ways out and in, and the last imports."""
    may = [_ways(request, kind) for kind in NAMES.values()]
    offered = [ways for ways in may if ways["may_export"] or ways["may_import"]]
    if not offered:
        raise PermissionDenied
    names = [ways["table"].name for ways in offered if ways["may_import"]]
    latest = TableImport.objects.filter(table__in=names).defer("rows", "report").select_related("started_by")
    context = {"title": "Tables", "tables": offered, "latest": latest.order_by("-started_at")[:IMPORTS_LISTED]}
    return _page(request, "admin/ops/tables.html", context)


def export(request: HttpRequest, table_name: str, kind: str) -> HttpResponseBase:
    """Hand a table out as a file."""
    table = _table(request, table_name, "may_export")
    lines = _lines(table)
    if kind == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            sheets.csv_parts(lines), content_type="text/csv; charset=utf-8"
        )
    elif kind == "xlsx":
        response = HttpResponse(sheets.excel(lines, title=table.title), content_type=EXCEL)
    else:
        raise Http404
    response.headers["Content-Disposition"] = f'attachment; filename="{table_name}.{kind}"'
    return response


def bring(request: HttpRequest, table_name: str) -> HttpResponse:
    """Take a spreadsheet in, and go to the page that shows what it would do."""
    table = _table(request, table_name, "may_import")
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["file"])))
        return redirect("office_tables")
    file = form.cleaned_data["file"]
    try:
        record = importing.start(
            table=table.name, filename=file.name, content=file.read(), by=_user(request), now=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, f"{table.title}: {refusal.detail}")
        return redirect("office_tables")
    return redirect("office_import", record.pk)


def show_import(request: HttpRequest, import_id: str) -> HttpResponse:
    """Show what an import would do, does, or did; while it is busy the page comes again by itself."""
    record = _import(request, import_id)
    context = {
        "title": f"{NAMES[record.table].title} from {record.filename}",
        "record": record,
        "report": record.report,
        "table": NAMES[record.table],
        "done": importing.progress(record) if record.is_busy else record.row_count,
        "more_faults": record.report.get("fault_count", 0) - len(record.report.get("faults", [])),
        "more_changes": record.report.get("added", 0)
        + record.report.get("changed", 0)
        - len(record.report.get("changes", [])),
        "is_ready": record.status == ImportStatus.READY,
        "is_done": record.status == ImportStatus.DONE,
    }
    return _page(request, "admin/ops/import.html", context)


def carry_out(request: HttpRequest, import_id: str) -> HttpResponse:
    """Write what was shown."""
    record = _import(request, import_id)
    try:
        importing.confirm(import_id=record.pk, by=_user(request), now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect("office_import", record.pk)
    record.refresh_from_db(fields=["status"])
    if record.status in (ImportStatus.READY, ImportStatus.REFUSED):
        messages.warning(request, "Something has changed since this was shown: nothing was written. Look again.")
    return redirect("office_import", record.pk)


def drop(request: HttpRequest, import_id: str) -> HttpResponse:
    """Leave what was shown unwritten."""
    record = _import(request, import_id)
    try:
        importing.drop(import_id=record.pk, by=_user(request), now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect("office_import", record.pk)
    messages.info(request, "Nothing was written.")
    return redirect("office_tables")


def _ways(request: HttpRequest, kind: type[Table]) -> dict[str, Any]:
    ways = {way: request.user.has_perm(getattr(kind, way)) for way in ("may_export", "may_import")}
    return {"table": kind, **ways}


def _table(request: HttpRequest, name: str, way: str) -> Table:
    if name not in NAMES:
        raise Http404
    if not request.user.has_perm(getattr(NAMES[name], way)):
        raise PermissionDenied
    return NAMES[name]()


def _import(request: HttpRequest, import_id: str) -> TableImport:
    record = get_object_or_404(TableImport.objects.defer("rows").select_related("started_by"), pk=import_id)
    if not request.user.has_perm(NAMES[record.table].may_import):
        raise PermissionDenied
    return record


def _lines(table: Table) -> Any:
    yield [column.name for column in table.columns]
    yield from table.export(now=timezone.now())


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
