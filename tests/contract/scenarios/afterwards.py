"""Notifications, feedback, tickets."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from booking.models import Booking, Ticket
from tests.booking.stories import booked
from tests.contract.telling import Call, Story, World, tells
from tests.factories.accounts import NotificationFactory
from tests.factories.booking import BookingFactory, FeedbackFactory
from tests.factories.scheduling import ShowFactory

PDF = b"%PDF-1.7\n%%EOF\n"


@tells(83)
def list_notifications(world: World) -> Story:
    NotificationFactory(user=world.customer)
    call = Call(by=world.customer, query={"user_id": world.customer.pk})
    return Story(call, {403: call.but(query={"user_id": world.stranger.pk})})


@tells(84)
def delete_notification(world: World) -> Story:
    call = Call(by=world.customer, ids=(NotificationFactory(user=world.customer).pk,))
    return Story(call, {404: call.but(by=world.stranger)})


@tells(85)
def read_all_notifications(world: World) -> Story:
    NotificationFactory(user=world.customer)
    call = Call(by=world.customer, ids=(world.customer.pk,))
    return Story(call, {404: call.but(by=world.stranger)})


def _seen(world: World) -> Booking:
    over = ShowFactory(starts_at=world.now - timedelta(days=1))
    return BookingFactory(user=world.customer, show=over, confirmed=True)


@tells(87)
def give_feedback(world: World) -> Story:
    body = {"booking_id": _seen(world).pk, "user_id": world.customer.pk, "rating": 5, "comment": None}
    call, ahead = Call(by=world.customer, body=body), BookingFactory(user=world.customer, confirmed=True)
    return Story(
        call,
        {
            403: call.but(body=body | {"user_id": world.stranger.pk}),
            404: call.but(body=body | {"booking_id": 999999}),
            409: call.but(body=body | {"booking_id": ahead.pk}),
            422: call.but(body=body | {"rating": 6}),
        },
    )


@tells(88)
def list_feedback(world: World) -> Story:
    FeedbackFactory(booking=_seen(world))
    return Story(Call(by=world.admin))


@tells(89)
def read_feedback(world: World) -> Story:
    call = Call(by=world.customer, ids=(FeedbackFactory(booking=_seen(world)).pk,))
    return Story(call, {404: call.but(by=world.stranger)})


@tells(90)
def reply_to_feedback(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(FeedbackFactory(booking=_seen(world)).pk,), body={"reply": "Thank you!"}))


@tells(91)
def upload_ticket(world: World) -> Story:
    def sending(content: bytes, content_type: str = "application/pdf") -> Call:
        file = SimpleUploadedFile("ticket.pdf", content, content_type)
        return Call(by=world.customer, body={"file": file, "title": "Row A"})

    return Story(
        sending(PDF),
        {
            400: sending(b""),
            413: sending(PDF + bytes(5_242_880)),
            415: sending(b"MZ", "application/x-msdownload"),
            422: Call(by=world.customer, body={"title": "no file"}),
        },
    )


def _ticket(world: World) -> Ticket:
    booking = booked(world.show, "A1", by=world.customer, now=world.now)
    return Ticket.objects.get(booking=booking)


@tells(92, 93)
def of_ticket(world: World) -> Story:
    call = Call(by=world.customer, ids=(_ticket(world).pk,))
    return Story(call, {404: call.but(by=world.stranger)})
