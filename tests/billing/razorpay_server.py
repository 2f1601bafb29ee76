"""A server on this machine that speaks Razorpay's protocol: its API, its hosted payment page, its webhooks and signatures.

The shapes are those of Razorpay's documentation, https://razorpay.com/docs (as Markdown in github.com/razorpay/markdown-docs):
api/authentication (basic, key and secret), api/payments/payment-links/create-standard, …/fetch-all-standard,
…/fetch-id-standard and …/cancel-standard (the link, `payments` once it is paid, a `reference_id` is taken once),
payments/payment-links/apis (the return address and what its signature covers), api/refunds/normal-refunds-idempotent
(X-Refund-Idempotency, its errors), api/refunds/fetch-multiple-refund-payment, webhooks/payment-links and webhooks/refunds
(events and payloads), webhooks/validate-test (X-Razorpay-Signature over the raw body, X-Razorpay-Event-Id).
That a link lives 15 minutes at least is what the real API answers. What the page looks like is made up.
"""

import base64
import hashlib
import hmac
import html
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

KEY_ID, KEY_SECRET, WEBHOOK_SECRET = "rzp_test_marquee", "a-key-secret", "a-webhook-secret"
SHORTEST_LIFE = 15 * 60  # seconds
Json = dict[str, Any]
Answer = tuple[int, Json]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pay {amount}</title></head><body>
<main><h1>Pay {amount}</h1><p>{description}</p><p role="status">{status}</p>
<form method="post"><button name="method" value="upi">Pay by UPI</button> <button name="method" value="card">Pay by card</button>
<button name="method" value="fail">Let the payment fail</button></form></main></body></html>"""


def signed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def failure(description: str, status: int = 400, code: str = "BAD_REQUEST_ERROR") -> Answer:
    """Write an error as Razorpay does."""
    error = {"code": code, "description": description, "source": "NA", "step": "NA", "reason": "NA", "metadata": {}}
    return status, {"error": error}


class RazorpayServer:
    """Answers what `next_answers` holds, one after the other, then what Razorpay would; notes what it was asked.

    `webhooks` says when a payment's webhook is sent: "before" the customer is sent back, or "never" until `deliver` is
    called. `returns` is False for a customer who closes the window. `refund_status` is what a new refund is at first.
    """

    def __init__(self) -> None:
        self.url = self.shop = ""
        self.webhooks, self.returns, self.refund_status = "before", True, "processed"
        self.links: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.keys: dict[str, tuple[str, str]] = {}  # of idempotency: the body it came with, the refund
        self.next_answers: list[Answer | str] = []
        self.asked: list[str] = []
        self.delivered: list[int] = []
        self.lock, self.stopped = Lock(), Event()
        self._ids = 0

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["RazorpayServer"]:
        razorpay = cls()
        handler = type("Handler", (_Handler,), {"razorpay": razorpay})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            razorpay.url = f"http://127.0.0.1:{server.server_port}"
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield razorpay
            finally:
                razorpay.stopped.set()
                server.shutdown()
                thread.join()

    # What the API answers

    def api(self, method: str, target: str, headers: Any, body: bytes) -> Answer | str:
        self.asked.append(f"{method} {target}")
        if self.next_answers:
            return self.next_answers.pop(0)
        keys = base64.b64encode(f"{KEY_ID}:{KEY_SECRET}".encode()).decode()
        if headers.get("Authorization") != f"Basic {keys}":
            return failure("Authentication failed", 401)
        path, query = urlsplit(target).path.removeprefix("/v1/").split("/"), parse_qs(urlsplit(target).query)
        with self.lock:
            return self._answer(method, path, query, headers, body)

    def _answer(self, method: str, path: list[str], query: dict[str, list[str]], headers: Any, body: bytes) -> Answer:
        match method, path:
            case "POST", ["payment_links"]:
                return self._create_link(json.loads(body))
            case "GET", ["payment_links"]:
                wanted = query.get("reference_id", [None])[0]
                found = [link for link in self.links.values() if wanted in (None, link["reference_id"])]
                return 200, {"payment_links": found}
            case "GET", ["payment_links", link_id] if link_id in self.links:
                return 200, self.links[link_id]
            case "POST", ["payment_links", link_id, "cancel"] if link_id in self.links:
                return self._cancel(self.links[link_id])
            case "POST", ["payments", payment_id, "refund"]:
                return self._refund(payment_id, headers.get("X-Refund-Idempotency"), body)
            case "GET", ["payments", payment_id, "refunds"]:
                items = [refund for refund in self.refunds.values() if refund["payment_id"] == payment_id]
                return 200, {"entity": "collection", "count": len(items), "items": items}
        return failure("The id provided does not exist")

    def _create_link(self, wanted: Json) -> Answer:
        if wanted["amount"] < 100:
            return failure("The amount must be at least INR 1.00.")
        if wanted["expire_by"] < time.time() + SHORTEST_LIFE:
            return failure("expire_by: timestamp must be atleast 15 minutes in future")
        if len(wanted["reference_id"]) > 40 or wanted["callback_method"] != "get":
            return failure("The reference id may not be greater than 40 characters.")
        if any(link["reference_id"] == wanted["reference_id"] for link in self.links.values()):
            return failure(f"payment link with given reference_id ({wanted['reference_id']}) already exists.")
        now, identity = int(time.time()), self._id("plink")
        self.links[identity] = {
            **wanted,
            "id": identity,
            "amount_paid": 0,
            "cancelled_at": 0,
            "created_at": now,
            "updated_at": now,
            "expired_at": 0,
            "payments": None,
            "short_url": f"{self.url}/l/{identity}",
            "status": "created",
            "upi_link": False,
            "user_id": "",
        }
        return 200, self.links[identity]

    def _cancel(self, link: Json) -> Answer:
        if link["status"] != "created":
            return failure("Payment Link cannot be cancelled as it is already paid/cancelled/expired.")
        link |= {"status": "cancelled", "cancelled_at": int(time.time())}
        return 200, link

    def _refund(self, payment_id: str, key: str | None, body: bytes) -> Answer:
        if key is None or len(key) < 10 or not key.replace("-", "").replace("_", "").isalnum():
            return failure("The idempotency key must only contain alphanumeric characters, underscores, and hyphens")
        if key in self.keys:
            earlier, refund_id = self.keys[key]
            if earlier != body.decode():
                return failure("Different request with the same idempotency key has already been processed.", 409)
            return 200, self.refunds[refund_id]
        wanted, link = json.loads(body), self._paid_link(payment_id)
        if link is None:
            return failure(f"{payment_id} is not a valid id")
        given = sum(one["amount"] for one in self.refunds.values() if one["payment_id"] == payment_id)
        if given >= link["amount_paid"]:
            return failure("The payment has been fully refunded already.")
        if given + wanted["amount"] > link["amount_paid"]:
            return failure("The refund amount provided is greater than amount captured")
        refund = {**wanted, "id": self._id("rfnd"), "entity": "refund", "payment_id": payment_id, "currency": "INR"}
        refund |= {"status": self.refund_status, "speed_processed": "normal", "created_at": int(time.time())}
        self.refunds[refund["id"]], self.keys[key] = refund, (body.decode(), refund["id"])
        return 200, refund

    def _paid_link(self, payment_id: str) -> Json | None:
        paid = [link for link in self.links.values() if link["payments"]]
        return next((link for link in paid if link["payments"][0]["payment_id"] == payment_id), None)

    def _id(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}_{self._ids:014d}"

    # What happens on the hosted page

    def pay(self, link_id: str, method: str = "upi") -> Json:
        """Take the customer's money for a link."""
        with self.lock:
            link = self.links[link_id]
            if link["status"] == "created":
                paid = {"payment_id": self._id("pay"), "plink_id": link_id, "amount": link["amount"], "method": method}
                link |= {"status": "paid", "amount_paid": link["amount"], "payments": [{**paid, "status": "captured"}]}
            return link

    def way_back(self, link: Json) -> str:
        """Sign the address at which the customer returns."""
        paid = link["payments"][0]["payment_id"]
        text = f"{link['id']}|{link['reference_id']}|{link['status']}|{paid}"
        claims = {
            "razorpay_payment_id": paid,
            "razorpay_payment_link_id": link["id"],
            "razorpay_payment_link_reference_id": link["reference_id"],
            "razorpay_payment_link_status": link["status"],
            "razorpay_signature": signed(KEY_SECRET, text),
        }
        return f"{link['callback_url']}?{urlencode(claims)}"

    # Webhooks

    def message(self, kind: str, **entities: Json) -> bytes:
        """Write the body of a webhook."""
        payload = {name: {"entity": entity} for name, entity in entities.items()}
        event = {
            "entity": "event",
            "account_id": "acc_1",
            "event": kind,
            "contains": list(entities),
            "payload": payload,
        }
        return json.dumps({**event, "created_at": int(time.time())}).encode()

    def link_message(self, link: Json) -> bytes:
        """Write the webhook about a link in its present state."""
        if not link["payments"]:
            return self.message(f"payment_link.{link['status']}", payment_link=link)
        paid = link["payments"][0]
        payment = {"id": paid["payment_id"], "entity": "payment", "amount": paid["amount"], "method": paid["method"]}
        return self.message("payment_link.paid", payment_link=link, payment={**payment, "captured": True, "notes": []})

    def deliver(self, body: bytes, event_id: str = "", secret: str = WEBHOOK_SECRET) -> int:
        """Send a webhook to the shop, once; answers its status."""
        headers = {
            "Content-Type": "application/json",
            "X-Razorpay-Signature": signed(secret, body.decode()),
            "X-Razorpay-Event-Id": event_id or hashlib.sha256(body).hexdigest()[:14],
        }
        with urlopen(Request(f"{self.shop}/webhooks/razorpay", data=body, headers=headers), timeout=30) as answer:
            self.delivered.append(answer.status)
            return int(answer.status)


class _Handler(BaseHTTPRequestHandler):
    razorpay: RazorpayServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/l/"):
            return self.show(self.razorpay.links[self.path.removeprefix("/l/")])
        return self.answer_api("GET", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/l/"):
            return self.take_payment(parse_qs(body.decode())["method"][0])
        return self.answer_api("POST", body)

    def take_payment(self, method: str) -> None:
        """Do what the page does when a button is pressed."""
        razorpay, link_id = self.razorpay, self.path.removeprefix("/l/")
        if method == "fail":  # the customer may try again: nothing is told of a link but that it is paid, or over
            return self.show(razorpay.links[link_id], "Payment failed. Please try again.")
        link = razorpay.pay(link_id, method)
        if razorpay.webhooks == "before":
            razorpay.deliver(razorpay.link_message(link))
        if not razorpay.returns:
            return self.show(link, "Payment successful.")
        return self.send(303, b"", {"Location": razorpay.way_back(link)})

    def show(self, link: Json, status: str = "") -> None:
        words = {"description": link["description"], "status": status, "amount": f"INR {link['amount'] / 100:.2f}"}
        page = PAGE.format(**{name: html.escape(word) for name, word in words.items()})
        self.send(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def answer_api(self, method: str, body: bytes) -> None:
        answer = self.razorpay.api(method, self.path, self.headers, body)
        if answer == "waits":  # for ever, or until the server stops
            self.razorpay.stopped.wait(30)
            self.close_connection = True
        elif isinstance(answer, str):
            self.send(200, answer.encode(), {})
        else:
            self.send(answer[0], json.dumps(answer[1]).encode(), {"Content-Type": "application/json"})

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Stay silent: a test looks at `asked`."""
