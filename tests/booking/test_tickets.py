from io import BytesIO
from threading import Barrier, Thread
from uuid import uuid4

import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.db import connection
from pypdfium2 import PdfDocument

from booking.errors import TicketCancelled, UnknownTicket
from booking.models import Booking, Ticket
from booking.qr import read_qr
from booking.services import tickets
from booking.states import BookingStatus, TicketKind
from catalog.models import Movie
from tests.factories.booking import BookedSeatFactory, BookingFactory, TicketFactory


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def ticket(customer) -> Ticket:
    booking = BookingFactory(user=customer, confirmed=True)
    BookedSeatFactory(booking=booking)
    return TicketFactory(booking=booking, filename=f"{booking.booking_reference}.pdf")


def cancel(ticket: Ticket, now) -> None:
    Booking.objects.filter(ticket=ticket).update(booking_status=BookingStatus.CANCELLED, cancelled_at=now)


class TestIssueTicket:
    def test_stores_a_pdf_whose_code_names_the_ticket(self, ticket, now):
        issued = tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        with issued.file.open() as file:
            content = file.read()
        assert issued.size == len(content)
        (found,) = zxingcpp.read_barcodes(PdfDocument(content)[0].render(scale=2).to_pil())
        assert read_qr(found.text) == ticket.pk

    def test_makes_it_once(self, ticket, now, media):
        first = tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        again = tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        assert again.file.name == first.file.name
        assert len(list((media / "tickets").iterdir())) == 1

    def test_draws_it_again_when_what_it_says_changed_while_it_was_drawn(self, ticket, now, settings):
        def render(sheet, **_facts: object) -> bytes:
            Movie.objects.update(title="Renamed")
            Ticket.objects.update(size=0)
            return sheet.movie.encode()

        settings.TICKET_RENDERER = f"{__name__}.render_slowly"
        globals()["render_slowly"] = render
        issued = tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        with issued.file.open() as file:
            assert file.read() == b"Renamed"

    def test_makes_none_for_a_cancelled_booking(self, ticket, now, media):
        cancel(ticket, now)
        with pytest.raises(TicketCancelled):
            tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        assert list(media.iterdir()) == []

    def test_knows_no_ticket_of_an_unpaid_booking(self, db, now):
        with pytest.raises(UnknownTicket):
            tickets.issue_ticket(booking_id=BookingFactory().pk, now=now)


@pytest.mark.django_db(transaction=True)
class TestIssueTicketTwiceAtOnce:
    def test_leaves_one_file(self, now, media, settings):
        both_have_drawn = Barrier(2)
        settings.TICKET_RENDERER = f"{__name__}.render_together"
        globals()["render_together"] = lambda *_, **__: (both_have_drawn.wait(timeout=60), b"%PDF")[1]
        ticket = TicketFactory()

        def issue() -> None:
            try:
                tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
            finally:
                connection.close()

        threads = [Thread(target=issue) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ticket.refresh_from_db()
        assert ["tickets/" + path.name for path in (media / "tickets").iterdir()] == [ticket.file.name]


class TestTicketFile:
    def test_is_made_when_no_worker_has_come_to_it(self, ticket, customer, now):
        found, file = tickets.ticket_file(ticket_id=ticket.pk, by=customer, now=now)
        with file:
            content = file.read()
        assert content.startswith(b"%PDF")
        assert found.size == len(content)

    def test_is_made_again_when_it_was_lost(self, ticket, customer, now):
        issued = tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        issued.file.storage.delete(str(issued.file.name))
        _, file = tickets.ticket_file(ticket_id=ticket.pk, by=customer, now=now)
        with file:
            assert file.read(4) == b"%PDF"

    def test_is_not_a_strangers(self, ticket, stranger, now):
        with pytest.raises(UnknownTicket):
            tickets.ticket_file(ticket_id=ticket.pk, by=stranger, now=now)

    def test_is_an_admins(self, ticket, admin, now):
        tickets.ticket_file(ticket_id=ticket.pk, by=admin, now=now)[1].close()

    def test_is_gone_once_the_booking_is_cancelled_even_if_it_was_made(self, ticket, customer, now):
        tickets.issue_ticket(booking_id=ticket.booking_id, now=now)
        cancel(ticket, now)
        with pytest.raises(TicketCancelled):
            tickets.ticket_file(ticket_id=ticket.pk, by=customer, now=now)

    def test_that_was_uploaded_is_handed_out_as_it_came(self, customer, now):
        uploaded = TicketFactory(booking=None, user=customer, kind=TicketKind.UPLOADED, size=4)
        uploaded.file.save("scan.png", ContentFile(b"\x89PNG"))
        _, file = tickets.ticket_file(ticket_id=uploaded.pk, by=customer, now=now)
        with file:
            assert BytesIO(file.read()).getvalue() == b"\x89PNG"


class TestTicketOf:
    def test_knows_nothing_of_an_unknown_id(self, customer):
        with pytest.raises(UnknownTicket):
            tickets.ticket_of(ticket_id=uuid4(), by=customer)
