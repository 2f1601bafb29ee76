from datetime import timedelta

import pytest

from booking import door_queries
from booking.errors import (
    DoorsClosed,
    NotAdmitted,
    PartyAdmitted,
    PartyInside,
    ReasonNeeded,
    ShowOver,
    TicketCancelled,
    TicketForged,
    UnknownTicket,
    WrongDay,
    WrongHall,
)
from booking.models import Admission, Booking, Ticket
from booking.qr import qr_text
from booking.services import cancelling, door
from booking.services.door import Door
from scheduling.states import ShowStatus
from tests.booking.stories import booked, seats_of
from tests.factories.venues import ScreenFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(selling_show, customer, now) -> Ticket:
    """Two seats of tomorrow evening's show."""
    return booked(selling_show, "A1", "A2", by=customer, now=now).ticket


@pytest.fixture
def doors(selling_show):
    """Half an hour before the show."""
    return selling_show.starts_at - timedelta(minutes=30)


def scan(ticket, clerk, at, where=None):
    return door.admit(code=qr_text(ticket), door=where or Door(), by=clerk, now=at)


class TestAdmit:
    def test_lets_the_party_in_and_writes_down_who_did(self, ticket, clerk, doors):
        admission = scan(ticket, clerk, doors)
        ticket.refresh_from_db()
        assert (admission.ticket, admission.admitted_by, admission.admitted_at) == (ticket, clerk, doors)
        assert ticket.admitted_at == doors

    def test_lets_it_in_once_and_says_when_and_by_whom(self, ticket, clerk, manager, doors):
        scan(ticket, clerk, doors)
        with pytest.raises(PartyAdmitted) as refusal:
            scan(ticket, manager, doors + timedelta(minutes=5))
        assert clerk.name in refusal.value.detail
        assert refusal.value.data["admitted_at"] == doors
        assert Admission.objects.count() == 1

    def test_reads_what_a_hand_scanner_types(self, ticket, clerk, doors):
        code = f"  {qr_text(ticket).lower()}\r\n"
        assert door.admit(code=code, door=Door(), by=clerk, now=doors).ticket == ticket

    @pytest.mark.parametrize("code", ["", "MQ1", "hello", "टिकट", "MQ1" + "A" * 42, "\0"], ids=repr)
    def test_knows_what_is_no_code_of_ours(self, clerk, now, code):
        with pytest.raises(TicketForged):
            door.admit(code=code, door=Door(), by=clerk, now=now)

    def test_knows_a_changed_code(self, ticket, clerk, doors):
        code = qr_text(ticket)
        with pytest.raises(TicketForged):
            door.admit(code=code[:-1] + ("A" if code[-1] != "A" else "B"), door=Door(), by=clerk, now=doors)

    def test_knows_a_ticket_that_is_gone(self, clerk, now):
        code = qr_text(Ticket())
        with pytest.raises(UnknownTicket):
            door.admit(code=code, door=Door(), by=clerk, now=now)

    def test_refuses_a_cancelled_booking(self, ticket, customer, clerk, doors, now):
        cancelling.cancel_booking(booking_id=ticket.booking_id, by=customer, now=now)
        with pytest.raises(TicketCancelled):
            scan(ticket, clerk, doors)
        assert not Admission.objects.exists()

    def test_refuses_a_cancelled_show_before_its_bookings_have_ended(self, ticket, selling_show, clerk, doors):
        selling_show.status = ShowStatus.CANCELLED
        selling_show.save()
        with pytest.raises(TicketCancelled, match="show"):
            scan(ticket, clerk, doors)

    def test_refuses_another_screen_and_another_venue(self, ticket, selling_show, clerk, doors):
        other = ScreenFactory(screen_name="Screen 9")
        elsewhere = ScreenFactory()
        here = selling_show.screen
        with pytest.raises(WrongHall, match=r"Screen 1\."):
            scan(ticket, clerk, doors, Door(here.venue_id, other.pk))
        with pytest.raises(WrongHall):
            scan(ticket, clerk, doors, Door(elsewhere.venue_id + 1000))
        assert scan(ticket, clerk, doors, Door(here.venue_id, here.pk)).ticket == ticket

    @pytest.mark.parametrize(
        ("minutes", "refusal"),
        [(-24 * 60, WrongDay), (-61, DoorsClosed), (-60, None), (0, None), (60, None), (24 * 60, WrongDay)],
        ids=["the day before", "too early", "as the doors open", "at the start", "late", "the day after"],
    )
    def test_keeps_to_the_time_of_the_show(self, ticket, selling_show, clerk, minutes, refusal):
        at = selling_show.starts_at + timedelta(minutes=minutes)
        if refusal is None:
            assert scan(ticket, clerk, at).admitted_at == at
        else:
            with pytest.raises(refusal):
                scan(ticket, clerk, at)

    def test_says_when_the_show_ended(self, ticket, selling_show, clerk):
        with pytest.raises(ShowOver):
            scan(ticket, clerk, selling_show.ends_at)


class TestCancellingAfterIt:
    def test_is_refused_whole_and_in_part(self, ticket, customer, selling_show, clerk, doors):
        scan(ticket, clerk, doors)
        with pytest.raises(PartyInside):
            cancelling.cancel_booking(booking_id=ticket.booking_id, by=customer, now=doors)
        seats = seats_of(selling_show, "A1")
        with pytest.raises(PartyInside):
            cancelling.cancel_lines(booking_id=ticket.booking_id, seat_ids=seats, by=customer, now=doors)

    def test_of_the_show_gives_everything_back(self, ticket, clerk, manager, selling_show, doors):
        scan(ticket, clerk, doors)
        cancelling.cancel_show(show_id=selling_show.pk, by=manager, now=doors)
        assert cancelling.end_bookings_of(show_id=selling_show.pk, now=doors) == 1
        booking = Booking.objects.get()
        assert booking.refund_amount == booking.amount


class TestUndo:
    def test_makes_the_ticket_good_again_and_keeps_what_happened(self, ticket, clerk, manager, doors):
        scan(ticket, clerk, doors)
        later = doors + timedelta(minutes=1)
        undone = door.undo(ticket_id=ticket.pk, reason=" Wrong party ", by=manager, now=later)
        assert (undone.undone_by, undone.undone_at, undone.undo_reason) == (manager, later, "Wrong party")
        assert scan(ticket, clerk, later).pk != undone.pk
        assert Admission.objects.count() == 2

    def test_needs_a_reason_and_a_party_inside(self, ticket, clerk, manager, doors):
        with pytest.raises(NotAdmitted):
            door.undo(ticket_id=ticket.pk, reason="Mistake", by=manager, now=doors)
        scan(ticket, clerk, doors)
        with pytest.raises(ReasonNeeded):
            door.undo(ticket_id=ticket.pk, reason="  ", by=manager, now=doors)
        door.undo(ticket_id=ticket.pk, reason="Mistake", by=manager, now=doors)
        with pytest.raises(NotAdmitted):
            door.undo(ticket_id=ticket.pk, reason="Mistake", by=manager, now=doors)


class TestPassOf:
    def test_leaves_out_what_was_cancelled(self, ticket, customer, selling_show, now):
        seats = seats_of(selling_show, "A1")
        cancelling.cancel_lines(booking_id=ticket.booking_id, seat_ids=seats, by=customer, now=now)
        found = door_queries.pass_of(ticket)
        assert (found.seats, found.movie, found.is_cancelled) == (("A2",), selling_show.movie.title, False)
