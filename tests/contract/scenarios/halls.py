"""Screens, their price zones and their seats."""

from tests.contract.telling import Call, Story, World, tells
from tests.factories.booking import SeatLockFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory, VenueFactory

SCREEN = {"screen_name": "Screen 9", "screen_type": "IMAX"}


@tells(18)
def create_screen(world: World) -> Story:
    VenueFactory(is_default=True)
    return Story(Call(by=world.admin, body=SCREEN))


@tells(19)
def list_screens(world: World) -> Story:
    ScreenFactory(screen_name="Screen 9", screen_type="IMAX")
    return Story(Call(query={"name": "Screen 9", "type": "IMAX", "total_seats": 0, "is_available": "true"}))


@tells(20)
def read_screen(world: World) -> Story:
    return Story(Call(ids=(ScreenFactory().pk,)))


@tells(21)
def change_screen(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(ScreenFactory().pk,), body={"is_available": False}))


@tells(22)
def delete_screen(world: World) -> Story:
    removal = Call(by=world.admin, ids=(ScreenFactory().pk,))
    return Story(removal, {409: removal.but(ids=(ShowFactory().screen_id,))})


@tells(23)
def create_seats(world: World) -> Story:
    zone = SeatCategoryFactory()
    place = {"screen_id": zone.screen_id, "category_id": zone.pk, "row_number": 1}
    two = [place | {"col_number": 1, "seat_number": "A1"}, place | {"col_number": 2}]
    call = Call(by=world.admin, body=two)
    return Story(
        call,
        {
            404: call.but(body=[two[0] | {"category_id": 999999}]),
            409: call.but(body=two[:1], first=lambda: SeatFactory(category=zone)),
        },
    )


@tells(24)
def list_seats(world: World) -> Story:
    SeatFactory(seat_number=None)
    return Story(Call())


@tells(25)
def read_seat(world: World) -> Story:
    return Story(Call(ids=(SeatFactory().pk,)))


@tells(26)
def change_seat(world: World) -> Story:
    one, other = SeatFactory.create_batch(2, category=SeatCategoryFactory())
    change = Call(by=world.admin, ids=(one.pk,), body={"seat_number": "Z9"})
    return Story(change, {409: change.but(body={"seat_number": other.seat_number})})


@tells(27)
def delete_seat(world: World) -> Story:
    removal = Call(by=world.admin, ids=(SeatFactory().pk,))
    return Story(removal, {409: removal.but(ids=(SeatLockFactory().seat_id,))})


@tells(28)
def create_category(world: World) -> Story:
    body = {"category_name": "Gold", "screen_id": ScreenFactory().pk, "rows": 2, "cols": 10, "base_price": 250.5}
    call = Call(by=world.admin, body=body)
    return Story(call, {404: call.but(body=body | {"screen_id": 999999})})


@tells(29)
def list_categories(world: World) -> Story:
    zone = SeatCategoryFactory()
    return Story(Call(query={"screen_id": zone.screen_id, "category_name": zone.category_name}))


@tells(30)
def read_category(world: World) -> Story:
    return Story(Call(ids=(SeatCategoryFactory().pk,)))


@tells(31)
def change_category(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(SeatCategoryFactory().pk,), body={"base_price": 99.99}))


@tells(32)
def delete_category(world: World) -> Story:
    removal = Call(by=world.admin, ids=(SeatCategoryFactory().pk,))
    return Story(removal, {409: removal.but(ids=(SeatFactory().category_id,))})
