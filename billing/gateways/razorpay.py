"""Razorpay (India: UPI, cards, wallets, net banking), through its official library and its hosted Payment Links.

A payment link is an order with a page of Razorpay's own: the customer follows a link and comes back by one, so it works
under our content security policy and without a script of ours (docs/adr/0005). Its `reference_id` is our transaction code,
which Razorpay takes once; a refund carries our key as its idempotency key. Amounts are paise there. The shapes are those
of https://razorpay.com/docs, under api/payments/payment-links/{create-standard,fetch-all-standard,cancel-standard},
payments/payment-links/apis (return address and its signature), api/refunds/normal-refunds-idempotent,
webhooks/{payment-links,refunds,validate-test}.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
import razorpay
import requests
from django.conf import settings
from django.utils import timezone
from razorpay.errors import BadRequestError, GatewayError, ServerError, SignatureVerificationError

from billing.errors import GatewayFailed, GatewayTimedOut, MessageForged, PaymentsClosed
from billing.gateways.base import Bill, Charge, ChargeState, Event, Repayment, RepaymentState
from billing.states import PaymentMethod

Json = dict[str, Any]

SIGNATURE, EVENT_ID = "X-Razorpay-Signature", "X-Razorpay-Event-Id"
SHORTEST_LIFE = timedelta(minutes=16)  # Razorpay refuses a link that ends within 15
BACK_OFF = (0.3, 0.9)  # seconds before the second and the third try
TRY_AGAIN = (
    401,
    403,
    409,
    429,
)  # our keys, a twin of this call still running, too many calls: nothing about the payment
_METHODS = {"upi": PaymentMethod.UPI, "card": PaymentMethod.CARD, "emi": PaymentMethod.CARD}
_REPAYMENTS = {
    "processed": RepaymentState.DONE,
    "pending": RepaymentState.ON_ITS_WAY,
    "failed": RepaymentState.REFUSED,
}
_PERSONAL = {
    "customer",
    "contact",
    "email",
    "vpa",
    "card",
    "card_id",
    "upi",
    "bank",
    "wallet",
}  # no use to us: not kept
_REFUND_EVENTS = {"refund.processed": "processed", "refund.failed": "failed"}
pause = time.sleep


class _Session(requests.Session):
    """What the library lacks: a time-out, few tries, and failures in our words instead of its prints."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": settings.RAZORPAY_TIMEOUT, "allow_redirects": False}
        for wait in (*BACK_OFF, None):
            try:
                return _readable(super().request(*args, **kwargs))
            except requests.Timeout:
                raise GatewayTimedOut from None
            except (requests.ConnectionError, GatewayFailed):
                if wait is None:
                    raise GatewayFailed from None
                pause(wait)
            except requests.RequestException:
                raise GatewayFailed from None
        raise GatewayFailed


class RazorpayGateway:
    name = "razorpay"
    label = "Razorpay"
    is_at_counter = False

    def charge(self, bill: Bill) -> Charge:
        try:
            return _charge_of(_call(lambda client: client.payment_link.create(_link_of(bill))))
        except BadRequestError as refusal:
            # It refuses a reference that it has taken before: then this is a repeated call, and the link is there.
            return self.find(key=bill.key) or Charge(ChargeState.REFUSED, failure=str(refusal))

    def find(self, *, key: str) -> Charge | None:
        link = _link_named(key)
        return _charge_of(link) if link else None

    def give_up(self, *, key: str) -> Charge | None:
        link = _link_named(key)
        if link is None or link.get("status") != "created":
            return _charge_of(link) if link else None
        try:
            return _charge_of(_call(lambda client: client.payment_link.cancel(link["id"])))
        except BadRequestError:  # paid in the meantime
            return self.find(key=key)

    def refund(self, *, charge_key: str, charge_id: str, key: str, amount: Decimal) -> Repayment:
        digest = hashlib.sha256(key.encode()).hexdigest()[:40]  # they take letters, digits, hyphens and underscores
        wanted = {
            "amount": _paise(amount),
            "speed": "normal",
            "receipt": digest,
            "notes": {"refund": key, "site": settings.SITE_URL},
        }
        headers = {"X-Refund-Idempotency": digest}
        try:
            return _repayment_of(_call(lambda client: client.payment.refund(charge_id, wanted, headers=headers)))
        except BadRequestError as refusal:
            return Repayment(RepaymentState.REFUSED, failure=str(refusal))

    def find_refund(self, *, charge_id: str, key: str, refund_id: str) -> Repayment | None:
        try:
            found = _call(lambda client: client.payment.fetch_multiple_refund(charge_id))
        except BadRequestError:
            return None
        ours = [one for one in _dicts(found.get("items")) if _notes(one).get("refund") == key]
        return _repayment_of(ours[0]) if ours else None

    def read_event(self, *, body: bytes, headers: Mapping[str, str]) -> Event:
        _require_signed(body, headers.get(SIGNATURE, ""))
        try:
            message = _impersonal(orjson.loads(body))
        except (orjson.JSONDecodeError, RecursionError):
            message = {}
        message = message if isinstance(message, dict) else {}
        identity = headers.get(EVENT_ID) or hashlib.sha256(body).hexdigest()
        return self.understand(identity=identity, message=message)

    def understand(self, *, identity: str, message: Json) -> Event:
        return _event_of(identity, str(message.get("event") or "unknown"), message)

    def vouches_for(self, *, key: str, query: Mapping[str, str]) -> bool:
        if "razorpay_signature" not in query:
            return False
        claims = {
            "payment_link_id": query.get("razorpay_payment_link_id", ""),
            "payment_link_reference_id": query.get("razorpay_payment_link_reference_id", ""),
            "payment_link_status": query.get("razorpay_payment_link_status", ""),
            "razorpay_payment_id": query.get("razorpay_payment_id", ""),
            "razorpay_signature": query["razorpay_signature"],
        }
        with _client() as client, _forgeries():
            client.utility.verify_payment_link_signature(claims)
        if claims["payment_link_reference_id"] != key:
            raise MessageForged
        return claims["payment_link_status"] == "paid"


@contextmanager
def _client() -> Iterator[Any]:
    if not (settings.RAZORPAY_KEY_ID and settings.RAZORPAY_KEY_SECRET):
        raise PaymentsClosed
    with _Session() as session:
        keys = (settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET)
        yield razorpay.Client(session=session, auth=keys, base_url=settings.RAZORPAY_BASE_URL.rstrip("/"))


@contextmanager
def _forgeries() -> Iterator[None]:
    try:
        yield
    except (SignatureVerificationError, TypeError, UnicodeError):  # the library compares ASCII only
        raise MessageForged from None


def _call(ask: Callable[[Any], Any]) -> Json:
    with _client() as client:
        try:
            found = ask(client)
        except (GatewayError, ServerError):
            raise GatewayFailed from None
    if not isinstance(found, dict):
        raise GatewayFailed
    return found


def _readable(answer: requests.Response) -> requests.Response:
    if answer.status_code in TRY_AGAIN or answer.status_code >= 500 or 300 <= answer.status_code < 400:
        raise GatewayFailed
    if not isinstance(answer.json(), dict):  # what is no JSON raises a RequestException
        raise GatewayFailed
    return answer


def _require_signed(body: bytes, signature: str) -> None:
    for secret in settings.RAZORPAY_WEBHOOK_SECRETS:  # the old one too, while Razorpay still repeats older messages
        try:
            with _forgeries():
                razorpay.Utility().verify_webhook_signature(body.decode(), signature, secret)
        except MessageForged:
            continue
        return
    raise MessageForged


def _link_of(bill: Bill) -> Json:
    soonest = timezone.now() + SHORTEST_LIFE  # by the clock: it is theirs that judges
    ends = max(bill.pay_until or soonest, soonest)
    return {
        "amount": _paise(bill.amount),
        "currency": bill.currency,
        "accept_partial": False,
        "reference_id": bill.key,
        "description": bill.description[:2048],
        "expire_by": int(ends.timestamp()),
        "notify": {"sms": False, "email": False},
        "reminder_enable": False,
        "notes": {"site": settings.SITE_URL},
        "callback_url": bill.return_url,
        "callback_method": "get",
    }


def _link_named(key: str) -> Json | None:
    try:
        found = _call(lambda client: client.payment_link.all({"reference_id": key}))
    except BadRequestError:
        raise GatewayFailed from None
    ours = [link for link in _dicts(found.get("payment_links")) if link.get("reference_id") == key]
    return ours[0] if ours else None


def _charge_of(link: Json, payment: Json | None = None) -> Charge:
    identity, status = str(link.get("id") or ""), link.get("status")
    if status == "paid":
        paid = payment or next(iter(_dicts(link.get("payments"))), {})
        return Charge(
            ChargeState.SETTLED,
            id=str(paid.get("payment_id") or paid.get("id") or identity),
            method=_METHODS.get(str(paid.get("method")), PaymentMethod.WALLET),
            amount=_rupees(link.get("amount_paid")),
        )
    if status in ("cancelled", "expired"):
        return Charge(ChargeState.REFUSED, id=identity, failure=f"The payment page was {status} before it was paid.")
    return Charge(ChargeState.PENDING, id=identity, redirect_url=str(link.get("short_url") or ""))


def _repayment_of(refund: Json) -> Repayment:
    state = _REPAYMENTS.get(str(refund.get("status")), RepaymentState.ON_ITS_WAY)
    failure = "Razorpay could not give the money back." if state is RepaymentState.REFUSED else ""
    return Repayment(state, id=str(refund.get("id") or ""), failure=failure)


def _event_of(identity: str, kind: str, message: Json) -> Event:
    link, refund = _entity(message, "payment_link"), _entity(message, "refund")
    if kind.startswith("payment_link."):
        charge = _charge_of(link, _entity(message, "payment") or None)
        key = str(link.get("reference_id") or "")
        return Event(identity, kind, message, charge_key=key, charge=charge, is_ours=_is_ours(link))
    if kind in _REFUND_EVENTS:
        repayment = _repayment_of({**refund, "status": _REFUND_EVENTS[kind]})
        key = str(_notes(refund).get("refund") or "")
        return Event(identity, kind, message, refund_key=key, repayment=repayment, is_ours=_is_ours(refund))
    return Event(identity, kind, message)


def _is_ours(entity: Json) -> bool:
    return bool(_notes(entity).get("site") == settings.SITE_URL)


def _entity(message: Json, name: str) -> Json:
    found: Any = message
    for step in ("payload", name, "entity"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _impersonal(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _impersonal(value) for name, value in found.items() if name not in _PERSONAL}
    return [_impersonal(one) for one in found] if isinstance(found, list) else found


def _notes(entity: Json) -> Json:
    notes = entity.get("notes")
    return notes if isinstance(notes, dict) else {}  # an empty list when there are none


def _dicts(found: Any) -> list[Json]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _paise(amount: Decimal) -> int:
    return int(amount * 100)


def _rupees(paise: Any) -> Decimal | None:
    return Decimal(paise) / 100 if isinstance(paise, int) else None
