import pytest

from concessions.models import FoodCategory, FoodItem
from tests import bad_input
from tests.bad_input import locations
from tests.factories.booking import BookedFoodFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory

BAD = bad_input.cases(
    item_name=bad_input.TEXT,
    description=bad_input.OPTIONAL_TEXT,
    price=[*bad_input.NUMBER, "1.005", "100000000"],
    category_id=[bad for bad in bad_input.WHOLE if bad != "99999999999"],
    is_available=bad_input.FLAG,
    is_veg=bad_input.FLAG,
    image_url=bad_input.OPTIONAL_TEXT,
)


@pytest.fixture
def shelf(db) -> FoodCategory:
    return FoodCategoryFactory(category_name="Beverages")


@pytest.fixture
def cola(shelf) -> dict[str, object]:
    return {"item_name": "Cola", "price": 99.99, "category_id": shelf.pk, "is_veg": True}


class TestFoodCategories:
    def test_are_read_by_anybody_and_written_by_admins(self, api, customer, shelf):
        assert api.get("/food-categories/").json() == [{"category_id": shelf.pk, "category_name": "Beverages"}]
        assert api.get(f"/food-categories/{shelf.pk}").json()["category_name"] == "Beverages"
        for client, status in ((api, 401), (api.signed_in_as(customer), 403)):
            assert client.post("/food-categories/", {"category_name": "x"}).status_code == status
            assert client.put(f"/food-categories/{shelf.pk}", {"category_name": "x"}).status_code == status
            assert client.delete(f"/food-categories/{shelf.pk}").status_code == status
        assert FoodCategory.objects.get().category_name == "Beverages"

    def test_are_added_changed_and_deleted(self, api, admin):
        client = api.signed_in_as(admin)
        added = client.post("/food-categories/", {"category_name": "Combos"})
        assert added.status_code == 201
        path = f"/food-categories/{added.json()['category_id']}"
        assert client.put(path, {"category_name": "Meals"}).json()["category_name"] == "Meals"
        assert client.delete(path).json() == {"detail": "Food Category deleted."}
        assert client.get(path).status_code == 404

    def test_have_names_of_their_own_whatever_the_case(self, api, admin, shelf):
        response = api.signed_in_as(admin).post("/food-categories/", {"category_name": "beverages"})
        assert (response.status_code, response.json()["code"]) == (409, "taken")
        assert FoodCategory.objects.count() == 1

    def test_stay_while_they_have_items(self, api, admin):
        item = FoodItemFactory()
        response = api.signed_in_as(admin).delete(f"/food-categories/{item.category_id}")
        assert (response.status_code, response.json()["used_by"]) == (409, ["food items"])

    @pytest.mark.parametrize("bad", bad_input.TEXT)
    def test_refuse_bad_input(self, api, admin, shelf, bad):
        client = api.signed_in_as(admin)
        for method, path in (("POST", "/food-categories/"), ("PUT", f"/food-categories/{shelf.pk}")):
            assert bad_input.send(client, method, path, {}, "category_name", bad).status_code == 422
        assert FoodCategory.objects.get().category_name == "Beverages"


class TestFoodItems:
    def test_are_read_by_anybody_and_written_by_admins(self, api, customer, cola):
        item = FoodItemFactory()
        assert api.get(f"/food-items/{item.pk}").json() == api.get("/food-items").json()[0]
        for client, status in ((api, 401), (api.signed_in_as(customer), 403)):
            assert client.post("/food-items/", cola).status_code == status
            assert client.put(f"/food-items/{item.pk}", cola).status_code == status
            assert client.delete(f"/food-items/{item.pk}").status_code == status
        assert FoodItem.objects.count() == 1

    def test_are_added_changed_and_deleted(self, api, admin, cola):
        client = api.signed_in_as(admin)
        added = client.post("/food-items/", cola)
        assert added.status_code == 201
        assert added.json() == cola | {
            "food_id": added.json()["food_id"],
            "description": None,
            "image_url": None,
            "is_available": True,
        }
        path = f"/food-items/{added.json()['food_id']}"
        assert client.put(path, {"price": 120}).json() == added.json() | {"price": 120.0}
        assert client.delete(path).status_code == 200
        assert not FoodItem.objects.exists()

    def test_stay_once_sold(self, api, admin):
        food = BookedFoodFactory().food
        response = api.signed_in_as(admin).delete(f"/food-items/{food.pk}")
        assert (response.status_code, response.json()["code"]) == (409, "in_use")

    def test_name_a_category_that_exists(self, api, admin, cola):
        response = api.signed_in_as(admin).post("/food-items/", cola | {"category_id": 999})
        assert (response.status_code, response.json()["code"]) == (404, "reference_unknown")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("search=OLA", ["Cola"]),
            ("is_veg=false", ["Kebab"]),
            ("is_available=true", ["Cola", "Kebab"]),
            ("is_available=0", ["Chai"]),
            ("category_id=999999999999999999999", []),
        ],
    )
    def test_are_filtered(self, api, shelf, query, found):
        FoodItemFactory(item_name="Cola", category=shelf)
        FoodItemFactory(item_name="Kebab", is_veg=False)
        FoodItemFactory(item_name="Chai", is_available=False)
        assert [item["item_name"] for item in api.get(f"/food-items/?{query}").json()] == found
        assert len(api.get(f"/food-items/?category_id={shelf.pk}").json()) == 1

    @pytest.mark.parametrize("query", ["category_id=x", "is_veg=maybe", "search=nul%00", "is_available=null"])
    def test_refuse_filters_that_do_not_fit(self, db, api, query):
        assert locations(api.get(f"/food-items/?{query}")) == [["query", query.partition("=")[0]]]

    @pytest.mark.parametrize(("field", "bad"), BAD)
    def test_refuse_bad_input(self, api, admin, cola, field, bad):
        item = FoodItemFactory()
        client = api.signed_in_as(admin)
        for method, path in (("POST", "/food-items/"), ("PUT", f"/food-items/{item.pk}")):
            response = bad_input.send(client, method, path, cola, field, bad)
            assert response.status_code in (404, 422)
        assert list(FoodItem.objects.values_list("item_name", flat=True)) == [item.item_name]
