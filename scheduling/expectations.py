"""The forecast of a venue, read from its sales so far and from what staff entered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from catalog.models import Movie
from scheduling import sales
from scheduling.forecast import Backtest, Cell, Forecast, backtest, learn
from scheduling.models import ForecastOverride
from scheduling.states import PartOfDay

LEARNT_FROM = timedelta(weeks=12)


@dataclass(frozen=True)
class Expectations:
    """What is expected at a venue, from which cells, and how wrong the same arithmetic was on the last weeks."""

    forecast: Forecast
    cells: Sequence[Cell]
    genres: dict[int, Sequence[str]]

    def error(self) -> Backtest | None:
        """Learn without the last two weeks and compare with them."""
        return backtest(self.cells, self.genres)


def of_venue(venue_id: int, *, today: date) -> Expectations:
    """Learn from the sales of the last twelve weeks before a day of the venue."""
    cells = sales.sold(venue_id, since=today - LEARNT_FROM, until=today)
    genres: dict[int, Sequence[str]] = dict(Movie.objects.values_list("pk", "genre"))
    rows = ForecastOverride.objects.filter(venue=venue_id).values_list("movie_id", "part", "admissions")
    overrides = {(movie_id, PartOfDay(part)): float(admissions) for movie_id, part, admissions in rows}
    return Expectations(replace(learn(cells, genres), overrides=overrides), cells, genres)
