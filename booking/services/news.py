"""What customers are told about their bookings, in the transaction in which it happens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zlib import crc32

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.channels import Notice
from accounts.services import telling
from accounts.states import NoticeType
from billing.models import Payment, Refund
from booking.models import Booking, Cancellation, Feedback
from booking.states import BookingStatus
from cinema.core.formats import clock, money
from scheduling.states import ShowStatus


def confirmed(booking: Booking, *, now: datetime) -> None:
    """Say that the seats are the customer's (load the show's movie)."""
    said = _("Booking %(reference)s for %(movie)s is confirmed.") % _facts(booking)
    _tell(booking, NoticeType.BOOKING_CONFIRMED, f"confirmed/{booking.pk}", said, now)


def cancelled(booking: Booking, *, now: datetime) -> None:
    """Say that the booking has ended, and who ended it (load the show's movie, screen and venue)."""
    facts = _facts(booking, refund=booking.refund_amount)
    if booking.show.status == ShowStatus.CANCELLED:
        kind = NoticeType.SHOW_CANCELLED
        said = _(
            "We are sorry: the show of %(movie)s had to be cancelled, and booking %(reference)s with it;"
            " %(refund)s comes back to you."
        )
    else:
        kind = NoticeType.BOOKING_CANCELLED
        said = _("Booking %(reference)s for %(movie)s is cancelled; %(refund)s comes back to you.")
    _tell(booking, kind, f"cancelled/{booking.pk}", said % facts, now)


def cancelled_in_part(booking: Booking, cancellation: Cancellation) -> None:
    """Say what is left of the booking (load the show's movie, screen and venue)."""
    said = _(
        "A part of booking %(reference)s for %(movie)s is cancelled; %(refund)s comes back to you."
        " The rest stays as it was."
    )
    facts = _facts(booking, refund=cancellation.amount)
    event = f"cancelled/{booking.pk}/{cancellation.pk}"
    _tell(booking, NoticeType.BOOKING_CHANGED, event, said % facts, cancellation.made_at)


def payment_failed(payment: Payment, *, now: datetime) -> None:
    """Say that one attempt to pay came to nothing, unless another one has paid."""
    booking = _booking_of(payment)
    if booking is not None and booking.booking_status != BookingStatus.CONFIRMED:
        said = _("The payment of booking %(reference)s for %(movie)s did not go through. Nothing was charged.")
        _tell(booking, NoticeType.PAYMENT_FAILED, f"failed/{payment.pk}", said % _facts(booking), now)


def refunded(refund: Refund, payment: Payment, *, now: datetime) -> None:
    """Say that money has gone back."""
    booking = _booking_of(payment)
    if booking is not None:
        said = _("%(refund)s of booking %(reference)s for %(movie)s went back the way it came.")
        facts = _facts(booking, refund=refund.amount)
        _tell(booking, NoticeType.PAYMENT_REFUNDED, f"refunded/{refund.pk}", said % facts, now)


def moved(bookings: Sequence[Booking], *, was: str, becomes: str, now: datetime) -> None:
    """Say that the show starts at another time (load its movie), to all who booked it at once."""
    said = _("%(movie)s of booking %(reference)s starts on %(becomes)s, not on %(was)s. Your seats stay yours.")
    when = {"was": was, "becomes": becomes}
    telling.tell_all(
        [
            _notice(
                booking,
                NoticeType.SHOW_MOVED,
                f"moved/{booking.pk}/{now:%Y%m%d%H%M%S%f}",
                said % (_facts(booking) | when),
            )
            for booking in bookings
        ],
        now=now,
    )


def coming_up(booking: Booking, *, now: datetime) -> None:
    """Remind of the show (load its movie, screen and venue)."""
    show = booking.show
    said = _("%(movie)s begins at %(time)s, %(screen)s. Your ticket is in booking %(reference)s.")
    when = {"time": clock(show.starts_at, show.screen.venue), "screen": show.screen.screen_name}
    event = f"reminder/{booking.pk}/{show.starts_at:%Y%m%d%H%M}"
    _tell(booking, NoticeType.SHOW_REMINDER, event, said % (_facts(booking) | when), now)


def answered(booking: Booking, feedback: Feedback) -> None:
    """Say that the house has answered feedback (load the show's movie); a mail still on its way tells the last answer."""
    if feedback.replied_at is None:
        return
    said = _("We have answered what you said about %(movie)s.") % _facts(booking)
    event = f"answered/{feedback.pk}/{feedback.replied_at:%Y%m%d%H%M%S%f}/{crc32(feedback.reply.encode()):08x}"
    notice = _notice(booking, NoticeType.FEEDBACK_REPLIED, event, said)
    telling.tell(replace(notice, replaces=True), now=feedback.replied_at)


def _booking_of(payment: Payment) -> Booking | None:
    with_show = Booking.objects.select_related("show__movie", "show__screen__venue")
    return with_show.filter(booking_reference=payment.booking_reference).first()


def _facts(booking: Booking, *, refund: Decimal | None = None) -> dict[str, str]:
    facts = {"reference": booking.booking_reference, "movie": booking.show.movie.title}
    return facts if refund is None else facts | {"refund": money(refund, booking.show.screen.venue.currency)}


def _tell(booking: Booking, kind: NoticeType, event: str, message: str, now: datetime) -> None:
    telling.tell(_notice(booking, kind, event, message), now=now)


def _notice(booking: Booking, kind: NoticeType, event: str, message: str) -> Notice:
    return Notice(
        user_id=booking.user_id,
        type=kind,
        event=event,
        message=message,
        booking_id=booking.pk,
        path=reverse("show_ticket", args=[booking.booking_reference]),
    )
