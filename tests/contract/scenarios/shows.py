from datetime import timedelta

from scheduling.models import ShowCategoryPricing
from tests.contract.telling import Call, Story, World, tells
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowCategoryPricingFactory, ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory


@tells(33)
def create_show(world: World) -> Story:
    tomorrow = (world.now + timedelta(days=2)).date().isoformat()
    body = {
        "movie_id": MovieFactory().pk,
        "screen_id": ScreenFactory().pk,
        "show_date": tomorrow,
        "show_time": "18:00",
    }
    call, there = Call(by=world.admin, body=body), ShowFactory()
    taken = {"screen_id": there.screen_id, "show_date": there.show_date, "show_time": there.local_start().time()}
    return Story(
        call,
        {
            400: call.but(body=body | {"show_date": "2020-01-01"}),
            404: call.but(body=body | {"movie_id": 999999}),
            409: call.but(body=body | taken),
        },
    )


@tells(34)
def list_shows(world: World) -> Story:
    show = ShowFactory()
    query = {
        "movie_id": show.movie_id,
        "screen_id": show.screen_id,
        "status": "UPCOMING",
        "show_date": show.show_date,
    }
    return Story(Call(query=query))


@tells(35)
def cancel_show(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(ShowFactory().pk,)))


@tells(36)
def schedule(world: World) -> Story:
    body = {
        "start_date": (world.now + timedelta(days=2)).date().isoformat(),
        "days": 1,
        "buffer_minutes": 15,
        "default_open_time": "10:00",
        "default_close_time": "23:00",
        "per_screen_assignments": [
            {"screen_id": ScreenFactory().pk, "movies": [{"movie_id": MovieFactory().pk, "min_shows_per_day": 1}]}
        ],
        "dry_run": True,
    }
    call = Call(by=world.admin, body=body)
    return Story(call, {400: call.but(body=body | {"per_screen_assignments": [{"screen_id": 999999, "movies": []}]})})


@tells(37)
def free_slots(world: World) -> Story:
    query = {"screen_id": ScreenFactory().pk, "movie_id": MovieFactory().pk, "date": "2030-05-01"}
    call = Call(by=world.admin, query=query)
    return Story(call, {404: call.but(query=query | {"movie_id": 999999}), 422: call.but(query={})})


@tells(38)
def read_show(world: World) -> Story:
    return Story(Call(ids=(ShowFactory().pk,)))


@tells(39)
def create_price(world: World) -> Story:
    show = ShowFactory()
    body = {"show_id": show.pk, "category_id": SeatCategoryFactory(screen=show.screen).pk, "price": 0}
    call, there = Call(by=world.admin, body=body), ShowCategoryPricingFactory()
    return Story(
        call,
        {
            404: call.but(body=body | {"show_id": 999999}),
            409: call.but(body={"show_id": there.show_id, "category_id": there.category_id, "price": 10}),
        },
    )


@tells(40)
def list_prices(world: World) -> Story:
    price = ShowCategoryPricingFactory()
    return Story(Call(query={"show_id": price.show_id, "category_id": price.category_id}))


@tells(41)
def read_price(world: World) -> Story:
    return Story(Call(ids=(_price().pk,)))


@tells(42)
def change_price(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_price().pk,), body={"price": 120.5}))


@tells(43)
def delete_price(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_price().pk,)))


def _price() -> ShowCategoryPricing:
    return ShowCategoryPricingFactory()


@tells(86)
def seat_map(world: World) -> Story:
    page = Call(ids=(world.show.pk,), query={"user_id": world.customer.pk})  # as old links have it
    return Story(page, {403: page.but(by=world.stranger)})


@tells(101)
def read_seats(world: World) -> Story:
    return Story(Call(ids=(world.show.pk,)))
