"""What people choose from the programme."""

from django import forms


class DayForm(forms.Form):
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
