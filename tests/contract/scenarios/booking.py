"""Seat locks, bookings, payments."""

from datetime import timedelta
from functools import partial

from booking.models import Booking, SeatLock
from booking.services import cancelling, locks
from tests.booking.stories import booked, seats_of
from tests.contract.telling import Call, Story, World, tells
from tests.factories.billing import PaymentFactory
from tests.factories.booking import BookedSeatFactory, BookingFactory
from tests.factories.scheduling import ShowFactory


def _held(world: World) -> SeatLock:
    [lock] = locks.lock_seats(
        show_id=world.show.pk, seat_ids=seats_of(world.show, "A1"), by=world.customer, now=world.now
    )
    return lock


def _booked(world: World) -> Booking:
    return booked(world.show, "A1", by=world.customer, now=world.now)


@tells(44)
def lock_seat(world: World) -> Story:
    body = {
        "seat_id": seats_of(world.show, "A1")[0],
        "show_id": world.show.pk,
        "user_id": world.customer.pk,
        "status": "LOCKED",
        "expires_at": world.now + timedelta(minutes=5),
    }
    call = Call(by=world.customer, body=body)
    return Story(
        call,
        {
            403: call.but(body=body | {"user_id": world.stranger.pk}),
            404: call.but(body=body | {"show_id": 999999}),
            409: call.but(by=world.stranger, body=body | {"user_id": world.stranger.pk}, first=partial(_held, world)),
        },
    )


@tells(45)
def list_locks(world: World) -> Story:
    _held(world)
    call = Call(by=world.customer)
    return Story(call, {403: call.but(query={"user_id": world.stranger.pk})})


@tells(46)
def read_lock(world: World) -> Story:
    call = Call(by=world.customer, ids=(_held(world).pk,))
    return Story(call, {404: call.but(by=world.stranger)})


@tells(47)
def prolong_lock(world: World) -> Story:
    lock = _held(world)
    call = Call(by=world.customer, ids=(lock.pk,), body={"expires_at": world.now + timedelta(minutes=15)})
    return Story(
        call,
        {
            400: call.but(body={"status": "BOOKED"}),
            404: call.but(by=world.stranger),
            409: call.but(first=lambda: SeatLock.objects.update(is_extended=True)),
        },
    )


@tells(48)
def release_lock(world: World) -> Story:
    call = Call(by=world.customer, ids=(_held(world).pk,))
    return Story(call, {404: call.but(by=world.stranger)})


@tells(49)
def clean_up(world: World) -> Story:
    return Story(Call(by=world.admin))


@tells(50)
def list_payments(world: World) -> Story:
    _booked(world)
    return Story(Call(by=world.customer))


@tells(51)
def read_payment(world: World) -> Story:
    call = Call(by=world.customer, ids=(PaymentFactory(user=world.customer).pk,))
    return Story(call, {404: call.but(by=world.stranger)})


@tells(70)
def list_bookings(world: World) -> Story:
    booking = _booked(world)
    query = {"user_id": world.customer.pk, "show_id": booking.show_id}
    call = Call(by=world.customer, query=query)
    return Story(call, {403: call.but(query={"user_id": world.stranger.pk})})


@tells(71)
def book(world: World) -> Story:
    body = {
        "user_id": world.customer.pk,
        "show_id": world.show.pk,
        "seats": seats_of(world.show, "A1", "A2"),
        "foods": None,
        "amount": 0,
        "payment_id": None,
        "booking_time": world.now,
    }
    call = Call(by=world.customer, body=body)
    return Story(
        call,
        {
            400: call.but(body=body | {"seats": []}),
            403: call.but(body=body | {"user_id": world.stranger.pk}),
            404: call.but(body=body | {"discount_id": 999999}),
            409: call.but(first=lambda: booked(world.show, "A1", by=world.stranger, now=world.now)),
        },
    )


@tells(72)
def read_log(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_booked(world).pk,)))


@tells(73)
def cancel_booking(world: World) -> Story:
    call = Call(by=world.customer, ids=(_booked(world).pk,))
    started = ShowFactory(starts_at=world.now - timedelta(hours=1))
    late = BookingFactory(user=world.customer, show=started, confirmed=True)
    return Story(call, {404: call.but(by=world.stranger), 409: call.but(ids=(late.pk,))})


@tells(74)
def read_booking(world: World) -> Story:
    booking = _booked(world)
    cancelling.cancel_booking(booking_id=booking.pk, by=world.customer, now=world.now)
    call = Call(by=world.customer, ids=(booking.pk,))
    return Story(call, {404: call.but(by=world.stranger)})


@tells(75)
def list_sold_seats(world: World) -> Story:
    _booked(world)
    BookedSeatFactory()
    return Story(Call(by=world.customer, query={"show_id": world.show.pk}))
