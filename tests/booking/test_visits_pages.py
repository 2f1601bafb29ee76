from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from booking.models import Booking
from booking.orders import Order
from booking.services import checkout
from scheduling.models import Show
from venues.models import Seat


@pytest.fixture
def booking(selling_show, customer):
    seats = Seat.objects.filter(screen=selling_show.screen, seat_number__in=["A1", "A2"])
    order = Order(selling_show.pk, tuple(seats.values_list("pk", flat=True)))
    return checkout.book(order=order, by=customer, now=timezone.now())


@pytest.fixture
def path(booking):
    return f"/account/bookings/{booking.booking_reference}"


class TestMyBookings:
    def test_wants_to_know_who_asks(self, client, db):
        assert client.get("/account/bookings").url == "/account/login?next=%2Faccount%2Fbookings"

    def test_tells_what_is_ahead_from_what_was(self, client, customer, booking):
        client.force_login(customer)
        context = client.get("/account/bookings").context
        assert ([one.pk for one in context["ahead"]], context["past"]) == ([booking.pk], [])
        client.post(f"/account/bookings/{booking.booking_reference}/cancel")
        context = client.get("/account/bookings").context
        assert (context["ahead"], [one.pk for one in context["past"]]) == ([], [booking.pk])

    def test_shows_nobody_elses(self, client, stranger, booking):
        client.force_login(stranger)
        page = client.get("/account/bookings").content.decode()
        assert booking.booking_reference not in page
        assert "No tickets yet" in page

    def test_costs_the_same_queries_for_one_booking_and_for_many(
        self, client, customer, booking, selling_show, django_assert_num_queries
    ):
        client.force_login(customer)
        with django_assert_num_queries(4):
            client.get("/account/bookings")
        for seat in Seat.objects.filter(screen=selling_show.screen, seat_number__in=["B1", "B2", "B3"]):
            checkout.book(order=Order(selling_show.pk, (seat.pk,)), by=customer, now=timezone.now())
        with django_assert_num_queries(4):
            client.get("/account/bookings")


class TestShowTicket:
    def test_carries_the_seats_the_bill_and_the_code(self, client, customer, booking, path):
        client.force_login(customer)
        page = client.get(path.lower()).content.decode()
        assert "A1, A2" in page
        assert "CGST ₹13.55" in page
        assert "₹355.20" in page
        assert 'class="qr"' in page

    @pytest.mark.parametrize("ending", ["", "/cancel", "/ticket.pdf"])
    def test_is_nobody_elses_business(self, client, stranger, path, ending):
        client.force_login(stranger)
        assert client.get(path + ending).status_code == 404

    def test_shows_no_code_once_cancelled(self, client, customer, path):
        client.force_login(customer)
        page = client.post(f"{path}/cancel", follow=True).content.decode()
        assert "This booking is cancelled" in page
        assert 'class="qr"' not in page

    @pytest.mark.parametrize("reference", ["BKNG-00000000", "x" * 300, "%00", "a%2Fb"])
    def test_is_404_for_what_is_not_there(self, client, customer, reference):
        client.force_login(customer)
        assert client.get(f"/account/bookings/{reference}").status_code == 404


class TestDownloadTicket:
    def test_is_a_pdf_of_the_owners(self, client, customer, path, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        client.force_login(customer)
        answer = client.get(f"{path}/ticket.pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF")

    def test_is_gone_with_the_booking(self, client, customer, path):
        client.force_login(customer)
        client.post(f"{path}/cancel")
        assert client.get(f"{path}/ticket.pdf").status_code == 404


class TestCancelBooking:
    def test_gives_back_what_the_preview_says(self, client, customer, booking, path):
        client.force_login(customer)
        preview = client.get(f"{path}/cancel").context["refund"]
        answer = client.post(f"{path}/cancel", follow=True)
        booking.refresh_from_db()
        assert booking.booking_status == "CANCELLED"
        assert preview == booking.refund_amount > 0
        assert f"₹{preview}" in answer.content.decode()

    def test_is_harmless_when_it_is_sent_twice(self, client, customer, booking, path):
        client.force_login(customer)
        assert client.post(f"{path}/cancel").url == client.post(f"{path}/cancel").url == path
        assert Booking.objects.get().logs.filter(to_status="CANCELLED").count() == 1

    def test_is_too_late_after_the_start(self, client, customer, booking, path):
        started = timezone.now() - timedelta(minutes=1)
        Show.objects.update(starts_at=started)
        client.force_login(customer)
        assert "cannot be cancelled any more" in client.get(f"{path}/cancel").content.decode()
        answer = client.post(f"{path}/cancel")
        assert answer.status_code == 409
        booking.refresh_from_db()
        assert (booking.booking_status, booking.refund_amount) == ("CONFIRMED", Decimal(0))
