"""The real client library against a server that speaks Razorpay's protocol."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import GatewayFailed, GatewayTimedOut, MessageForged, PaymentsClosed
from billing.gateways import Bill, ChargeState, RepaymentState
from billing.gateways import razorpay as module
from billing.gateways.razorpay import RazorpayGateway
from billing.states import PaymentMethod
from tests.billing.razorpay_server import KEY_SECRET, WEBHOOK_SECRET, failure, signed

KEY = "BKNG-ABCDEFGH-1"
gateway = RazorpayGateway()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(module, "pause", lambda seconds: None)


@pytest.fixture
def bill(razorpay, now) -> Bill:
    return Bill(
        key=KEY,
        amount=Decimal("355.20"),
        description="Monsoon",
        return_url="https://cinema.example/back",
        pay_until=now + timedelta(minutes=15),
    )


@pytest.fixture
def link(razorpay, bill):
    """A payment link that waits for its money."""
    gateway.charge(bill)
    return next(iter(razorpay.links.values()))


@pytest.fixture
def paid(razorpay, link) -> str:
    """A link that was paid by UPI; the id of its payment."""
    return razorpay.pay(link["id"])["payments"][0]["payment_id"]


def refund(paid, key=f"{KEY}/end", amount="100.10"):
    return gateway.refund(charge_key=KEY, charge_id=paid, key=key, amount=Decimal(amount))


def event(body, secret=WEBHOOK_SECRET, **headers):
    return gateway.read_event(body=body, headers={"X-Razorpay-Signature": signed(secret, body.decode()), **headers})


class TestCharge:
    def test_makes_a_page_to_pay_on(self, razorpay, bill):
        charge = gateway.charge(bill)
        (link,) = razorpay.links.values()
        assert (charge.state, charge.id, charge.redirect_url) == (ChargeState.PENDING, link["id"], link["short_url"])
        assert (link["amount"], link["currency"], link["reference_id"]) == (35520, "INR", KEY)
        assert (link["callback_url"], link["description"]) == (bill.return_url, "Monsoon")
        assert link["expire_by"] >= time.time() + 15 * 60

    def test_makes_one_page_however_often_it_is_asked(self, razorpay, bill):
        assert gateway.charge(bill) == gateway.charge(bill)
        assert len(razorpay.links) == 1

    def test_is_refused_with_the_words_of_razorpay(self, razorpay, bill):
        charge = gateway.charge(Bill(KEY, Decimal("0.99"), return_url="https://cinema.example/back"))
        assert (charge.state, charge.failure) == (ChargeState.REFUSED, "The amount must be at least INR 1.00.")

    def test_finds_the_page_again_whose_answer_was_lost(self, razorpay, bill):
        gateway.charge(bill)
        razorpay.next_answers = ["{"]
        with pytest.raises(GatewayFailed):
            gateway.charge(bill)
        found = gateway.find(key=KEY)
        assert found is not None
        assert found.state is ChargeState.PENDING

    def test_needs_the_keys(self, razorpay, bill, settings):
        settings.RAZORPAY_KEY_SECRET = ""
        with pytest.raises(PaymentsClosed):
            gateway.charge(bill)
        assert razorpay.asked == []

    def test_does_not_take_wrong_keys_for_a_refusal(self, razorpay, bill, settings):
        settings.RAZORPAY_KEY_SECRET = "wrong"
        with pytest.raises(GatewayFailed):
            gateway.charge(bill)

    def test_waits_no_longer_than_it_may(self, razorpay, bill, settings):
        settings.RAZORPAY_TIMEOUT = 0.05
        razorpay.next_answers = ["waits"]
        with pytest.raises(GatewayTimedOut):
            gateway.charge(bill)

    def test_tries_three_times_when_razorpay_falters(self, razorpay, bill):
        broken = failure("We are facing some trouble.", 502, "GATEWAY_ERROR")
        razorpay.next_answers = [broken, broken]
        assert gateway.charge(bill).state is ChargeState.PENDING
        razorpay.next_answers = [broken] * 3
        with pytest.raises(GatewayFailed):
            gateway.find(key=KEY)
        assert razorpay.next_answers == []

    def test_says_so_when_nobody_is_there(self, bill, settings):
        settings.RAZORPAY_BASE_URL = "http://127.0.0.1:9"
        with pytest.raises(GatewayFailed):
            gateway.charge(bill)


class TestFind:
    def test_knows_nothing_of_another_key(self, link):
        assert gateway.find(key="BKNG-ABCDEFGH-2") is None

    @pytest.mark.parametrize(
        ("method", "expected"),
        [("upi", PaymentMethod.UPI), ("card", PaymentMethod.CARD), ("netbanking", PaymentMethod.WALLET)],
    )
    def test_tells_what_was_paid_and_how(self, razorpay, link, method, expected):
        razorpay.pay(link["id"], method)
        charge = gateway.find(key=KEY)
        assert charge is not None
        assert (charge.state, charge.method, charge.amount) == (ChargeState.SETTLED, expected, Decimal("355.20"))
        assert charge.id.startswith("pay_")

    @pytest.mark.parametrize("status", ["cancelled", "expired"])
    def test_tells_that_the_page_is_over(self, link, status):
        link["status"] = status
        charge = gateway.find(key=KEY)
        assert charge is not None
        assert charge.state is ChargeState.REFUSED
        assert status in charge.failure


class TestGiveUp:
    def test_closes_the_page(self, link):
        charge = gateway.give_up(key=KEY)
        assert charge is not None
        assert (charge.state, link["status"]) == (ChargeState.REFUSED, "cancelled")

    def test_tells_what_was_paid_before(self, link, paid):
        charge = gateway.give_up(key=KEY)
        assert charge is not None
        assert (charge.state, charge.id) == (ChargeState.SETTLED, paid)

    def test_tells_what_was_paid_at_the_last_moment(self, razorpay, link):
        def pay_first(*_):
            razorpay.pay(link["id"])
            return failure("Payment Link cannot be cancelled.")

        razorpay._cancel = pay_first
        razorpay.lock = type("NoLock", (), {"__enter__": lambda _: None, "__exit__": lambda *_: None})()
        charge = gateway.give_up(key=KEY)
        assert charge is not None
        assert charge.state is ChargeState.SETTLED

    def test_knows_nothing_of_another_key(self, razorpay):
        assert gateway.give_up(key="BKNG-ABCDEFGH-2") is None


class TestRefund:
    def test_gives_back_once_per_key(self, razorpay, paid):
        first, again = refund(paid), refund(paid)
        assert first == again
        assert (first.state, first.id.startswith("rfnd_")) == (RepaymentState.DONE, True)
        assert [one["amount"] for one in razorpay.refunds.values()] == [10010]

    def test_may_take_its_time(self, razorpay, paid):
        razorpay.refund_status = "pending"
        assert refund(paid).state is RepaymentState.ON_ITS_WAY
        (given,) = razorpay.refunds.values()
        given["status"] = "processed"
        found = gateway.find_refund(charge_id=paid, key=f"{KEY}/end", refund_id=given["id"])
        assert found is not None
        assert (found.state, found.id) == (RepaymentState.DONE, given["id"])

    def test_is_refused_with_the_words_of_razorpay(self, paid):
        answer = refund(paid, amount="355.21")
        assert answer.state is RepaymentState.REFUSED
        assert "greater than amount captured" in answer.failure

    def test_of_a_charge_that_razorpay_does_not_know_is_refused(self, razorpay):
        assert refund("pay_1").state is RepaymentState.REFUSED

    def test_is_tried_again_while_its_twin_is_still_running(self, razorpay, paid):
        running = failure("Another request with the same idempotency key is still in progress.", 409)
        razorpay.next_answers = [running]
        assert refund(paid).state is RepaymentState.DONE

    def test_is_not_found_under_another_key(self, paid):
        refund(paid)
        assert gateway.find_refund(charge_id=paid, key="other", refund_id="") is None


class TestReadEvent:
    def test_tells_of_a_paid_link(self, razorpay, link, paid):
        told = event(razorpay.link_message(link), **{"X-Razorpay-Event-Id": "evt_1"})
        assert (told.id, told.kind, told.charge_key, told.is_ours) == ("evt_1", "payment_link.paid", KEY, True)
        assert told.charge is not None
        assert (told.charge.state, told.charge.id, told.charge.amount) == (
            ChargeState.SETTLED,
            paid,
            Decimal("355.20"),
        )

    def test_keeps_nothing_of_the_payer(self, razorpay, link, paid):
        link["customer"] = {"name": "Asha", "contact": "+919820000001", "email": "asha@example.com"}
        body = razorpay.link_message(link).replace(
            b'"captured": true', b'"vpa": "asha@upi", "contact": "+919820000001", "captured": true'
        )
        told = event(body)
        assert "asha" not in str(told.payload).lower()
        assert "+91" not in str(told.payload)
        assert told.charge is not None
        assert told.charge.id == paid

    def test_tells_of_a_link_that_is_over(self, razorpay, link):
        link["status"] = "expired"
        told = event(razorpay.link_message(link))
        assert told.charge is not None
        assert (told.kind, told.charge.state) == ("payment_link.expired", ChargeState.REFUSED)

    @pytest.mark.parametrize(
        ("kind", "state"), [("refund.processed", RepaymentState.DONE), ("refund.failed", RepaymentState.REFUSED)]
    )
    def test_tells_of_a_refund(self, razorpay, paid, kind, state):
        refund(paid)
        (given,) = razorpay.refunds.values()
        told = event(razorpay.message(kind, refund=given))
        assert told.repayment is not None
        assert (told.refund_key, told.repayment.state, told.repayment.id) == (f"{KEY}/end", state, given["id"])

    def test_knows_what_another_shop_of_the_same_account_was_paid(self, razorpay, link):
        link["notes"] = {"site": "https://elsewhere.example"}
        assert not event(razorpay.link_message(link)).is_ours
        link["notes"] = []
        assert not event(razorpay.link_message(link)).is_ours

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"[" * 1000 + b"]" * 1000,
            b"null",
            b"7",
            b'{"event": "payment_link.paid"}',
            b'{"event": 7, "payload": []}',
        ],
    )
    def test_of_nonsense_that_is_signed_means_nothing(self, razorpay, body):
        told = event(body)
        assert told.id
        assert told.charge is None or told.charge.state is ChargeState.PENDING

    @pytest.mark.parametrize("signature", ["", "0" * 64, "ä" * 64])
    def test_refuses_another_signature(self, razorpay, link, signature):
        with pytest.raises(MessageForged):
            gateway.read_event(body=razorpay.link_message(link), headers={"X-Razorpay-Signature": signature})

    def test_refuses_a_body_that_was_changed(self, razorpay, link):
        body = razorpay.link_message(link)
        headers = {"X-Razorpay-Signature": signed(WEBHOOK_SECRET, body.decode())}
        with pytest.raises(MessageForged):
            gateway.read_event(body=body.replace(b"35520", b"35521"), headers=headers)
        with pytest.raises(MessageForged):
            gateway.read_event(body=b"\xff", headers=headers)

    def test_takes_nothing_when_no_secret_is_set(self, razorpay, settings):
        settings.RAZORPAY_WEBHOOK_SECRETS = []
        with pytest.raises(MessageForged):
            event(b"{}", secret="")

    def test_takes_the_old_secret_beside_the_new_one(self, razorpay, settings):
        settings.RAZORPAY_WEBHOOK_SECRETS = ["new", WEBHOOK_SECRET]
        assert event(b"{}").kind == "unknown"


class TestVouchesFor:
    def query(self, razorpay, link) -> dict[str, str]:
        address = razorpay.way_back(link)
        return dict(pair.split("=", 1) for pair in address.partition("?")[2].split("&"))

    def test_a_paid_charge(self, razorpay, link, paid):
        assert gateway.vouches_for(key=KEY, query=self.query(razorpay, link))

    def test_nothing_when_nothing_is_claimed(self, razorpay):
        assert not gateway.vouches_for(key=KEY, query={"utm_source": "mail"})

    def test_no_other_charge(self, razorpay, link, paid):
        with pytest.raises(MessageForged):
            gateway.vouches_for(key="BKNG-ABCDEFGH-2", query=self.query(razorpay, link))

    @pytest.mark.parametrize(
        "changed", [{"razorpay_signature": "0" * 64}, {"razorpay_payment_id": "pay_9"}, {"razorpay_signature": "ä"}]
    )
    def test_nothing_that_was_changed(self, razorpay, link, paid, changed):
        with pytest.raises(MessageForged):
            gateway.vouches_for(key=KEY, query=self.query(razorpay, link) | changed)

    def test_needs_the_secret_of_the_key(self, razorpay, link, paid, settings):
        query = self.query(razorpay, link)
        settings.RAZORPAY_KEY_SECRET = KEY_SECRET + "x"
        with pytest.raises(MessageForged):
            gateway.vouches_for(key=KEY, query=query)
