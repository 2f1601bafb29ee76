import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from cinema.settings.env import BASE_DIR
from tests.factories.accounts import PASSWORD

EVERYWHERE = ["/", "/account/login", "/docs", "/redoc", "/admin/login/", "/nowhere", "/health/live", "/movies/"]
NEVER_DRAWN = ['"abcdefgh\\000"', "ABCDEFGH", "short"]  # the first holds a NUL, which no table can be asked for
POSTING_FORM = re.compile(r"<form[^>]*\bmethod=\"?post\b.*?</form>", re.DOTALL | re.IGNORECASE)
# Providers and mail programs (RFC 8058) bring no cookie, but something that we or they have signed; the contract's seat map takes nothing, and says so (405).
WITHOUT_TOKEN = {"webhook", "seat_map", "unsubscribe"}


def directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", EVERYWHERE)
class TestHeaders:
    def test_let_a_page_run_only_scripts_that_we_serve(self, client, db, path):
        policy = directives(client.get(path).headers["Content-Security-Policy"])
        assert policy.get("script-src", policy["default-src"]) == ["'self'"]
        assert policy["object-src"] == policy["base-uri"] == ["'none'"]
        assert policy["form-action"] == ["'self'"]

    def test_let_only_the_viewers_of_the_api_write_styles_of_their_own(self, client, db, path):
        policy = directives(client.get(path).headers["Content-Security-Policy"])
        inline = "'unsafe-inline'" in policy.get("style-src", policy["default-src"])
        assert inline == (path in ("/docs", "/redoc"))

    def test_let_nobody_put_a_page_into_a_frame(self, client, db, path):
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert directives(headers["Content-Security-Policy"])["frame-ancestors"] == ["'none'"]

    def test_tell_other_sites_nothing_and_guess_no_types(self, client, db, path):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_ask_for_none_of_the_browsers_powers(self, client, db, path):
        policy = client.get(path).headers["Permissions-Policy"]
        assert {"camera=()", "geolocation=()", "microphone=()", "payment=()"} <= set(policy.split(", "))


class TestCookies:
    def test_are_out_of_reach_of_scripts_and_of_other_sites(self, client, customer):
        client.get("/account/login")
        client.post("/account/login", {"email": customer.email, "password": PASSWORD})
        assert set(client.cookies) == {"csrftoken", "sessionid"}
        for cookie in client.cookies.values():
            assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


class TestForms:
    """Every form that changes something carries a token, and every view that takes one asks for it."""

    @pytest.mark.parametrize(
        "path", sorted((BASE_DIR / "templates").rglob("*.html")), ids=lambda path: f"{path.parent.name}/{path.name}"
    )
    def test_carry_the_token(self, path):
        assert [form for form in POSTING_FORM.findall(path.read_text()) if "{% csrf_token %}" not in form] == []

    def test_are_asked_for_it_by_every_page(self):
        views = [pattern for pattern in _patterns(get_resolver()) if getattr(pattern.callback, "csrf_exempt", False)]
        pages = {view.name for view in views if not issubclass(getattr(view.callback, "cls", object), APIView)}
        assert pages == WITHOUT_TOKEN

    def test_have_no_way_around_it_in_the_seat_map(self, client, db):
        assert client.post("/seatmap/1").status_code == 405

    def test_cannot_be_avoided_through_the_api_which_takes_no_cookie(self, client, customer):
        client.force_login(customer)
        assert client.post("/seatlocks/", {}, content_type="application/json").status_code == 401


def _patterns(resolver: URLResolver) -> list[URLPattern]:
    found: list[URLPattern] = []
    for one in resolver.url_patterns:
        found += [one] if isinstance(one, URLPattern) else _patterns(one)
    return found


class TestASessionOfAKeyThatWasNeverDrawn:
    @pytest.mark.parametrize("key", NEVER_DRAWN)
    def test_is_none(self, client, db, settings, key):
        cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
        assert client.get("/", HTTP_COOKIE=cookie).status_code == 200
        assert client.get("/account", HTTP_COOKIE=cookie).url == "/account/login?next=%2Faccount"
