"""What people fill in on the way to a ticket."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from booking.services.moving import Place
from concessions.models import FoodCategory, FoodItem
from scheduling.models import Show
from venues.models import Screen

MOST_OF_A_DISH = 20
_ID = re.compile(r"[0-9]{1,18}")


class SeatIds(forms.MultipleChoiceField):
    """Ticked seats, by id; the service knows which exist."""

    default_error_messages = {"required": _("Choose at least one seat.")}

    def valid_value(self, value: Any) -> bool:
        return _ID.fullmatch(str(value)) is not None

    def clean(self, value: Any) -> list[int]:
        return sorted({int(seat_id) for seat_id in super().clean(value)})


class SeatsForm(forms.Form):
    seats = SeatIds(required=False)


class ShownSeatsForm(forms.Form):
    """Seats that a page asks about, in its address."""

    seats = forms.RegexField(r"^[0-9]{1,18}(,[0-9]{1,18}){0,19}$")

    def clean_seats(self) -> tuple[int, ...]:
        return tuple(int(seat_id) for seat_id in self.cleaned_data["seats"].split(","))


class BestSeatsForm(forms.Form):
    """A party that lets the house choose; `near` names seats that they wanted and are gone."""

    party = forms.IntegerField(min_value=1, max_value=settings.SEATS_PER_CUSTOMER)
    category = forms.IntegerField(min_value=1, max_value=10**18, required=False)
    wheelchair = forms.BooleanField(required=False)
    near = forms.RegexField(r"^[0-9]{1,18}(,[0-9]{1,18}){0,19}$", required=False)

    def clean_near(self) -> frozenset[int]:
        near = self.cleaned_data["near"]
        return frozenset(int(seat_id) for seat_id in near.split(",")) if near else frozenset()


class LinesForm(forms.Form):
    """Some seats and some food of a booking."""

    seats = SeatIds(required=False)
    foods = SeatIds(required=False)


class FoodForm(forms.Form):
    """A quantity for every dish on the menu."""

    def __init__(self, menu: Iterable[FoodCategory], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shelves = [(shelf, [(item, self._add(item)) for item in shelf.items.all()]) for shelf in menu]

    def _add(self, item: FoodItem) -> str:
        name = f"food_{item.pk}"
        most = MOST_OF_A_DISH if item.stock is None else min(item.stock, MOST_OF_A_DISH)
        self.fields[name] = forms.IntegerField(
            label=item.item_name,
            min_value=0,
            max_value=most,
            required=False,
            error_messages={
                "max_value": _("At most %(most)s of this.") % {"most": most},
                "min_value": _("Not less than none."),
            },
            widget=forms.NumberInput(
                attrs={
                    "placeholder": "0",
                    "inputmode": "numeric",
                    "aria-label": _("%(dish)s, how many") % {"dish": item.item_name},
                }
            ),
        )
        return name

    def dishes(self) -> list[tuple[FoodCategory, list[tuple[FoodItem, forms.BoundField]]]]:
        """Pair every dish with its field, shelf by shelf."""
        return [(shelf, [(item, self[name]) for item, name in items]) for shelf, items in self.shelves]

    def quantities(self) -> dict[int, int]:
        """Read what was wanted of each dish, leaving out what was not."""
        wanted = {item.pk: self.cleaned_data[name] for _, items in self.shelves for item, name in items}
        return {food_id: quantity for food_id, quantity in wanted.items() if quantity}


class DetailsForm(forms.Form):
    """Where somebody without an account wants the tickets."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=100,
        help_text=_("Your tickets go here, with a link back to them."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=25,
        help_text=_("Only in case something happens to your show."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )


class FeedbackForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("Your rating"),
        coerce=int,
        choices=[
            ("", _("Choose one to five stars")),
            (5, _("★★★★★ wonderful")),
            (4, _("★★★★ good")),
            (3, _("★★★ fair")),
            (2, _("★★ poor")),
            (1, _("★ dreadful")),
        ],
    )
    comment = forms.CharField(
        label=_("What do you want to say? (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class PromoForm(forms.Form):
    promo_code = forms.CharField(
        label=_("Promo code"), max_length=50, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class PayForm(ShownSeatsForm):
    """Exactly what the page showed: these seats, this amount."""

    amount = forms.DecimalField(max_digits=12, decimal_places=2)


class MoveForm(forms.Form):
    """Where a show is to be; it begins with where it is."""

    screen = forms.ModelChoiceField(Screen.objects.none(), empty_label=None)
    show_date = forms.DateField(
        label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), help_text="Of the venue."
    )
    show_time = forms.TimeField(
        label="Start", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), help_text="The venue’s clock."
    )
    reason = forms.CharField(
        required=False, max_length=120, help_text="Needed once seats are sold or held; everybody who booked reads it."
    )

    def __init__(self, data: Any, *, show: Show) -> None:
        start = show.local_start()
        stands = {"screen": show.screen_id, "show_date": start.date(), "show_time": start.time()}
        super().__init__(data, initial=stands)
        self.show = show
        screens = self.fields["screen"]
        assert isinstance(screens, forms.ModelChoiceField)  # noqa: S101  # so that mypy knows what stands above
        screens.queryset = Screen.objects.filter(venue=show.screen.venue_id).order_by("screen_name")

    @property
    def place(self) -> Place:
        """Where to, as it was filled in (of a valid form)."""
        filled = self.cleaned_data
        return Place(screen_id=filled["screen"].pk, show_date=filled["show_date"], show_time=filled["show_time"])


class StaffLinesForm(forms.Form):
    """Which seats and food of a booking staff cancel, and why."""

    seats = SeatIds(required=False, widget=forms.CheckboxSelectMultiple)
    foods = SeatIds(required=False, widget=forms.CheckboxSelectMultiple, label="Food")
    reason = forms.CharField(max_length=100, help_text="Stands in the log of the booking.")

    def __init__(self, data: Any, *, seats: Iterable[tuple[int, str]], foods: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        for name, choices in (("seats", list(seats)), ("foods", list(foods))):
            field = self.fields[name]
            assert isinstance(field, SeatIds)  # noqa: S101  # likewise
            field.choices = choices
            if not choices:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("seats") or cleaned.get("foods")):
            self.add_error(None, "Tick what is to be cancelled.")
        return cleaned
