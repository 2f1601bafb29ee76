"""The sandbox as a provider of its own: a worker settles what was delayed, and its webhook comes over HTTP."""

import pytest

from billing.models import Payment, PaymentEvent
from billing.services import sandbox
from booking.models import Booking
from tests.booking.stories import booked
from tests.conftest import eventually


@pytest.mark.broker
class TestTheSandboxInTheBackground:
    def test_settles_what_was_delayed(self, worker, live_server, selling_show, customer, now, settings):
        settings.SITE_URL, settings.SANDBOX_BEHAVIOUR = live_server.url, "delay"
        booking = booked(selling_show, "A1", by=customer, now=now)
        assert eventually(lambda: Booking.objects.get(pk=booking.pk).booking_status == "CONFIRMED")
        assert eventually(lambda: PaymentEvent.objects.exclude(handled_at=None).count() == 1)

    def test_tells_after_the_customer_went_back(
        self, worker, live_server, selling_show, customer, client, settings, now
    ):
        settings.SITE_URL, settings.SANDBOX_BEHAVIOUR = live_server.url, "redirect"
        booking = booked(selling_show, "A1", by=customer, now=now)
        code = Payment.objects.get().transaction_code
        answer = client.post(f"/sandbox/pay/{code}", {"decision": "approve", "webhook": "after"})
        assert "sandbox_signature=" in answer.url
        assert eventually(lambda: Booking.objects.get(pk=booking.pk).booking_status == "CONFIRMED")
        assert sandbox.charge_of(code).succeeded
