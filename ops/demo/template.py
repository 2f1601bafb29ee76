"""From what the demo venue's programme is planned once the shows of the demo end: the night goes on from there."""

from dataclasses import dataclass
from datetime import date, time

from catalog.models import Movie
from scheduling.models import ScheduleTemplate, TemplateMovie
from venues.models import Venue

WEEKS = 3  # one more than there are shows for, so that there is something to plan at once


@dataclass(frozen=True, slots=True)
class Wanted:
    """How often a movie is wanted a day, for which share of the distributor (percent), within which hours."""

    slug: str
    least: int
    most: int | None
    share: int
    starts_from: time | None = None
    ends_by: time | None = None


WANTED = (
    Wanted("dune-part-two", 2, 4, 50),
    Wanted("interstellar", 1, 3, 45),
    Wanted("inside-out-2", 2, 4, 45, ends_by=time(21)),  # children go home
    Wanted("rrr", 1, 3, 45),
    Wanted("kantara", 1, 2, 42),
    Wanted("parasite", 1, 2, 40, starts_from=time(12)),  # rated A
    Wanted("sholay", 1, 2, 30),
    Wanted("dangal", 1, 2, 37),
    Wanted("3-idiots", 1, 3, 37),
    Wanted("manjummel-boys", 1, 2, 42),
    Wanted("lagaan", 0, 1, 35),
    Wanted("pather-panchali", 0, 1, 25),
)


def keep_filled(venue: Venue, *, filled_until: date) -> None:
    """Give a venue a template, as drafts, for the days after those that are planned."""
    template = ScheduleTemplate.objects.create(
        venue=venue, weeks_ahead=WEEKS, filled_until=filled_until, buffer_minutes=15
    )
    movies = dict(Movie.objects.values_list("slug", "pk"))
    TemplateMovie.objects.bulk_create(
        TemplateMovie(
            template=template,
            movie_id=movies[wanted.slug],
            least=wanted.least,
            most=wanted.most,
            share=wanted.share,
            starts_from=wanted.starts_from,
            ends_by=wanted.ends_by,
        )
        for wanted in WANTED
    )
