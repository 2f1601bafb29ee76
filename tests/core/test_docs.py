import json

import pytest
from django.core.management import call_command
from drf_spectacular.validation import validate_schema

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(django_db_blocker):
    with django_db_blocker.block():  # describing the API asks no database
        from cinema.core.api.docs import openapi_document  # noqa: PLC0415  # generating takes a second

        return json.loads(openapi_document())


def operations(document):
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


class TestOpenApi:
    def test_is_valid_and_of_version_3_1(self, document):
        assert document["openapi"].startswith("3.1")
        validate_schema(document)

    def test_is_generated_without_a_warning(self, tmp_path):
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yml"))

    def test_gives_every_operation_a_name_a_summary_and_a_tag(self, document):
        names = [operation["operationId"] for _, _, operation in operations(document)]
        assert len(names) == len(set(names))
        bare = [
            (path, method)
            for path, method, operation in operations(document)
            if not operation.get("summary") or not operation.get("tags")
        ]
        assert bare == []

    def test_says_what_a_closed_operation_may_refuse(self, document):
        responses = document["paths"]["/movies/{movie_id}"]["put"]["responses"]
        assert {"200", "400", "401", "403", "404", "409", "422"} <= set(responses)
        assert "403" not in document["paths"]["/movies/"]["get"]["responses"]

    def test_says_that_the_seat_map_page_is_html(self, document):
        answer = document["paths"]["/seatmap/{show_id}"]["get"]["responses"]["200"]
        assert set(answer["content"]) == {"text/html"}

    def test_lists_filters_and_paging_as_parameters(self, document):
        names = {parameter["name"] for parameter in document["paths"]["/movies/"]["get"]["parameters"]}
        assert {"skip", "limit", "with_total", "genre", "language", "release_date_from", "sort_by"} <= names

    def test_requires_nothing_of_a_partial_update(self, document):
        body = document["paths"]["/movies/{movie_id}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
        shape = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
        assert "required" not in shape

    def test_shows_money_as_numbers(self, document):
        price = document["components"]["schemas"]["FoodItemOutput"]["properties"]["price"]
        assert price["type"] == "number"

    def test_bounds_money_to_the_paisa(self, document):
        price = document["components"]["schemas"]["SeatCategoryInputRequest"]["properties"]["base_price"]
        assert (price["minimum"], price["maximum"]) == (0, 999.99)
        assert {"exclusiveMaximum", "multipleOf"}.isdisjoint(price)  # 19.44 / 0.01 is no whole number to a computer

    def test_says_that_an_empty_filter_filters_nothing(self, document):
        parameters = {one["name"]: one for one in document["paths"]["/movies/"]["get"]["parameters"]}
        assert parameters["release_date_from"]["allowEmptyValue"] is True
        assert [name for name in ("limit", "genre", "search") if "allowEmptyValue" in parameters[name]] == []

    def test_says_that_a_stale_token_is_refused_even_where_none_is_needed(self, document):
        assert "401" in document["paths"]["/movies/"]["get"]["responses"]

    def test_never_describes_a_password_in_an_answer(self, document):
        outputs = {name: shape for name, shape in document["components"]["schemas"].items() if name.endswith("Output")}
        assert [name for name, shape in outputs.items() if "password" in shape.get("properties", {})] == []


class TestPages:
    @pytest.mark.parametrize("path", ["/docs", "/docs/", "/redoc", "/redoc/"])
    def test_load_nothing_from_elsewhere_and_run_no_inline_script(self, client, path):
        response = client.get(path)
        page = response.content.decode()
        assert response.status_code == 200
        assert "//" not in page.replace("<!DOCTYPE html>", "")
        assert "script-src" not in response.headers["Content-Security-Policy"]  # so default-src 'self' holds
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert page.count("<script") == page.count("<script src=")

    def test_serve_the_document_as_json(self, client):
        response = client.get("/openapi.json")
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
