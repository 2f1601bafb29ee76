"""What a list is narrowed to, in words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Model

from billing.models import Discount
from catalog.models import Movie
from cinema.core import formats
from concessions.models import FoodItem
from ops.reports.words import METHODS, hour
from scheduling.cards import WEEKDAYS
from scheduling.models import Show
from scheduling.states import PartOfDay
from venues.models import SeatCategory


def words_of(narrowed: Mapping[str, Any]) -> Iterator[str]:
    """Say each thing that a list is narrowed to."""
    for name, value in narrowed.items():
        yield _WORDS[name](value)


def _named(model: type[Model]) -> Callable[[Any], str]:
    return lambda pk: str(model._default_manager.filter(pk=pk).first() or f"{model._meta.verbose_name} {pk}")


def _show(pk: int) -> str:
    show = Show.objects.select_related("movie", "screen__venue").filter(pk=pk).first()
    if show is None:
        return f"show {pk}"
    venue = show.screen.venue
    return f"{show.movie}, {show.screen}, {formats.day(show.starts_at, venue)}, {formats.clock(show.starts_at, venue)}"


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "show": _show,
    "movie": _named(Movie),
    "category": _named(SeatCategory),
    "food": _named(FoodItem),
    "promo": _named(Discount),
    "coded": lambda _: "with a promo code",
    "weekday": lambda number: WEEKDAYS[number],
    "part": lambda part: str(PartOfDay(part).label).lower(),
    "hour": hour,
    "rating": lambda stars: "★" * stars,
    "method": METHODS.__getitem__,
    "way": lambda way: "what came in" if way == "IN" else "what went back",
    "why": str,
    "of": str,
}
