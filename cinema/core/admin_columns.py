"""What lists and pages of rows say of a value: instants on the venue's clock, money in its currency, JSON as a table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cinema.core import formats

Column = Callable[[Any], Any]


class ReadableColumns(admin.ModelAdmin):
    """Where no venue is named, instants are on the clock of the house (`ops.office.clock`) and money is in rupees."""

    clock_of: str = ""  # the way to a row's venue, such as `show__screen__venue`; list_select_related goes it, too
    money: Sequence[str] = ()
    tables: Sequence[str] = ()  # JSON, on the page of a row that is only looked at

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_display(request)
        return [self._readable.get(column, column) if isinstance(column, str) else column for column in shown]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown: list[Any] = list(super().get_fields(request, obj))
        if self.fields or obj is None or self.has_change_permission(request, obj):
            return shown
        names = (*self.money, *self.tables)
        return [self._readable[field] if field in names else field for field in shown]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if self.clock_of else None
        venue = self.venue_of(row) if row is not None else None
        if venue is not None:
            timezone.activate(venue.zone)  # until the clock of the house ends with the request
        return super().change_view(request, object_id, form_url, extra_context)

    def venue_of(self, row: Any) -> Any:
        """Go from a row to its venue; some have none."""
        for step in filter(None, self.clock_of.split("__")):
            row = getattr(row, step, None)
        return row if self.clock_of else None

    @cached_property
    def _readable(self) -> dict[str, Column]:
        """Make each column once: lists are asked for theirs more than once, and compare them."""
        instants = [field.name for field in self.opts.get_fields() if isinstance(field, DateTimeField)]
        found = {name: self._column(name, self._instant) for name in instants if self.clock_of}
        found |= {name: self._column(name, self._money) for name in self.money}
        return found | {name: self._column(name, lambda _, value: as_table(value)) for name in self.tables}

    def _column(self, name: str, write: Callable[[Any, Any], Any]) -> Column:
        def said(row: Any) -> Any:
            value = getattr(row, name)
            return self.get_empty_value_display() if value in (None, "", [], {}) else write(row, value)

        said.__name__ = name
        field: Any = self.opts.get_field(name)
        return admin.display(said, description=field.verbose_name, ordering=name)

    def _instant(self, row: Any, value: datetime) -> str:
        return written(value, self.venue_of(row))

    def _money(self, row: Any, value: Decimal) -> str:
        venue = self.venue_of(row)
        return formats.money(value, venue.currency) if venue else formats.money(value)


def written(instant: datetime, venue: Any) -> str:
    """Write an instant on a venue's clock; where that is not the house's, say so."""
    local = instant.astimezone(venue.zone) if venue else timezone.localtime(instant)
    said = date_format(local, "DATETIME_FORMAT")
    return said if local.utcoffset() == timezone.localtime(instant).utcoffset() else f"{said} ({local.tzname()})"


def in_two_lines(above: object, below: object) -> SafeString:
    """Write what a column says with what belongs to it below, so that a list fits beside its filters at 1280 px."""
    if below in (None, ""):
        return format_html("{}", above)
    return format_html('{}<br><span class="quiet">{}</span>', above, below)


def tagged(looks: str, said: object) -> SafeString:
    """Write a state as a coloured tag: good, bad, warn or calm."""
    return format_html('<span class="status status--{}">{}</span>', looks, said)


def as_table(value: Any) -> Any:
    """Write JSON for people: a list of objects as rows, an object as pairs, the rest as it is."""
    if isinstance(value, Mapping):
        pairs = ((_words(key), as_table(each)) for key, each in value.items())
        return format_html('<table class="office-json">{}</table>', _rows(pairs))
    if not isinstance(value, (list, tuple)):
        return "–" if value in (None, "") else str(value)
    if not value or not all(isinstance(each, Mapping) for each in value):
        return format_html_join(", ", "{}", ((as_table(each),) for each in value))
    names = list(dict.fromkeys(name for each in value for name in each))
    head = format_html_join("", '<th scope="col">{}</th>', ((_words(name),) for name in names))
    lines = ((format_html_join("", "<td>{}</td>", ((as_table(each.get(name)),) for name in names)),) for each in value)
    body = format_html_join("", "<tr>{}</tr>", lines)
    return format_html(
        '<div class="office__scroller"><table class="office-json"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        head,
        body,
    )


def _rows(pairs: Any) -> Any:
    return format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', pairs)


def _words(name: object) -> str:
    return str(name).replace("_", " ")
