"""What distributors take of a ticket on days to come, by the film hire terms of each movie."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db.models import Min

from catalog.film_hire import share_in, terms_of
from catalog.runs import week_of_run
from scheduling.models import Show
from scheduling.states import ShowStatus

NOT_SHOWN = (ShowStatus.DRAFT, ShowStatus.CANCELLED)


def shares_on(
    days: Sequence[date], *, venue_id: int, movie_ids: Collection[int]
) -> Mapping[int, Mapping[date, float]]:
    """Tell the distributor's part, 0 to 1, of movies on days, where terms are entered for them.

    A movie that was not on at the venue is taken to open on the first of the days.
    """
    terms = terms_of(movie_ids)
    shown = Show.objects.filter(screen__venue=venue_id, movie__in=terms).exclude(status__in=NOT_SHOWN)
    opened = dict(shown.order_by().values_list("movie").annotate(Min("show_date")))
    found: dict[int, dict[date, float]] = {movie_id: {} for movie_id in terms}
    for movie_id, lines in terms.items():
        for day in days:
            share = share_in(week_of_run(day, opened.get(movie_id, days[0])), lines)
            if share is not None:
                found[movie_id][day] = float(share) / 100
    return found
