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
