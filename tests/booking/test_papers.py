"""The documents of a booking, through both doors."""

from decimal import Decimal

import pypdfium2
import pytest

from billing.models import CreditNote, Invoice
from booking.models import Booking
from booking.services import cancelling, checkout
from tests.booking.stories import booked, order, placed
from tests.factories.billing import DiscountFactory
from tests.factories.concessions import FoodItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(selling_show, customer, now) -> Booking:
    """The example of docs/pricing.md, paid."""
    selling_show.movie.title = "दिलवाले दुल्हनिया"
    selling_show.movie.save()
    venue = selling_show.screen.venue
    venue.legal_name, venue.gstin, venue.code = "Marquee Cinemas Private Limited", "27AAZCM0000M1Z5", "BND"
    venue.save()
    coke = FoodItemFactory(item_name="Coke", price=Decimal("99.99"))
    DiscountFactory(promo_code="TEN")
    wish = order(selling_show, "A1", "A2", foods={coke.pk: 2}, promo_code="TEN")
    return checkout.book(order=wish, by=customer, now=now)


def text(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


class TestInvoice:
    def test_says_what_rule_46_asks(self, api, worked, customer):
        response = api.signed_in_as(customer).get(f"/bookings/{worked.pk}/invoice")
        number = Invoice.objects.get().number
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        assert response["Content-Disposition"] == f'attachment; filename="{number.replace("/", "-")}.pdf"'
        said = text(response.content)
        for fact in (
            *("TAX INVOICE", "Marquee Cinemas Private Limited", "GSTIN 27AAZCM0000M1Z5", number),
            *("27 Maharashtra", worked.booking_reference, "Admission, Silver: A1, A2", "999614", "996331"),
            *("270.90", "24.38", "CGST 9 % on ₹270.90", "SGST 2.5 % on ₹179.98", "30.10"),
            *("₹508.64", "Rupees Five Hundred Eight and Paise Sixty-Four Only", "reverse charge"),
        ):
            assert fact in said, fact

    def test_reads_the_same_for_ever(self, api, worked, customer):
        client = api.signed_in_as(customer)
        before = client.get(f"/bookings/{worked.pk}/invoice").content
        venue = worked.show.screen.venue
        type(venue).objects.update(name="Another house", legal_name="", address="Elsewhere", gstin="")
        worked.show.movie.__class__.objects.update(title="Another film")
        assert client.get(f"/bookings/{worked.pk}/invoice").content == before

    def test_of_a_booking_that_was_never_paid_is_none(self, api, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        response = api.signed_in_as(customer).get(f"/bookings/{booking.pk}/invoice")
        assert (response.status_code, response.json()["code"]) == (404, "document_unknown")

    def test_of_someone_else_is_none_and_an_admin_has_it(self, api, worked, stranger, admin):
        assert api.signed_in_as(stranger).get(f"/bookings/{worked.pk}/invoice").status_code == 404
        assert api.signed_in_as(admin).get(f"/bookings/{worked.pk}/invoice").status_code == 200

    def test_of_many_lines_goes_on_on_another_page(self, api, selling_show, customer, now):
        foods = {FoodItemFactory(item_name=f"Snack {number:02}").pk: 1 for number in range(40)}
        booking = checkout.book(order=order(selling_show, "A1", foods=foods), by=customer, now=now)
        content = api.signed_in_as(customer).get(f"/bookings/{booking.pk}/invoice").content
        assert len(pypdfium2.PdfDocument(content)) == 2
        assert all(f"Snack {number:02}" in text(content) for number in range(40))

    def test_of_a_house_without_a_gstin_is_no_tax_invoice(self, api, selling_show, customer, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        said = text(api.signed_in_as(customer).get(f"/bookings/{booking.pk}/invoice").content)
        assert "TAX INVOICE" not in said
        assert "Not registered for GST" in said


class TestCreditNote:
    @pytest.fixture
    def note(self, worked, customer, now) -> CreditNote:
        cancelling.cancel_booking(booking_id=worked.pk, by=customer, now=now)
        return CreditNote.objects.get()

    def test_names_its_invoice_and_what_goes_back(self, api, worked, note, customer):
        client = api.signed_in_as(customer)
        (listed,) = client.get(f"/bookings/{worked.pk}/credit-notes").json()
        assert (listed["credit_note_id"], listed["number"], listed["amount"]) == (note.pk, note.number, 406.90)
        said = text(client.get(f"/bookings/{worked.pk}/credit-notes/{note.pk}").content)
        for fact in ("CREDIT NOTE", note.number, note.invoice.number, "Cancelled by user", "₹406.90", "143.98"):
            assert fact in said, fact

    def test_of_another_booking_is_none(self, api, worked, note, selling_show, customer, stranger, now):
        other = booked(selling_show, "B1", by=customer, now=now)
        client = api.signed_in_as(customer)
        assert client.get(f"/bookings/{other.pk}/credit-notes").json() == []
        assert client.get(f"/bookings/{other.pk}/credit-notes/{note.pk}").status_code == 404
        theirs = api.signed_in_as(stranger)
        assert theirs.get(f"/bookings/{worked.pk}/credit-notes").status_code == 404
        assert theirs.get(f"/bookings/{worked.pk}/credit-notes/{note.pk}").status_code == 404


class TestPages:
    def test_lead_from_the_ticket_to_both(self, client, worked, customer, now):
        client.force_login(customer)
        cancelling.cancel_booking(booking_id=worked.pk, by=customer, now=now)
        page = client.get(f"/account/bookings/{worked.booking_reference}").content.decode()
        for name in ("invoice.pdf", f"credit-notes/{CreditNote.objects.get().pk}.pdf"):
            path = f"/account/bookings/{worked.booking_reference}/{name}"
            assert f'href="{path}"' in page
            assert client.get(path).content.startswith(b"%PDF")

    def test_of_someone_else_are_none(self, client, worked, stranger):
        client.force_login(stranger)
        assert client.get(f"/account/bookings/{worked.booking_reference}/invoice.pdf").status_code == 404
