"""One opinion per booking, however often it is sent at the same moment."""

from datetime import timedelta
from functools import partial

from booking.errors import FeedbackGiven
from booking.models import BookingMail, Feedback
from booking.services import feedback
from tests.concurrency.race import race, winners
from tests.factories.booking import BookingFactory, FeedbackFactory
from tests.factories.scheduling import ShowFactory


class TestFeedback:
    def test_sent_eight_times_at_once_is_kept_once(self, transactional_db, customer, now):
        over = ShowFactory(starts_at=now - timedelta(days=1))
        for _ in range(5):
            booking = BookingFactory(user=customer, show=over, confirmed=True)
            calls = [
                partial(feedback.give_feedback, booking_id=booking.pk, rating=rating, comment="", by=customer, now=now)
                for rating in (1, 2, 3, 4, 5, 1, 2, 3)
            ]
            outcomes = race(calls)
            (kept,) = winners(outcomes)
            assert sum(isinstance(outcome, FeedbackGiven) for outcome in outcomes) == 7
            assert Feedback.objects.get(booking=booking).rating == kept.rating

    def test_answered_by_six_admins_at_once_owes_one_mail_of_the_last_answer(self, transactional_db, now):
        given = FeedbackFactory()
        winners(race([partial(feedback.reply, feedback_id=given.pk, text=f"Answer {n}", now=now) for n in range(6)]))
        assert Feedback.objects.get().reply.startswith("Answer")
        assert BookingMail.objects.filter(sent_at=None).count() == 1
