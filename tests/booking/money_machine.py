"""A cinema at which anything happens in any sequence, on the real database: customers, gateways, crashes, the clock.

Hypothesis draws the steps. What a step queues for the worker is kept, run later, twice or never. A crash is an exception
where the process could die: what the running transaction did is undone, what was committed before stays. After every step
the books, the seats and the money are counted (`tests/booking/money_count.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import User
from billing.gateways import gateway_named
from billing.models import Payment, Refund, SandboxCharge
from billing.services import refunds
from billing.states import RefundStatus
from booking.models import Booking
from booking.orders import FoodWanted, Order
from booking.services import attempts, cancelling, checkout, locks, reconciling, settling, sweeping
from cinema.core import jobs
from cinema.core.errors import DomainError
from scheduling.models import Show
from tests.booking import money_count
from tests.factories.accounts import AdminFactory, UserFactory
from tests.factories.billing import DiscountFactory, todays_law
from tests.factories.concessions import FoodItemFactory
from tests.factories.scheduling import ShowFactory

SEATS = 6
STOCK = 12
# Where the process may die: just before each of these is called.
DEATHS = (
    "booking.services.settling.act_on",
    "booking.services.settling.ending.end_booking",
    "billing.services.ledger.post",
    "billing.services.refunds.owe",
    "billing.services.refunds.record",
    "billing.services.invoices.credit",
    "booking.services.settling.invoices.issue",
    "accounts.services.telling.tell",
    "concessions.services.stock.put_back",
)
deaths = st.none() | st.none() | st.sampled_from(DEATHS)
chosen = st.integers(0, 999)
parties = st.sets(st.integers(0, SEATS - 1), min_size=1, max_size=3)
behaviours = st.sampled_from(["settle", "settle", "settle", "delay", "redirect", "refuse"])


class Crash(BaseException):
    """The process is gone: nobody catches this but the machine."""


class Cinema(RuleBasedStateMachine):
    """Two shows of six seats, three customers, one counted dish, one promo code for three uses."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.queue: list[tuple[str, dict[str, Any]]] = []
        self.reconciled_at: datetime | None = None

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    @initialize(
        inclusive=st.booleans(),
        rounds=st.booleans(),
        fees=st.booleans(),
        refunds_fees=st.booleans(),
        hours_ahead=st.sampled_from([300, 300, 26]),
    )
    def open(self, inclusive: bool, rounds: bool, fees: bool, refunds_fees: bool, hours_ahead: int) -> None:
        todays_law()
        self.customers, self.admin = UserFactory.create_batch(3), AdminFactory()
        self.shows: list[Show] = [ShowFactory(seats=SEATS) for _ in range(2)]
        for show in self.shows:
            venue = show.screen.venue
            venue.is_tax_inclusive, venue.rounds_to_rupee, venue.refunds_fees = inclusive, rounds, refunds_fees
            venue.booking_fee, venue.seat_fee = (
                (Decimal("19.99"), Decimal("7.50")) if fees else (Decimal(0), Decimal(0))
            )
            venue.refund_tiers = [{"hours": 12, "percent": 77}, {"hours": 2, "percent": 33}]
            venue.save()
        self.coke = FoodItemFactory(price=Decimal("99.99"), stock=STOCK)
        self.promo = DiscountFactory(promo_code="TEN", usage_limit=3)
        self.now = self.shows[0].starts_at - timedelta(hours=hours_ahead)
        self.buy(0, show=1, seats={0, 1, 2}, cokes=1)

    @rule(who=chosen, show=chosen, seats=parties)
    def hold(self, who: int, show: int, seats: set[int]) -> None:
        show_id, seat_ids = self._seats(show, seats)
        self._step(lambda: locks.lock_seats(show_id=show_id, seat_ids=seat_ids, by=self._customer(who), now=self.now))

    @rule(
        who=chosen,
        show=chosen,
        seats=parties,
        cokes=st.integers(0, 2),
        with_promo=st.booleans(),
        behaviour=behaviours,
        death=deaths,
    )
    def book(
        self, who: int, show: int, seats: set[int], cokes: int, with_promo: bool, behaviour: str, death: str | None
    ) -> None:
        show_id, seat_ids = self._seats(show, seats)
        foods = (FoodWanted(self.coke.pk, cokes),) if cokes else ()
        order = Order(show_id, tuple(seat_ids), foods, promo_code="TEN" if with_promo else "")
        with override_settings(SANDBOX_BEHAVIOUR=behaviour):
            self._step(lambda: checkout.start(order=order, by=self._customer(who), now=self.now), death)

    @rule(who=chosen, show=chosen, seats=parties, cokes=st.integers(0, 2))
    def buy(self, who: int, show: int, seats: set[int], cokes: int) -> None:
        """What most people do: nothing goes wrong."""
        self.book(who, show, seats, cokes, with_promo=False, behaviour="settle", death=None)

    @rule(which=chosen, behaviour=behaviours, death=deaths)
    def pay_again(self, which: int, behaviour: str, death: str | None) -> None:
        if booking := self._booking(which):
            with override_settings(SANDBOX_BEHAVIOUR=behaviour):
                self._step(lambda: attempts.pay_again(booking_id=booking.pk, by=booking.user, now=self.now), death)

    @rule(who=chosen, seats=parties, death=deaths)
    def pay_twice(self, who: int, seats: set[int], death: str | None) -> None:
        """The first attempt seems lost, the customer tries again, and both come through."""
        known = set(Booking.objects.values_list("pk", flat=True))
        self.book(who, show=1, seats=seats, cokes=0, with_promo=False, behaviour="delay", death=None)
        for booking in Booking.objects.exclude(pk__in=known).select_related("user"):
            with override_settings(SANDBOX_BEHAVIOUR="settle"):
                self._step(partial(attempts.pay_again, booking_id=booking.pk, by=booking.user, now=self.now), death)
            SandboxCharge.objects.filter(idempotency_key__startswith=booking.booking_reference).update(succeeded=True)
            for payment in Payment.objects.filter(booking_reference=booking.booking_reference).order_by("id"):
                if charge := gateway_named("sandbox").find(key=payment.transaction_code):
                    self._step(partial(settling.act_on, payment=payment, charge=charge, now=self.now), death)

    @rule(which=chosen, succeeded=st.booleans())
    def customer_decides_at_the_gateway(self, which: int, succeeded: bool) -> None:
        waiting = list(SandboxCharge.objects.filter(succeeded=None).order_by("id"))
        if waiting:
            charge = waiting[which % len(waiting)]
            charge.succeeded = succeeded
            charge.save()

    @rule(which=chosen, times=st.integers(1, 2), death=deaths)
    def webhook(self, which: int, times: int, death: str | None) -> None:
        """The gateway says what became of an attempt: at once, late, twice."""
        payments = list(Payment.objects.order_by("id"))
        if not payments:
            return
        payment = payments[which % len(payments)]
        for _ in range(times):
            charge = gateway_named("sandbox").find(key=payment.transaction_code)
            if charge is not None:
                self._step(partial(settling.act_on, payment=payment, charge=charge, now=self.now), death)

    @rule(which=chosen, lines=st.lists(chosen, min_size=1, max_size=3), is_at_once=st.booleans(), death=deaths)
    def cancel_lines(self, which: int, lines: list[int], is_at_once: bool, death: str | None) -> None:
        """Seats and food of one of the latest sales, now and then one that was cancelled before."""
        sales = list(Booking.objects.exclude(confirmed_at=None).select_related("user").order_by("-id"))
        if not sales:
            return
        booking = sales[which % min(len(sales), 2)]
        wishes: list[tuple[list[int], list[int]]] = [([sold.seat_id], []) for sold in booking.seats.order_by("id")]
        wishes += [([], [sold.food_id]) for sold in booking.foods.order_by("id")]
        picked = [wishes[line % len(wishes)] for line in lines]
        at_once = [([seat for seats, _ in picked for seat in seats], [food for _, foods in picked for food in foods])]
        for seats, foods in at_once if is_at_once else picked:
            cancel = partial(cancelling.cancel_lines, booking_id=booking.pk, by=booking.user, now=self.now)
            self._step(partial(cancel, seat_ids=seats, food_ids=foods), death)

    @rule(which=chosen, death=deaths)
    def cancel_booking(self, which: int, death: str | None) -> None:
        if booking := self._booking(which):
            self._step(lambda: cancelling.cancel_booking(booking_id=booking.pk, by=booking.user, now=self.now), death)

    @rule(rarely=st.integers(0, 4))
    def cancel_show(self, rarely: int) -> None:
        if rarely == 0:
            self._step(lambda: cancelling.cancel_show(show_id=self.shows[0].pk, by=self.admin, now=self.now))

    @rule(
        which=chosen,
        is_delivered_twice=st.booleans(),
        state=st.sampled_from(["settle", "delay", "refuse"]),
        death=deaths,
    )
    def worker_runs_a_job(self, which: int, is_delivered_twice: bool, state: str, death: str | None) -> None:
        if self.queue:
            job, ids = self.queue.pop(which % len(self.queue))
            with override_settings(SANDBOX_REFUNDS=state):
                for _ in range(1 + is_delivered_twice):
                    self._step(lambda: _WORK[job](now=self.now, **ids), death)

    @rule()
    def broker_loses_everything(self) -> None:
        self.queue.clear()

    @rule(minutes=st.sampled_from([1, 5, 16, 60, 600]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        self._step(lambda: sweeping.release_lapsed(now=self.now))

    @rule(death=deaths)
    def reconcile(self, death: str | None) -> None:
        self._step(lambda: reconciling.reconcile(now=self.now), death)

    @rule()
    def somebody_sends_refused_refunds_anew(self) -> None:
        for refund_id in Refund.objects.filter(refund_status=RefundStatus.FAILED).values_list("pk", flat=True):
            self._step(partial(refunds.send_anew, refund_id=refund_id, now=self.now))

    @rule()
    def quiet_hours(self) -> None:
        """Everything that waits comes to its end: nothing stays PENDING, and the gateway has what the house has."""
        self.somebody_sends_refused_refunds_anew()
        for _ in range(3):
            self.now += timedelta(hours=7)
            self.queue.clear()
            self._step(lambda: reconciling.reconcile(now=self.now))
        self.reconciled_at = self.now
        money_count.nothing_is_left_open()

    @invariant()
    def counts_are_right(self) -> None:
        if hasattr(self, "now"):
            money_count.everything(reconciled_at=self.reconciled_at, promo=self.promo, coke=self.coke, stock=STOCK)

    def _step(self, act: Callable[[], object], death: str | None = None) -> None:
        """Take one step; a refusal is an answer, a crash undoes the transaction it hit and what that had queued."""
        queued: list[tuple[str, dict[str, Any]]] = []
        with patch.object(jobs, "enqueue_on_commit", lambda job, **ids: queued.append((job, ids))), _dying_at(death):
            try:
                act()
            except DomainError:
                pass
            except Crash:
                queued.clear()
        self.queue += [(job, ids) for job, ids in queued if job in _WORK]

    def _customer(self, who: int) -> User:
        return self.customers[who % len(self.customers)]

    def _booking(self, which: int) -> Booking | None:
        bookings = list(Booking.objects.select_related("user").order_by("id"))
        return bookings[which % len(bookings)] if bookings else None

    def _seats(self, show: int, places: set[int]) -> tuple[int, list[int]]:
        chosen_show = self.shows[show % len(self.shows)]
        ids = list(chosen_show.screen.seats.order_by("id").values_list("pk", flat=True))
        return chosen_show.pk, [ids[place] for place in sorted(places)]


_WORK: dict[str, Callable[..., object]] = {
    jobs.SEND_REFUND: refunds.send,
    jobs.END_CANCELLED_SHOW: cancelling.end_bookings_of,
}


@contextmanager
def _dying_at(place: str | None) -> Iterator[None]:
    if place is None:
        yield
        return
    with patch(place, side_effect=Crash):
        yield
