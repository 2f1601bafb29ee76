from uuid import uuid4

import pytest

from booking.models import Booking, Ticket
from booking.states import BookingStatus
from tests.factories.booking import BookedSeatFactory, BookingFactory, TicketFactory


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ticket(customer) -> Ticket:
    booking = BookingFactory(user=customer, confirmed=True, booking_reference="BKNG-7K2MPQ9R")
    BookedSeatFactory(booking=booking)
    return TicketFactory(booking=booking, title="शोले", filename="BKNG-7K2MPQ9R.pdf")


class TestRetrieve:
    def test_describes_the_file(self, api, customer, ticket):
        answer = api.signed_in_as(customer).get(f"/tickets/{ticket.pk}")
        assert answer.json() == {
            "id": str(ticket.pk),
            "filename": "BKNG-7K2MPQ9R.pdf",
            "content_type": "application/pdf",
            "size": 0,
            "title": "शोले",
            "download_url": f"/tickets/{ticket.pk}/download",
        }

    def test_calls_a_missing_title_null(self, api, customer):
        ticket = TicketFactory(user=customer, booking__user=customer)
        assert api.signed_in_as(customer).get(f"/tickets/{ticket.pk}").json()["title"] is None


class TestDownload:
    @pytest.mark.parametrize("slash", ["", "/"])
    def test_hands_out_the_pdf(self, api, customer, ticket, slash):
        answer = api.signed_in_as(customer).get(f"/tickets/{ticket.pk}/download{slash}")
        content = answer.getvalue()
        assert (answer.status_code, content[:5]) == (200, b"%PDF-")
        assert {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "Content-Length")} == {
            "Content-Type": "application/pdf",
            "Content-Disposition": 'attachment; filename="BKNG-7K2MPQ9R.pdf"',
            "Content-Length": str(len(content)),
        }
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_writes_a_name_beyond_ascii_as_rfc_6266_says(self, api, customer, ticket):
        Ticket.objects.update(filename='शो"ले.pdf')
        answer = api.signed_in_as(customer).get(f"/tickets/{ticket.pk}/download")
        answer.close()
        assert (
            answer.headers["Content-Disposition"]
            == "attachment; filename*=utf-8''%E0%A4%B6%E0%A5%8B%22%E0%A4%B2%E0%A5%87.pdf"
        )


@pytest.mark.parametrize("path", ["/tickets/{}", "/tickets/{}/download"])
class TestBoth:
    def test_ask_who_is_there(self, api, ticket, path):
        assert api.get(path.format(ticket.pk)).status_code == 401

    def test_know_nothing_of_someone_elses(self, api, stranger, ticket, path):
        answer = api.signed_in_as(stranger).get(path.format(ticket.pk))
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket_unknown")

    def test_know_nothing_of_an_unknown_one(self, api, customer, path):
        assert api.signed_in_as(customer).get(path.format(uuid4())).status_code == 404

    @pytest.mark.parametrize(
        "ill_formed", ["1", "-1", "hello", "%00", "{0}", "urn:uuid:0192f0c1-7b2e-7a53-9c3d-2f1e6b7a8c90"]
    )
    def test_call_anything_but_a_uuid_malformed(self, api, customer, path, ill_formed):
        answer = api.signed_in_as(customer).get(path.format(ill_formed))
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["path", "ticket_id"]

    def test_say_that_a_cancelled_one_is_gone(self, api, customer, ticket, now, path):
        Booking.objects.update(booking_status=BookingStatus.CANCELLED, cancelled_at=now)
        answer = api.signed_in_as(customer).get(path.format(ticket.pk))
        assert (answer.status_code, answer.json()["code"]) == (410, "ticket_cancelled")

    def test_open_to_an_admin(self, api, admin, ticket, path):
        answer = api.signed_in_as(admin).get(path.format(ticket.pk))
        answer.close()
        assert answer.status_code == 200
