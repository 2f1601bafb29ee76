"""kill -9 in the middle of bookings: afterwards every payment has its booking or its refund."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from billing.models import Invoice, Payment, Refund, SandboxCharge
from billing.states import PaymentStatus, RefundStatus
from booking.models import BookedSeat, Booking, SeatLock
from booking.services import reconciling
from booking.states import BookingStatus, LockStatus
from cinema.core.embedded.bootstrap import ROOT
from tests.factories.accounts import UserFactory
from tests.factories.billing import todays_law
from tests.factories.scheduling import ShowFactory

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


def database_url() -> str:
    """Name the database of this test run, for another process."""
    config = connection.settings_dict
    password = f":{quote(config['PASSWORD'], safe='')}" if config["PASSWORD"] else ""
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"postgresql://{config['USER']}{password}@{quote(config['HOST'], safe='')}{port}/{config['NAME']}"


@contextmanager
def booking_loop(show_id: int, dies: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that books until it dies, and wait until it is about to begin."""
    env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "cinema.settings.test"}
    command = [sys.executable, "-m", "tests.stack.booking_loop", str(show_id), dies]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


class TestKillingTheProcess:
    def test_in_the_middle_of_bookings_leaves_nothing_half_done(self, transactional_db):
        todays_law()
        UserFactory.create_batch(40)
        show = ShowFactory(seats=200)
        with ExitStack() as stack:
            random_deaths = [stack.enter_context(booking_loop(show.pk, "anywhere")) for _ in range(3)]
            chosen = ("placed", "charged", "recorded", "refunded")
            others = [stack.enter_context(booking_loop(show.pk, dies)) for dies in chosen]
            for process in (*random_deaths, *others):
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            for process in random_deaths:
                time.sleep(random.uniform(0.2, 0.8))
                process.kill()
            for process in others:
                assert process.wait(timeout=30) == -9

        assert Booking.objects.filter(booking_status=BookingStatus.PENDING).exists()
        later = timezone.now() + 20 * MINUTE
        for minutes in (0, 2):  # the second sends the refunds that the first decided
            reconciling.reconcile(now=later + minutes * MINUTE)

        assert_money_agrees()
        assert_seats_agree()
        assert_invoices_agree()


def assert_money_agrees() -> None:
    assert not Booking.objects.filter(booking_status=BookingStatus.PENDING).exists()
    assert not Payment.objects.filter(payment_status=PaymentStatus.PENDING).exists()
    assert not Refund.objects.exclude(refund_status=RefundStatus.COMPLETED).exists()
    for charge in SandboxCharge.objects.all():
        payment = Payment.objects.get(transaction_code=charge.idempotency_key)
        booking = Booking.objects.get(payment=payment)
        assert charge.refunded == payment.refund_amount == payment.refund_owed == booking.refund_amount
        if booking.booking_status == BookingStatus.CONFIRMED:
            assert charge.refunded == 0
        elif booking.confirmed_at is None:
            assert charge.refunded == charge.amount
    settled = Payment.objects.settled().values_list("transaction_code", flat=True)
    assert set(settled) == set(SandboxCharge.objects.values_list("idempotency_key", flat=True))


def assert_seats_agree() -> None:
    sold = BookedSeat.objects.filter(released_at=None)
    claims = SeatLock.objects.filter(status=LockStatus.BOOKED)
    assert set(sold.values_list("seat_id", "booking_id")) == set(claims.values_list("seat_id", "booking_id"))
    alive = Booking.objects.exclude(booking_status=BookingStatus.CANCELLED)
    assert {booking_id for (booking_id,) in sold.values_list("booking_id")} == set(alive.values_list("pk", flat=True))


def assert_invoices_agree() -> None:
    numbers = sorted(int(number[-7:]) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, Booking.objects.exclude(confirmed_at=None).count() + 1))
