from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Notification
from booking.errors import ShowCancelled, ShowSold, ShowStarted
from booking.models import Booking, BookingMail, BookingStatusLog, SeatLock
from booking.orders import Order
from booking.services import checkout, mailing, moving
from booking.services.moving import Place
from booking.states import LockStatus, MailKind
from scheduling.errors import OutsideOpeningHours, ScreenTaken, UnknownShow
from scheduling.models import PriceCard, Show, ShowCategoryPricing
from scheduling.states import ShowStatus
from tests.factories.booking import SeatLockFactory
from tests.factories.scheduling import PriceCardFactory, ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory

pytestmark = pytest.mark.django_db
WHY = "The projector needs an hour."


@pytest.fixture
def show(selling_show) -> Show:
    return selling_show


def place_of(show: Show, *, later: timedelta = timedelta(0)) -> Place:
    """Say where a show stands, or so much later on the same screen."""
    start = show.local_start() + later
    return Place(screen_id=show.screen_id, show_date=start.date(), show_time=start.time())


@pytest.fixture
def sold(show, customer, now) -> Booking:
    seats = list(show.screen.seats.order_by("id")[:2])
    return checkout.book(order=Order(show.pk, tuple(seat.pk for seat in seats)), by=customer, now=now)


HOUR = timedelta(hours=1)


class TestMoveShow:
    def test_puts_it_at_another_time_with_its_running_time(self, show, manager, now):
        was = (show.ends_at - show.starts_at, show.free_at - show.starts_at)
        moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), by=manager, now=now)
        moved = Show.objects.get(pk=show.pk)
        assert moved.starts_at == show.starts_at + HOUR
        assert (moved.ends_at - moved.starts_at, moved.free_at - moved.starts_at) == was
        assert (moved.status, moved.format, moved.language) == (show.status, show.format, show.language)

    def test_puts_it_on_another_screen_at_the_prices_of_its_cards(self, show, manager, now):
        ShowCategoryPricing.objects.create(show=show, category=show.screen.categories.first(), price=1)
        other = ScreenFactory(venue=show.screen.venue)
        category = SeatCategoryFactory(screen=other)
        card: PriceCard = PriceCardFactory(venue=show.screen.venue)
        moving.move_show(show_id=show.pk, to=replace(place_of(show), screen_id=other.pk), by=manager, now=now)
        (row,) = ShowCategoryPricing.objects.filter(show=show)
        assert (row.category, card.name in row.because) == (category, True)
        assert Show.objects.get(pk=show.pk).screen == other

    def test_keeps_its_prices_on_its_screen(self, show, manager, now):
        own = ShowCategoryPricing.objects.create(show=show, category=show.screen.categories.first(), price=1)
        PriceCardFactory(venue=show.screen.venue)
        moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), by=manager, now=now)
        assert list(ShowCategoryPricing.objects.filter(show=show)) == [own]

    def test_names_the_show_that_stands_there_and_changes_nothing(self, show, manager, now):
        other = ShowFactory(screen=show.screen, starts_at=show.free_at + HOUR)
        with pytest.raises(ScreenTaken, match=other.movie.title) as refused:
            moving.move_show(show_id=show.pk, to=place_of(show, later=2 * HOUR), by=manager, now=now)
        assert refused.value.data == {"show_id": other.pk}
        assert Show.objects.get(pk=show.pk).starts_at == show.starts_at

    def test_is_not_in_its_own_way(self, show, manager, now):
        moved = moving.move_show(show_id=show.pk, to=place_of(show, later=timedelta(minutes=5)), by=manager, now=now)
        assert moved.target.starts_at < show.free_at

    def test_names_the_rule_that_a_new_show_would_break(self, show, manager, now):
        closed = replace(place_of(show), show_time=show.screen.venue.opens_at.replace(hour=4))
        with pytest.raises(OutsideOpeningHours):
            moving.move_show(show_id=show.pk, to=closed, by=manager, now=now)

    def test_refuses_what_is_over_cancelled_or_unknown(self, show, manager, now):
        to = place_of(show, later=HOUR)
        with pytest.raises(ShowStarted, match="moved"):
            moving.move_show(show_id=show.pk, to=to, by=manager, now=show.starts_at)
        Show.objects.filter(pk=show.pk).update(status=ShowStatus.CANCELLED)
        with pytest.raises(ShowCancelled):
            moving.move_show(show_id=show.pk, to=to, by=manager, now=now)
        with pytest.raises(UnknownShow):
            moving.move_show(show_id=0, to=to, by=manager, now=now)

    def test_takes_the_show_alone_before_it_reads(self, show, manager, now):
        with CaptureQueriesContext(connection) as queries:
            moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), by=manager, now=now)
        said = [query["sql"] for query in queries]
        locks = [number for number, sql in enumerate(said) if "pg_advisory_xact_lock" in sql]
        reads = [number for number, sql in enumerate(said) if 'FROM "scheduling_show"' in sql]
        assert len(locks) == 2
        assert max(locks) < min(reads)
        assert "(1," in said[locks[0]]
        assert "(2," in said[locks[1]]


class TestASoldShow:
    def test_stays_unless_a_reason_is_given(self, show, sold, manager, now):
        with pytest.raises(ShowSold, match=r"2 seats .* 1 bookings: say why"):
            moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), by=manager, now=now)
        assert Show.objects.get(pk=show.pk).starts_at == show.starts_at

    def test_never_leaves_its_screen(self, show, sold, manager, now):
        other = replace(place_of(show), screen_id=ScreenFactory(venue=show.screen.venue).pk)
        with pytest.raises(ShowSold, match="stays on Screen 1"):
            moving.move_show(show_id=show.pk, to=other, reason=WHY, by=manager, now=now)

    def test_stays_while_a_seat_is_only_held(self, show, stranger, manager, now):
        held = SeatLockFactory(show=show, seat=show.screen.seats.first(), user=stranger, locked_at=now)
        with pytest.raises(ShowSold):
            moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), by=manager, now=now)
        moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), by=manager, now=held.expires_at)

    def test_keeps_its_seats_and_tells_who_booked(self, show, sold, customer, manager, now, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        Notification.objects.all().delete()
        done = moving.move_show(show_id=show.pk, to=place_of(show, later=HOUR), reason=WHY, by=manager, now=now)
        assert (done.bookings, done.claims) == (1, 2)
        assert SeatLock.objects.filter(show=show, status=LockStatus.BOOKED, booking=sold).count() == 2
        step = BookingStatusLog.objects.filter(booking=sold).latest("id")
        assert (step.from_status, step.to_status, WHY in step.reason) == ("CONFIRMED", "CONFIRMED", True)
        told = customer.notifications.get(notification_type="SHOW_MOVED")
        assert sold.booking_reference in told.message
        assert BookingMail.objects.get(booking=sold, kind=MailKind.MOVED).sent_at is None
        assert mailing.send(booking_id=sold.pk, kind=MailKind.MOVED, now=now)
        (letter,) = mail.outbox
        assert "another time than you booked" in str(letter.body)
        assert letter.attachments[0][0].endswith(".pdf")

    def test_tells_nobody_when_only_the_turnaround_changes(self, show, sold, manager, now):
        show.screen.turnaround_minutes = 40
        show.screen.save()
        moving.move_show(show_id=show.pk, to=place_of(show), reason=WHY, by=manager, now=now)
        assert not BookingMail.objects.filter(kind=MailKind.MOVED).exists()
        assert Show.objects.get(pk=show.pk).free_at == show.ends_at + timedelta(minutes=40)

    def test_costs_the_same_for_few_and_many_bookings(self, show, sold, stranger, manager, now):
        def queries(later: timedelta) -> int:
            with CaptureQueriesContext(connection) as made:
                moving.move_show(show_id=show.pk, to=place_of(show, later=later), reason=WHY, by=manager, now=now)
            return len(made)

        few = queries(timedelta(minutes=10))
        for seat in show.screen.seats.order_by("-id")[:5]:
            checkout.book(order=Order(show.pk, (seat.pk,)), by=stranger, now=now)
        assert queries(timedelta(minutes=20)) == few
        assert BookingMail.objects.filter(kind=MailKind.MOVED, booking__user=stranger).count() == 5
        assert stranger.notifications.filter(notification_type="SHOW_MOVED").count() == 5


class TestThePage:
    def test_says_what_it_does_before_it_does_it(self, client, admin, show, sold):
        client.force_login(admin)
        path = reverse("admin:scheduling_show_move", args=[show.pk])
        to = place_of(show, later=HOUR)
        form = {
            "screen": to.screen_id,
            "show_date": f"{to.show_date}",
            "show_time": f"{to.show_time:%H:%M}",
            "reason": "",
        }
        assert "say why" in client.post(path, form).content.decode()
        preview = client.post(path, form | {"reason": WHY}).content.decode()
        assert "Sold or held already, and kept: 2 seats." in preview
        assert Show.objects.get(pk=show.pk).starts_at == show.starts_at
        assert client.post(path, form | {"reason": WHY, "confirm": "yes"}).status_code == 302
        assert Show.objects.get(pk=show.pk).starts_at == show.starts_at + HOUR
