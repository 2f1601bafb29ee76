"""What payment providers send by themselves: verified, kept once, acted on in any order."""

from datetime import timedelta

import orjson
import pytest
from django.db import OperationalError
from django.utils import timezone

from billing.errors import GatewayFailed
from billing.gateways.razorpay import RazorpayGateway
from billing.gateways.sandbox import signature_of
from billing.models import Invoice, Payment, PaymentEvent, PaymentIssue, Refund
from billing.services import refunds, sandbox
from billing.states import IssueKind, PaymentStatus, RefundStatus
from booking.models import Booking
from booking.pages.webhooks import LARGEST_MESSAGE
from booking.services import cancelling, checkout, settling
from booking.states import BookingStatus
from tests.billing.razorpay_server import WEBHOOK_SECRET, signed
from tests.booking.stories import booked, order, payment_of

pytestmark = pytest.mark.django_db
RAZORPAY = "/webhooks/razorpay"


@pytest.fixture
def waiting(razorpay, selling_show, customer, now) -> Booking:
    """One seat whose payment link waits for the money."""
    return checkout.book(order=order(selling_show, "A1"), by=customer, now=now)


@pytest.fixture
def link(razorpay, waiting):
    return next(iter(razorpay.links.values()))


@pytest.fixture
def send(client):
    """Deliver a message of Razorpay; a number tells one event from another."""

    def deliver(body, number=1, secret=WEBHOOK_SECRET):
        headers = {"X-Razorpay-Signature": signed(secret, body.decode()), "X-Razorpay-Event-Id": f"evt_{number}"}
        return client.post(RAZORPAY, body, content_type="application/json", headers=headers)

    return deliver


def paid(razorpay, link) -> bytes:
    """Pay the link, and write the message about it."""
    return razorpay.link_message(razorpay.pay(link["id"]))


class TestTakeMessage:
    def test_confirms_the_booking(self, razorpay, waiting, link, send):
        answer = send(paid(razorpay, link))
        assert (answer.status_code, answer.json()) == (200, {"status": "booking CONFIRMED"})
        payment = Payment.objects.get()
        assert (payment.payment_status, payment.gateway_payment_id[:4]) == (PaymentStatus.COMPLETED, "pay_")
        assert Booking.objects.get().booking_status == BookingStatus.CONFIRMED
        kept = PaymentEvent.objects.get()
        assert (kept.event_id, kept.kind, kept.outcome) == ("evt_1", "payment_link.paid", "booking CONFIRMED")
        assert kept.handled_at is not None

    def test_answers_a_repeat_and_does_nothing(self, razorpay, link, send):
        body = paid(razorpay, link)
        send(body)
        for _ in range(3):
            assert send(body).json() == {"status": "known"}
        assert (PaymentEvent.objects.count(), Invoice.objects.count()) == (1, 1)

    def test_confirms_once_when_the_same_comes_as_another_event(self, razorpay, link, send):
        body = paid(razorpay, link)
        assert [send(body, number).status_code for number in range(3)] == [200] * 3
        assert (PaymentEvent.objects.count(), Invoice.objects.count()) == (3, 1)

    @pytest.mark.parametrize("secret", ["another secret", ""])
    def test_refuses_a_forgery_and_keeps_nothing(self, razorpay, link, send, secret):
        answer = send(paid(razorpay, link), secret=secret)
        assert (answer.status_code, answer.json()["code"]) == (400, "message_forged")
        assert not PaymentEvent.objects.exists()
        assert Booking.objects.get().booking_status == BookingStatus.PENDING

    def test_refuses_what_is_not_signed_at_all(self, razorpay, link, client):
        assert client.post(RAZORPAY, paid(razorpay, link), content_type="application/json").status_code == 400

    def test_knows_no_other_provider(self, client):
        for name in ("stripe", "cash", "none"):
            answer = client.post(f"/webhooks/{name}", b"{}", content_type="application/json")
            assert (answer.status_code, answer.json()["code"]) == (404, "provider_unknown")

    def test_takes_no_more_than_a_message_can_have(self, client):
        answer = client.post(RAZORPAY, b" " * (LARGEST_MESSAGE + 1), content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (413, "message_too_large")

    def test_is_not_asked_for_by_a_browser(self, client):
        assert client.get(RAZORPAY).status_code == 405

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"event": "payment_link.paid"}', b'{"event": []}'])
    def test_keeps_nonsense_that_is_signed_and_does_nothing(self, razorpay, send, body):
        assert send(body).status_code == 200
        assert PaymentEvent.objects.get().handled_at is not None

    def test_leaves_alone_what_another_shop_was_paid(self, razorpay, link, send):
        link["notes"], link["reference_id"] = {"site": "https://elsewhere.example"}, "THEIRS-1"
        assert send(paid(razorpay, link)).json() == {"status": "not ours"}
        assert not PaymentIssue.objects.exists()
        assert not razorpay.refunds

    def test_keeps_what_cannot_be_acted_on_now(self, razorpay, link, send, monkeypatch):
        def busy(**_):
            raise OperationalError("lock timeout")

        body = paid(razorpay, link)
        monkeypatch.setattr(settling, "act_on", busy)
        assert send(body).json() == {"status": "kept: database"}
        assert PaymentEvent.objects.get().handled_at is None
        monkeypatch.undo()
        assert send(body).json() == {"status": "booking CONFIRMED"}

    def test_says_so_when_nothing_can_be_kept(self, razorpay, link, send, monkeypatch):
        def away(**_):
            raise OperationalError("no connection")

        monkeypatch.setattr("billing.services.events.keep", away)
        answer = send(paid(razorpay, link))
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")


class TestOrderOfMessages:
    def test_of_a_link_that_ends_after_it_was_paid_changes_nothing(self, razorpay, link, send):
        send(paid(razorpay, link))
        late = razorpay.message("payment_link.expired", payment_link={**link, "status": "expired"})
        assert send(late, 2).json() == {"status": "attempt failed"}
        assert Payment.objects.get().payment_status == PaymentStatus.COMPLETED
        assert Booking.objects.get().booking_status == BookingStatus.CONFIRMED

    def test_of_a_link_that_ended_leaves_the_booking_open_for_another_attempt(self, razorpay, waiting, link, send):
        link["status"] = "expired"
        assert send(razorpay.link_message(link)).json() == {"status": "attempt failed"}
        assert Payment.objects.get().payment_status == PaymentStatus.FAILED
        assert Booking.objects.get().booking_status == BookingStatus.PENDING

    def test_of_money_for_a_dead_booking_gives_it_back(self, razorpay, waiting, link, send, customer, now):
        cancelling.cancel_booking(booking_id=waiting.pk, by=customer, now=now)
        assert send(paid(razorpay, link)).json() == {"status": "booking CANCELLED"}
        refund = Refund.objects.get()
        refunds.send(refund_id=refund.pk, now=now)
        assert [one["amount"] for one in razorpay.refunds.values()] == [int(waiting.amount * 100)]

    def test_of_money_for_nothing_that_we_know_gives_it_back_and_writes_it_down(self, razorpay, waiting, link, send):
        link["reference_id"] = "BKNG-LOSTLOST-1"  # made before the backup that was restored
        body = paid(razorpay, link)
        assert send(body).json() == {"status": "charge unknown: given back"}
        send(body, 2)
        assert [one["amount"] for one in razorpay.refunds.values()] == [int(waiting.amount * 100)]
        issue = PaymentIssue.objects.earliest("id")
        assert (issue.kind, issue.subject) == (IssueKind.CHARGE_UNKNOWN, "BKNG-LOSTLOST-1")
        assert "given back by itself" in issue.resolution

    def test_of_unknown_money_that_cannot_be_given_back_stays_open(self, razorpay, link, send, monkeypatch):
        def away(*_, **__):
            raise GatewayFailed

        link["reference_id"] = "BKNG-LOSTLOST-1"
        monkeypatch.setattr(RazorpayGateway, "refund", away)
        assert send(paid(razorpay, link)).json() == {"status": "kept: gateway_failed"}
        assert PaymentIssue.objects.get().resolved_at is None
        assert PaymentEvent.objects.get().handled_at is None


class TestRefundMessages:
    @pytest.fixture
    def refund(self, razorpay, waiting, link, send, customer, now) -> Refund:
        """A refund that Razorpay has accepted and not done yet."""
        razorpay.refund_status = "pending"
        send(paid(razorpay, link), "paid")
        cancelling.cancel_booking(booking_id=waiting.pk, by=customer, now=now)
        refund = refunds.send(refund_id=Refund.objects.get().pk, now=now)
        assert refund.refund_status == RefundStatus.ACCEPTED
        return refund

    def told(self, razorpay, kind) -> bytes:
        return razorpay.message(kind, refund=next(iter(razorpay.refunds.values())))

    def test_of_money_that_went_back_completes_it_once(self, razorpay, refund, send):
        for number in (1, 1, 2):
            assert send(self.told(razorpay, "refund.processed"), number).status_code == 200
        refund.refresh_from_db()
        assert refund.refund_status == RefundStatus.COMPLETED
        payment = Payment.objects.get()
        assert (payment.payment_status, payment.refund_amount) == (PaymentStatus.REFUNDED, refund.amount)

    def test_of_money_that_could_not_go_back_calls_somebody(self, razorpay, refund, send):
        send(self.told(razorpay, "refund.failed"))
        refund.refresh_from_db()
        assert refund.refund_status == RefundStatus.FAILED
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.refund_id, issue.resolved_at) == (IssueKind.REFUND_FAILED, refund.pk, None)

    def test_of_a_failure_after_it_was_done_changes_nothing(self, razorpay, refund, send):
        send(self.told(razorpay, "refund.processed"))
        send(self.told(razorpay, "refund.failed"), 2)
        refund.refresh_from_db()
        assert refund.refund_status == RefundStatus.COMPLETED

    def test_of_an_earlier_round_do_not_touch_the_next(self, razorpay, refund, send, now):
        send(self.told(razorpay, "refund.failed"))
        refunds.send_anew(refund_id=refund.pk, now=now)
        assert send(self.told(razorpay, "refund.failed"), 2).json() == {"status": "refund unknown"}
        refund.refresh_from_db()
        assert refund.refund_status == RefundStatus.PENDING

    def test_of_refunds_that_somebody_made_elsewhere_are_kept_only(self, razorpay, refund, send):
        body = razorpay.message("refund.processed", refund={"id": "rfnd_9", "amount": 1, "notes": []})
        assert send(body).json() == {"status": "not ours"}


class TestSandboxMessages:
    def post(self, client, message):
        body = orjson.dumps(message)
        headers = {"X-Sandbox-Signature": signature_of(body)}
        return client.post("/webhooks/sandbox", body, content_type="application/json", headers=headers)

    def test_settle_a_charge_that_was_delayed(self, client, selling_show, customer, now, settings):
        settings.SANDBOX_BEHAVIOUR = "delay"
        booking = booked(selling_show, "A1", by=customer, now=now)
        assert booking.booking_status == BookingStatus.PENDING
        code = Payment.objects.get(pk=payment_of(booking)).transaction_code
        message = {"id": "evt-1", "event": "charge", "charge": code, "key": code}
        assert self.post(client, message).json() == {"status": "booking PENDING"}
        sandbox.decide(key=code, approves=True)
        assert self.post(client, {**message, "id": "evt-2"}).json() == {"status": "booking CONFIRMED"}

    def test_are_signed_with_the_sandboxes_own_key(self, client):
        body = b'{"id": "1", "event": "charge", "charge": "a", "key": "a"}'
        headers = {"X-Sandbox-Signature": "0" * 64}
        assert client.post("/webhooks/sandbox", body, "application/json", headers=headers).status_code == 400

    def test_of_a_charge_that_is_unknown_mean_nothing(self, client):
        message = {"id": "evt-1", "event": "charge", "charge": "X", "key": "X"}
        assert self.post(client, message).json() == {"status": "nothing to do"}


class TestRefundsInTheSandbox:
    def test_that_take_their_time_are_asked_about(self, selling_show, customer, now, settings):
        settings.SANDBOX_REFUNDS = "delay"
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        refund = refunds.send(refund_id=Refund.objects.get().pk, now=now)
        assert (refund.refund_status, refund.attempts) == (RefundStatus.ACCEPTED, 1)
        assert refund.next_try_at == now + timedelta(hours=1)
        assert refunds.send(refund_id=refund.pk, now=now).refund_status == RefundStatus.ACCEPTED

    def test_that_are_refused_are_sent_anew_when_somebody_says_so(self, selling_show, customer, now, settings):
        settings.SANDBOX_REFUNDS = "refuse"
        booking = booked(selling_show, "A1", by=customer, now=now)
        cancelling.cancel_booking(booking_id=booking.pk, by=customer, now=now)
        refund = refunds.send(refund_id=Refund.objects.get().pk, now=now)
        assert refund.refund_status == RefundStatus.FAILED
        settings.SANDBOX_REFUNDS = "settle"
        assert refunds.send(refund_id=refund.pk, now=now).refund_status == RefundStatus.FAILED
        refunds.send_anew(refund_id=refund.pk, now=now)
        assert refunds.send(refund_id=refund.pk, now=timezone.now()).refund_status == RefundStatus.COMPLETED
        assert PaymentIssue.objects.get().resolution == "The money went back"
