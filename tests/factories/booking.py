from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from booking.models import (
    Admission,
    BookedFee,
    BookedFood,
    BookedSeat,
    Booking,
    BookingMail,
    BookingStatusLog,
    Cancellation,
    Feedback,
    IdempotencyKey,
    SeatLock,
    Ticket,
)
from booking.states import Actor, BookingStatus, LockStatus, MailKind, TicketKind
from tests.factories.accounts import UserFactory
from tests.factories.billing import PaymentFactory
from tests.factories.concessions import FoodItemFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import SeatCategoryFactory, SeatFactory
from venues.models import Seat, default_refund_tiers


def seat_of(screen_id: int) -> Seat:
    """Add one more seat to a screen, in a category of its own."""
    return SeatFactory(category=SeatCategoryFactory(screen_id=screen_id))


class SeatLockFactory(DjangoModelFactory[SeatLock]):
    """A seat held for ten minutes."""

    class Meta:
        model = SeatLock

    show = factory.SubFactory(ShowFactory)
    seat = factory.LazyAttribute(lambda claim: seat_of(claim.show.screen_id))
    user = factory.SubFactory(UserFactory)
    status = LockStatus.LOCKED
    locked_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda claim: claim.locked_at + timedelta(minutes=10))


class BookingFactory(DjangoModelFactory[Booking]):
    """Waits for its payment, and has no line yet; `confirmed=True` is paid."""

    class Meta:
        model = Booking

    class Params:
        confirmed = factory.Trait(
            booking_status=BookingStatus.CONFIRMED,
            confirmed_at=factory.SelfAttribute("booking_time"),
            payment=factory.SubFactory(
                PaymentFactory,
                user=factory.SelfAttribute("..user"),
                booking_reference=factory.SelfAttribute("..booking_reference"),
                amount=factory.SelfAttribute("..amount"),
            ),
        )

    user = factory.SubFactory(UserFactory)
    show = factory.SubFactory(ShowFactory)
    booking_reference = factory.Sequence(lambda number: f"BKNG-F{number:07d}")
    booking_time = factory.LazyFunction(timezone.now)
    pay_until = factory.LazyAttribute(lambda booking: booking.booking_time + timedelta(minutes=15))
    amount = Decimal("177.60")
    refund_tiers = factory.LazyFunction(default_refund_tiers)


class BookedSeatFactory(DjangoModelFactory[BookedSeat]):
    """The line alone; the claim of a sold seat is a SeatLock with status BOOKED."""

    class Meta:
        model = BookedSeat

    booking = factory.SubFactory(BookingFactory)
    show = factory.SelfAttribute("booking.show")
    seat = factory.LazyAttribute(lambda line: seat_of(line.show.screen_id))
    price = Decimal("150.50")
    taxable = factory.SelfAttribute("price")
    cgst = Decimal("13.55")
    sgst = Decimal("13.55")
    cgst_rate = Decimal(9)
    sgst_rate = Decimal(9)


class BookedFoodFactory(DjangoModelFactory[BookedFood]):
    class Meta:
        model = BookedFood

    booking = factory.SubFactory(BookingFactory)
    food = factory.SubFactory(FoodItemFactory)
    quantity = 1
    unit_price = Decimal("99.99")
    taxable = factory.SelfAttribute("unit_price")
    cgst = Decimal("2.50")
    sgst = Decimal("2.50")
    cgst_rate = Decimal("2.50")
    sgst_rate = Decimal("2.50")


class BookedFeeFactory(DjangoModelFactory[BookedFee]):
    """The fee of the whole booking; `seat=…` is that of one of its seats."""

    class Meta:
        model = BookedFee

    booking = factory.SubFactory(BookingFactory)
    price = Decimal("20.00")
    taxable = factory.SelfAttribute("price")
    cgst = Decimal("1.80")
    sgst = Decimal("1.80")
    cgst_rate = Decimal(9)
    sgst_rate = Decimal(9)


class CancellationFactory(DjangoModelFactory[Cancellation]):
    """A decision alone; what a line gave back stands on the line."""

    class Meta:
        model = Cancellation

    booking = factory.SubFactory(BookingFactory, confirmed=True)
    percent = 80
    amount = Decimal("142.08")
    rounding = Decimal("0.00")
    made_at = factory.LazyFunction(timezone.now)
    made_by = Actor.USER


class BookingStatusLogFactory(DjangoModelFactory[BookingStatusLog]):
    class Meta:
        model = BookingStatusLog

    booking = factory.SubFactory(BookingFactory)
    to_status = BookingStatus.PENDING
    changed_at = factory.LazyFunction(timezone.now)
    changed_by = Actor.USER


class TicketFactory(DjangoModelFactory[Ticket]):
    """Ours, issued for a paid booking; its file is made on demand."""

    class Meta:
        model = Ticket

    booking = factory.SubFactory(BookingFactory, confirmed=True)
    user = factory.SelfAttribute("booking.user")
    kind = TicketKind.ISSUED
    filename = "ticket.pdf"
    content_type = "application/pdf"


class AdmissionFactory(DjangoModelFactory[Admission]):
    """Let in, and not undone; what its ticket says of it is up to whoever makes one."""

    class Meta:
        model = Admission

    ticket = factory.SubFactory(TicketFactory)
    admitted_at = factory.LazyFunction(timezone.now)
    admitted_by = factory.SubFactory(UserFactory)


class BookingMailFactory(DjangoModelFactory[BookingMail]):
    """Owed and not sent yet."""

    class Meta:
        model = BookingMail

    booking = factory.SubFactory(BookingFactory, confirmed=True)
    kind = MailKind.CONFIRMED
    owed_at = factory.LazyFunction(timezone.now)


class FeedbackFactory(DjangoModelFactory[Feedback]):
    class Meta:
        model = Feedback

    booking = factory.SubFactory(BookingFactory, confirmed=True)
    user = factory.SelfAttribute("booking.user")
    rating = 5


class IdempotencyKeyFactory(DjangoModelFactory[IdempotencyKey]):
    """A first call that still runs."""

    class Meta:
        model = IdempotencyKey

    user = factory.SubFactory(UserFactory)
    key = factory.Sequence(lambda number: f"order-{number}")
    fingerprint = "0" * 64
    created_at = factory.LazyFunction(timezone.now)
