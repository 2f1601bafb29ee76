"""Film hire: what the distributor of a movie is owed of its takings, by terms that slide with the weeks of its run."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from catalog.models import FilmHireTerm

Terms = Sequence[tuple[int, Decimal]]  # from which week on, which percentage of the net takings; in order


def terms_of(movie_ids: Collection[int]) -> Mapping[int, Terms]:
    """Read the terms of movies; one that has none is not there."""
    found: dict[int, list[tuple[int, Decimal]]] = {}
    rows = FilmHireTerm.objects.filter(movie__in=movie_ids).order_by("movie", "from_week")
    for movie_id, week, share in rows.values_list("movie_id", "from_week", "share"):
        found.setdefault(movie_id, []).append((week, share))
    return found


def share_in(week: int, terms: Terms) -> Decimal | None:
    """Tell the percentage of a week of the run: that of the last line that has begun; None where nothing is agreed."""
    return next((share for begins, share in reversed(terms) if begins <= week), None)
