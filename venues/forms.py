"""What staff fill in to furnish a hall."""

from typing import Any

from django import forms
from django.utils import timezone

from cinema.core.errors import DomainError
from venues import grid, hall_text, prices
from venues.errors import HallUnclear
from venues.generator import Blueprint, generate
from venues.hall_plan import MOST_ROWS, HallPlan
from venues.models import SeatCategory

MOST_BYTES = 1_000_000
_FRONT, _BACK, _LEFT, _RIGHT = "front", "back", "left", "right"


class _PlanForm(forms.Form):
    """A form whose fields make a hall; what is unclear about it stands above the fields."""

    plan: HallPlan

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.plan = self.planned(cleaned)
            except HallUnclear as unclear:
                self.add_error(None, unclear.detail)
        return cleaned

    def planned(self, cleaned: dict[str, Any]) -> HallPlan:
        raise NotImplementedError


class GenerateForm(_PlanForm):
    """Rows times columns, with aisles and zones."""

    rows = forms.IntegerField(min_value=1, max_value=MOST_ROWS // 2, initial=10, label="Rows")
    seats_per_row = forms.IntegerField(min_value=1, max_value=60, initial=14, label="Seats in a row")
    letters = forms.ChoiceField(
        choices=[(_FRONT, "A is next to the picture"), (_BACK, "A is at the back")], label="Letters"
    )
    numbering = forms.ChoiceField(
        choices=[(_LEFT, "1 is on the left, facing the picture"), (_RIGHT, "1 is on the right")], label="Numbers"
    )
    skips_look_alikes = forms.BooleanField(required=False, initial=True, label="Leave out rows I and O")
    aisles = forms.CharField(
        required=False, max_length=100, label="Aisles", help_text="After which seats from the left: 4, 10"
    )
    walkways = forms.CharField(
        required=False, max_length=100, label="Walkways", help_text="Behind which rows, counted from the picture: D"
    )
    zones = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        initial="Silver 150 A-E\nGold 240 F-K",
        label="Price zones",
        help_text="One to a line: name, price in rupees, rows, and a kind of seat if it is not the usual one.",
    )
    exceptions = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Exceptions",
        help_text="One to a line: “A1-A2 wheelchair”, “A3 companion”, “F7 none” where no seat stands.",
    )

    def planned(self, cleaned: dict[str, Any]) -> HallPlan:
        return generate(
            Blueprint(
                rows=cleaned["rows"],
                seats_per_row=cleaned["seats_per_row"],
                zones=hall_text.zones(cleaned["zones"]),
                is_a_at_the_back=cleaned["letters"] == _BACK,
                is_1_on_the_right=cleaned["numbering"] == _RIGHT,
                skips_look_alikes=cleaned["skips_look_alikes"],
                aisles=hall_text.numbers(cleaned["aisles"]),
                walkways=hall_text.names(cleaned["walkways"]),
                exceptions=hall_text.exceptions(cleaned["exceptions"]),
            )
        )


class SpreadsheetForm(_PlanForm):
    """A spreadsheet, as a file or, on the way to confirming it, as text."""

    file = forms.FileField(required=False, label="Spreadsheet", help_text="CSV or Excel (.xlsx), at most 1 MB.")
    cells = forms.CharField(required=False, max_length=MOST_BYTES, widget=forms.HiddenInput, strip=False)
    prices = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Prices of zones",
        help_text="One to a line: “Gold 240”. Needed for zones that are new.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError("A spreadsheet of a hall has at most 1 MB.")
        return file

    def planned(self, cleaned: dict[str, Any]) -> HallPlan:
        return grid.plan_of(self._cells(cleaned), prices=hall_text.prices(cleaned["prices"]))

    def _cells(self, cleaned: dict[str, Any]) -> list[list[str]]:
        file = cleaned["file"]
        if not file:
            return grid.from_csv(cleaned["cells"])
        content = file.read()
        if content.startswith(b"PK"):
            return grid.from_excel(content)
        try:
            return grid.from_csv(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise HallUnclear("Save the spreadsheet as CSV in UTF-8, or as Excel (.xlsx).") from None


class SeatCategoryForm(forms.ModelForm):
    """A price zone; a price at which nothing can be sold is refused beside the field."""

    class Meta:
        model = SeatCategory
        fields = ("screen", "category_name", "rows", "cols", "base_price")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        screen, price = cleaned.get("screen"), cleaned.get("base_price")
        if screen is not None and price is not None:
            try:
                prices.require_chargeable([price], venue=screen.venue, now=timezone.now())
            except DomainError as refusal:
                self.add_error("base_price", refusal.detail)
        return cleaned
