"""Feedback, one by one."""

from dataclasses import dataclass
from datetime import datetime

from ops.reports import asking
from ops.reports.tables import Asked, Column, Kind, Report, Table

CONDITIONS = {"rating": "feedback.rating = %(rating)s", "movie": "movie.id = %(movie)s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Some feedback: how much, how many stars in all, and how much of it has words and answers."""

    given: int = 0
    stars: int = 0
    commented: int = 0
    answered: int = 0

    @property
    def unanswered(self) -> int:
        return self.given - self.answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Said):
    """What one visitor said."""

    booking_id: int | None = None
    reference: str = ""
    said_at: datetime | None = None  # on the venue's wall clock
    movie: str = ""
    venue: str = ""
    comment: str = ""
    reply: str = ""


REMARKS = f"""
    SELECT booking.id AS booking_id, booking.booking_reference AS reference, venue.name AS venue, movie.title AS movie,
           feedback.feedback_date AT TIME ZONE venue.time_zone AS said_at, feedback.rating AS stars, feedback.comment,
           feedback.reply, 1 AS given, (feedback.comment <> '')::int AS commented,
           (feedback.replied_at IS NOT NULL)::int AS answered
    FROM booking_feedback feedback JOIN ({asking.BOOKINGS}) ON booking.id = feedback.booking_id
    WHERE {asking.on_days("feedback.feedback_date")}
"""


def read(asked: Asked) -> Table[Remark]:
    """List what was said, in order."""
    question = REMARKS + asking.narrowed(asked, CONDITIONS)
    return asking.listed(Remark, question, asked, order="said_at, booking_id")


REPORT = Report(
    name="remarks",
    title="Feedback, one by one",
    says="By the day on which it was given.",
    columns=(
        Column("said_at", "When", Kind.MOMENT),
        Column("reference", "Booking", Kind.BOOKING),
        Column("venue", "Venue"),
        Column("movie", "Movie"),
        Column("stars", "Stars", Kind.COUNT),
        Column("comment", "Comment"),
        Column("reply", "Answer"),
        Column("unanswered", "Unanswered", Kind.COUNT),
    ),
    read=read,
    permission="booking.view_feedback",
    narrows=frozenset(CONDITIONS),
)
