"""The books of what was sold before there were books, and of demo data: many bookings by a few statements.

The statements say in SQL what `booking.bills` and `billing.postings` say in Python; a test compares them booking by
booking. Whatever is written already stays as it is, so that repeating is harmless.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from billing.places import place_of_supply
from billing.services.invoices import CREDIT
from booking.models import Booking
from venues.models import Venue

BATCH = 5000

# Lines as they are stated, like seats added up. `share` is the percentage of each line that is meant.
_STATED = """
    line AS (
        SELECT seat.booking_id, 0 AS place, seat.id, 'ticket' AS kind, category.category_name AS text, seat.price AS alike,
               own.seat_number AS seat, COALESCE(gst.hsn_code, '') AS hsn_code, 1 AS quantity,
               discount_share, taxable, cgst_rate, cgst, sgst_rate, sgst
        FROM booking_bookedseat seat
        JOIN venues_seat own ON own.id = seat.seat_id
        JOIN venues_seatcategory category ON category.id = own.category_id
        LEFT JOIN billing_gst gst ON gst.id = seat.gst_id
        WHERE seat.booking_id = ANY(%(bookings)s)
        UNION ALL
        SELECT food.booking_id, 1, food.id, 'food', item.item_name, food.id,
               NULL, COALESCE(gst.hsn_code, ''), food.quantity,
               discount_share, taxable, cgst_rate, cgst, sgst_rate, sgst
        FROM booking_bookedfood food
        JOIN concessions_fooditem item ON item.id = food.food_id
        LEFT JOIN billing_gst gst ON gst.id = food.gst_id
        WHERE food.booking_id = ANY(%(bookings)s)
    ), stated AS (
        SELECT share.booking_id, share.percent, place, min(id) AS first, kind,
               CASE kind WHEN 'ticket' THEN 'Admission, ' || text || ': ' || string_agg(seat, ', ' ORDER BY id)
                         ELSE text END AS text,
               hsn_code, sum(quantity) AS quantity, cgst_rate, sgst_rate,
               sum(CASE WHEN percent IS NULL THEN discount_share ELSE 0.00 END) AS discount,
               sum(back.taxable) AS taxable, sum(back.cgst) AS cgst, sum(back.sgst) AS sgst
        FROM share
        JOIN line ON line.booking_id = share.booking_id,
        LATERAL (SELECT round(line.taxable * COALESCE(percent, 100) / 100, 2) AS taxable) AS base,
        LATERAL (SELECT base.taxable,
                        LEAST(line.cgst, CASE WHEN COALESCE(percent, 100) = 100 THEN line.cgst
                                              ELSE round(base.taxable * cgst_rate / 100, 2) END) AS cgst,
                        LEAST(line.sgst, CASE WHEN COALESCE(percent, 100) = 100 THEN line.sgst
                                              ELSE round(base.taxable * sgst_rate / 100, 2) END) AS sgst) AS back
        GROUP BY share.booking_id, percent, place, kind, text, alike, hsn_code, cgst_rate, sgst_rate
    ), summed AS (
        SELECT booking_id, percent, sum(taxable) AS taxable, sum(cgst) AS cgst, sum(sgst) AS sgst,
               jsonb_agg(jsonb_build_object(
                   'kind', kind, 'text', text, 'hsn_code', hsn_code, 'quantity', quantity, 'discount', discount::text,
                   'taxable', taxable::text, 'cgst_rate', cgst_rate::text, 'cgst', cgst::text,
                   'sgst_rate', sgst_rate::text, 'sgst', sgst::text
               ) ORDER BY place, first) AS lines
        FROM stated GROUP BY booking_id, percent
    ), sold AS (
        SELECT booking.id AS booking_id, booking.booking_reference, booking.cancelled_at, booking.refund_amount,
               venue.id AS venue_id, venue.code, venue.time_zone, venue.currency,
               COALESCE(NULLIF(venue.legal_name, ''), venue.name) AS name, venue.address, venue.gstin,
               COALESCE(place.name, '') AS place_of_supply,
               left(movie.title || ', ' || to_char(show.starts_at AT TIME ZONE venue.time_zone, 'DD Mon YYYY, FMHH12:MI am')
                    || ', ' || screen.screen_name, 300) AS subject
        FROM booking_booking booking
        JOIN scheduling_show show ON show.id = booking.show_id
        JOIN catalog_movie movie ON movie.id = show.movie_id
        JOIN venues_screen screen ON screen.id = show.screen_id
        JOIN venues_venue venue ON venue.id = screen.venue_id
        LEFT JOIN unnest(%(venues)s::bigint[], %(places)s::text[]) AS place (venue_id, name) ON place.venue_id = venue.id
        WHERE booking.id = ANY(%(bookings)s)
    )
"""
_DETAIL_INVOICES = f"""
    WITH share AS (
        SELECT booking.id AS booking_id, NULL::int AS percent
        FROM booking_booking booking JOIN billing_invoice invoice USING (booking_reference)
        WHERE booking.id = ANY(%(bookings)s) AND invoice.lines = '[]'
    ), {_STATED}
    UPDATE billing_invoice invoice
    SET lines = summed.lines, taxable = summed.taxable, cgst = summed.cgst, sgst = summed.sgst,
        rounding = invoice.amount - summed.taxable - summed.cgst - summed.sgst,
        currency = sold.currency, supplier_name = sold.name, supplier_address = sold.address,
        supplier_gstin = sold.gstin, place_of_supply = sold.place_of_supply, subject = sold.subject
    FROM summed JOIN sold ON sold.booking_id = summed.booking_id
    WHERE invoice.booking_reference = sold.booking_reference
"""
# Which percentage was given back is not kept: it is the one of the booking's policy, or all, that comes to the refund.
_CREDIT = f"""
    WITH share AS (
        SELECT DISTINCT booking.id AS booking_id, tier.percent
        FROM booking_booking booking JOIN billing_invoice invoice USING (booking_reference),
        LATERAL (SELECT 100 AS percent UNION
                 SELECT (value ->> 'percent')::int FROM jsonb_array_elements(booking.refund_tiers)) AS tier
        WHERE booking.id = ANY(%(bookings)s) AND booking.booking_status = 'CANCELLED' AND booking.refund_amount > 0
          AND NOT EXISTS (SELECT FROM billing_creditnote note WHERE note.invoice_id = invoice.id)
    ), {_STATED}, note AS (
        SELECT sold.*, summed.taxable, summed.cgst, summed.sgst, summed.lines, invoice.id AS invoice_id,
               COALESCE(refund.reason, 'Cancelled') AS reason, dated.year,
               row_number() OVER (series ORDER BY cancelled_at, sold.booking_id) AS place, count(*) OVER series AS many
        FROM sold JOIN summed ON summed.booking_id = sold.booking_id
            AND summed.taxable + summed.cgst + summed.sgst = sold.refund_amount
        JOIN billing_invoice invoice ON invoice.booking_reference = sold.booking_reference
        LEFT JOIN LATERAL (SELECT min(refund.reason) AS reason FROM billing_refund refund
            JOIN billing_payment payment ON payment.id = refund.payment_id
            WHERE payment.booking_reference = sold.booking_reference) AS refund ON true,
        LATERAL (SELECT to_char((cancelled_at AT TIME ZONE time_zone) - interval '3 months', 'YY')
                     || to_char((cancelled_at AT TIME ZONE time_zone) + interval '9 months', 'YY') AS year) AS dated
        WINDOW series AS (PARTITION BY sold.venue_id, dated.year)
    ), counter AS (
        INSERT INTO billing_invoicecounter AS series (venue_id, kind, financial_year, last_number)
        SELECT venue_id, '{CREDIT}', year, max(many) FROM note GROUP BY venue_id, year
        ON CONFLICT (venue_id, kind, financial_year)
        DO UPDATE SET last_number = series.last_number + EXCLUDED.last_number
        RETURNING venue_id, financial_year, last_number
    ), issued AS (
        INSERT INTO billing_creditnote (number, invoice_id, key, reason, venue_id, amount, taxable, cgst, sgst, rounding,
            currency, supplier_name, supplier_address, supplier_gstin, place_of_supply, subject, lines, issued_at)
        SELECT note.code || '{CREDIT}' || year || '/' || lpad((last_number - many + place)::text, 7, '0'),
            invoice_id, booking_reference || '/end', reason, note.venue_id, refund_amount, taxable, cgst, sgst, 0,
            currency, name, address, gstin, place_of_supply, subject, lines, cancelled_at
        FROM note JOIN counter ON counter.venue_id = note.venue_id AND counter.financial_year = note.year
    )
    UPDATE billing_invoice invoice SET credited = note.refund_amount FROM note WHERE invoice.id = note.invoice_id
"""
# In a table of its own, for the planner knows nothing of what a WITH makes.
_POSTINGS = """
    CREATE TEMP TABLE book_posting ON COMMIT DROP AS
    WITH reference AS (
        SELECT booking.booking_reference, screen.venue_id
        FROM booking_booking booking
        JOIN scheduling_show show ON show.id = booking.show_id
        JOIN venues_screen screen ON screen.id = show.screen_id
        WHERE booking.id = ANY(%(bookings)s)
    ), money AS (
        SELECT payment.*, venue_id, CASE payment_method WHEN 'CASH' THEN 'CASH' ELSE 'GATEWAY' END AS account
        FROM billing_payment payment JOIN reference USING (booking_reference)
        WHERE payment_status IN ('COMPLETED', 'REFUNDED')
    ), back AS (
        SELECT refund.*, money.booking_reference, money.account, money.venue_id
        FROM billing_refund refund JOIN money ON money.id = refund.payment_id
    ), document AS (
        SELECT 'INVOICE' AS kind, booking_reference AS source, booking_reference, issued_at, lines, 1 AS sign,
               amount, cgst, sgst, rounding, reference.venue_id
        FROM billing_invoice JOIN reference USING (booking_reference)
        UNION ALL
        SELECT 'CREDIT_NOTE', note.key, booking_reference, note.issued_at, note.lines, -1,
               note.amount, note.cgst, note.sgst, note.rounding, reference.venue_id
        FROM billing_creditnote note
        JOIN billing_invoice invoice ON invoice.id = note.invoice_id JOIN reference USING (booking_reference)
    )
    SELECT 'PAYMENT' AS kind, transaction_code AS source, booking_reference, settled_at AS entered_at,
           unnest(ARRAY[account, 'CUSTOMERS']) AS account, unnest(ARRAY[amount, -amount]) AS amount, venue_id FROM money
    UNION ALL
    SELECT 'REFUND_OWED', idempotency_key, booking_reference, created_at,
           unnest(ARRAY['CUSTOMERS', 'REFUNDS_DUE']), unnest(ARRAY[amount, -amount]), venue_id FROM back
    UNION ALL
    SELECT 'REFUND_SENT', idempotency_key, booking_reference, completed_at,
           unnest(ARRAY['REFUNDS_DUE', account]), unnest(ARRAY[amount, -amount]), venue_id
    FROM back WHERE refund_status = 'COMPLETED'
    UNION ALL
    SELECT kind, source, booking_reference, issued_at,
           unnest(ARRAY['CUSTOMERS', 'CGST', 'SGST', 'ROUNDING']),
           sign * unnest(ARRAY[amount, -cgst, -sgst, -rounding]), venue_id
    FROM document
    UNION ALL
    SELECT document.kind, source, booking_reference, issued_at,
           CASE line.kind WHEN 'ticket' THEN 'TICKETS' WHEN 'food' THEN 'FOOD' WHEN 'fee' THEN 'FEE' END,
           -sign * sum(line.taxable), venue_id
    FROM document, jsonb_to_recordset(lines) AS line (kind text, taxable numeric)
    GROUP BY document.kind, source, booking_reference, issued_at, sign, line.kind, venue_id
"""
_POST = """
    WITH entry AS (
        INSERT INTO billing_ledgerentry (kind, source, booking_reference, venue_id, total, entered_at)
        SELECT kind, source, booking_reference, venue_id, sum(amount) FILTER (WHERE amount > 0), entered_at
        FROM book_posting WHERE amount <> 0
        GROUP BY kind, source, booking_reference, venue_id, entered_at ORDER BY entered_at
        ON CONFLICT (kind, source) DO NOTHING
        RETURNING id, kind, source
    )
    INSERT INTO billing_ledgerline (entry_id, account, debit, credit)
    SELECT entry.id, account, GREATEST(amount, 0), GREATEST(-amount, 0)
    FROM book_posting JOIN entry USING (kind, source) WHERE amount <> 0
"""


def write_books(*, booking_ids: Sequence[int]) -> None:
    """Write what the books lack about some bookings: invoices' details, credit notes, entries; needs a transaction."""
    places = {venue.pk: place_of_supply(venue.gstin) for venue in Venue.objects.all()}
    values: dict[str, Any] = {"bookings": list(booking_ids), "venues": list(places), "places": list(places.values())}
    with connection.cursor() as cursor:
        # The planner knows neither rows of this transaction nor what a WITH makes: taking few where there are many, it
        # loops in loops, for minutes. Whole sets are joined here, which is what hashes are for.
        cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL enable_nestloop = off")
        for statement in (
            _DETAIL_INVOICES,
            _CREDIT,
            _POSTINGS,
            "ANALYZE book_posting",
            _POST,
            "DROP TABLE book_posting",
            "SET LOCAL enable_nestloop = on",
        ):
            cursor.execute(statement, values)


def backfill(*, before: datetime) -> int:
    """Write the books of every booking made before an instant, in batches; answer how many bookings were looked at."""
    ids = list(Booking.objects.filter(booking_time__lt=before).order_by("id").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic(durable=True):
            write_books(booking_ids=ids[start : start + BATCH])
    return len(ids)
