import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Session, User
from accounts.services import sessions
from tests.conftest import Api
from tests.factories.accounts import PASSWORD, AdminFactory, UserFactory

ASHA = {"name": "Asha", "email": "asha@example.com", "phone": "+919820000001", "password": PASSWORD}
USER_FIELDS = {"user_id", "name", "email", "phone", "role", "is_guest", "is_active", "created_at"}


def locations(response) -> list[list[str]]:
    return [error["loc"] for error in response.json()["detail"]]


class TestSignUp:
    def test_answers_the_new_user_without_any_trace_of_the_password(self, db, api):
        response = api.post("/users/signup", ASHA)
        assert response.status_code == 200
        assert set(response.json()) == USER_FIELDS
        assert User.objects.get().check_password(PASSWORD)

    def test_never_grants_a_role(self, db, api):
        api.post("/users/signup", ASHA | {"role": "admin", "is_staff": True, "is_superuser": True, "user_id": 7})
        user = User.objects.get()
        assert (user.role, user.is_staff, user.is_superuser) == ("user", False, False)

    def test_is_open_to_somebody_with_a_stale_token(self, db, api):
        api.credentials(HTTP_AUTHORIZATION="Bearer stale")
        assert api.post("/users/signup", ASHA).status_code == 200

    def test_answers_409_when_the_email_is_taken(self, db, api):
        UserFactory(email=ASHA["email"])
        response = api.post("/users/signup", ASHA | {"email": "ASHA@example.com"})
        assert (response.status_code, response.json()["code"]) == (409, "email_taken")

    @pytest.mark.parametrize("field", list(ASHA))
    @pytest.mark.parametrize(
        "bad",
        ["null", '""', "[]", "{}", "true", "-1", "9" * 400, "1e999", f'"{"x" * 300}"', '"nul\\u0000nul"', '"\\ud800"'],
    )
    def test_refuses_bad_input(self, db, api, field, bad):
        body = json.dumps(ASHA | {field: "BAD"}).replace('"BAD"', bad)
        response = api.generic("POST", "/users/signup", body, content_type="application/json")
        assert response.status_code == 422
        assert locations(response)[0][0] == "body"
        assert not User.objects.exists()

    @pytest.mark.parametrize("field", list(ASHA))
    def test_refuses_a_missing_field(self, db, api, field):
        response = api.post("/users/signup", {key: value for key, value in ASHA.items() if key != field})
        assert (response.status_code, locations(response)) == (422, [["body", field]])

    @pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "1"])
    def test_refuses_a_body_that_is_no_object(self, db, api, body):
        response = api.generic("POST", "/users/signup", body, content_type="application/json")
        assert response.status_code == 422
        assert not User.objects.exists()

    def test_refuses_a_guessable_password_in_the_password_field(self, db, api):
        response = api.post("/users/signup", ASHA | {"password": "asha@example"})
        assert (response.status_code, locations(response)) == (422, [["body", "password"]])


class TestLogIn:
    @pytest.mark.parametrize("how", ["query", "json", "form", "multipart"])
    def test_takes_the_credentials_however_they_come(self, customer, api, how):
        sent = {"email": customer.email, "password": PASSWORD}
        match how:
            case "query":
                response = api.post("/users/login", query_params=sent)
            case "json":
                response = api.post("/users/login", sent)
            case "form":
                response = api.post(
                    "/users/login",
                    "email=customer%40example.com&password=" + PASSWORD,
                    content_type="application/x-www-form-urlencoded",
                )
            case _:
                response = api.generic(
                    "POST",
                    "/users/login",
                    "".join(
                        f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in sent.items()
                    )
                    + "--b--\r\n",
                    content_type="multipart/form-data; boundary=b",
                )
        assert response.status_code == 200
        answer = response.json()
        assert answer["token_type"] == "bearer"
        assert (answer["user_id"], answer["role"], answer["name"]) == (customer.pk, "user", customer.name)
        assert PASSWORD not in response.content.decode()

    def test_hands_out_an_access_token_that_works(self, customer, api):
        token = api.post("/users/login", {"email": customer.email, "password": PASSWORD}).json()["access_token"]
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        assert api.get(f"/users/{customer.pk}").json()["email"] == customer.email

    def test_sets_the_refresh_token_as_a_cookie_that_scripts_and_other_sites_do_not_get(self, customer, api, settings):
        settings.REFRESH_COOKIE_SECURE = True
        response = api.post("/users/login", {"email": customer.email, "password": PASSWORD})
        cookie = response.cookies["refresh_token"]
        assert cookie.value == response.json()["refresh_token"]
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["max-age"]) == ("/", 7 * 24 * 3600)

    def test_answers_401_to_wrong_credentials_and_never_echoes_them(self, customer, api):
        response = api.post("/users/login", query_params={"email": customer.email, "password": "not-the-password"})
        assert (response.status_code, response.json()["code"]) == (401, "wrong_credentials")
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert "not-the-password" not in response.content.decode()

    @pytest.mark.parametrize("field", ["email", "password"])
    @pytest.mark.parametrize("bad", [None, "", [], {}, True, "x" * 300, "nul\x00"])
    def test_refuses_bad_input(self, customer, api, field, bad):
        response = api.post("/users/login", {"email": customer.email, "password": PASSWORD, field: bad})
        assert (response.status_code, locations(response)) == (422, [["body", field]])
        assert not Session.objects.exists()

    def test_names_the_query_when_that_is_where_the_fault_is(self, db, api):
        response = api.post("/users/login?password=x")
        assert locations(response) == [["query", "email"]]


class TestRefresh:
    @pytest.fixture
    def tokens(self, customer):
        return sessions.open_session(user=customer, now=timezone.now())

    @pytest.mark.parametrize("how", ["header", "cookie", "body", "cookie beside an access token"])
    def test_takes_the_token_of_header_cookie_or_body(self, tokens, api, how):
        body = {}
        match how:
            case "header":
                api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.refresh}")
            case "cookie":
                api.cookies["refresh_token"] = tokens.refresh
            case "body":
                body = {"refresh_token": tokens.refresh}
            case _:
                api.cookies["refresh_token"] = tokens.refresh
                api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
        response = api.post("/users/refresh", body)
        assert response.status_code == 200
        assert response.json()["refresh_token"] == response.cookies["refresh_token"].value != tokens.refresh

    @pytest.mark.parametrize("token", ["", "x", "a.b.c"])
    def test_answers_401_without_a_valid_token(self, db, api, token):
        api.cookies["refresh_token"] = token
        response = api.post("/users/refresh")
        assert (response.status_code, response.json()["code"]) == (401, "token_invalid")

    @pytest.mark.parametrize("bad", [None, [], {}, True, "x" * 3000])
    def test_refuses_bad_input(self, db, api, bad):
        assert api.post("/users/refresh", {"refresh_token": bad}).status_code == 422


class TestLogOut:
    def test_ends_the_session_at_once(self, customer, api):
        client = api.signed_in_as(customer)
        assert client.get(f"/users/{customer.pk}").status_code == 200
        response = client.post("/users/logout")
        assert (response.status_code, set(response.json())) == (200, {"detail"})
        assert response.cookies["refresh_token"]["max-age"] == 0
        assert client.get(f"/users/{customer.pk}").status_code == 401

    @pytest.mark.parametrize("token", ["", "Bearer x", "Basic x", "Bearer"])
    def test_answers_200_whatever_the_token(self, db, api, token):
        api.credentials(HTTP_AUTHORIZATION=token)
        assert api.post("/users/logout").status_code == 200


class TestTokens:
    """The ways a token of the API does not hold."""

    @pytest.mark.parametrize("header", ["x", "Basic abc", "Bearer", "Bearer a.b.c", "Bearer " + "x" * 5000])
    def test_answer_401_when_malformed(self, customer, api, header):
        api.credentials(HTTP_AUTHORIZATION=header)
        response = api.get(f"/users/{customer.pk}")
        assert (response.status_code, response.json()["code"]) == (401, "token_invalid")

    def test_answer_401_when_expired(self, customer, api):
        tokens = sessions.open_session(user=customer, now=timezone.now() - timedelta(hours=1, seconds=1))
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
        assert api.get(f"/users/{customer.pk}").status_code == 401

    def test_answer_401_when_a_refresh_token_comes_as_access_token(self, customer, api):
        tokens = sessions.open_session(user=customer, now=timezone.now())
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.refresh}")
        assert api.get(f"/users/{customer.pk}").status_code == 401

    def test_answer_401_once_the_person_is_deactivated(self, customer, api):
        client = api.signed_in_as(customer)
        User.objects.update(is_active=False)
        assert client.get(f"/users/{customer.pk}").status_code == 401

    def test_follow_a_change_of_role_at_once(self, admin, api):
        client = api.signed_in_as(admin)
        assert client.get("/users/").status_code == 200
        User.objects.update(role="user")
        assert client.get("/users/").status_code == 403

    def test_cost_one_query(self, customer, api, django_assert_num_queries):
        client = api.signed_in_as(customer)
        with django_assert_num_queries(2):
            client.get(f"/users/{customer.pk}")


class TestUsers:
    def test_are_listed_to_admins_alone(self, api, customer, admin):
        assert api.get("/users/").status_code == 401
        assert api.signed_in_as(customer).get("/users/").status_code == 403
        assert api.signed_in_as(admin).get("/users/").status_code == 200

    def test_are_customers_unless_asked_otherwise(self, api, customer, admin):
        client = api.signed_in_as(admin)
        assert [user["email"] for user in client.get("/users/").json()] == [customer.email]
        assert [user["email"] for user in client.get("/users/?role=admin").json()] == [admin.email]
        assert locations(client.get("/users/?role=owner")) == [["query", "role"]]

    def test_are_paged_in_a_stable_order(self, api, admin):
        users = UserFactory.create_batch(12)
        client = api.signed_in_as(admin)
        assert len(client.get("/users/").json()) == 10
        response = client.get("/users/?skip=10&limit=5&with_total=True")
        assert [user["user_id"] for user in response.json()] == [user.pk for user in users[10:]]
        assert response.headers["X-Total-Count"] == "12"

    @pytest.mark.parametrize("method", ["get", "put"])
    def test_hide_other_people(self, api, customer, stranger, admin, method):
        path, body = f"/users/{customer.pk}", {} if method == "get" else {"name": "Changed"}
        assert getattr(api, method)(path, body).status_code == 401
        assert getattr(api.signed_in_as(stranger), method)(path, body).status_code == 404
        assert getattr(api.signed_in_as(customer), method)(path, body).status_code == 200
        assert getattr(api.signed_in_as(admin), method)(path, body).status_code == 200
        assert getattr(api.signed_in_as(admin), method)("/users/999999", body).status_code == 404

    def test_show_admins_to_admins_too(self, api, admin):
        assert api.signed_in_as(admin).get(f"/users/{admin.pk}").json()["role"] == "admin"

    def test_change_their_name_and_nothing_else_by_it(self, api, customer):
        sent = {"name": "New Name", "role": "admin", "email": "other@example.com", "is_staff": True}
        response = api.signed_in_as(customer).put(f"/users/{customer.pk}", sent)
        assert (set(response.json()), response.json()["name"]) == (USER_FIELDS, "New Name")
        customer.refresh_from_db()
        assert (customer.role, customer.email, customer.is_staff) == ("user", "customer@example.com", False)
        assert customer.check_password(PASSWORD)

    def test_change_their_password_hashed_and_every_session_ends(self, api, customer):
        client = api.signed_in_as(customer)
        assert client.put(f"/users/{customer.pk}", {"password": "a-quite-new-secret"}).status_code == 200
        customer.refresh_from_db()
        assert customer.check_password("a-quite-new-secret")
        assert client.get(f"/users/{customer.pk}").status_code == 401

    @pytest.mark.parametrize("field", ["name", "password"])
    @pytest.mark.parametrize("bad", [None, "", [], {}, True, "x" * 300, "nul\x00nulnul"])
    def test_refuse_bad_input(self, api, customer, field, bad):
        response = api.signed_in_as(customer).put(f"/users/{customer.pk}", {field: bad})
        assert (response.status_code, locations(response)) == (422, [["body", field]])
        assert User.objects.get(pk=customer.pk).name == customer.name

    def test_have_whole_numbers_for_ids(self, api, customer):
        assert locations(api.signed_in_as(customer).get("/users/me")) == [["path", "user_id"]]
        assert api.signed_in_as(customer).get("/users/-1").status_code == 404
        assert api.signed_in_as(customer).get(f"/users/{10**30}").status_code == 404


class TestChangePassword:
    def test_replaces_the_password_and_ends_every_session(self, api, customer):
        client, elsewhere = api.signed_in_as(customer), api.signed_in_as(customer)
        sent = {"currentPassword": PASSWORD, "newPassword": "a-quite-new-secret"}
        response = client.post("/users/change-password", sent)
        assert response.status_code == 200
        assert {"message", "email"} <= set(response.json())
        customer.refresh_from_db()
        assert customer.check_password("a-quite-new-secret")
        assert [one.get(f"/users/{customer.pk}").status_code for one in (client, elsewhere)] == [401, 401]

    def test_hands_the_caller_a_new_session(self, api, customer):
        sent = {"currentPassword": PASSWORD, "newPassword": "a-quite-new-secret"}
        response = api.signed_in_as(customer).post("/users/change-password", sent)
        tokens = response.json()
        assert response.cookies["refresh_token"].value == tokens["refresh_token"]
        client = Api()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
        assert client.get(f"/users/{customer.pk}").status_code == 200
        assert client.post("/users/refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 200

    @pytest.mark.parametrize(
        ("current", "new", "status", "code"),
        [("wrong", "a-quite-new-secret", 401, "wrong_password"), (PASSWORD, PASSWORD, 400, "same_password")],
    )
    def test_refuses_a_wrong_password_or_the_same_again(self, api, customer, current, new, status, code):
        sent = {"currentPassword": current, "newPassword": new}
        response = api.signed_in_as(customer).post("/users/change-password", sent)
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert User.objects.get().check_password(PASSWORD)

    def test_refuses_a_guessable_one(self, api, customer):
        sent = {"currentPassword": PASSWORD, "newPassword": "12345678"}
        response = api.signed_in_as(customer).post("/users/change-password", sent)
        assert (response.status_code, locations(response)[0]) == (422, ["body", "newPassword"])

    def test_is_for_the_signed_in(self, api, db):
        assert api.post("/users/change-password", {}).status_code == 401


def test_admins_are_made_by_no_path_of_the_api(api, admin):
    """Promotion is the back office's: an admin's PUT does not change a role either."""
    other = AdminFactory(role="user", is_superuser=False)
    api.signed_in_as(admin).put(f"/users/{other.pk}", {"role": "admin"})
    assert User.objects.get(pk=other.pk).role == "user"
