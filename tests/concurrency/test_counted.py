"""What is counted is exact under races: promo codes, stock, numbers of documents, entries, refunds."""

import random
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.db import transaction

from billing.books import faults
from billing.models import CreditNote, Invoice, LedgerEntry, LedgerLine, Payment, SandboxCharge
from billing.services import invoices, ledger, refunds
from booking.models import Booking
from booking.orders import FoodWanted, Order
from booking.services import cancelling, checkout
from booking.states import BookingStatus
from tests.concurrency.race import race, winners
from tests.factories.accounts import UserFactory
from tests.factories.billing import DiscountFactory, PaymentFactory, RefundFactory, SandboxChargeFactory, document
from tests.factories.concessions import FoodItemFactory
from tests.factories.venues import VenueFactory


def buy(hall, user, seat, now, **wishes):
    return checkout.book(order=Order(hall.show.pk, (seat,), **wishes), by=user, now=now)


class TestAPromoCode:
    def test_for_three_serves_three_of_twenty(self, hall, now):
        people, place, code = UserFactory.create_batch(20), hall(20), DiscountFactory(usage_limit=3)
        calls = [
            partial(buy, place, user, seat, now, promo_code=code.promo_code)
            for user, seat in zip(people, place.seats, strict=True)
        ]
        assert len(winners(race(calls))) == 3
        code.refresh_from_db()
        assert code.times_used == 3
        assert Booking.objects.filter(discount=code).count() == 3

    def test_once_per_customer_serves_a_customer_once_who_books_many_shows(self, hall, now, customer):
        for _ in range(3):
            code, places = DiscountFactory(usage_limit_per_user=1), [hall(1) for _ in range(6)]
            calls = [
                partial(buy, place, customer, place.seats[0], now, promo_code=code.promo_code) for place in places
            ]
            assert len(winners(race(calls))) == 1
            assert Booking.objects.filter(discount=code).count() == 1


class TestStock:
    def test_of_five_feeds_five_of_twenty(self, hall, now):
        people, place, coke = UserFactory.create_batch(20), hall(20), FoodItemFactory(stock=5)
        calls = [
            partial(buy, place, user, seat, now, foods=(FoodWanted(coke.pk, 1),))
            for user, seat in zip(people, place.seats, strict=True)
        ]
        assert len(winners(race(calls))) == 5
        coke.refresh_from_db()
        assert coke.stock == 0
        assert Booking.objects.filter(show=place.show).count() == 5

    def test_does_not_deadlock_when_baskets_name_items_in_any_sequence(self, hall, now):
        people, items = UserFactory.create_batch(12), FoodItemFactory.create_batch(4, stock=1_000)
        for _ in range(3):
            place = hall(12)
            baskets = [tuple(FoodWanted(item.pk, 1) for item in random.sample(items, 4)) for _ in people]
            calls = [
                partial(buy, place, user, seat, now, foods=basket)
                for user, seat, basket in zip(people, place.seats, baskets, strict=True)
            ]
            assert len(winners(race(calls))) == 12
        items[0].refresh_from_db()
        assert items[0].stock == 1_000 - 36


class TestInvoiceNumbers:
    def test_have_no_gap_when_fifty_are_drawn_at_once_and_some_are_rolled_back(self, transactional_db, now):
        venue = VenueFactory()

        def draw(n: int) -> None:
            with transaction.atomic():
                invoices.issue(venue=venue, booking_reference=f"BKNG-{n:08}", document=document(Decimal(1)), now=now)
                transaction.set_rollback(n % 5 == 0)

        winners(race([partial(draw, n) for n in range(50)]))
        numbers = sorted(int(number[-7:]) for number in Invoice.objects.values_list("number", flat=True))
        assert numbers == list(range(1, 41))

    def test_have_no_gap_over_twenty_sales_at_once(self, hall, now):
        people, place = UserFactory.create_batch(20), hall(20)
        sold = winners(race([partial(buy, place, u, s, now) for u, s in zip(people, place.seats, strict=True)]))
        assert [booking.booking_status for booking in sold] == [BookingStatus.CONFIRMED] * 20
        numbers = sorted(int(number[-7:]) for number in Invoice.objects.values_list("number", flat=True))
        assert numbers == list(range(1, 21))


class TestCreditNoteNumbers:
    def test_have_no_gap_when_fifty_are_drawn_at_once_and_some_are_rolled_back(self, transactional_db, now):
        venue, stated = VenueFactory(), document(Decimal(1))
        references = [f"BKNG-{n:08}" for n in range(50)]
        for reference in references:
            invoices.issue(venue=venue, booking_reference=reference, document=stated, now=now)

        def draw(n: int) -> None:
            reference = references[n]
            draw_credit = partial(invoices.credit, venue=venue, booking_reference=reference, document=stated)
            with transaction.atomic():
                draw_credit(key=f"{reference}/end", reason="Test", now=now)
                transaction.set_rollback(n % 5 == 0)

        winners(race([partial(draw, n) for n in range(50)]))
        numbers = sorted(int(number[-7:]) for number in CreditNote.objects.values_list("number", flat=True))
        assert numbers == list(range(1, 41))
        assert list(faults(settled_before=now)) == []

    def test_have_no_gap_over_twenty_cancellations_and_sales_at_once(self, hall, now):
        """Both counters of a venue are drawn from at once; whoever waits for one never holds the other."""
        people, place = UserFactory.create_batch(20), hall(40)
        sold = [buy(place, user, seat, now) for user, seat in zip(people, place.seats, strict=False)]
        cancels = [
            partial(cancelling.cancel_booking, booking_id=booking.pk, by=user, now=now)
            for booking, user in zip(sold, people, strict=True)
        ]
        buys = [partial(buy, place, user, seat, now) for user, seat in zip(people, place.seats[20:], strict=True)]
        winners(race([*cancels, *buys]))
        for model, count in ((CreditNote, 20), (Invoice, 40)):
            numbers = sorted(int(number[-7:]) for number in model.objects.values_list("number", flat=True))
            assert numbers == list(range(1, count + 1))
        assert list(faults(settled_before=now + timedelta(hours=2))) == []


class TestALedgerEntry:
    def test_that_twelve_write_at_once_is_written_once(self, transactional_db, now):
        payment, venue = PaymentFactory(), VenueFactory()
        record = partial(ledger.record_payment, payment=payment, venue_id=venue.pk, now=now)
        winners(race([record] * 12))
        assert (LedgerEntry.objects.count(), LedgerLine.objects.count()) == (1, 2)


class TestARefund:
    def test_sent_six_times_at_once_gives_the_money_once(self, transactional_db, now):
        for _ in range(5):
            payment = PaymentFactory()
            SandboxChargeFactory(idempotency_key=payment.transaction_code)
            refund = RefundFactory(payment=payment, amount=Decimal(50))
            Payment.objects.filter(pk=payment.pk).update(refund_owed=Decimal(50))
            winners(race([partial(refunds.send, refund_id=refund.pk, now=now)] * 6))
            payment.refresh_from_db()
            charge = SandboxCharge.objects.get(idempotency_key=payment.transaction_code)
            assert payment.refund_amount == charge.refunded == 50

    def test_owed_by_many_at_once_never_passes_what_was_paid(self, transactional_db, now):
        payment = PaymentFactory()

        def owe(n: int) -> None:
            with transaction.atomic():
                refunds.owe(payment=payment, amount=Decimal(30), key=f"part-{n}", reason="Race", now=now)

        winners(race([partial(owe, n) for n in range(8)]))
        assert Payment.objects.get().refund_owed == 90
