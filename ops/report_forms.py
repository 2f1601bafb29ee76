"""What staff ask of reports."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from billing.states import PaymentMethod
from ops.reports.tables import Asked, Period, Report, days_of
from scheduling.states import PartOfDay
from venues.models import Venue

MOST_DAYS = 366
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
_LARGEST_ID = 2**31 - 1


class AskForm(forms.Form):
    """Which days of which venue a report is about; a list may be narrowed to what a figure is made of."""

    venue = forms.ModelChoiceField(Venue.objects.order_by("name"), required=False, empty_label="All venues")
    first = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    period = forms.ChoiceField(choices=[(period.value, period.name) for period in Period], required=False)
    show = forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False)
    movie = forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False)
    category = forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False)
    food = forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False)
    promo = forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False)
    coded = forms.ChoiceField(choices=[("1", "with a promo code")], required=False)
    weekday = forms.IntegerField(min_value=0, max_value=6, required=False)
    part = forms.ChoiceField(choices=PartOfDay.choices, required=False)
    hour = forms.IntegerField(min_value=0, max_value=23, required=False)
    rating = forms.IntegerField(min_value=1, max_value=5, required=False)
    method = forms.ChoiceField(choices=PaymentMethod.choices, required=False)
    way = forms.ChoiceField(choices=[("IN", "in"), ("BACK", "back")], required=False)
    why = forms.CharField(max_length=200, required=False, strip=False)
    of = forms.CharField(max_length=30, required=False)

    CHOSEN = ("venue", "first", "last", "period")  # everything else narrows

    def __init__(self, data: Any, *, report: Report, now: datetime) -> None:
        super().__init__(data)
        self.report, self.now = report, now
        self.venues = list(Venue.objects.order_by("-is_default", "name"))
        if len({venue.currency for venue in self.venues}) > 1:
            self.fields["venue"].empty_label = None  # type: ignore[attr-defined]  # amounts that cannot be added up

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """List the fields that narrow what is shown, to be handed on."""
        return [self[name] for name in self.fields if name not in self.CHOSEN and self.data.get(name)]

    @property
    def currency(self) -> str:
        venue = self.cleaned_data.get("venue") or (self.venues[0] if self.venues else None)
        return venue.currency if venue else "INR"

    def clean_venue(self) -> Venue | None:
        venue: Venue | None = self.cleaned_data["venue"]
        if venue is None and self.fields["venue"].empty_label is None:  # type: ignore[attr-defined]
            return self.venues[0]
        return venue

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = self.cleaned_data
        if not self.errors:
            found["first"], found["last"] = self._days(found)
            self._require_sane(found["first"], found["last"])
            self._require_fitting(found)
        return found

    @property
    def asked(self) -> Asked:
        """Say what was asked for, once the form is valid."""
        found = self.cleaned_data
        return Asked(
            first=found["first"],
            last=found["last"],
            venue_id=found["venue"].pk if found["venue"] else None,
            narrowed={name: value for name, value in found.items() if self._narrows(name, value)},
        )

    def _narrows(self, name: str, value: object) -> bool:
        return name not in self.CHOSEN and value not in (None, "")

    def _days(self, found: dict[str, Any]) -> tuple[date, date]:
        first: date | None = found.get("first") or found.get("last")
        if first:
            return first, found.get("last") or first
        return days_of(Period(found["period"]) if found.get("period") else self.report.period, self._today(found))

    def _today(self, found: dict[str, Any]) -> date:
        venue = found.get("venue") or (self.venues[0] if self.venues else None)
        return self.now.astimezone(venue.zone if venue else ZoneInfo(settings.TIME_ZONE)).date()

    def _require_sane(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("last", "The last day is before the first.")
        elif first < EARLIEST or last > LATEST:
            self.add_error("first", f"A day is between {EARLIEST.year} and {LATEST.year}.")
        elif (last - first).days >= MOST_DAYS:
            self.add_error("last", f"A report is about at most {MOST_DAYS} days.")

    def _require_fitting(self, found: dict[str, Any]) -> None:
        unknown = [
            name for name, value in found.items() if self._narrows(name, value) and name not in self.report.narrows
        ]
        if unknown:
            self.add_error(None, f"This report cannot be narrowed by {', '.join(sorted(unknown))}.")
