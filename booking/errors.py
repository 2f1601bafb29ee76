from django.utils.translation import gettext_lazy as _

from cinema.core import errors


class ShowNotSelling(errors.Conflict):
    code = "show_not_selling"
    message = _("This show is not on sale (any more).")


class UnknownSeat(errors.NotFound):
    code = "seat_unknown"
    message = _("This seat is not on the screen of this show, or is out of service.")


class TooManySeats(errors.Conflict):
    code = "too_many_seats"
    message = _("One customer may hold at most ten seats of a show.")


class SeatUnavailable(errors.Conflict):
    code = "seat_unavailable"
    message = _("Somebody else was faster: a seat is held or sold.")


class SeatLeftAlone(errors.Conflict):
    """`seats` names who would be left alone, `take` the seats to take instead, and `take_ids` the whole better choice."""

    code = "seat_left_alone"
    message = _("A single seat would be left alone, and an equal choice leaves none.")


class TooFewSeats(errors.Conflict):
    code = "too_few_seats"
    message = _("There are not so many seats left. Ask for fewer, or for another price.")


class UnknownLock(errors.NotFound):
    code = "lock_unknown"
    message = _("There is no such lock.")


class LockExpired(errors.Conflict):
    code = "lock_expired"
    message = _("This lock has lapsed or was released.")


class LockExtended(errors.Conflict):
    code = "lock_already_extended"
    message = _("A lock can be extended once.")


class LockStatusFixed(errors.RuleViolation):
    code = "lock_status_fixed"
    message = _("A lock becomes BOOKED by booking it, not by saying so.")


class EmptyOrder(errors.RuleViolation):
    code = "order_empty"
    message = _("An order needs at least one seat.")


class UnknownBooking(errors.NotFound):
    code = "booking_unknown"
    message = _("There is no such booking.")


class BookingOver(errors.Conflict):
    code = "booking_over"
    message = _("This booking has ended or its time to pay is over.")


class RemedyNotFitting(errors.Conflict):
    code = "remedy_not_fitting"
    message = _("This remedy does not fit the issue as it is now.")


class TooManyAttempts(errors.Conflict):
    code = "too_many_attempts"
    message = _("This booking was tried to be paid too often. Please ask at the box office.")


class BookingNotPaid(errors.Conflict):
    code = "booking_not_paid"
    message = _("Only a paid booking can be cancelled in part. Pay it first, or cancel it whole.")


class UnknownLine(errors.NotFound):
    code = "line_unknown"
    message = _("This seat or this food is not in the booking.")


class ShowStarted(errors.Conflict):
    code = "show_started"
    message = _("The show has started: the booking cannot be cancelled any more.")


class ShowCancelled(errors.Conflict):
    code = "show_cancelled"
    message = _("The show is cancelled.")


class ShowSold(errors.Conflict):
    """Somebody counts on a show being where and when it is."""

    code = "show_sold"
    message = _("Seats of this show are sold or held.")


class DiscountSpent(errors.Conflict):
    code = "discount_spent"
    message = _("You have used this promo code as often as it allows.")


class OrderTooLarge(errors.RuleViolation):
    code = "order_too_large"
    message = _("This order is larger than one booking can be.")


class UnknownTicket(errors.NotFound):
    code = "ticket_unknown"
    message = _("There is no such ticket.")


class TicketCancelled(errors.Gone):
    code = "ticket_cancelled"
    message = _("The booking of this ticket was cancelled.")


class TicketForged(errors.RuleViolation):
    code = "ticket_forged"
    message = _("This code is not on any ticket of ours.")


class PartyAdmitted(errors.Conflict):
    code = "party_admitted"
    message = _("This party has been let in already.")


class PartyInside(errors.Conflict):
    code = "party_inside"
    message = _("The party of this booking has been let in: it cannot be cancelled any more.")


class WrongHall(errors.Conflict):
    code = "wrong_hall"
    message = _("This ticket is for another screen.")


class WrongDay(errors.Conflict):
    code = "wrong_day"
    message = _("This ticket is for another day.")


class DoorsClosed(errors.Conflict):
    code = "doors_closed"
    message = _("The doors of this show are not open yet.")


class ShowOver(errors.Conflict):
    code = "show_over"
    message = _("This show is over.")


class NotAdmitted(errors.Conflict):
    code = "not_admitted"
    message = _("This party is not inside: there is nothing to undo.")


class ReasonNeeded(errors.RuleViolation):
    code = "reason_needed"
    message = _("Say why.")


class CounterClosed(errors.Forbidden):
    code = "counter_closed"
    message = _("You may not sell at the counter.")


class KeyInProgress(errors.Conflict):
    code = "in_progress"
    message = _("The first call with this Idempotency-Key is still running. Ask again in a moment.")


class KeyReused(errors.Conflict):
    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used for another order.")


class TicketTypeRefused(errors.UnsupportedType):
    code = "ticket_type_refused"
    message = _("A ticket is a PDF, a JPEG or a PNG.")


class TicketContentRefused(errors.UnsupportedType):
    code = "ticket_content_refused"
    message = _("The file is not of the type it claims to be.")


class TicketEmpty(errors.RuleViolation):
    code = "ticket_empty"
    message = _("The file is empty.")


class TicketTooLarge(errors.TooLarge):
    code = "ticket_too_large"
    message = _("A ticket has at most 5 MiB (5242880 bytes).")


class TicketFileLost(errors.Gone):
    code = "ticket_file_lost"
    message = _("The file of this ticket is no longer in our storage. Please upload it again.")


class FeedbackNotDue(errors.Conflict):
    code = "feedback_not_due"
    message = _("Feedback is for a confirmed booking whose show is over.")


class FeedbackGiven(errors.Conflict):
    code = "feedback_given"
    message = _("You have told us about this booking already.")


class UnknownFeedback(errors.NotFound):
    code = "feedback_unknown"
    message = _("There is no such feedback.")


class OrderLinkInvalid(errors.Gone):
    code = "order_link_invalid"
    message = _(
        "This link was replaced by a newer one, or its time is over. Ask for a password with the address that you bought"
        " with: it brings the booking into an account of yours."
    )


class OrderJoined(errors.Conflict):
    code = "order_joined"
    message = _("This booking belongs to an account now.")


class BookingsNotEnded(errors.Upstream):
    """Of the workers only; `ended` and `failed` say how many."""

    code = "bookings_not_ended"
    message = _("Not all bookings could be ended: the log says which, and why.")

    def __init__(self, *, ended: int = 0, failed: int = 0) -> None:
        self.ended, self.failed = ended, failed
        super().__init__()


class NotAllReconciled(errors.Upstream):
    code = "not_all_reconciled"
    message = _("Not everything could be reconciled: the log says what, and why. All else was.")


class PaymentUnderWay(errors.Conflict):
    code = "payment_under_way"
    message = _("A payment of yours is under way. Please wait until it is settled, a quarter of an hour at most.")
