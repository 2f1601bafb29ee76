from decimal import Decimal

import pytest

from billing.errors import ChargeUnknown, RefundTooLarge
from billing.models import SandboxCharge
from billing.services import refunds
from billing.states import PaymentStatus, RefundStatus
from tests.factories.billing import PaymentFactory, RefundFactory, SandboxChargeFactory

pytestmark = pytest.mark.django_db


def owe(payment, amount, now, key="k"):
    return refunds.owe(payment=payment, amount=Decimal(amount), key=key, reason="Test", now=now)


class TestOwe:
    def test_records_what_goes_back(self, now):
        payment = PaymentFactory()
        refund = owe(payment, "60.00", now)
        payment.refresh_from_db()
        assert refund is not None
        assert (payment.refund_owed, payment.refund_amount, refund.refund_status) == (60, 0, RefundStatus.PENDING)

    def test_owes_once_per_key(self, now):
        payment = PaymentFactory()
        owe(payment, "60.00", now)
        assert owe(payment, "60.00", now) is None
        payment.refresh_from_db()
        assert payment.refund_owed == 60

    def test_owes_nothing_for_nothing(self, now):
        assert owe(PaymentFactory(), "0.00", now) is None

    def test_refuses_more_than_is_left(self, now):
        payment = PaymentFactory()
        owe(payment, "60.00", now, key="first")
        with pytest.raises(RefundTooLarge):
            owe(payment, "40.01", now, key="second")

    @pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.FAILED])
    def test_refuses_money_that_never_came(self, status, now):
        with pytest.raises(RefundTooLarge):
            owe(PaymentFactory(payment_status=status, settled_at=None), "1.00", now)


class TestSend:
    def test_gives_the_money_back_once(self, now):
        payment = PaymentFactory()
        SandboxChargeFactory(idempotency_key=payment.transaction_code)
        refund = owe(payment, "60.00", now)
        assert refund is not None
        for _ in range(2):
            sent = refunds.send(refund_id=refund.pk, now=now)
        payment.refresh_from_db()
        assert (sent.refund_status, sent.completed_at) == (RefundStatus.COMPLETED, now)
        assert (payment.payment_status, payment.refund_amount) == (PaymentStatus.REFUNDED, 60)
        assert SandboxCharge.objects.get().refunded == 60

    def test_adds_up_the_parts_of_one_payment(self, now):
        payment = PaymentFactory()
        SandboxChargeFactory(idempotency_key=payment.transaction_code)
        for key, amount in (("first", "60.00"), ("second", "40.00")):
            refund = owe(payment, amount, now, key=key)
            assert refund is not None
            refunds.send(refund_id=refund.pk, now=now)
        payment.refresh_from_db()
        assert (payment.refund_owed, payment.refund_amount) == (100, 100)

    def test_leaves_a_refund_waiting_when_the_provider_knows_no_such_charge(self, now):
        refund = RefundFactory()
        with pytest.raises(ChargeUnknown):
            refunds.send(refund_id=refund.pk, now=now)
        refund.refresh_from_db()
        assert refund.refund_status == RefundStatus.PENDING
