"""What visitors say about a show they saw, and what the house answers."""

import logging
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from accounts.errors import ActingForAnother
from accounts.models import User
from booking import browsing
from booking.errors import FeedbackGiven, FeedbackNotDue, ReasonNeeded, UnknownBooking, UnknownFeedback
from booking.models import Booking, Feedback
from booking.services import news
from booking.states import BookingStatus
from scheduling.models import Show
from scheduling.states import Phase

logger = logging.getLogger(__name__)


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
    feedback = _locked(feedback_id)
    if feedback.reply == text:
        return feedback
    feedback.reply, feedback.replied_at = text, now
    feedback.save(update_fields=["reply", "replied_at"])
    booking = Booking.objects.select_related("show__movie").get(pk=feedback.booking_id)
    news.answered(booking, feedback)
    return feedback


@transaction.atomic(durable=True)
def hide(*, feedback_id: int, reason: str, by: User, now: datetime) -> Feedback:
    """Take feedback off the pages, words and stars, and write down why; hiding it again changes nothing.

    :raises UnknownFeedback: if there is none of that id.
    :raises ReasonNeeded: if nobody could tell afterwards why.
    """
    if not reason.strip():
        raise ReasonNeeded
    feedback = _locked(feedback_id)
    if feedback.hidden_at is None:
        _moderate(feedback, hidden_at=now, hidden_by=by, hidden_reason=reason.strip()[:200])
        logger.info("user %s hid feedback %s", by.pk, feedback_id)
    return feedback


@transaction.atomic(durable=True)
def show(*, feedback_id: int, by: User) -> Feedback:
    """Put hidden feedback back on the pages; what is shown stays shown.

    :raises UnknownFeedback: if there is none of that id.
    """
    feedback = _locked(feedback_id)
    if feedback.hidden_at is not None:
        _moderate(feedback, hidden_at=None, hidden_by=None, hidden_reason="")
        logger.info("user %s shows feedback %s again", by.pk, feedback_id)
    return feedback


def _locked(feedback_id: int) -> Feedback:
    feedback = Feedback.objects.select_for_update(of=("self",), no_key=True).filter(pk=feedback_id).first()
    if feedback is None:
        raise UnknownFeedback
    return feedback


def _moderate(feedback: Feedback, **hiding: object) -> None:
    for field, value in hiding.items():
        setattr(feedback, field, value)
    feedback.save(update_fields=list(hiding))
    movie_id = Show.objects.values_list("movie_id", flat=True).get(bookings=feedback.booking_id)
    transaction.on_commit(partial(browsing.forget_reviews, movie_id), robust=True)


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
