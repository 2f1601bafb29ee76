from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from icalendar import Calendar

from booking.models import Booking, Feedback
from booking.orders import Order
from booking.services import checkout
from scheduling.models import Show
from tests.factories.booking import BookingFactory
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
        assert ([one.pk for one in context["ahead"]], list(context["page"])) == ([booking.pk], [])
        client.post(f"/account/bookings/{booking.booking_reference}/cancel")
        context = client.get("/account/bookings").context
        assert (context["ahead"], [one.pk for one in context["page"]]) == ([], [booking.pk])

    def test_shows_nobody_elses(self, client, stranger, booking):
        client.force_login(stranger)
        page = client.get("/account/bookings").content.decode()
        assert booking.booking_reference not in page
        assert "No tickets yet" in page

    def test_costs_the_same_queries_for_one_booking_and_for_many(
        self, client, customer, booking, selling_show, django_assert_num_queries
    ):
        client.force_login(customer)
        with django_assert_num_queries(6):  # session, user, unread; ahead with seats; how many are past
            client.get("/account/bookings")
        for seat in Seat.objects.filter(screen=selling_show.screen, seat_number__in=["B1", "B2", "B3"]):
            checkout.book(order=Order(selling_show.pk, (seat.pk,)), by=customer, now=timezone.now())
        with django_assert_num_queries(6):  # session, user, unread; ahead with seats; how many are past
            client.get("/account/bookings")

    def test_turns_the_pages_of_what_was(self, client, customer):
        BookingFactory.create_batch(21, user=customer, booking_status="CANCELLED", cancelled_at=timezone.now())
        client.force_login(customer)
        first, second = (client.get(f"/account/bookings?page={page}").context["page"] for page in (1, 2))
        assert (len(first), len(second)) == (20, 1)
        assert {booking.pk for booking in first}.isdisjoint(booking.pk for booking in second)
        assert client.get("/account/bookings?page=nonsense").status_code == 200


class TestShowTicket:
    def test_carries_the_seats_the_bill_and_the_code(self, client, customer, booking, path):
        client.force_login(customer)
        page = client.get(path.lower()).content.decode()
        assert "A1, A2" in page
        assert "CGST ₹13.55" in page
        assert "₹355.20" in page
        assert 'class="qr"' in page

    @pytest.mark.parametrize("ending", ["", "/cancel", "/ticket.pdf", "/ticket.html", "/show.ics", "/feedback"])
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


class TestDownloadPage:
    def test_is_one_file_with_the_code_and_nothing_from_elsewhere(self, client, customer, path):
        client.force_login(customer)
        answer = client.get(f"{path}/ticket.html")
        page = answer.content.decode()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert 'class="qr"' in page
        assert "A1 A2" in page
        assert [word for word in ("href=", "src=", "url(", "<script") if word in page] == []

    def test_is_gone_with_the_booking(self, client, customer, path):
        client.force_login(customer)
        client.post(f"{path}/cancel")
        assert client.get(f"{path}/ticket.html").status_code == 404


class TestDownloadCalendar:
    def test_is_read_by_a_calendar(self, client, customer, booking, path):
        client.force_login(customer)
        answer = client.get(f"{path}/show.ics")
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert event.decoded("DTSTART") == booking.show.starts_at
        assert event.decoded("DTEND") == booking.show.ends_at

    def test_is_gone_with_the_booking(self, client, customer, path):
        client.force_login(customer)
        client.post(f"{path}/cancel")
        assert client.get(f"{path}/show.ics").status_code == 404


class TestGiveFeedback:
    @pytest.fixture
    def seen(self, booking) -> None:
        Show.objects.update(starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now())

    def test_is_kept_and_not_asked_for_again(self, client, customer, booking, path, seen):
        client.force_login(customer)
        assert "How was it?" in client.get(path).content.decode()
        assert client.post(f"{path}/feedback", {"rating": "4", "comment": "Fine seats."}).url == path
        assert Feedback.objects.values_list("rating", "comment").get() == (4, "Fine seats.")
        assert "How was it?" not in client.get(path).content.decode()
        assert client.post(f"{path}/feedback", {"rating": "1"}).status_code == 409

    @pytest.mark.parametrize("form", [{}, {"rating": "6"}, {"rating": "x"}, {"rating": "5", "comment": "x" * 2001}])
    def test_says_what_is_wrong_with_it(self, client, customer, path, seen, form):
        client.force_login(customer)
        assert client.post(f"{path}/feedback", form).status_code == 422
        assert not Feedback.objects.exists()

    def test_waits_for_the_end_of_the_show(self, client, customer, path):
        client.force_login(customer)
        assert client.get(f"{path}/feedback").url == path
        assert client.post(f"{path}/feedback", {"rating": "5"}).status_code == 409


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


class TestCancelLines:
    def seat(self, booking, number: str) -> int:
        return booking.seats.get(seat__seat_number=number).seat_id

    def test_gives_back_what_the_preview_says_and_keeps_the_rest(self, client, customer, booking, path):
        client.force_login(customer)
        assert "Or only some of it" in client.get(f"{path}/cancel").content.decode()
        wanted = {"seats": self.seat(booking, "A1")}
        preview = client.get(f"{path}/cancel/lines", wanted).context["back"].amount
        booking.refresh_from_db()
        assert booking.refund_amount == 0
        assert client.post(f"{path}/cancel/lines", wanted).url == path
        booking.refresh_from_db()
        assert (booking.booking_status, booking.refund_amount) == ("CONFIRMED", preview)
        assert preview == Decimal("142.08")
        assert client.get(path).context["seats"] == ["A2"]
        (listed,) = client.get("/account/bookings").context["ahead"]
        assert [str(line.seat) for line in listed.seats.all()] == ["A2"]

    def test_is_harmless_when_it_is_sent_twice(self, client, customer, booking, path):
        client.force_login(customer)
        wanted = {"seats": self.seat(booking, "A1")}
        for _ in range(2):
            assert client.post(f"{path}/cancel/lines", wanted).url == path
        booking.refresh_from_db()
        assert booking.refund_amount == Decimal("142.08")

    def test_asks_what_when_nothing_is_ticked(self, client, customer, path):
        client.force_login(customer)
        assert client.get(f"{path}/cancel/lines").url == f"{path}/cancel"

    @pytest.mark.parametrize("wanted", [{"seats": "4711"}, {"seats": "x"}, {"foods": "1"}, {"seats": "9" * 30}])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_404_for_what_is_not_in_the_booking(self, client, customer, path, method, wanted):
        client.force_login(customer)
        assert getattr(client, method)(f"{path}/cancel/lines", wanted).status_code == 404

    def test_is_nobody_elses_business(self, client, stranger, booking, path):
        client.force_login(stranger)
        assert client.post(f"{path}/cancel/lines", {"seats": self.seat(booking, "A1")}).status_code == 404

    def test_is_not_offered_for_a_single_seat(self, client, customer, booking, path):
        client.force_login(customer)
        client.post(f"{path}/cancel/lines", {"seats": self.seat(booking, "A1")})
        assert "Or only some of it" not in client.get(f"{path}/cancel").content.decode()
