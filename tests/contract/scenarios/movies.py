from django.conf import settings

from tests.catalog.tmdb_server import NO_KEY, Answer
from tests.contract.telling import Call, Story, World, tells
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory

NEW = {"title": "Monsoon", "duration": 130, "genre": ["Drama"], "language": ["Hindi"], "release_date": "2026-06-01"}


@tells(11)
def create_movie(world: World) -> Story:
    return Story(Call(by=world.admin, body=NEW))


@tells(12)
def list_movies(world: World) -> Story:
    MovieFactory(genre=["Drama"], release_date="2026-06-01", rating="7.5")
    MovieFactory(genre=["Drama"], release_date="2026-06-02")
    query = {"genre": "Drama", "language": "Hindi", "release_date_from": "2026-01-01", "sort_by": "release_date:desc"}
    return Story(Call(query=query))


@tells(13)
def read_movie(world: World) -> Story:
    return Story(Call(ids=(MovieFactory().pk,)))


@tells(14)
def change_movie(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(MovieFactory().pk,), body={"genres": ["Comedy"]}))


@tells(15)
def delete_movie(world: World) -> Story:
    removal = Call(by=world.admin, ids=(MovieFactory().pk,))
    return Story(removal, {409: removal.but(ids=(ShowFactory().movie_id,))})


@tells(16)
def search_tmdb(world: World) -> Story:
    search = Call(by=world.customer, query={"q": "monsoon", "page": 1}, first=lambda: world.tmdb)
    return Story(search, _refusals(world, search) | {422: search.but(query={"q": "m"})})


@tells(17)
def import_from_tmdb(world: World) -> Story:
    def forget_title() -> None:
        world.tmdb.movie["title"] = ""

    taken_over = Call(by=world.admin, ids=(4711,), first=lambda: world.tmdb)
    return Story(
        taken_over,
        _refusals(world, taken_over) | {400: taken_over.but(first=forget_title), 404: taken_over.but(ids=(1,))},
    )


def _refusals(world: World, call: Call) -> dict[int, Call]:
    def say(answer: Answer) -> None:
        settings.TMDB_TIMEOUT = 0.2
        world.tmdb.next_answers = [answer]

    def lose_the_key() -> None:
        settings.TMDB_BEARER = "" if world.tmdb else settings.TMDB_BEARER

    return {
        502: call.but(first=lambda: say(NO_KEY)),
        503: call.but(first=lose_the_key),
        504: call.but(first=lambda: say(Answer(waits=True))),
    }
