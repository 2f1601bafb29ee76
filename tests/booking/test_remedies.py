"""What a person can do about money that does not add up, through the back office."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from billing.models import Payment, PaymentIssue, Refund
from billing.services import refunds
from billing.states import IssueKind, PaymentStatus, RefundStatus
from booking.errors import RemedyNotFitting
from booking.models import Booking
from booking.services import cancelling, remedies
from booking.states import BookingStatus
from tests.booking.stories import booked, payment_of, placed
from tests.factories.billing import PaymentIssueFactory

pytestmark = pytest.mark.django_db
ISSUES = reverse("admin:billing_paymentissue_changelist")


@pytest.fixture
def office(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def refused(selling_show, customer, now, settings) -> PaymentIssue:
    """A refund that the gateway refused; now it would do it."""
    settings.SANDBOX_REFUNDS = "refuse"
    booking = booked(selling_show, "A1", by=customer, now=now)
    cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
    refunds.send(refund_id=Refund.objects.get().pk, now=now)
    settings.SANDBOX_REFUNDS = "settle"
    return PaymentIssue.objects.get(kind=IssueKind.REFUND_FAILED)


@pytest.fixture
def stuck(selling_show, customer, now) -> PaymentIssue:
    """A payment of which the gateway says nothing."""
    booking = placed(selling_show, "A2", by=customer, now=now)
    payment = Payment.objects.get(pk=payment_of(booking))
    subject = payment.transaction_code
    return PaymentIssueFactory(kind=IssueKind.PAYMENT_STUCK, subject=subject, payment=payment)


def chosen(remedy, issue, **more):
    return {"action": remedy, "_selected_action": [issue.pk], **more}


def apply(remedy, issue, by, now, note=""):
    return remedies.apply(remedy=remedy, issue_id=issue.pk, note=note, by=by, now=now)


class TestBackOffice:
    def test_shows_what_a_remedy_will_do_before_it_does_it(self, office, refused):
        page = office.post(ISSUES, chosen("send_anew", refused)).content.decode()
        assert "Asks sandbox once more to give 142.08 back" in page
        assert "Do nothing" in page
        assert Refund.objects.get().refund_status == RefundStatus.FAILED

    def test_does_it_once_that_is_confirmed(self, office, refused, admin):
        answer = office.post(ISSUES, chosen("send_anew", refused, confirmed="yes"), follow=True)
        assert "Sent anew: COMPLETED" in answer.content.decode()
        assert Refund.objects.get().refund_status == RefundStatus.COMPLETED
        assert PaymentIssue.objects.get().resolved_at is not None

    def test_says_why_it_cannot_be_done(self, office, refused, settings):
        settings.SANDBOX_REFUNDS = "refuse"
        answer = office.post(ISSUES, chosen("send_anew", refused, confirmed="yes"), follow=True)
        assert "The gateway refused it again" in answer.content.decode()
        assert PaymentIssue.objects.get().resolved_at is None

    def test_leaves_alone_what_the_remedy_is_not_for(self, office, refused):
        page = office.post(ISSUES, chosen("give_up", refused, confirmed="yes")).content.decode()
        assert "Nothing of what you chose can be done in this way" in page
        assert "because it does not fit" in page

    def test_is_not_for_everybody_who_may_look(self, client, clerk, refused):
        clerk.user_permissions.add(Permission.objects.get(codename="view_paymentissue"))
        client.force_login(clerk)
        page = client.get(ISSUES)
        assert page.status_code == 200
        assert "Send the refund again" not in page.content.decode()
        client.post(ISSUES, chosen("send_anew", refused, confirmed="yes"))
        assert Refund.objects.get().refund_status == RefundStatus.FAILED

    def test_records_cash_for_a_booking_that_waits(self, office, selling_show, customer, now):
        booking = placed(selling_show, "A1", by=customer, now=now)
        path = reverse("admin:booking_booking_changelist")
        assert "was paid in cash" in office.post(path, chosen("take_cash", booking)).content.decode()
        office.post(path, chosen("take_cash", booking, confirmed="yes"))
        booking.refresh_from_db()
        assert booking.booking_status == BookingStatus.CONFIRMED

    def test_records_a_refund_that_was_handed_over(self, office, refused):
        path = reverse("admin:billing_refund_changelist")
        refund = Refund.objects.get()
        assert "by hand, now" in office.post(path, chosen("hand_over", refund)).content.decode()
        office.post(path, chosen("hand_over", refund, confirmed="yes", note="no. 7"))
        refund.refresh_from_db()
        assert (refund.refund_status, refund.gateway_refund_id) == (RefundStatus.COMPLETED, "no. 7")


class TestApply:
    def test_closes_the_issue_in_the_name_of_whoever_did_it(self, stuck, admin, now):
        apply("set_aside", stuck, admin, now, note="asked Razorpay by mail")
        stuck.refresh_from_db()
        assert (stuck.resolved_by, stuck.resolution) == (admin, "Set aside: asked Razorpay by mail")

    @pytest.mark.parametrize("remedy", [remedy.name for remedy in remedies.REMEDIES.values() if remedy.wants_note])
    def test_wants_a_note_where_it_changes_our_books_only(self, stuck, refused, admin, now, remedy):
        for issue in (stuck, refused):
            with pytest.raises(RemedyNotFitting):
                apply(remedy, issue, admin, now, note="  ")

    def test_refuses_what_is_closed_or_unknown(self, stuck, admin, now):
        apply("set_aside", stuck, admin, now, note="done")
        for remedy in ("set_aside", "no such remedy"):
            with pytest.raises(RemedyNotFitting):
                apply(remedy, stuck, admin, now, note="done")

    def test_asks_the_gateway_again(self, selling_show, customer, admin, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        payment = Payment.objects.get()
        issue = PaymentIssueFactory(kind=IssueKind.PAYMENT_STUCK, subject=payment.transaction_code, payment=payment)
        assert apply("ask_again", issue, admin, now) == "Settled; the booking is CONFIRMED"
        assert Booking.objects.get() == booking

    def test_keeps_the_issue_while_the_gateway_knows_nothing(self, stuck, admin, now):
        with pytest.raises(RemedyNotFitting):
            apply("ask_again", stuck, admin, now)
        stuck.refresh_from_db()
        assert stuck.resolved_at is None

    def test_gives_a_payment_up(self, stuck, admin, now):
        apply("give_up", stuck, admin, now, note="the bank says no")
        payment = Payment.objects.get()
        assert (payment.payment_status, payment.failure) == (PaymentStatus.FAILED, "the bank says no")

    def test_gives_back_what_nobody_knows(self, razorpay, selling_show, customer, admin, now):
        booking = booked(selling_show, "A1", by=customer, now=now)
        (link,) = razorpay.links
        paid = razorpay.pay(link)["payments"][0]["payment_id"]
        facts = {"charge": paid, "amount": str(booking.amount)}
        issue = PaymentIssueFactory(
            kind=IssueKind.CHARGE_UNKNOWN, subject="BKNG-LOSTLOST-1", gateway="razorpay", facts=facts
        )
        assert "given back: rfnd_" in apply("give_back", issue, admin, now)
        assert [one["amount"] for one in razorpay.refunds.values()] == [int(booking.amount * 100)]
