"""What staff ask of the week and of a backup, what the door is told, and what is brought in."""

from typing import Any

from django import forms

from booking.services.door import Door
from ops.models import Backup
from ops.states import ArchiveType
from ops.tables.sheets import MOST_BYTES
from venues.models import Screen, Venue


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


class DoorForm(forms.Form):
    """Where somebody stands, and a code that they scan or type."""

    place = forms.ChoiceField(required=False)
    code = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._screens = {
            f"screen-{screen.pk}": screen for screen in Screen.objects.select_related("venue").order_by("id")
        }
        self._venues = {f"venue-{venue.pk}": venue for venue in Venue.objects.order_by("-is_default", "name")}
        places = [(key, f"{venue.name}, all screens") for key, venue in self._venues.items()]
        places += [(key, f"{screen.venue.name}, {screen.screen_name}") for key, screen in self._screens.items()]
        self.fields["place"] = forms.ChoiceField(choices=places, required=False)

    def where(self) -> str:
        """Name the place that was chosen, before or now; the first there is, if none was."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else self.initial
        known = {**self._screens, **self._venues}
        return data["place"] if data.get("place") in known else next(iter(self._venues), "")

    def door(self) -> Door:
        """Say which door that is."""
        place = self.where()
        if screen := self._screens.get(place):
            return Door(screen.venue_id, screen.pk)
        return Door(self._venues[place].pk) if place in self._venues else Door()


class RestoreForm(forms.Form):
    """How much of a backup is put back; its name, typed, says that nobody slipped."""

    restore_type = forms.ChoiceField(label="What")
    notes = forms.CharField(max_length=2000, required=False)
    typed = forms.CharField(label="Type the name of the backup", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, backup: Backup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = backup.operation_id
        kinds = [(ArchiveType.POSTGRES.value, "the database")]
        if backup.backup_type == ArchiveType.BOTH:
            kinds.insert(0, (ArchiveType.BOTH.value, "the database and the uploaded files"))
        self.fields["restore_type"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self._name:
            raise forms.ValidationError("That is not its name. Nothing was changed.")
        return typed


class TableForm(forms.Form):
    """A spreadsheet that somebody brings."""

    file = forms.FileField(max_length=200)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"A table has at most {MOST_BYTES // 1_000_000} MB.")
        return file


class TmdbForm(forms.Form):
    """Part of a title."""

    q = forms.CharField(min_length=2, max_length=200)
