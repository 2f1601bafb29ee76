"""Every list answers in as many queries for twelve rows as for two, and each query is accounted for."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Invoice
from booking.models import Booking
from tests.architecture.test_permissions import ROUTES
from tests.factories.accounts import NotificationFactory, UserFactory
from tests.factories.billing import CreditNoteFactory, DiscountFactory, GSTFactory, InvoiceFactory, PaymentFactory
from tests.factories.booking import (
    BookedFoodFactory,
    BookedSeatFactory,
    BookingFactory,
    BookingStatusLogFactory,
    FeedbackFactory,
    SeatLockFactory,
    TicketFactory,
)
from tests.factories.catalog import MovieFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory
from tests.factories.ops import BackupFactory, RestoreFactory
from tests.factories.scheduling import ShowCategoryPricingFactory, ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory

ASKING = "the session and its user"


class Listing(NamedTuple):
    """How to add a row to a list, and which queries it costs besides finding out who asks."""

    add: Callable[[Any], object]
    queries: list[str]
    parent: Callable[[], Any] = lambda: None


def add_booking(_: None) -> None:
    """Add a booking with two seats, food and a ticket."""
    booking = BookingFactory(confirmed=True)
    BookedSeatFactory.create_batch(2, booking=booking)
    BookedFoodFactory(booking=booking)
    TicketFactory(booking=booking)


def invoiced_booking() -> Booking:
    """Make a booking with an invoice."""
    booking = BookingFactory(confirmed=True)
    InvoiceFactory(booking_reference=booking.booking_reference)
    return booking


LISTS = {
    "users/": Listing(lambda _: UserFactory(), ["users"]),
    "movies/": Listing(lambda _: MovieFactory(), ["movies"]),
    "screens/": Listing(lambda _: ScreenFactory(), ["screens"]),
    "seats/": Listing(lambda _: SeatFactory(), ["seats"]),
    "seat-categories/": Listing(lambda _: SeatCategoryFactory(), ["categories"]),
    "seatlocks/": Listing(lambda _: SeatLockFactory(), ["claims"]),
    "payments/": Listing(lambda _: PaymentFactory(), ["payments"]),
    "shows/": Listing(lambda _: ShowFactory(seats=1), ["shows with their venue and range of prices"]),
    "show-category-pricing/": Listing(lambda _: ShowCategoryPricingFactory(), ["prices"]),
    "food-categories/": Listing(lambda _: FoodCategoryFactory(), ["categories"]),
    "food-items/": Listing(lambda _: FoodItemFactory(), ["items"]),
    "discounts/": Listing(lambda _: DiscountFactory(), ["discounts"]),
    "gst/": Listing(lambda _: GSTFactory(), ["rates"]),
    "bookings/": Listing(add_booking, ["bookings with their tickets", "their seats", "their food", "their fees"]),
    "bookings/{booking_id}/logs": Listing(
        lambda booking: BookingStatusLogFactory(booking=booking),
        ["is there such a booking", "its steps"],
        BookingFactory,
    ),
    "bookings/{booking_id}/credit-notes": Listing(
        lambda booking: CreditNoteFactory(invoice=Invoice.objects.get(booking_reference=booking.booking_reference)),
        ["whose booking it is", "its credit notes"],
        invoiced_booking,
    ),
    "booked_seats/": Listing(lambda _: BookedSeatFactory(), ["seats with whose booking they are"]),
    "notifications/": Listing(lambda _: NotificationFactory(), ["notifications"]),
    "feedbacks": Listing(lambda _: FeedbackFactory(), ["feedback"]),
    "backups/": Listing(lambda _: BackupFactory(), ["backups"]),
    "restores": Listing(lambda _: RestoreFactory(), ["restores"]),
}
SERVED = {path for path, view in ROUTES.items() if getattr(view, "actions", {}).get("get") == "list"}


class TestLists:
    def test_are_all_here(self):
        assert (sorted(SERVED - set(LISTS)), sorted(set(LISTS) - SERVED)) == ([], [])

    @pytest.mark.parametrize("path", sorted(LISTS))
    def test_cost_the_same_queries_whatever_their_length(self, api, admin, path):
        listing, client = LISTS[path], api.signed_in_as(admin)
        parent = listing.parent()
        url = "/" + (path.replace("{booking_id}", str(parent.pk)) if parent else path)

        def asked() -> tuple[int, list[str]]:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                rows = client.get(url, {"limit": 100}).json()
            return len(rows), [query["sql"][:120] for query in captured.captured_queries]

        for _ in range(2):
            listing.add(parent)
        few, queries_for_few = asked()
        for _ in range(10):
            listing.add(parent)
        many, queries_for_many = asked()
        assert many == few + 10
        assert len(queries_for_few) == len(queries_for_many), queries_for_many
        assert len(queries_for_many) == len([ASKING, *listing.queries]), queries_for_many
