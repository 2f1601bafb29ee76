"""A process that books, pays and cancels until it is killed; `python -m tests.stack.booking_loop SHOW WHERE_IT_DIES`."""

import os
import random
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import django

django.setup()

from django.utils import timezone  # noqa: E402  # models only exist after setup()

from accounts.models import User  # noqa: E402  # the models need django.setup() first
from billing.gateways.sandbox import SandboxGateway  # noqa: E402  # the models need django.setup() first
from billing.models import Refund  # noqa: E402  # the models need django.setup() first
from billing.services import refunds  # noqa: E402  # the models need django.setup() first
from booking.orders import Order  # noqa: E402  # the models need django.setup() first
from booking.services import cancelling, checkout, settling  # noqa: E402  # the models need django.setup() first
from booking.states import BookingStatus  # noqa: E402  # the models need django.setup() first
from cinema.core.errors import DomainError  # noqa: E402  # the models need django.setup() first
from scheduling.models import Show  # noqa: E402  # the models need django.setup() first

THREADS = 3


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


def die_after(owner: object, name: str) -> None:
    """Let the process die when a step has been done, and nothing after it."""
    step = getattr(owner, name)

    def last_step(*args: object, **kwargs: object) -> NoReturn:
        step(*args, **kwargs)
        die()

    setattr(owner, name, last_step)


DEATHS = {
    "placed": lambda: setattr(SandboxGateway, "charge", lambda *_, **__: die()),
    "charged": lambda: die_after(SandboxGateway, "charge"),
    "recorded": lambda: die_after(settling, "_record_money"),
    "refunded": lambda: die_after(SandboxGateway, "refund"),
    "anywhere": lambda: None,
}


def visit(show: Show, seats: list[int], users: list[User]) -> None:
    """Book one or two seats, and think better of it now and then."""
    now, user = timezone.now(), random.choice(users)
    booking = checkout.book(order=Order(show.pk, tuple(random.sample(seats, 2))), by=user, now=now)
    if booking.booking_status == BookingStatus.CONFIRMED and random.random() < 0.5:
        cancelling.cancel_booking(booking_id=booking.pk, by=user, now=now)
        for refund in Refund.objects.filter(payment=booking.payment_id):
            refunds.send(refund_id=refund.pk, now=now)


def run(show_id: int) -> None:
    """Visit for ever."""
    show = Show.objects.get(pk=show_id)
    seats, users = list(show.screen.seats.values_list("pk", flat=True)), list(User.objects.all())
    while True:
        try:
            visit(show, seats, users)
        except DomainError:
            continue


if __name__ == "__main__":
    DEATHS[sys.argv[2]]()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, [int(sys.argv[1])] * THREADS))
