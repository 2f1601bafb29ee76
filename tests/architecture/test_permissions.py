"""Who may call what: every route and method of the API, asked over HTTP by nobody and by a customer."""

import re

import pytest

from cinema.api_urls import urlpatterns

PUBLIC = {
    "POST users/signup",
    "POST users/login",
    "POST users/refresh",
    "POST users/logout",
    "POST users/forgot-password",
    "POST users/reset-password",
    "POST discounts/validate",
}
PUBLIC_READS = ("movies", "screens", "seats", "seat-categories", "shows", "show-category-pricing", "food-", "gst")
SIGNED_IN = {
    "POST users/change-password",
    "PUT users/1",
    "POST seatlocks/",
    "PUT seatlocks/1",
    "PATCH seatlocks/1",
    "DELETE seatlocks/1",
    "POST bookings/",
    "PUT bookings/cancel/1",
    "POST tickets/",
    "POST feedbacks",
    "DELETE notifications/1",
    "PUT notifications/mark-all-read/1",
    "GET movies/tmdb/search",
}
ADMIN_READS = {
    "GET users/",
    "GET bookings/1/logs",
    "GET feedbacks",
    "GET backups/",
    "GET backups/1",
    "GET restores",
    "GET restores/1",
    "GET shows/available-slots",
}

CALLS = sorted(
    {
        f"{method.upper()} {re.sub(r'<[^>]+>', '1', str(route.pattern))}"
        for route in urlpatterns
        for method in getattr(route.callback, "actions", {})
    }
)


def level_of(call: str) -> str:
    method, path = call.split()
    if call in ADMIN_READS:
        return "admin"
    if call in SIGNED_IN:
        return "signed in"
    if call in PUBLIC or (method == "GET" and path.startswith(PUBLIC_READS)):
        return "public"
    return "signed in" if method == "GET" else "admin"


@pytest.mark.parametrize("call", CALLS)
class TestEveryRoute:
    def status(self, client, call: str) -> int:
        method, path = call.split()
        return client.generic(method, f"/{path}", "{}", content_type="application/json").status_code

    def test_asks_nobody_to_sign_in_unless_it_is_public(self, db, api, call):
        status = self.status(api, call)
        if call == "POST users/refresh":  # it looks for a refresh token itself
            assert status == 401
        else:
            assert (status == 401) is (level_of(call) != "public")

    def test_keeps_customers_out_of_what_is_for_admins(self, api, customer, call):
        assert (self.status(api.signed_in_as(customer), call) == 403) is (level_of(call) == "admin")

    def test_lets_an_admin_in(self, api, admin, call):
        status = self.status(api.signed_in_as(admin), call)
        assert status < 500
        assert status not in (401, 403) or call == "POST users/refresh"
