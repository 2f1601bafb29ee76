from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Guest, PasswordReset, User
from booking.links import OrderKey, order_link
from booking.models import Booking, BookingMail, SeatLock
from tests.booking.stories import booked, seats_of
from tests.factories.accounts import PASSWORD, GuestDetailsFactory, UserFactory

WHERE = {"email": "Asha@example.com", "phone": "+91 98200 00001"}


@pytest.fixture
def at_details(client, selling_show) -> Client:
    """Hold two seats and want no food: the next page asks where the tickets go."""
    client.post(f"/book/{selling_show.pk}/seats", {"seats": seats_of(selling_show, "A1", "A2")})
    answer = client.post(f"/book/{selling_show.pk}/food", {})
    assert client.get(answer.url).url == f"/book/{selling_show.pk}/details"
    return client


@pytest.fixture
def path(selling_show) -> str:
    return f"/book/{selling_show.pk}"


def pay(client: Client, path: str) -> Booking:
    """Pay exactly what the page shows."""
    till = client.get(f"{path}/pay").context
    form = {"seats": till["seats"], "amount": till["till"].quote.amount}
    client.post(f"{path}/pay", form)
    return Booking.objects.latest("id")


def key_of(booking: Booking) -> str:
    link = order_link(OrderKey(booking.booking_reference, Guest.objects.get(user=booking.user).link_key))
    return parse_qs(urlsplit(link).query)["key"][0]


class TestGiveDetails:
    def test_leads_to_a_ticket_without_an_account(self, at_details, path):
        assert at_details.post(f"{path}/details", WHERE).url == f"{path}/pay"
        booking = pay(at_details, path)
        assert (booking.booking_status, booking.user.is_guest) == ("CONFIRMED", True)
        page = at_details.get(f"/account/bookings/{booking.booking_reference}").content.decode()
        assert "asha@example.com" in page
        assert 'class="qr"' in page

    @pytest.mark.parametrize(
        ("form", "field"),
        [({}, "email"), ({**WHERE, "email": "nowhere"}, "email"), ({**WHERE, "phone": "none"}, "phone")],
    )
    def test_names_what_is_wrong_beside_the_field(self, at_details, path, form, field):
        answer = at_details.post(f"{path}/details", form)
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()

    def test_answers_the_address_of_an_account_like_any_other(self, at_details, path, customer):
        form = {"email": customer.email, "phone": customer.phone}
        assert at_details.post(f"{path}/details", form).url == f"{path}/pay"
        booking = pay(at_details, path)
        assert booking.user != customer
        page = at_details.get("/account/bookings").content.decode()
        assert customer.name not in page

    def test_are_asked_before_any_money_moves(self, at_details, path, selling_show):
        ids = ",".join(map(str, seats_of(selling_show, "A1", "A2")))
        assert at_details.post(f"{path}/pay", {"seats": ids, "amount": "355.20"}).url == f"{path}/pay"
        assert not Booking.objects.exists()

    def test_are_not_asked_of_an_account(self, client, customer, path):
        client.force_login(customer)
        assert client.get(f"{path}/details").url == f"{path}/pay"
        assert client.post(f"{path}/details", WHERE).url == f"{path}/pay"

    def test_lead_back_to_the_seats_when_none_is_held(self, at_details, path, selling_show):
        SeatLock.objects.update(expires_at=timezone.now())
        assert at_details.get(f"{path}/details").url == f"/seatmap/{selling_show.pk}"

    def test_of_somebody_else_at_the_same_browser_show_them_nothing_of_the_first(self, at_details, path, selling_show):
        at_details.post(f"{path}/details", WHERE)
        first = pay(at_details, path)
        at_details.post(f"{path}/seats", {"seats": seats_of(selling_show, "B1")})
        at_details.post(f"{path}/details", {**WHERE, "email": "ravi@example.com"})
        second = pay(at_details, path)
        assert second.user != first.user
        assert at_details.get(f"/account/bookings/{second.booking_reference}").status_code == 200
        assert at_details.get(f"/account/bookings/{first.booking_reference}").status_code == 404


class TestLoggingInOnTheWay:
    @pytest.mark.parametrize("door", ["login", "signup"])
    def test_keeps_the_seats_and_the_food(self, at_details, path, door):
        forms = {
            "login": {"email": UserFactory(email="known@example.com").email, "password": PASSWORD},
            "signup": {"name": "Asha", "email": "asha@example.com", "password": "popcorn-at-nine"},
        }
        before = at_details.session["baskets"]
        assert at_details.post(f"/account/{door}", {**forms[door], "next": f"{path}/pay"}).url == f"{path}/pay"
        assert at_details.session["baskets"] == before
        assert "guest" not in at_details.session
        assert pay(at_details, path).user.email == forms[door]["email"]

    def test_under_a_new_session_key(self, at_details, customer):
        before = at_details.session.session_key
        at_details.post("/account/login", {"email": customer.email, "password": PASSWORD})
        assert at_details.session.session_key != before

    def test_leaves_what_was_bought_with_the_guest(self, at_details, path, customer):
        at_details.post(f"{path}/details", {**WHERE, "email": customer.email})
        booking = pay(at_details, path)
        at_details.post("/account/login", {"email": customer.email, "password": PASSWORD})
        assert at_details.get(f"/account/bookings/{booking.booking_reference}").status_code == 404


class TestOpenOrder:
    @pytest.fixture
    def bought(self, selling_show) -> Booking:
        guest = GuestDetailsFactory(email="asha@example.com").user
        return booked(selling_show, "A1", by=guest, now=timezone.now())

    @pytest.fixture
    def ticket(self, bought) -> str:
        return f"/account/bookings/{bought.booking_reference}"

    def test_leads_to_the_ticket_at_an_address_without_the_key(self, client, bought, ticket):
        answer = client.get("/account/order", {"key": key_of(bought)})
        assert answer.url == ticket
        assert client.get(ticket).status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]

    def test_keeps_the_seats_that_this_browser_holds(self, client, bought, selling_show):
        client.post(f"/book/{selling_show.pk}/seats", {"seats": seats_of(selling_show, "B1", "B2")})
        held = SeatLock.objects.filter(show=selling_show, status="LOCKED")
        (holder,) = set(held.values_list("user_id", flat=True))
        asked = client.get("/account/order", {"key": key_of(bought)})
        assert "the seats that you are choosing come along" in asked.content.decode()
        assert client.get(f"/book/{selling_show.pk}/details").status_code == 200  # still who they were
        assert set(held.values_list("user_id", flat=True)) == {holder} != {bought.user_id}
        client.post("/account/order", {"key": key_of(bought)})
        assert set(held.values_list("user_id", flat=True)) == {bought.user_id}

    def test_lets_the_guest_cancel(self, client, bought, ticket):
        client.get("/account/order", {"key": key_of(bought)})
        assert client.post(f"{ticket}/cancel").url == ticket
        bought.refresh_from_db()
        assert bought.booking_status == "CANCELLED"

    @pytest.mark.parametrize("key", ["", "x", "BKNG-F0000001.x:y", "\0"])
    def test_says_so_when_the_link_is_none(self, client, db, key):
        answer = client.get("/account/order", {"key": key})
        assert answer.status_code == 410
        assert "guest" not in client.session

    def test_never_logs_anybody_in(self, client, bought, ticket):
        client.get("/account/order", {"key": key_of(bought)})
        for path in ("/account/profile", "/admin/"):
            assert client.get(path).status_code in (302, 404)
        assert client.get(ticket).wsgi_request.user.is_anonymous

    def test_asks_first_when_somebody_is_logged_in(self, client, bought, customer):
        client.force_login(customer)
        page = client.get("/account/order", {"key": key_of(bought)}).content.decode()
        assert "Log out and see it" in page
        assert "Add it to my account" not in page

    def test_adds_the_booking_to_the_account_of_its_address(self, client, bought, ticket):
        account, key = UserFactory(email="asha@example.com"), key_of(bought)
        client.force_login(account)
        assert "Add it to my account" in client.get("/account/order", {"key": key}).content.decode()
        assert client.post("/account/order", {"key": key, "choice": "add"}).url == ticket
        assert client.get(ticket).status_code == 200
        assert client.get("/account/order", {"key": key}).url == ticket

    def test_adds_it_to_no_other_account(self, client, bought, customer):
        client.force_login(customer)
        assert client.post("/account/order", {"key": key_of(bought), "choice": "add"}).status_code == 410
        bought.refresh_from_db()
        assert bought.user.is_guest

    def test_logs_out_whoever_wants_to_see_it_as_a_guest(self, client, bought, ticket, customer):
        client.force_login(customer)
        client.post("/account/order", {"key": key_of(bought)})
        assert client.get(ticket).wsgi_request.user.is_anonymous
        assert client.get(ticket).status_code == 200

    def test_adds_nothing_for_nobody(self, client, bought):
        answer = client.post("/account/order", {"key": key_of(bought), "choice": "add"})
        assert answer.headers["Location"].startswith("/account/login")


class TestSendNewLink:
    def test_shuts_everybody_out_but_who_asked(self, client, selling_show):
        booking = booked(selling_show, "A1", by=GuestDetailsFactory().user, now=timezone.now())
        ticket, other = f"/account/bookings/{booking.booking_reference}", Client()
        for browser in (client, other):
            browser.get("/account/order", {"key": key_of(booking)})
            assert browser.get(ticket).status_code == 200
        assert client.post(f"{ticket}/link").url == ticket
        assert client.get(ticket).status_code == 200
        assert other.get(ticket).headers["Location"].startswith("/account/login")

    def test_is_for_guests(self, client, customer, selling_show):
        booking = booked(selling_show, "A1", by=customer, now=timezone.now())
        client.force_login(customer)
        before = Guest.objects.count()
        assert client.post(f"/account/bookings/{booking.booking_reference}/link").status_code == 302
        assert Guest.objects.count() == before == 0
        assert BookingMail.objects.get().sent_at is None


class TestKeepBookings:
    def test_sends_a_link_to_where_the_tickets_went(self, at_details, path):
        at_details.post(f"{path}/details", WHERE)
        pay(at_details, path)
        page = at_details.post("/account/keep").content.decode()
        assert "asha@example.com" in page
        assert PasswordReset.objects.get().email == "asha@example.com"

    def test_answers_the_same_for_the_address_of_an_account(self, at_details, path, customer):
        at_details.post(f"{path}/details", {**WHERE, "email": customer.email})
        page = at_details.post("/account/keep")
        assert (page.status_code, customer.name in page.content.decode()) == (200, False)

    def test_is_nothing_for_somebody_we_do_not_know(self, client, db):
        assert client.post("/account/keep").url.startswith("/account/login")
        assert not User.objects.exists()
