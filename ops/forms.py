"""What staff ask of the week."""

from django import forms

from venues.models import Venue


class WeekForm(forms.Form):
    """Which venue, and a day of which week."""

    venue = forms.ModelChoiceField(Venue.objects.order_by("-is_default", "name"), required=False)
    day = forms.DateField(required=False)


class CopyForm(forms.Form):
    """One day onto another, or a whole week onto the one that is shown."""

    from_day = forms.DateField()
    to_day = forms.DateField()
    days = forms.TypedChoiceField(choices=[(1, "day"), (7, "week")], coerce=int)
    is_draft = forms.BooleanField(required=False)


class PublishForm(forms.Form):
    """Which days go on sale."""

    from_day = forms.DateField()
    days = forms.TypedChoiceField(choices=[(1, "day"), (7, "week")], coerce=int)
