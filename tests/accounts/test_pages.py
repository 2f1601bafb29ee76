import pytest
from django.utils import timezone

from accounts.models import PasswordReset, User
from accounts.services import passwords
from tests.accounts.test_passwords import mailed
from tests.factories.accounts import PASSWORD, GuestFactory, UserFactory


def logged_in(client) -> bool:
    return "_auth_user_id" in client.session


class TestLogIn:
    def test_lets_the_right_password_in_and_leads_on(self, client, customer):
        form = {"email": "CUSTOMER@example.com", "password": PASSWORD, "next": "/account/bookings"}
        answer = client.post("/account/login", form)
        assert (answer.status_code, answer.url) == (302, "/account/bookings")
        assert logged_in(client)

    def test_takes_as_long_a_password_as_the_api(self, client, db):
        password = "nine small green boats " * 11
        client.post(
            "/users/signup", {"name": "Asha", "email": "a@example.com", "phone": "12345", "password": password}
        )
        assert client.post("/account/login", {"email": "a@example.com", "password": password}).status_code == 302

    def test_leads_nowhere_else_than_to_us(self, client, customer):
        form = {"email": customer.email, "password": PASSWORD, "next": "https://evil.example/"}
        assert client.post("/account/login", form).url == "/"

    @pytest.mark.parametrize("email", ["customer@example.com", "nobody@example.com"])
    def test_answers_a_wrong_password_and_an_unknown_person_alike(self, client, customer, email):
        answer = client.post("/account/login", {"email": email, "password": "wrong"})
        assert answer.status_code == 401
        assert "E-mail or password is wrong." in answer.content.decode()
        assert "wrong" not in answer.content.decode().replace("password is wrong", "")
        assert not logged_in(client)

    def test_keeps_guests_out_even_with_a_password(self, client, db):
        guest = GuestFactory()
        guest.set_password(PASSWORD)
        guest.save()
        answer = client.post("/account/login", {"email": guest.email, "password": PASSWORD})
        assert answer.status_code == 401
        assert not logged_in(client)

    def test_keeps_the_deactivated_out(self, client, db):
        gone = UserFactory(is_active=False)
        assert client.post("/account/login", {"email": gone.email, "password": PASSWORD}).status_code == 401

    def test_names_what_is_missing_beside_the_field(self, client, db):
        answer = client.post("/account/login", {"email": "not an address"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="id_email_error"' in page
        assert 'id="id_password_error"' in page
        assert page.count('aria-invalid="true"') == 2

    def test_survives_a_nul_character(self, client, db):
        assert client.post("/account/login", {"email": "a\0@example.com", "password": "x\0"}).status_code == 422

    def test_sends_on_who_is_in_already(self, client, customer):
        client.force_login(customer)
        assert client.get("/account/login?next=/account/bookings").url == "/account/bookings"
        assert client.get("/account/login?next=999").url == "/"


class TestLogOut:
    def test_ends_the_session(self, client, customer):
        client.force_login(customer)
        assert client.post("/account/logout").url == "/"
        assert not logged_in(client)

    def test_is_never_a_link(self, client, customer):
        client.force_login(customer)
        assert client.get("/account/logout").status_code == 405
        assert logged_in(client)


class TestSignUp:
    FORM = {"name": "Asha", "email": "Asha@example.com", "phone": "+91 98200 12345", "password": "popcorn-at-nine"}

    def test_makes_a_customer_who_is_in_at_once(self, client, db):
        answer = client.post("/account/signup", {**self.FORM, "next": "/account/bookings", "role": "admin"})
        user = User.objects.get()
        assert (answer.status_code, answer.url) == (302, "/account/bookings")
        assert (user.email, user.phone, user.role) == ("asha@example.com", "+919820012345", "user")
        assert logged_in(client)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "customer@example.com"),
            ("phone", "+919820000001"),
            ("password", "password"),
            ("phone", "call me"),
        ],
    )
    def test_puts_a_refusal_beside_its_field(self, client, customer, field, value):
        answer = client.post("/account/signup", {**self.FORM, field: value})
        page = answer.content.decode()
        assert 400 <= answer.status_code < 500
        assert f'id="id_{field}_error"' in page
        assert page.count('class="field__error"') == 1
        assert User.objects.count() == 1

    def test_needs_no_phone(self, client, db):
        assert client.post("/account/signup", {**self.FORM, "phone": ""}).status_code == 302

    def test_repeats_no_password(self, client, db):
        answer = client.post("/account/signup", {**self.FORM, "email": "x", "password": "popcorn-at-nine"})
        assert "popcorn-at-nine" not in answer.content.decode()


class TestForgotPassword:
    def test_is_found_from_the_log_in(self, client, db):
        assert 'href="/account/forgot"' in client.get("/account/login").content.decode()
        assert client.get("/account/forgot").status_code == 200

    @pytest.mark.parametrize("email", ["customer@example.com", "nobody@example.com"])
    def test_says_the_same_whoever_is_asked_for(self, client, customer, email):
        answer = client.post("/account/forgot", {"email": email})
        assert answer.status_code == 200
        assert f"If somebody has an account with {email}" in answer.content.decode()
        assert PasswordReset.objects.get().email == email

    @pytest.mark.parametrize("email", ["", "no address", "a\0@example.com", "asha@ex\u0130mple.com"])
    def test_names_a_fault_beside_the_field(self, client, db, email):
        answer = client.post("/account/forgot", {"email": email})
        assert answer.status_code == 422
        assert 'id="id_email_error"' in answer.content.decode()
        assert not PasswordReset.objects.exists()


class TestResetPassword:
    def test_leads_from_the_mail_to_the_log_in_with_the_new_password(self, client, customer):
        token = mailed(customer.email, timezone.now())
        page = client.get(f"/account/reset?token={token}")
        assert f'name="token" value="{token}"' in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
        answer = client.post("/account/reset", {"token": token, "password": "a-quite-new-secret"})
        assert (answer.status_code, answer.url) == (302, "/account/login")
        assert "Your password is changed." in client.get(answer.url).content.decode()
        assert client.post("/account/login", {"email": customer.email, "password": "a-quite-new-secret"}).url == "/"

    def test_ends_the_page_sessions_that_were_open(self, client, customer):
        client.force_login(customer)
        assert client.get("/account/bookings").status_code == 200
        passwords.reset_password(
            token=mailed(customer.email, timezone.now()), new="a-quite-new-secret", address="", now=timezone.now()
        )
        assert client.get("/account/bookings").status_code == 302

    def test_says_that_a_link_is_over(self, client, customer):
        answer = client.post("/account/reset", {"token": "x" * 43, "password": "a-quite-new-secret"})
        assert answer.status_code == 400
        assert "Ask for a new one" in answer.content.decode()
        assert "a-quite-new-secret" not in answer.content.decode()

    @pytest.mark.parametrize("password", ["", "short", "password", "customer@example.com"])
    def test_puts_a_refusal_beside_the_field_and_keeps_the_link(self, client, customer, password):
        token = mailed(customer.email, timezone.now())
        answer = client.post("/account/reset", {"token": token, "password": password})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="id_password_error"' in page
        assert token in page

    def test_survives_nul_characters_and_no_token_at_all(self, client, db):
        assert client.post("/account/reset", {"token": "\0", "password": "a-quite-new-secret"}).status_code == 400
        assert client.get("/account/reset").status_code == 200
