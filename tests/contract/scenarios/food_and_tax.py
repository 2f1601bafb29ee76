"""Food, promo codes and tax rates: tables without a life cycle."""

from datetime import timedelta

from tests.contract.telling import Call, Story, World, tells
from tests.factories.billing import DiscountFactory, GSTFactory, todays_law
from tests.factories.booking import BookedFoodFactory, BookingFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory


@tells(52)
def list_food_categories(world: World) -> Story:
    FoodCategoryFactory()
    return Story(Call())


@tells(53)
def create_food_category(world: World) -> Story:
    call, there = Call(by=world.admin, body={"category_name": "Snacks"}), FoodCategoryFactory()
    return Story(call, {409: call.but(body={"category_name": there.category_name.upper()})})


@tells(54)
def read_food_category(world: World) -> Story:
    return Story(Call(ids=(FoodCategoryFactory().pk,)))


@tells(55)
def change_food_category(world: World) -> Story:
    one, other = FoodCategoryFactory.create_batch(2)
    call = Call(by=world.admin, ids=(one.pk,), body={"category_name": "Snacks"})
    return Story(call, {409: call.but(body={"category_name": other.category_name})})


@tells(56)
def delete_food_category(world: World) -> Story:
    call = Call(by=world.admin, ids=(FoodCategoryFactory().pk,))
    return Story(call, {409: call.but(ids=(FoodItemFactory().category_id,))})


@tells(57)
def list_food(world: World) -> Story:
    item = FoodItemFactory()
    return Story(Call(query={"category_id": item.category_id, "is_available": "true"}))


@tells(58)
def create_food(world: World) -> Story:
    body = {"item_name": "Samosa", "price": 40.5, "category_id": FoodCategoryFactory().pk}
    call = Call(by=world.admin, body=body)
    return Story(call, {404: call.but(body=body | {"category_id": 999999})})


@tells(59)
def read_food(world: World) -> Story:
    return Story(Call(ids=(FoodItemFactory().pk,)))


@tells(60)
def change_food(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(FoodItemFactory().pk,), body={"description": None, "price": 0.01}))


@tells(61)
def delete_food(world: World) -> Story:
    call = Call(by=world.admin, ids=(FoodItemFactory().pk,))
    return Story(call, {409: call.but(ids=(BookedFoodFactory().food_id,))})


@tells(62)
def list_discounts(world: World) -> Story:
    DiscountFactory()
    return Story(Call(by=world.customer))


@tells(63)
def create_discount(world: World) -> Story:
    call, there = Call(by=world.admin, body={"promo_code": "DIWALI", "discount_percent": 10}), DiscountFactory()
    return Story(call, {409: call.but(body={"promo_code": there.promo_code.lower(), "discount_percent": 5})})


@tells(64)
def read_discount(world: World) -> Story:
    return Story(Call(by=world.customer, ids=(DiscountFactory().pk,)))


@tells(65)
def change_discount(world: World) -> Story:
    one, other = DiscountFactory.create_batch(2)
    call = Call(by=world.admin, ids=(one.pk,), body={"discount_percent": 12})
    return Story(call, {409: call.but(body={"promo_code": other.promo_code})})


@tells(66)
def delete_discount(world: World) -> Story:
    call, used = Call(by=world.admin, ids=(DiscountFactory().pk,)), DiscountFactory()
    BookingFactory(discount=used)
    return Story(call, {409: call.but(ids=(used.pk,))})


@tells(67)
def list_rates(world: World) -> Story:
    GSTFactory()
    return Story(Call())


@tells(68)
def create_rate(world: World) -> Story:
    body = {"gst_category": "ticket", "s_gst": 2.5, "c_gst": 2.5}
    call = Call(by=world.admin, body=body)
    return Story(call, {409: call.but(first=lambda: GSTFactory(gst_category="Ticket"))})


@tells(69)
def change_rate(world: World) -> Story:
    one, other = GSTFactory.create_batch(2)
    call = Call(by=world.admin, ids=(one.pk,), body={"s_gst": 6})
    return Story(call, {409: call.but(body={"gst_category": other.gst_category})})


@tells(102)
def validate_discount(world: World) -> Story:
    over = DiscountFactory(ends_at=world.now - timedelta(days=1))
    call = Call(query={"code": DiscountFactory().promo_code, "amount": 300})
    return Story(
        call,
        {
            400: call.but(query={"code": over.promo_code, "amount": 300}),
            404: call.but(query={"code": "NOSUCH", "amount": 300}),
            422: call.but(query={}),
        },
    )


@tells(103)
def read_ticket_rate(world: World) -> Story:
    todays_law()
    return Story(Call())
