"""HTML input of billing's pages."""

from django import forms

from billing.models import Discount
from billing.states import Weekday

DECISIONS = [("approve", "Approve"), ("decline", "Decline")]
WEBHOOKS = [
    ("before", "before I go back"),
    ("after", "after I went back"),
    ("twice", "before I go back, and twice"),
    ("never", "never"),
]


class SandboxForm(forms.Form):
    """How a payment in the sandbox ends."""

    decision = forms.ChoiceField(choices=DECISIONS)
    webhook = forms.ChoiceField(choices=WEBHOOKS, initial="before")
    stays = forms.BooleanField(required=False)


class DiscountForm(forms.ModelForm):
    """A promo code; its weekdays are boxes to tick."""

    weekdays = forms.TypedMultipleChoiceField(
        choices=Weekday.choices,
        coerce=int,
        required=False,
        empty_value=[],
        widget=forms.CheckboxSelectMultiple,
        help_text="Days of the show on the venue's calendar; none ticked means every day.",
    )

    class Meta:
        model = Discount
        fields = "__all__"  # noqa: DJ007  # the admin leaves out what is not to be edited
