"""Every path of the API answers with and without its last slash, and a browser of the client may call it."""

import re

import pytest
from django.urls import resolve

from cinema.api_urls import urlpatterns
from tests.conftest import Api

PATHS = sorted({"/" + re.sub(r"<[^>]+>", "1", str(route.pattern)) for route in urlpatterns})


class TestRoutes:
    @pytest.mark.parametrize("path", PATHS)
    def test_answer_in_both_forms(self, path):
        other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
        assert resolve(path).func is resolve(other).func
        assert resolve(path).kwargs == resolve(other).kwargs

    def test_keep_the_body_of_a_post_in_either_form(self, db, api):
        for path in ("/users/login", "/users/login/"):
            assert api.post(path, {"email": "nobody@example.com", "password": "x"}).status_code == 401

    def test_answer_an_unknown_path_in_the_shape_of_the_api(self, db, api):
        response = api.get("/nothing/here")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("method", ["delete", "patch", "options"])
    def test_answer_405_to_an_unknown_method(self, db, api, method):
        response = getattr(api, method)("/users/login")
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
        assert response.headers["Allow"] == "POST, OPTIONS"

    @pytest.mark.parametrize("path", ["/restores/not-an-id", "/users/", "/movies/1", "/seatmap/1"])
    def test_answer_405_before_they_ask_who_calls_or_read_an_id(self, db, path):
        response = Api(enforce_csrf_checks=True).trace(path)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


class TestCrossOrigin:
    def preflight(self, api, origin: str):
        return api.options(
            "/bookings/",
            HTTP_ORIGIN=origin,
            HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST",
            HTTP_ACCESS_CONTROL_REQUEST_HEADERS="authorization,content-type",
        )

    @pytest.mark.parametrize("origin", ["http://localhost:4200", "http://127.0.0.1:4200"])
    def test_lets_the_client_of_a_developer_call(self, api, origin):
        response = self.preflight(api, origin)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert "authorization" in response.headers["Access-Control-Allow-Headers"]

    def test_lets_an_order_be_sent_that_may_be_sent_again(self, db, api):
        answer = self.preflight(api, "http://localhost:4200")
        assert "idempotency-key" in answer.headers["Access-Control-Allow-Headers"]
        answer = api.get("/movies/", HTTP_ORIGIN="http://localhost:4200")
        assert "Idempotent-Replayed" in answer.headers["Access-Control-Expose-Headers"]

    def test_lets_nobody_else(self, api):
        assert "Access-Control-Allow-Origin" not in self.preflight(api, "https://evil.example").headers
