"""The counter and the door, as staff meet them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.models import Admission, Booking, SeatLock
from booking.qr import qr_text
from booking.services import checkout
from booking.states import BookingStatus
from tests.booking.stories import order, seats_of
from tests.factories.billing import todays_law
from tests.factories.scheduling import ShowFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, clerk):
    client.force_login(clerk)
    return client


def sell(office, show, *numbers):
    """Go through the pages of a purchase as a clerk does, up to the ticket."""
    office.post(reverse("office_counter_sell", args=[show.pk]))
    office.post(reverse("choose_seats", args=[show.pk]), {"seats": seats_of(show, *numbers)})
    bill = office.get(reverse("pay", args=[show.pk]))
    till = bill.context["till"]
    paid = {"seats": ",".join(map(str, till.order.seat_ids)), "amount": till.quote.amount}
    return bill, office.post(reverse("pay", args=[show.pk]), paid, follow=True)


class TestTheCounter:
    def test_lists_what_is_on_sale_and_what_is_left(self, office, selling_show, customer, now):
        checkout.book(order=order(selling_show, "A1"), by=customer, now=now)
        page = office.get(reverse("office_counter"))
        assert [(row["show"], row["left"]) for row in page.context["shows"]] == [(selling_show, 29)]

    def test_takes_the_same_number_of_queries_for_many_shows(self, office, django_assert_max_num_queries):
        ShowFactory.create_batch(5, seats=2)
        with django_assert_max_num_queries(9):
            office.get(reverse("office_counter"))

    def test_sells_to_a_walk_in_through_the_pages_of_a_purchase(self, office, clerk, selling_show, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        bill, ticket = sell(office, selling_show, "A1", "A2")
        assert "in cash" in bill.content.decode()
        booking = Booking.objects.get()
        assert (booking.booking_status, booking.sold_by) == (BookingStatus.CONFIRMED, clerk)
        assert booking.user.is_guest
        page = ticket.content.decode()
        assert "data-print" in page
        assert reverse("ticket_file", args=[booking.booking_reference]) in page
        assert b"".join(office.get(reverse("ticket_file", args=[booking.booking_reference]))).startswith(b"%PDF")

    def test_serves_the_next_one_as_somebody_else(self, office, selling_show):
        sell(office, selling_show, "A1", "A2")
        sell(office, selling_show, "B1", "B2")
        assert len(set(Booking.objects.values_list("user_id", flat=True))) == 2

    def test_frees_what_a_walk_in_held_and_left(self, office, selling_show):
        office.post(reverse("office_counter_sell", args=[selling_show.pk]))
        office.post(reverse("choose_seats", args=[selling_show.pk]), {"seats": seats_of(selling_show, "A1", "A2")})
        assert SeatLock.objects.live(now=timezone.now()).count() == 2
        office.post(reverse("office_counter_end"))
        assert SeatLock.objects.live(now=timezone.now()).count() == 0

    def test_opens_a_sale_of_ones_own_again(self, office, selling_show, manager):
        sell(office, selling_show, "A1", "A2")
        reference = Booking.objects.get().booking_reference
        office.post(reverse("office_counter_end"))
        path = reverse("show_ticket", args=[reference])
        assert office.get(path).status_code == 404
        assert office.post(reverse("office_counter_sale", args=[reference])).headers["Location"] == path
        assert office.get(path).status_code == 200
        Booking.objects.update(sold_by=manager)
        office.post(reverse("office_counter_end"))
        assert office.post(reverse("office_counter_sale", args=[reference])).headers["Location"] == reverse(
            "office_counter"
        )

    def test_is_closed_to_staff_without_the_permission(self, client, stranger, selling_show):
        stranger.is_staff = True
        stranger.save()
        client.force_login(stranger)
        assert client.get(reverse("office_counter")).status_code == 403
        assert client.post(reverse("office_counter_sell", args=[selling_show.pk])).status_code == 403

    def test_serves_nobody_once_the_permission_is_gone(self, client, clerk, selling_show):
        client.force_login(clerk)
        client.post(reverse("office_counter_sell", args=[selling_show.pk]))
        clerk.groups.clear()
        client.post(reverse("choose_seats", args=[selling_show.pk]), {"seats": seats_of(selling_show, "A1", "A2")})
        assert {lock.user for lock in SeatLock.objects.live(now=timezone.now())} == {clerk}


class TestTheDoor:
    @pytest.fixture
    def ticket(self, customer, now):
        todays_law()
        show = ShowFactory(starts_at=now + timedelta(minutes=30), seats=2)
        return checkout.book(order=order(show, "A1", "A2"), by=customer, now=now).ticket

    def scan(self, office, code, place=""):
        return office.post(reverse("office_door"), {"code": code, "place": place})

    def test_lets_in_once_and_says_so_in_words(self, office, clerk, ticket):
        first, second = (self.scan(office, qr_text(ticket)) for _ in range(2))
        assert (first.status_code, second.status_code) == (200, 409)
        assert "Come in" in first.content.decode()
        assert "A1, A2" in first.content.decode()
        assert "In already" in second.content.decode()
        assert f"by {clerk.name}" in second.content.decode()
        assert Admission.objects.count() == 1

    def test_waits_for_the_next_code_where_it_was_told_to_stand(self, office, ticket):
        place = f"screen-{ticket.booking.show.screen_id}"
        page = self.scan(office, "nonsense", place).content.decode()
        assert "Not a ticket of ours" in page
        assert f'value="{place}" selected' in page
        assert "autofocus" in page
        assert f'value="{place}" selected' in office.get(reverse("office_door")).content.decode()

    def test_sends_a_party_to_its_own_screen(self, office, ticket):
        other = ShowFactory(screen__venue=ticket.booking.show.screen.venue).screen
        page = self.scan(office, qr_text(ticket), f"screen-{other.pk}").content.decode()
        assert "Another screen" in page
        assert ticket.booking.show.movie.title in page
        assert not Admission.objects.exists()

    @pytest.mark.parametrize("place", ["screen-0", "nowhere", "venue-", "\0"], ids=repr)
    def test_shrugs_off_a_place_that_is_none(self, office, ticket, place):
        assert self.scan(office, qr_text(ticket), place).status_code in (200, 409)

    def test_counts_who_is_in(self, office, ticket):
        self.scan(office, qr_text(ticket))
        (show,) = office.get(reverse("office_door")).context["shows"]
        assert (show.inside, show.parties) == (1, 1)

    def test_undoes_an_admission_for_a_reason(self, client, manager, ticket):
        client.force_login(manager)
        office = client
        self.scan(office, qr_text(ticket))
        office.post(reverse("office_door_undo", args=[ticket.pk]), {"reason": ""})
        assert self.scan(office, qr_text(ticket)).status_code == 409
        office.post(reverse("office_door_undo", args=[ticket.pk]), {"reason": "Wrong party"})
        assert "Undone" in office.get(reverse("office_door")).content.decode()
        assert self.scan(office, qr_text(ticket)).status_code == 200

    def test_leaves_undoing_to_managers(self, office, ticket):
        self.scan(office, qr_text(ticket))
        assert office.post(reverse("office_door_undo", args=[ticket.pk]), {"reason": "x"}).status_code == 403
        assert Admission.objects.get().undone_at is None

    def test_is_closed_to_staff_without_the_permission(self, client, stranger, ticket):
        stranger.is_staff = True
        stranger.save()
        client.force_login(stranger)
        assert self.scan(client, qr_text(ticket)).status_code == 403
        assert not Admission.objects.exists()
