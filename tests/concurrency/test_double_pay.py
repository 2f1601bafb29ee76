"""A double click on the pay button reaches the server twice at the same moment."""

from functools import partial

from django.test import Client
from django.utils import timezone

from billing.models import Payment
from booking.models import Booking
from booking.services import locks
from tests.concurrency.race import race
from tests.factories.accounts import UserFactory


def browser_of(user, show):
    browser = Client()
    browser.force_login(user)
    context = browser.get(f"/book/{show.pk}/pay").context
    return browser, {"seats": context["seats"], "amount": str(context["till"].quote.amount)}


class TestDoublePay:
    def test_books_and_charges_once_and_shows_everybody_the_ticket(self, hall):
        place = hall(20)
        for _ in range(5):
            user = UserFactory()
            free = place.seats[:2]
            del place.seats[:2]
            locks.lock_seats(show_id=place.show.pk, seat_ids=free, by=user, now=timezone.now())
            clicks = [browser_of(user, place.show) for _ in range(3)]
            answers = race([partial(browser.post, f"/book/{place.show.pk}/pay", form) for browser, form in clicks])
            booking = Booking.objects.get(user=user)
            ticket = f"/account/bookings/{booking.booking_reference}"
            # Who comes while the first click is still being paid waits on the page that leads on to the ticket.
            assert {(answer.status_code, answer.url) for answer in answers} <= {
                (302, ticket),
                (302, f"{ticket}/payment"),
            }
            assert all(clicks[0][0].get(answer.url, follow=True).status_code == 200 for answer in answers)
            assert Payment.objects.filter(user=user).count() == 1
