"""What people choose from the programme, and what staff fill in about prices."""

from datetime import date
from typing import Any

from django import forms

from scheduling.cards import WEEKDAYS, Step
from scheduling.models import PriceCard
from scheduling.programme import Wish
from scheduling.states import Access, PartOfDay, PriceChange


class ProgrammeForm(forms.Form):
    """The filters of the programme, as they stand in its address; what is nonsense is as if it was not there."""

    q = forms.CharField(required=False, max_length=100)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    venue = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    language = forms.CharField(required=False, max_length=50)
    format = forms.CharField(required=False, max_length=20)
    genre = forms.CharField(required=False, max_length=50)
    part = forms.ChoiceField(required=False, choices=PartOfDay.choices)
    access = forms.MultipleChoiceField(required=False, choices=Access.choices)

    def day_wanted(self) -> date | None:
        """Read the day, if one was asked for."""
        return self._valid().get("day")

    def wish(self) -> Wish:
        """Read everything but the day."""
        said = self._valid()
        narrowed = {name: said.get(name) or "" for name in ("language", "format", "genre", "part")}
        access = frozenset(said.get("access") or ())
        return Wish(words=said.get("q") or "", venue=said.get("venue"), access=access, **narrowed)

    def _valid(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


class PriceCardForm(forms.ModelForm):
    """A price card with its weekdays as boxes to tick."""

    weekdays = forms.TypedMultipleChoiceField(
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means every day.",
    )

    class Meta:
        model = PriceCard
        fields = (
            "venue",
            "name",
            "position",
            "weekdays",
            "from_time",
            "until_time",
            "format",
            "from_day",
            "until_day",
            "category_name",
            "change",
            "amount",
            "is_active",
        )


class PriceChangeForm(forms.Form):
    """By how much prices of chosen shows change."""

    change = forms.ChoiceField(choices=PriceChange.choices, initial=PriceChange.ADD, label="Seats")
    amount = forms.DecimalField(
        max_digits=6, decimal_places=2, label="Amount", help_text="Rupees or percent: 30, -10."
    )
    category_name = forms.CharField(
        required=False, max_length=50, label="Seat category", help_text="Empty means every one."
    )
    name = forms.CharField(max_length=60, initial="By hand", label="Why", help_text="Stands beside the price.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("change") == PriceChange.SET and cleaned.get("amount", 0) < 0:
            self.add_error("amount", "A price is never below 0.")
        return cleaned

    @property
    def step(self) -> Step:
        """The change as it was filled in (of a valid form)."""
        filled = self.cleaned_data
        return Step(filled["name"], PriceChange(filled["change"]), filled["amount"], filled["category_name"])
