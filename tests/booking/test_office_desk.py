"""What staff do with bookings, shows and seats in the back office: the page says the consequence, a second step does it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from billing.models import Payment
from booking.models import Booking, BookingMail, BookingStatusLog, SeatLock
from booking.orders import Order
from booking.services import checkout
from booking.states import BookingStatus, LockStatus, MailKind
from scheduling.models import Show
from scheduling.states import ShowStatus
from tests.factories.accounts import StaffFactory
from tests.factories.booking import FeedbackFactory, SeatLockFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def sold(selling_show, customer, now) -> Booking:
    seats = list(selling_show.screen.seats.order_by("id")[:2])
    return checkout.book(order=Order(selling_show.pk, tuple(seat.pk for seat in seats)), by=customer, now=now)


def asked(client, model: str, action: str, row, **more: str) -> str:
    """Choose an action for one row, as from the list, and read what it says."""
    data = {"action": action, "_selected_action": str(row.pk), **more}
    response = client.post(reverse(f"admin:{model}_changelist"), data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


class TestCancelling:
    def test_says_the_refund_and_then_gives_it(self, office, sold):
        page = asked(office, "booking_booking", "cancel", sold)
        preview = f"₹{sold.amount * 80 / 100:.2f}"
        assert preview in page
        assert "(80 %)" in page
        assert Booking.objects.get(pk=sold.pk).booking_status == BookingStatus.CONFIRMED
        done = asked(office, "booking_booking", "cancel", sold, confirmed="yes", note="Ill at home")
        assert f"{preview} goes back: Ill at home" in done
        ended = Booking.objects.get(pk=sold.pk)
        assert ended.booking_status == BookingStatus.CANCELLED
        assert f"₹{ended.refund_amount}" == preview
        assert "Ill at home" in BookingStatusLog.objects.filter(booking=sold).latest("id").reason
        assert LogEntry.objects.filter(object_id=str(sold.pk)).exists()

    def test_needs_a_reason(self, office, sold):
        page = asked(office, "booking_booking", "cancel", sold, confirmed="yes", note=" ")
        assert "Write between 1 and 120" in page
        assert Booking.objects.get(pk=sold.pk).booking_status == BookingStatus.CONFIRMED

    def test_gives_everything_back_when_the_fault_is_ours(self, office, sold):
        asked(office, "booking_booking", "cancel_in_full", sold, confirmed="yes", note="Broken lamp")
        assert Booking.objects.get(pk=sold.pk).refund_amount == sold.amount
        assert Payment.objects.get(pk=sold.payment_id).refund_owed == sold.amount

    def test_leaves_alone_what_has_ended_or_begun(self, office, sold):
        Show.objects.filter(pk=sold.show_id).update(starts_at=timezone.now() - timedelta(minutes=1))
        assert "Nothing of what you chose" in asked(office, "booking_booking", "cancel", sold)

    def test_works_for_staff_who_are_no_admins_of_the_api(self, client, manager, sold):
        client.force_login(manager)
        asked(client, "booking_booking", "cancel", sold, confirmed="yes", note="By phone")
        assert Booking.objects.get(pk=sold.pk).booking_status == BookingStatus.CANCELLED

    def test_is_not_offered_to_who_may_not(self, client, sold):
        client.force_login(StaffFactory())
        response = client.post(
            reverse("admin:booking_booking_changelist"),
            {"action": "cancel", "_selected_action": str(sold.pk), "confirmed": "yes", "note": "x"},
        )
        assert response.status_code == 403
        assert Booking.objects.get(pk=sold.pk).booking_status == BookingStatus.CONFIRMED


class TestCancellingLines:
    def test_says_what_goes_back_for_one_seat_and_then_cancels_it(self, office, sold):
        path = reverse("admin:booking_booking_lines", args=[sold.pk])
        assert "Seat A1" in office.get(path).content.decode()
        first = sold.seats.order_by("id").first()
        form = {"seats": [str(first.seat_id)], "reason": "One is ill"}
        page = office.post(path, form).content.decode()
        assert "80 % by the policy" in page
        assert sold.cancellations.count() == 0
        assert office.post(path, form | {"confirm": "yes"}).status_code == 302
        (made,) = sold.cancellations.all()
        assert f"{made.amount}" in page
        assert "One is ill" in made.reason
        assert SeatLock.objects.filter(booking=sold, status=LockStatus.BOOKED).count() == 1

    def test_needs_a_line(self, office, sold):
        page = office.post(reverse("admin:booking_booking_lines", args=[sold.pk]), {"reason": "x"}).content.decode()
        assert "Tick what is to be cancelled" in page


class TestCancellingAShow:
    def test_says_whom_it_hits_and_what_it_costs(self, office, sold):
        page = asked(office, "scheduling_show", "cancel_shows", sold.show)
        assert f"1 paid booking with 2 seats ends, and ₹{sold.amount} goes back" in page
        assert Show.objects.get(pk=sold.show_id).status != ShowStatus.CANCELLED
        asked(office, "scheduling_show", "cancel_shows", sold.show, confirmed="yes")
        assert Show.objects.get(pk=sold.show_id).status == ShowStatus.CANCELLED


class TestOtherActions:
    def test_mail_a_ticket_again(self, office, sold):
        BookingMail.objects.filter(booking=sold).update(claimed_at=timezone.now(), sent_at=timezone.now())
        asked(office, "booking_booking", "resend", sold, confirmed="yes")
        assert BookingMail.objects.get(booking=sold, kind=MailKind.CONFIRMED).sent_at is None

    def test_release_a_seat_that_is_held(self, office, selling_show, stranger):
        held = SeatLockFactory(show=selling_show, seat=selling_show.screen.seats.first(), user=stranger)
        assert "can be had by anybody again" in asked(office, "booking_seatlock", "release", held)
        asked(office, "booking_seatlock", "release", held, confirmed="yes")
        assert SeatLock.objects.get(pk=held.pk).status == LockStatus.EXPIRED

    def test_never_release_a_sold_seat(self, office, sold):
        claim = SeatLock.objects.filter(booking=sold).first()
        assert "Nothing of what you chose" in asked(office, "booking_seatlock", "release", claim, confirmed="yes")

    def test_reply_to_feedback(self, office):
        said = FeedbackFactory(comment="Too cold")
        assert "Too cold" in asked(office, "booking_feedback", "reply", said)
        asked(office, "booking_feedback", "reply", said, confirmed="yes", note="We have turned the heating up.")
        said.refresh_from_db()
        assert said.reply == "We have turned the heating up."

    def test_stand_on_the_page_of_a_booking(self, office, sold):
        page = office.get(reverse("admin:booking_booking_change", args=[sold.pk])).content.decode()
        assert 'value="cancel_in_full"' in page
        assert "Cancel seats or food" in page
        assert 'value="take_cash"' not in page  # it is paid


class TestSearching:
    @pytest.mark.parametrize("words", ["customer@exam", "Asha", "98200", "bkng-"])
    def test_finds_a_booking_by_what_a_customer_says(self, office, sold, words):
        response = office.get(reverse("admin:booking_booking_changelist"), {"q": words})
        assert sold.booking_reference in response.content.decode()

    def test_finds_nothing_for_nonsense(self, office, sold):
        response = office.get(reverse("admin:booking_booking_changelist"), {"q": "nobody-is-called-so"})
        assert sold.booking_reference not in response.content.decode()


class TestDeleting:
    def test_names_what_uses_it_instead(self, office, sold):
        movie = sold.show.movie
        page = office.post(reverse("admin:catalog_movie_delete", args=[movie.pk]), {"post": "yes"}).content.decode()
        assert "cannot be deleted" in page
        assert "1 show" in page
        movie.refresh_from_db()
