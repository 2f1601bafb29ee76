"""What is measured: the same act as bare SQL, as a service call, and through HTTP with everything that is shipped."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from django.conf import settings
from django.db import connection

from accounts.models import User
from bench.load import Call, Http
from bench.stage import Stage
from booking import claims, hall_queries, live, queries
from booking.api.shows import seat_map_json
from booking.hall import hall_of
from booking.orders import Order
from booking.services import checkout, locks
from catalog.models import Movie
from scheduling.models import Show

Maker = Callable[[], Call]


@dataclass(frozen=True)
class Case:
    name: str
    floor: Maker
    service: Maker
    http: Maker


def cases(stage: Stage, port: int) -> list[Case]:
    """List the cases of `make bench`."""
    return [
        Case("lock two seats", _lock_floor(stage), _lock_service(stage), _lock_http(stage, port)),
        Case("book two seats", _book_floor(stage), _book_service(stage), _book_http(stage, port)),
        Case(
            "seat map, 300 seats",
            _map_floor(stage),
            _map_service(stage),
            _get(port, f"/shows/seats/{stage.show_ids[0]}"),
        ),
        Case(
            "seat page, 300 seats",
            _page_floor(stage),
            _page_service(stage),
            _get(port, f"/seatmap/{stage.show_ids[0]}"),
        ),
        Case(
            "seats now, unchanged",
            _page_floor(stage),
            _now_service(stage),
            _get(port, f"/now/shows/{stage.show_ids[0]}/seats"),
        ),
        Case("list 20 movies", _movies_floor(), _movies_service(), _get(port, "/movies/?limit=20")),
    ]


def _values(stage: Stage, number: int) -> dict[str, object]:
    customer, show, seats = stage.pair(number)
    values = claims._values(show, seats, stage.user_ids[customer], 10, stage.now)
    return values | {"until": stage.now + settings.SEAT_LOCK_LIFETIME, "show_key": show}


def _lock_floor(stage: Stage) -> Maker:
    def make() -> Call:
        connection.close()
        connection.ensure_connection()
        cursor = connection.connection.cursor()

        def call(number: int) -> None:
            cursor.execute(claims._LOCK_PARTY + claims._CLAIM, _values(stage, number))
            cursor.nextset()
            assert len(cursor.fetchall()) == 2

        return call

    return make


def _lock_service(stage: Stage) -> Maker:
    def make() -> Call:
        connection.close()

        def call(number: int) -> None:
            customer, show, seats = stage.pair(number)
            locks.lock_seats(show_id=show, seat_ids=seats, by=User(pk=stage.user_ids[customer]), now=stage.now)

        return call

    return make


def _lock_http(stage: Stage, port: int) -> Maker:
    def make() -> Call:
        http = Http(port)

        def call(number: int) -> None:
            customer, show, seats = stage.pair(number)
            status, body = http.send(
                _head("POST", "/seatlocks/", stage.tokens[customer]),
                json.dumps({"show_id": show, "seat_ids": seats}).encode(),
            )
            assert status == 200, body

        return call

    return make


def _head(method: str, path: str, token: str) -> str:
    return f"{method} {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json"


def _book_floor(stage: Stage) -> Maker:
    """The statements a booking cannot do without, sent one by one without any layer of ours."""

    def make() -> Call:
        connection.close()
        connection.ensure_connection()
        cursor = connection.connection.cursor()

        def call(number: int) -> None:
            customer, show, seats = stage.pair(number)
            values = {"user": stage.user_ids[customer], "reference": f"B{number:012}", "now": stage.now, "show": show}
            cursor.execute("BEGIN")
            cursor.execute("SELECT nextval(pg_get_serial_sequence('booking_booking', 'id'))")
            values["booking"] = cursor.fetchone()[0]
            cursor.execute(
                claims._LOCK_SHOW + claims._LOCK_PARTY + claims._SELL,
                _values(stage, number) | {"booking": values["booking"]},
            )
            cursor.nextset()
            cursor.nextset()
            assert len(cursor.fetchall()) == 2
            for statement in BOOKING:
                cursor.execute(statement, values | {"one": seats[0], "two": seats[1]})

        return call

    return make


BOOKING = (
    """INSERT INTO billing_payment (user_id, booking_reference, attempt, transaction_code, gateway, gateway_payment_id,
        payment_status, payment_method, amount, refund_owed, refund_amount, failure, created_at)
        VALUES (%(user)s, %(reference)s, 1, %(reference)s, 'sandbox', '', 'PENDING', 'UPI', 590, 0, 0, '', %(now)s)""",
    """INSERT INTO booking_booking (id, user_id, show_id, booking_reference, booking_status, payment_id, booking_time,
        pay_until, amount, discount_amount, refund_amount, refund_tiers) VALUES (%(booking)s, %(user)s, %(show)s,
        %(reference)s, 'PENDING', currval(pg_get_serial_sequence('billing_payment', 'id')), %(now)s,
        %(now)s + interval '15 minutes', 590, 0, 0, '[]')""",
    """INSERT INTO booking_bookedseat (booking_id, show_id, seat_id, price, discount_share, taxable, cgst, sgst,
        cgst_rate, sgst_rate) SELECT %(booking)s, %(show)s, seat, 250, 0, 250, 22.5, 22.5, 9, 9
        FROM unnest(ARRAY[%(one)s, %(two)s]) AS seat""",
    """INSERT INTO booking_bookingstatuslog (booking_id, from_status, to_status, changed_at, changed_by, reason)
        VALUES (%(booking)s, '', 'PENDING', %(now)s, 'USER', '')""",
    "COMMIT",
    """INSERT INTO billing_sandboxcharge (idempotency_key, amount, refunded, refund_keys, succeeded, created_at)
        VALUES (%(reference)s, 590, 0, '{}', true, now())""",
    "BEGIN",
    "SELECT pg_advisory_xact_lock_shared(1, %(show)s)",
    "SELECT id FROM booking_seatlock WHERE booking_id = %(booking)s AND status = 'BOOKED' ORDER BY seat_id FOR UPDATE",
    "SELECT * FROM booking_booking WHERE id = %(booking)s FOR NO KEY UPDATE",
    "UPDATE billing_payment SET payment_status = 'COMPLETED', settled_at = %(now)s WHERE transaction_code = %(reference)s",
    "UPDATE booking_booking SET booking_status = 'CONFIRMED', confirmed_at = %(now)s WHERE id = %(booking)s",
    """INSERT INTO booking_bookingstatuslog (booking_id, from_status, to_status, changed_at, changed_by, reason)
        VALUES (%(booking)s, 'PENDING', 'CONFIRMED', %(now)s, 'PAYMENT_SERVICE', 'Paid')""",
    """INSERT INTO booking_ticket (id, user_id, booking_id, kind, title, filename, content_type, size, file, created_at)
        VALUES (gen_random_uuid(), %(user)s, %(booking)s, 'ISSUED', 'Movie', 'ticket.pdf', 'application/pdf', 0, '',
        %(now)s)""",
    """INSERT INTO accounts_notification (id, user_id, booking_id, notification_type, message, is_read, created_at)
        VALUES (left(md5(%(reference)s), 24), %(user)s, %(booking)s, 'BOOKING_CONFIRMED', 'Confirmed', false, %(now)s)""",
    """INSERT INTO billing_invoicecounter AS counter (venue_id, kind, financial_year, last_number)
        SELECT id, 'I', '2627', 1 FROM venues_venue ON CONFLICT (venue_id, kind, financial_year)
        DO UPDATE SET last_number = counter.last_number + 1""",
    """INSERT INTO billing_invoice (venue_id, number, booking_reference, amount, issued_at)
        SELECT id, %(reference)s, %(reference)s, 590, %(now)s FROM venues_venue""",
    "COMMIT",
)


def _book_service(stage: Stage) -> Maker:
    def make() -> Call:
        connection.close()

        def call(number: int) -> None:
            customer, show, seats = stage.pair(number)
            by = User(pk=stage.user_ids[customer])
            checkout.book(order=Order(show, tuple(seats)), by=by, now=stage.now)

        return call

    return make


def _book_http(stage: Stage, port: int) -> Maker:
    def make() -> Call:
        http = Http(port)

        def call(number: int) -> None:
            customer, show, seats = stage.pair(number)
            status, body = http.send(
                _head("POST", "/bookings/", stage.tokens[customer]),
                json.dumps({"show_id": show, "seats": seats}).encode(),
            )
            assert status == 201, body

        return call

    return make


def _map_floor(stage: Stage) -> Maker:
    show = Show.objects.get(pk=stage.show_ids[0])

    def make() -> Call:
        connection.close()
        connection.ensure_connection()
        cursor = connection.connection.cursor()

        def call(number: int) -> None:
            cursor.execute(
                queries._SEATS_AS_JSON, {"show": show.pk, "screen": show.screen_id, "viewer": 0, "now": stage.now}
            )
            assert len(cursor.fetchall()) == 1

        return call

    return make


def _map_service(stage: Stage) -> Maker:
    show = stage.show_ids[0]

    def make() -> Call:
        connection.close()

        def call(number: int) -> None:
            orjson.dumps(
                seat_map_json(*queries.seats_as_json(show_id=show, viewer_id=None, now=stage.now), poster_url=""),
                default=str,
            )

        return call

    return make


def _page_floor(stage: Stage) -> Maker:
    """Who has which seats: what a page and a poll cannot do without unless they remember it."""
    show = Show.objects.get(pk=stage.show_ids[0])

    def make() -> Call:
        connection.close()
        connection.ensure_connection()
        cursor = connection.connection.cursor()

        def call(number: int) -> None:
            cursor.execute(
                hall_queries._CLAIMS, {"show": show.pk, "screen": show.screen_id, "viewer": 0, "now": stage.now}
            )
            assert len(cursor.fetchall()) == 1

        return call

    return make


def _page_service(stage: Stage) -> Maker:
    """The hall as HTML, without the page around it."""
    show = stage.show_ids[0]

    def make() -> Call:
        connection.close()

        def call(number: int) -> None:
            rows = hall_of(hall_queries.seat_map(show_id=show, viewer_id=None, now=stage.now))
            assert sum(len(row.controls) for row in rows) > 30_000

        return call

    return make


def _now_service(stage: Stage) -> Maker:
    show = stage.show_ids[0]

    def make() -> Call:
        connection.close()
        seen = live.Seen(live.body_of(held=[], sold=[], selling=True), None)

        def call(number: int) -> None:
            assert live.seen(show, read=lambda: seen, now=stage.now).etag == seen.etag

        return call

    return make


def _movies_floor() -> Maker:
    def make() -> Call:
        connection.close()
        connection.ensure_connection()
        cursor = connection.connection.cursor()

        def call(number: int) -> None:
            cursor.execute("SELECT * FROM catalog_movie ORDER BY id LIMIT 20")
            assert len(cursor.fetchall()) == 20

        return call

    return make


def _movies_service() -> Maker:
    def make() -> Call:
        connection.close()

        def call(number: int) -> None:
            assert len(list(Movie.objects.order_by("id")[:20])) == 20

        return call

    return make


def _get(port: int, path: str) -> Maker:
    def make() -> Call:
        http = Http(port)

        def call(number: int) -> None:
            status, body = http.send(f"GET {path} HTTP/1.1")
            assert status == 200, body

        return call

    return make
