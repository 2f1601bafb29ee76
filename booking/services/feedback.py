"""What visitors say about a show they saw, and what the house answers."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.errors import ActingForAnother
from accounts.models import Notification, User
from booking.errors import FeedbackGiven, FeedbackNotDue, UnknownBooking, UnknownFeedback
from booking.models import Booking, Feedback
from booking.services import mailing
from booking.states import BookingStatus, MailKind
from scheduling.states import Phase


def give_feedback(*, booking_id: int, rating: int, comment: str, by: User, now: datetime) -> Feedback:
    """Record what somebody says about one confirmed booking of theirs, once, after its show.

    :raises UnknownBooking: if there is no such booking.
    :raises ActingForAnother: if it is somebody else's.
    :raises FeedbackNotDue: if it is not confirmed, or its show is not over.
    :raises FeedbackGiven: if they said something before.
    """
    booking = _finished_booking(booking_id, by, now)
    if Feedback.objects.filter(booking=booking).exists():
        raise FeedbackGiven
    try:
        return _kept(Feedback(booking=booking, user=by, rating=rating, comment=comment, feedback_date=now))
    except IntegrityError:
        raise FeedbackGiven from None


@transaction.atomic(durable=True)
def reply(*, feedback_id: int, text: str, now: datetime) -> Feedback:
    """Answer feedback, in the visitor's inbox and by mail; another answer replaces the first, the same one is no news.

    :raises UnknownFeedback: if there is none of that id.
    """
    feedback = Feedback.objects.select_for_update(of=("self",), no_key=True).filter(pk=feedback_id).first()
    if feedback is None:
        raise UnknownFeedback
    if feedback.reply == text:
        return feedback
    feedback.reply, feedback.replied_at = text, now
    feedback.save(update_fields=["reply", "replied_at"])
    booking = Booking.objects.select_related("show__movie").get(pk=feedback.booking_id)
    Notification.objects.create(
        user_id=feedback.user_id,
        booking_id=booking.pk,
        notification_type="FEEDBACK_REPLIED",
        message=f"We have answered what you said about {booking.show.movie.title}.",
        created_at=now,
    )
    mailing.owe_anew(booking=booking, kind=MailKind.REPLIED, now=now)
    return feedback


def _finished_booking(booking_id: int, by: User, now: datetime) -> Booking:
    booking = Booking.objects.select_related("show").filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    if booking.user_id != by.pk:
        raise ActingForAnother
    if booking.booking_status != BookingStatus.CONFIRMED or booking.show.phase(now) is not Phase.FINISHED:
        raise FeedbackNotDue
    return booking


@transaction.atomic(durable=True)
def _kept(feedback: Feedback) -> Feedback:
    feedback.save(force_insert=True)
    return feedback
