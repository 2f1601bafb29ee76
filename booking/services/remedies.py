"""What a person can do about money that does not add up: one function per remedy, each says beforehand what it will do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from billing.errors import PaymentRefused
from billing.gateways import Charge, ChargeState, RepaymentState, gateway_named
from billing.models import PaymentIssue
from billing.services import issues, refunds
from billing.states import IssueKind, PaymentStatus, RefundStatus
from booking.errors import RemedyNotFitting
from booking.services import settling


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that somebody may do about an issue."""

    name: str
    title: str
    kinds: tuple[IssueKind, ...]
    consequence: Callable[[PaymentIssue], str]
    act: Callable[[PaymentIssue, str, datetime], str]  # with a note; answers what came of it
    wants_note: bool = False


def apply(*, remedy: str, issue_id: int, note: str, by: User, now: datetime) -> str:
    """Do what a remedy says about one issue, close the issue, and answer what came of it.

    :raises RemedyNotFitting: when it is closed already, the remedy is not for its kind, or a note is missing.
    And whatever keeps the gateway from being asked: then the issue stays open.
    """
    issue = PaymentIssue.objects.select_related("payment", "refund").filter(pk=issue_id, resolved_at=None).first()
    chosen = REMEDIES.get(remedy)
    if issue is None or chosen is None or issue.kind not in chosen.kinds or (chosen.wants_note and not note.strip()):
        raise RemedyNotFitting
    outcome = chosen.act(issue, note.strip(), now)
    issues.resolve(kind=IssueKind(issue.kind), subject=issue.subject, how=outcome, now=now, by=by)
    return outcome


def _ask_again(issue: PaymentIssue, note: str, now: datetime) -> str:
    payment = issue.payment
    if payment is None:
        raise RemedyNotFitting
    try:
        booking = settling.look(payment_id=payment.pk, now=now)
    except PaymentRefused:
        return "The gateway says that it was not paid"
    payment.refresh_from_db()
    if not payment.is_settled:
        raise RemedyNotFitting("The gateway still does not say what became of it.")
    return f"Settled; the booking is {booking.booking_status}"


def _give_up(issue: PaymentIssue, note: str, now: datetime) -> str:
    if issue.payment is None:
        raise RemedyNotFitting
    settling.refuse(payment_id=issue.payment.pk, charge=Charge(ChargeState.REFUSED, failure=note), now=now)
    return f"Given up: {note}"


def _send_anew(issue: PaymentIssue, note: str, now: datetime) -> str:
    refund = issue.refund
    if refund is None:
        raise RemedyNotFitting
    if refund.refund_status == RefundStatus.FAILED:
        refunds.send_anew(refund_id=refund.pk, now=now)
    sent = refunds.send(refund_id=refund.pk, now=now)
    if sent.refund_status == RefundStatus.FAILED:
        raise RemedyNotFitting(f"The gateway refused it again: {sent.last_error}")
    return f"Sent anew: {sent.refund_status}"


def _hand_over(issue: PaymentIssue, note: str, now: datetime) -> str:
    if issue.refund is None:
        raise RemedyNotFitting
    refunds.hand_over(refund_id=issue.refund.pk, receipt=note, now=now)
    return f"Given back by hand: {note}"


def _give_back(issue: PaymentIssue, note: str, now: datetime) -> str:
    """Give back what the gateway took: for a booking that we do not know, or another amount than we asked for."""
    amount, charge_id = _taken(issue), str(issue.facts.get("charge", ""))
    answer = gateway_named(issue.gateway).refund(
        charge_key=issue.subject, charge_id=charge_id, key=f"{issue.subject}/unknown", amount=amount
    )
    if answer.state is RepaymentState.REFUSED:
        raise RemedyNotFitting(f"The gateway refused it: {answer.failure}")
    if issue.payment and issue.payment.payment_status == PaymentStatus.PENDING:
        failure = Charge(ChargeState.REFUSED, id=charge_id, failure="Another amount was taken, and given back.")
        settling.refuse(payment_id=issue.payment.pk, charge=failure, now=now)
    return f"{amount} given back: {answer.id}"


def _set_aside(issue: PaymentIssue, note: str, now: datetime) -> str:
    return f"Set aside: {note}"


def _taken(issue: PaymentIssue) -> Decimal:
    return Decimal(str(issue.facts.get("taken") or issue.facts.get("amount") or 0))


def _says(text: str) -> Callable[[PaymentIssue], str]:
    return lambda issue: text.format(
        amount=issue.facts.get("amount") or issue.facts.get("taken") or "?",
        taken=_taken(issue),
        gateway=issue.gateway,
        booking=issue.booking_reference or "unknown",
    )


REMEDIES: dict[str, Remedy] = {
    remedy.name: remedy
    for remedy in (
        Remedy(
            "ask_again",
            "Ask the gateway again",
            (IssueKind.PAYMENT_STUCK, IssueKind.AMOUNT_DIFFERS),
            _says(
                "Asks {gateway} what became of the payment. Paid: booking {booking} is confirmed, or the money goes back."
            ),
            _ask_again,
        ),
        Remedy(
            "give_up",
            "Give the payment up",
            (IssueKind.PAYMENT_STUCK,),
            _says("Calls the payment of {amount} failed. If the money comes all the same, it goes back by itself."),
            _give_up,
            wants_note=True,
        ),
        Remedy(
            "send_anew",
            "Send the refund again",
            (IssueKind.REFUND_FAILED,),
            _says("Asks {gateway} once more to give {amount} back for booking {booking}."),
            _send_anew,
        ),
        Remedy(
            "hand_over",
            "Record that it was given back by hand",
            (IssueKind.REFUND_FAILED,),
            _says(
                "Records {amount} as given back for booking {booking}: nothing more is sent. Note the receipt below."
            ),
            _hand_over,
            wants_note=True,
        ),
        Remedy(
            "give_back",
            "Give the money back",
            (IssueKind.CHARGE_UNKNOWN, IssueKind.AMOUNT_DIFFERS),
            _says("Asks {gateway} to give {taken} back to whoever paid it."),
            _give_back,
        ),
        Remedy(
            "set_aside",
            "Set aside, with a note",
            tuple(IssueKind),
            _says("Closes the issue and changes nothing else. What is still so is found again."),
            _set_aside,
            wants_note=True,
        ),
    )
}
