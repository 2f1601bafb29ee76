"""What people choose from the programme, and what staff fill in about prices."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from catalog.models import Movie
from scheduling import rules
from scheduling.cards import WEEKDAYS, Step
from scheduling.models import PriceCard, TemplateMovie
from scheduling.programme import Wish
from scheduling.services.planning import Plan
from scheduling.states import Access, PartOfDay, PriceChange, ShowStatus
from venues.models import Screen

FORMATS = ("2D", "3D", "IMAX", "4DX")  # to choose from where neither screen nor movie says


class ScreenChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Screen) -> str:
        return f"{obj.venue} · {obj}"


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


class ScreenDayForm(forms.Form):
    """Which movie goes on which screen on which day."""

    movie = forms.ModelChoiceField(Movie.objects.filter(is_active=True).order_by("title", "id"))
    screen = ScreenChoice(
        Screen.objects.filter(is_available=True).select_related("venue").order_by("venue__name", "screen_name", "id")
    )
    show_date = forms.DateField(
        label="Day", widget=forms.DateInput(attrs={"type": "date"}), help_text="Of the start, on the venue's clock."
    )


class ShowFactsForm(forms.Form):
    """In which version a movie is shown, and who can follow it."""

    format = forms.ChoiceField()
    language = forms.ChoiceField(required=False)
    has_captions = forms.BooleanField(required=False, label="Open captions on the screen")
    has_audio_description = forms.BooleanField(required=False, label="Audio description on headphones")
    has_sign_language = forms.BooleanField(required=False, label="Interpreted in sign language")

    def __init__(self, *args: Any, movie: Movie, screen: Screen, **options: Any) -> None:
        super().__init__(*args, **options)
        self.movie, self.screen = movie, screen
        formats = rules.formats_of(movie, screen) if movie.format or screen.formats else FORMATS
        self.fields["format"] = forms.ChoiceField(choices=[(name, name) for name in formats])
        self.fields["language"] = forms.ChoiceField(
            choices=[(name, name) for name in movie.language] or [("", "Not said")], required=False
        )


class ShowForm(ShowFactsForm):
    """When a movie is shown on a screen, and whether customers see it at once."""

    show_time = forms.TimeField(
        label="Start",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="When the advertisements begin.",
    )
    status = forms.ChoiceField(
        choices=[(ShowStatus.UPCOMING.value, "On sale at once"), (ShowStatus.DRAFT.value, "A draft, for staff only")]
    )
    field_order = ("show_time", "status")

    def plan(self, *, day: date) -> Plan:
        """Read the show to be (of a valid form)."""
        return Plan(movie_id=self.movie.pk, screen_id=self.screen.pk, show_date=day, **self.cleaned_data)


class ShowChangeForm(ShowFactsForm):
    """What changes about a show that stays where it is."""

    status = forms.ChoiceField()

    def __init__(self, *args: Any, statuses: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["status"] = forms.ChoiceField(choices=list(statuses))


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


class TemplateMovieForm(forms.ModelForm):
    """One movie of a template; a screen of another venue is refused beside the field."""

    class Meta:
        model = TemplateMovie
        fields = (
            "movie",
            "screen",
            "least",
            "most",
            "share",
            "from_day",
            "until_day",
            "is_clean",
            "starts_from",
            "ends_by",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        screen, venue_id = cleaned.get("screen"), self.instance.template.venue_id
        if screen is not None and venue_id is not None and screen.venue_id != venue_id:
            self.add_error("screen", "This screen is at another venue.")
        return cleaned


class PriceChangeForm(forms.Form):
    """By how much prices of chosen shows change."""

    change = forms.ChoiceField(choices=PriceChange.choices, initial=PriceChange.ADD, label="Change by")
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
