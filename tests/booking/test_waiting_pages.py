import pytest
from django.core.cache import cache

from billing.models import Payment
from booking.models import Booking
from booking.services import checkout
from tests.booking.stories import booked, order, placed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_asked():
    cache.clear()


@pytest.fixture
def visitor(client, customer):
    client.force_login(customer)
    return client


@pytest.fixture
def waiting(razorpay, selling_show, customer, now) -> Booking:
    return checkout.start(order=order(selling_show, "A1"), by=customer, now=now)


def path(booking, rest=""):
    return f"/account/bookings/{booking.booking_reference}/payment{rest}"


def questions(razorpay) -> int:
    return sum(asked.startswith("GET /v1/payment_links") for asked in razorpay.asked)


class TestWaitForPayment:
    def test_leads_to_the_gateway_and_works_without_scripts(self, visitor, waiting, razorpay):
        page = visitor.get(path(waiting))
        text = page.content.decode()
        assert f'href="{razorpay.url}/l/' in text
        assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
        assert "no-store" in page.headers["Cache-Control"]

    def test_asks_the_gateway_now_and_then_only(self, visitor, waiting, razorpay):
        for _ in range(5):
            visitor.get(path(waiting))
            visitor.get(path(waiting, "/state"))
        assert questions(razorpay) == 1

    def test_asks_at_once_when_the_address_vouches_for_the_payment(self, visitor, waiting, razorpay):
        visitor.get(path(waiting))
        link = razorpay.pay(next(iter(razorpay.links)))
        answer = visitor.get(razorpay.way_back(link).replace("http://localhost:8000", ""))
        assert answer.url == f"/account/bookings/{waiting.booking_reference}"
        assert Booking.objects.get().booking_status == "CONFIRMED"

    def test_believes_no_address_by_itself(self, visitor, waiting, razorpay):
        visitor.get(path(waiting))
        link = razorpay.pay(next(iter(razorpay.links)))
        forged = razorpay.way_back(link).replace("http://localhost:8000", "").replace("signature=", "signature=0")
        assert visitor.get(forged).status_code == 200
        assert Booking.objects.get().booking_status == "PENDING"

    def test_is_shown_while_the_gateway_is_away(self, visitor, waiting, settings):
        settings.RAZORPAY_BASE_URL = "http://127.0.0.1:9"
        assert visitor.get(path(waiting)).status_code == 200

    def test_says_why_another_attempt_cannot_begin(self, visitor, waiting, settings):
        settings.RAZORPAY_BASE_URL = "http://127.0.0.1:9"
        answer = visitor.post(path(waiting))
        assert answer.status_code == 502
        assert "The payment provider could not be asked." in answer.content.decode()

    def test_leads_to_the_ticket_when_there_is_nothing_to_wait_for(self, visitor, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        for answer in (visitor.get(path(booking)), visitor.post(path(booking))):
            assert answer.url == f"/account/bookings/{booking.booking_reference}"
        assert Payment.objects.count() == 1

    def test_is_the_way_back_after_a_log_in(self, client, waiting):
        assert client.get(path(waiting)).url.endswith(
            f"next=%2Faccount%2Fbookings%2F{waiting.booking_reference}%2Fpayment"
        )
        assert client.get(path(waiting, "/state")).url == client.get(path(waiting)).url

    def test_costs_a_bounded_number_of_queries(
        self, visitor, selling_show, customer, now, django_assert_max_num_queries
    ):
        booking = placed(selling_show, "A1", "A2", "A3", by=customer, now=now)
        visitor.get(path(booking))  # asks the gateway; the next one does not
        with django_assert_max_num_queries(8):
            visitor.get(path(booking))


class TestPaymentState:
    def test_tells_the_script_what_is_known(self, visitor, waiting):
        assert visitor.get(path(waiting, "/state")).json() == {"booking": "PENDING", "payment": "PENDING"}

    def test_tells_that_an_attempt_failed(self, visitor, waiting, razorpay):
        next(iter(razorpay.links.values()))["status"] = "expired"
        assert visitor.get(path(waiting, "/state")).json() == {"booking": "PENDING", "payment": "FAILED"}

    def test_tells_that_the_money_came(self, visitor, waiting, razorpay):
        razorpay.pay(next(iter(razorpay.links)))
        assert visitor.get(path(waiting, "/state")).json() == {"booking": "CONFIRMED", "payment": "COMPLETED"}


class TestSandboxPage:
    @pytest.fixture
    def page(self, visitor, selling_show, customer, now, settings) -> str:
        settings.SANDBOX_BEHAVIOUR = "redirect"
        booking = checkout.start(order=order(selling_show, "A1"), by=customer, now=now)
        return f"/sandbox/pay/{booking.booking_reference}-1"

    def test_goes_back_with_a_signature(self, visitor, page):
        back = visitor.post(page, {"decision": "approve", "webhook": "never"}).url
        assert "sandbox_signature=" in back
        visitor.get(back.replace("http://localhost:8000", ""))
        assert Booking.objects.get().booking_status == "CONFIRMED"

    def test_keeps_the_first_decision(self, visitor, page):
        for decision in ("decline", "approve"):
            visitor.post(page, {"decision": decision, "webhook": "never"})
        assert "This payment was declined" in visitor.get(page).content.decode()

    @pytest.mark.parametrize("form", [{}, {"decision": "steal", "webhook": "never"}, {"decision": "approve"}])
    def test_decides_nothing_by_a_broken_form(self, visitor, page, form):
        assert visitor.post(page, form).status_code == 200
        assert "Approve" in visitor.get(page).content.decode()

    def test_is_not_there_for_what_is_unknown_or_has_none(self, visitor, selling_show, customer, now):
        booked(selling_show, "A1", by=customer, now=now)
        for key in (Payment.objects.get().transaction_code, "BKNG-UNKNOWN1-1"):
            assert visitor.get(f"/sandbox/pay/{key}").status_code == 404
