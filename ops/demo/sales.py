"""Sold seats by the hundred thousand: the rows that booking, paying and settling leave, made by a few statements.

The arithmetic is that of `billing.pricing` in SQL (tax on top, discount shared out, half-up); a test prices every
booking again with the product's own functions. Seats go out in parties of one to four beside each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from billing.services.invoices import SALE
from booking.references import ALPHABET
from booking.services.backfilling import write_books
from ops.demo.prices import SALES_CODE

REMARKS = [
    (5, "Best seats in the city, and the sound fills the room.", "Thank you, see you again soon!"),
    (5, "Booked in the train, walked straight in. Lovely.", ""),
    (4, "Great film. The popcorn queue could be shorter at the interval.", "A third counter opens this month."),
    (4, "Clean hall, friendly people at the door.", ""),
    (4, "", ""),
    (
        3,
        "Picture fine, air conditioning far too cold.",
        "Thank you for telling us, we have set it two degrees higher.",
    ),
    (5, "The recliners! My mother fell asleep twice.", ""),
    (2, "The advertisements before the film took too long.", ""),
]  # rating, comment, reply of the house

# A number that looks drawn but is not: the same rows give the same sales.
_DRAW = "abs(hashint8extended({what}, {salt}) %% {sides})"


def _draw(what: str, salt: int, sides: int) -> str:
    return _DRAW.format(what=what, salt=salt, sides=sides)


# The last digits of a permutation of the numbers below 30^8: unique, and as shuffled to the eye as a drawn reference.
_REFERENCE = "'BKNG-' || " + " || ".join(
    f"substr('{ALPHABET}', 1 + (((numbered.id * 2654435761) %% 656100000000) / {30**place} %% 30)::int, 1)"
    for place in range(8)
)

_SEATS = f"""
CREATE TEMP TABLE demo_seat ON COMMIT DROP AS
WITH chosen AS (
    SELECT show.id AS show_id, show.screen_id,
           LEAST(0.95,
               CASE WHEN show.starts_at < %(now)s THEN 0.30
                    ELSE GREATEST(0.04, 0.50 - 0.11 * extract(epoch FROM show.starts_at - %(now)s) / 86400) END
               * (0.7 + {_draw("show.id", 1, 60)} / 100.0)
               * CASE WHEN extract(hour FROM show.starts_at AT TIME ZONE venue.time_zone) >= 17 THEN 1.4 ELSE 1 END
           ) AS occupancy
    FROM scheduling_show show
    JOIN venues_screen screen ON screen.id = show.screen_id
    JOIN venues_venue venue ON venue.id = screen.venue_id
    WHERE show.id = ANY(%(shows)s)
), place AS (
    SELECT chosen.show_id, occupancy, seat.id AS seat_id, seat.row_number, seat.category_id,
           row_number() OVER (PARTITION BY chosen.show_id, seat.row_number ORDER BY seat.col_number) - 1 AS place
    FROM chosen
    JOIN venues_seat seat ON seat.screen_id = chosen.screen_id
    WHERE seat.is_available AND seat.seat_number <> '' AND seat.kind <> 'WHEELCHAIR'
), party AS (
    SELECT show_id, occupancy, seat_id, category_id,
           row_number * 100 + place / 14 * 6 + ('{{0,0,1,1,2,2,2,2,3,4,4,4,5,5}}'::int[])[1 + place %% 14] AS party
    FROM place
)
SELECT show_id, seat_id, category_id, party FROM party
WHERE {_draw("show_id * 10007 + party", 2, 1000)} < occupancy * 1000
"""
_BOOKINGS = f"""
CREATE TEMP TABLE demo_booking ON COMMIT DROP AS
WITH party AS (
    SELECT show_id, party, show_id * 10007 + party AS dice,
           row_number() OVER (PARTITION BY show_id ORDER BY party) AS place
    FROM (SELECT DISTINCT show_id, party FROM demo_seat) AS parties
), timed AS (
    SELECT party.*, show.starts_at, movie.title, movie.sgst_waived, screen.venue_id,
           date_trunc('second', LEAST(show.starts_at - interval '20 minutes', %(now)s - interval '5 minutes')
               - interval '1 second' * {_draw("dice", 3, 72 * 3600)}) AS booked_at
    FROM party
    JOIN scheduling_show show ON show.id = party.show_id
    JOIN catalog_movie movie ON movie.id = show.movie_id
    JOIN venues_screen screen ON screen.id = show.screen_id
    ORDER BY booked_at
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('booking_booking', 'id')) AS id,
           nextval(pg_get_serial_sequence('billing_payment', 'id')) AS payment_id,
           (%(customers)s::bigint[])[1 + ({_draw("show_id", 4, 1000003)} + place) %% %(crowd)s] AS user_id,
           timed.*
    FROM timed
)
SELECT numbered.*, {_REFERENCE} AS reference,
       booked_at + interval '20 seconds' + interval '1 second' * {_draw("dice", 5, 60)} AS paid_at,
       CASE WHEN {_draw("dice", 6, 100)} < 4 AND booked_at + interval '3 hours' < LEAST(%(now)s, numbered.starts_at - interval '8 hours')
            THEN booked_at + interval '2 hours' END AS cancelled_at,
       CASE WHEN {_draw("dice", 7, 100)} < 8 THEN discount.id END AS discount_id,
       discount.discount_percent AS percent, discount.max_discount_amount AS cap,
       venue.code, venue.refund_tiers, (booked_at AT TIME ZONE venue.time_zone)::date AS day,
       to_char((booked_at AT TIME ZONE venue.time_zone) - interval '3 months', 'YY')
           || to_char((booked_at AT TIME ZONE venue.time_zone) + interval '9 months', 'YY') AS year,
       numbered.starts_at < %(now)s AS is_past
FROM numbered
JOIN venues_venue venue ON venue.id = numbered.venue_id
LEFT JOIN billing_discount discount ON discount.promo_code = '{SALES_CODE}'
"""
_MINE = f"""
UPDATE demo_booking SET user_id = %(mine)s WHERE id IN (
    (SELECT min(id) FROM demo_booking WHERE starts_at < %(now)s - interval '1 day' AND cancelled_at IS NULL
     GROUP BY show_id ORDER BY {_draw("show_id", 14, 1000)} LIMIT 4)
    UNION ALL
    (SELECT min(id) FROM demo_booking WHERE starts_at > %(now)s + interval '1 day' AND cancelled_at IS NULL
     GROUP BY show_id ORDER BY show_id LIMIT 2)
)
"""
_LINES = f"""
CREATE TEMP TABLE demo_line ON COMMIT DROP AS
WITH wanted AS (
    SELECT booking.id AS booking_id, 'ticket' AS kind, seat.seat_id AS item_id, 1 AS quantity,
           COALESCE(pricing.price, category.base_price) AS unit_price
    FROM demo_booking booking
    JOIN demo_seat seat ON seat.show_id = booking.show_id AND seat.party = booking.party
    JOIN venues_seatcategory category ON category.id = seat.category_id
    LEFT JOIN scheduling_showcategorypricing pricing
        ON pricing.show_id = seat.show_id AND pricing.category_id = seat.category_id
    UNION ALL
    SELECT booking.id, 'food', food.id, 1 + {_draw("dice", 8, 2)}, food.price
    FROM demo_booking booking
    CROSS JOIN (SELECT id, price, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS items
                FROM concessions_fooditem WHERE stock IS NULL) AS food
    WHERE {_draw("dice", 9, 100)} < 35
      AND food.place IN ({_draw("dice", 10, 1000)} %% items, {_draw("dice", 11, 1000)} %% items)
), weighed AS (
    SELECT wanted.*, booking.day, booking.sgst_waived, booking.discount_id,
           unit_price * quantity AS list_price,
           sum(unit_price * quantity) OVER line AS subtotal,
           row_number() OVER (line ORDER BY unit_price * quantity DESC, kind = 'food', item_id) AS size_place,
           booking.percent, booking.cap
    FROM wanted JOIN demo_booking booking ON booking.id = wanted.booking_id
    WINDOW line AS (PARTITION BY booking_id)
), discounted AS (
    SELECT weighed.*,
           CASE WHEN discount_id IS NULL THEN 0 ELSE LEAST(round(subtotal * percent / 100, 2), cap, subtotal) END AS off
    FROM weighed
), shared AS (
    SELECT discounted.*, round(off * list_price / subtotal, 2)
        + CASE WHEN size_place = 1
               THEN off - sum(round(off * list_price / subtotal, 2)) OVER (PARTITION BY booking_id) ELSE 0 END AS share
    FROM discounted
), shares AS (
    SELECT shared.*, list_price - share AS net FROM shared
), taxed AS (
SELECT booking_id, shares.kind, item_id, quantity, unit_price, share, net AS taxable, rate.id AS gst_id,
       rate.c_gst AS cgst_rate, CASE WHEN sgst_waived AND shares.kind = 'ticket' THEN 0 ELSE rate.s_gst END AS sgst_rate,
       round(net * rate.c_gst / 100, 2) AS cgst,
       CASE WHEN sgst_waived AND shares.kind = 'ticket' THEN 0 ELSE round(net * rate.s_gst / 100, 2) END AS sgst
FROM shares
JOIN billing_gst rate
    ON rate.gst_category = shares.kind
   AND (rate.above IS NULL OR round(net / quantity, 2) > rate.above)
   AND (rate.up_to IS NULL OR round(net / quantity, 2) <= rate.up_to)
   AND (rate.valid_from IS NULL OR rate.valid_from <= day) AND (rate.valid_until IS NULL OR day < rate.valid_until)
)
SELECT taxed.*, base AS back_taxable,
       LEAST(cgst, round(base * cgst_rate / 100, 2)) AS back_cgst, LEAST(sgst, round(base * sgst_rate / 100, 2)) AS back_sgst
FROM (SELECT taxed.*, round(taxable * 80 / 100, 2) AS base FROM taxed) AS taxed
"""
_BACK = """cancelled_at, cancellation_id, CASE WHEN cancelled_at IS NULL THEN 0 ELSE back_taxable END,
        CASE WHEN cancelled_at IS NULL THEN 0 ELSE back_cgst END, CASE WHEN cancelled_at IS NULL THEN 0 ELSE back_sgst END"""
_TOTALS = """
CREATE TEMP TABLE demo_sale ON COMMIT DROP AS
SELECT booking.*, amount, off, CASE WHEN cancelled_at IS NULL THEN 0 ELSE back END AS back,
       nextval(pg_get_serial_sequence('billing_sandboxcharge', 'id')) AS charge_id,
       CASE WHEN cancelled_at IS NOT NULL THEN nextval(pg_get_serial_sequence('booking_cancellation', 'id')) END
           AS cancellation_id,
       reference || '-1' AS transaction_code
FROM demo_booking booking
JOIN (
    SELECT booking_id, sum(taxable + cgst + sgst) AS amount, sum(share) AS off,
           sum(back_taxable + back_cgst + back_sgst) AS back
    FROM demo_line GROUP BY booking_id
) AS sums ON sums.booking_id = booking.id
ORDER BY booking.id
"""
_ROWS = [
    """
    INSERT INTO billing_payment (id, user_id, booking_reference, attempt, transaction_code, gateway, gateway_payment_id,
        payment_status, payment_method, amount, refund_owed, refund_amount, failure, created_at, settled_at)
    SELECT payment_id, user_id, reference, 1, transaction_code, 'sandbox', 'sandbox-' || charge_id,
        CASE WHEN back > 0 THEN 'REFUNDED' ELSE 'COMPLETED' END, 'UPI', amount, back, back, '', booked_at, paid_at
    FROM demo_sale
    """,
    """
    INSERT INTO billing_sandboxcharge (id, idempotency_key, amount, refunded, refund_keys, succeeded, created_at)
    SELECT charge_id, transaction_code, amount, back,
        CASE WHEN back > 0 THEN jsonb_build_object(transaction_code || '/end', back::text) ELSE '{}' END, true, booked_at
    FROM demo_sale
    """,
    """
    INSERT INTO billing_refund (payment_id, amount, refund_status, idempotency_key, gateway_refund_id, reason, created_at,
        completed_at)
    SELECT payment_id, back, 'COMPLETED', transaction_code || '/end', 'sandbox-refund-' || transaction_code || '/end',
        'Cancelled by user', cancelled_at, cancelled_at + interval '5 seconds'
    FROM demo_sale WHERE back > 0
    """,
    """
    INSERT INTO booking_booking (id, user_id, show_id, booking_reference, booking_status, payment_id, discount_id,
        booking_time, pay_until, confirmed_at, cancelled_at, amount, discount_amount, refund_amount, refund_tiers)
    SELECT id, user_id, show_id, reference, CASE WHEN cancelled_at IS NULL THEN 'CONFIRMED' ELSE 'CANCELLED' END,
        payment_id, discount_id, booked_at, booked_at + interval '15 minutes', paid_at, cancelled_at, amount, off, back,
        refund_tiers
    FROM demo_sale
    """,
    """
    INSERT INTO booking_cancellation (id, booking_id, percent, amount, rounding, made_at, made_by, reason)
    SELECT cancellation_id, id, 80, back, 0, cancelled_at, 'USER', 'Cancelled by user'
    FROM demo_sale WHERE cancelled_at IS NOT NULL
    """,
    f"""
    INSERT INTO booking_bookedseat (booking_id, show_id, seat_id, price, discount_share, taxable, cgst, sgst, cgst_rate,
        sgst_rate, gst_id, released_at, cancellation_id, refunded_taxable, refunded_cgst, refunded_sgst)
    SELECT sale.id, show_id, item_id, unit_price, share, taxable, cgst, sgst, cgst_rate, sgst_rate, gst_id, {_BACK}
    FROM demo_sale sale JOIN demo_line line ON line.booking_id = sale.id AND kind = 'ticket'
    """,
    f"""
    INSERT INTO booking_bookedfood (booking_id, food_id, quantity, unit_price, discount_share, taxable, cgst, sgst,
        cgst_rate, sgst_rate, gst_id, released_at, cancellation_id, refunded_taxable, refunded_cgst, refunded_sgst)
    SELECT sale.id, item_id, quantity, unit_price, share, taxable, cgst, sgst, cgst_rate, sgst_rate, gst_id, {_BACK}
    FROM demo_sale sale JOIN demo_line line ON line.booking_id = sale.id AND kind = 'food'
    """,
    """
    INSERT INTO booking_seatlock (show_id, seat_id, user_id, booking_id, status, locked_at, expires_at)
    SELECT show_id, item_id, user_id, CASE WHEN cancelled_at IS NULL THEN id END,
        CASE WHEN cancelled_at IS NULL THEN 'BOOKED' ELSE 'EXPIRED' END, booked_at, booked_at + interval '15 minutes'
    FROM demo_sale sale JOIN demo_line line ON line.booking_id = sale.id AND kind = 'ticket'
    """,
    """
    INSERT INTO booking_bookingstatuslog (booking_id, from_status, to_status, changed_at, changed_by, reason)
    SELECT id, '', 'PENDING', booked_at, 'USER', '' FROM demo_sale
    UNION ALL
    SELECT id, 'PENDING', 'CONFIRMED', paid_at, 'PAYMENT_SERVICE', 'Paid' FROM demo_sale
    UNION ALL
    SELECT id, 'CONFIRMED', 'CANCELLED', cancelled_at, 'USER', 'Cancelled by user'
    FROM demo_sale WHERE cancelled_at IS NOT NULL
    """,
    """
    INSERT INTO booking_ticket (id, user_id, booking_id, kind, title, filename, content_type, size, file, created_at,
        admitted_at)
    SELECT gen_random_uuid(), user_id, id, 'ISSUED', title, reference || '.pdf', 'application/pdf', 0, '', paid_at,
        CASE WHEN is_past AND cancelled_at IS NULL THEN starts_at - interval '8 minutes' END
    FROM demo_sale
    """,
    f"""
    WITH numbered AS (
        SELECT sale.venue_id, code, sale.year, reference, amount, paid_at,
               COALESCE(last_number, 0) + row_number() OVER (PARTITION BY sale.venue_id, sale.year ORDER BY paid_at) AS number
        FROM demo_sale sale
        LEFT JOIN billing_invoicecounter counter
            ON counter.venue_id = sale.venue_id AND kind = '{SALE}' AND financial_year = sale.year
    ), issued AS (
        INSERT INTO billing_invoice (venue_id, number, booking_reference, amount, issued_at)
        SELECT venue_id, code || '{SALE}' || year || '/' || lpad(number::text, 7, '0'), reference, amount, paid_at
        FROM numbered
    )
    INSERT INTO billing_invoicecounter (venue_id, kind, financial_year, last_number)
    SELECT venue_id, '{SALE}', year, max(number) FROM numbered GROUP BY venue_id, year
    ON CONFLICT (venue_id, kind, financial_year) DO UPDATE SET last_number = EXCLUDED.last_number
    """,
    f"""
    INSERT INTO booking_feedback (booking_id, user_id, rating, comment, feedback_date, reply, replied_at)
    SELECT id, user_id, rating, comment, starts_at + interval '4 hours', reply,
        CASE WHEN reply <> '' THEN LEAST(starts_at + interval '20 hours', %(now)s) END
    FROM demo_sale,
    LATERAL (SELECT {_draw("dice", 12, len(REMARKS))} + 1 AS pick) AS drawn,
    LATERAL (SELECT (%(ratings)s::int[])[pick] AS rating, (%(comments)s::text[])[pick] AS comment,
                    (%(replies)s::text[])[pick] AS reply) AS remark
    WHERE is_past AND cancelled_at IS NULL AND starts_at + interval '4 hours' < %(now)s
      AND ({_draw("dice", 13, 100)} < 12 OR (user_id = %(mine)s AND {_draw("dice", 13, 2)} = 0))
    """,
    """
    INSERT INTO accounts_notification (id, user_id, booking_id, notification_type, message, is_read, created_at, read_at)
    SELECT substr(md5(reference), 1, 24), user_id, id, 'BOOKING_CONFIRMED',
        'Booking ' || reference || ' for ' || title || ' is confirmed.', is_past, paid_at,
        CASE WHEN is_past THEN paid_at + interval '1 minute' END
    FROM demo_sale WHERE user_id = %(mine)s
    """,
]


def sell(*, shows: Sequence[int], customers: Sequence[int], now: datetime, mine: int | None = None) -> int:
    """Sell part of the seats of shows that have sold none: most of a past show, less the further ahead it is.

    `mine` is a customer who gets a few of the bookings. Answers the number of bookings; needs a transaction.
    """
    ratings, comments, replies = zip(*REMARKS, strict=True)
    values: dict[str, Any] = {
        "shows": list(shows),
        "customers": list(customers),
        "crowd": len(customers),
        "now": now,
        "mine": mine,
        "ratings": list(ratings),
        "comments": list(comments),
        "replies": list(replies),
    }
    gifts = [] if mine is None else [_MINE]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in (
            _SEATS,
            _BOOKINGS,
            "ANALYZE demo_seat",
            "ANALYZE demo_booking",
            *gifts,
            _LINES,
            _TOTALS,
            *_ROWS,
        ):
            cursor.execute(statement, values)
        cursor.execute("SELECT array_agg(id) FROM demo_sale")
        (sold,) = cursor.fetchone()
        cursor.execute("DROP TABLE demo_seat, demo_booking, demo_line, demo_sale")
    write_books(booking_ids=sold or [])
    return len(sold or [])


def refresh_statistics() -> None:
    """Let the planner know what was loaded."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
