"""What people choose from the programme, and what staff fill in about prices."""

from typing import Any

from django import forms

from scheduling.cards import WEEKDAYS, Step
from scheduling.models import PriceCard
from scheduling.states import PriceChange


class DayForm(forms.Form):
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


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
