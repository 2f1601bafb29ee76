"""Forgotten passwords and throttled doors, over HTTP."""

import json

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from accounts.models import PasswordReset, User
from tests.accounts.test_passwords import NEW, mailed
from tests.bad_input import TEXT, cases, locations, send
from tests.factories.accounts import PASSWORD, PasswordResetFactory

TOKEN = "t" * 43


@pytest.fixture
def limited(settings):
    """Let two tries through, of everything and everybody."""
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES, (2, 10**9))
    cache.clear()
    yield
    cache.clear()


class TestForgotPassword:
    def test_answers_the_same_whoever_is_asked_for(self, api, customer):
        known, unknown = (
            api.post("/users/forgot-password", {"email": email}) for email in (customer.email, "nobody@example.com")
        )
        assert known.status_code == unknown.status_code == 200
        assert known.json() == unknown.json()
        assert set(known.json()) == {"message"}

    def test_is_open_to_somebody_with_a_stale_token(self, api, db):
        api.credentials(HTTP_AUTHORIZATION="Bearer stale")
        assert api.post("/users/forgot-password/", {"email": "asha@example.com"}).status_code == 200

    @pytest.mark.parametrize(("field", "bad"), [*cases(email=TEXT), ("email", '"no address"')])
    def test_refuses_bad_input(self, api, db, field, bad):
        response = send(api, "POST", "/users/forgot-password", {}, field, bad)
        assert response.status_code == 422
        assert {tuple(loc) for loc in locations(response)} <= {("body",), ("body", "email")}
        assert not PasswordReset.objects.exists()

    def test_is_throttled_by_address_and_by_account(self, api, customer, limited):
        for email in (customer.email, "nobody@example.com"):
            assert api.post("/users/forgot-password", {"email": email}).status_code == 200
        refused = api.post("/users/forgot-password", {"email": "third@example.com"})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert int(refused.headers["Retry-After"]) == refused.json()["retry_after"] > 0
        assert PasswordReset.objects.count() == 2


class TestResetPassword:
    def test_changes_the_password_and_ends_every_session(self, api, customer):
        client = api.signed_in_as(customer)
        sent = {"token": mailed(customer.email, timezone.now()), "newPassword": NEW}
        response = api.post("/users/reset-password", sent)
        assert response.status_code == 200
        assert set(response.json()) == {"message", "email"}
        assert response.json()["email"] == customer.email
        assert client.get(f"/users/{customer.pk}").status_code == 401
        assert api.post("/users/login", {"email": customer.email, "password": NEW}).status_code == 200
        again = api.post("/users/reset-password", sent | {"newPassword": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (400, "reset_token_invalid")

    def test_echoes_neither_token_nor_password(self, api, db):
        response = api.post("/users/reset-password", {"token": TOKEN, "newPassword": NEW})
        assert response.status_code == 400
        assert TOKEN not in response.content.decode()
        assert NEW not in response.content.decode()

    def test_answers_404_when_the_person_is_gone(self, api, customer):
        token = mailed(customer.email, timezone.now())
        User.objects.update(is_active=False)
        response = api.post("/users/reset-password", {"token": token, "newPassword": NEW})
        assert (response.status_code, response.json()["code"]) == (404, "user_unknown")

    def test_refuses_a_guessable_password(self, api, customer):
        token = mailed(customer.email, timezone.now())
        response = api.post("/users/reset-password", {"token": token, "newPassword": "12345678"})
        assert (response.status_code, locations(response)[0]) == (422, ["body", "newPassword"])

    @pytest.mark.parametrize(("field", "bad"), cases(token=[*TEXT, '"short"'], newPassword=[*TEXT, '"short"']))
    def test_refuses_bad_input(self, api, customer, field, bad):
        PasswordResetFactory(email=customer.email)
        response = send(api, "POST", "/users/reset-password", {"token": TOKEN, "newPassword": NEW}, field, bad)
        assert response.status_code == 422
        assert {tuple(loc) for loc in locations(response)} <= {("body",), ("body", field)}
        assert User.objects.get().check_password(PASSWORD)

    def test_is_throttled(self, api, db, limited):
        for status in (400, 400, 429):
            assert api.post("/users/reset-password", {"token": TOKEN, "newPassword": NEW}).status_code == status


class TestThrottledLogIn:
    def wrong(self, api, email: str, address: str = "192.0.2.1") -> int:
        sent = {"email": email, "password": "wrong"}
        return api.post("/users/login", sent, REMOTE_ADDR=address).status_code

    def test_refuses_the_right_password_too_once_an_account_was_tried_too_often(self, api, customer, limited):
        assert [self.wrong(api, customer.email, f"192.0.2.{n}") for n in range(3)] == [401, 401, 429]
        response = api.post("/users/login", {"email": customer.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.9")
        assert (response.status_code, response.json()["code"]) == (429, "too_many_requests")
        assert int(response.headers["Retry-After"]) > 0

    def test_refuses_an_address_that_tries_many_accounts(self, api, customer, limited):
        assert [self.wrong(api, f"{n}@example.com") for n in range(3)] == [401, 401, 429]
        assert self.wrong(api, "another@example.com", "192.0.2.2") == 401

    def test_counts_however_the_email_is_written(self, api, customer, limited):
        spellings = (customer.email, customer.email.upper(), f" {customer.email} ")
        assert [self.wrong(api, email, f"192.0.2.{n}") for n, email in enumerate(spellings)] == [401, 401, 429]

    def test_never_refuses_the_right_password_for_having_been_right_often(self, api, customer, limited):
        for _ in range(5):
            assert api.post("/users/login", {"email": customer.email, "password": PASSWORD}).status_code == 200

    def test_hashes_nothing_once_it_refuses(self, api, customer, limited, monkeypatch):
        for n in range(2):
            self.wrong(api, customer.email, f"192.0.2.{n}")
        monkeypatch.setattr("accounts.models.User.check_password", lambda *_: pytest.fail("hashed"))
        assert self.wrong(api, customer.email, "192.0.2.8") == 429

    def test_of_a_page_is_the_same_one(self, api, client, customer, limited):
        assert self.wrong(api, customer.email, "192.0.2.8") == 401
        form = {"email": customer.email, "password": "wrong"}
        assert client.post("/account/login", form).status_code == 401
        answer = client.post("/account/login", form | {"password": PASSWORD})
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "tried too often" in answer.content.decode()
        assert "_auth_user_id" not in client.session


class TestThrottledSignUp:
    def test_refuses_an_address_that_makes_many_accounts(self, api, db, limited):
        def sign_up(n: int) -> int:
            sent = {"name": "Asha", "email": f"a{n}@example.com", "phone": f"+9198200000{n:02}", "password": PASSWORD}
            return api.post("/users/signup", sent).status_code

        assert [sign_up(n) for n in range(3)] == [200, 200, 429]
        assert User.objects.count() == 2


class TestThrottledChangePassword:
    def test_refuses_to_be_guessed_at(self, api, customer, limited):
        client = api.signed_in_as(customer)
        sent = {"currentPassword": "wrong", "newPassword": NEW}
        assert [client.post("/users/change-password", sent).status_code for _ in range(3)] == [401, 401, 429]


class TestDeactivation:
    def test_by_an_admin_ends_what_the_person_had_open(self, api, client, customer, admin):
        theirs = api.signed_in_as(customer)
        client.force_login(customer)
        response = api.signed_in_as(admin).put(f"/users/{customer.pk}", {"is_active": False})
        assert (response.status_code, response.json()["is_active"]) == (200, False)
        assert theirs.get(f"/users/{customer.pk}").status_code == 401
        assert client.get("/account/bookings").status_code == 302

    def test_is_ignored_from_anybody_else(self, api, customer):
        response = api.signed_in_as(customer).put(f"/users/{customer.pk}", {"is_active": False, "name": "New"})
        assert (response.status_code, response.json()["is_active"]) == (200, True)

    def test_of_oneself_is_refused(self, api, admin):
        response = api.signed_in_as(admin).put(f"/users/{admin.pk}", {"is_active": False})
        assert (response.status_code, response.json()["code"]) == (400, "own_deactivation")
        assert User.objects.get().is_active

    @pytest.mark.parametrize("bad", ["null", '""', "[]", "{}", '"perhaps"', "7"])
    def test_needs_a_yes_or_no(self, api, admin, customer, bad):
        response = send(api.signed_in_as(admin), "PUT", f"/users/{customer.pk}", {}, "is_active", bad)
        assert (response.status_code, locations(response)) == (422, [["body", "is_active"]])


def test_the_description_names_the_throttle(api, db):
    paths = json.loads(api.get("/openapi.json").content)["paths"]
    for path in ("signup", "login", "forgot-password", "reset-password", "change-password"):
        assert "429" in paths[f"/users/{path}"]["post"]["responses"]
    assert "429" not in paths["/users/logout"]["post"]["responses"]
    assert paths["/users/forgot-password"]["post"]["summary"] == "Forgot Password"
    assert mail.outbox == []
