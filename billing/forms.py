"""HTML input of billing's pages."""

from django import forms

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
