"""The SQL of the claim on a seat: the hottest and most contended statements of the system (docs/locking.md)."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DatabaseError, connection, models, transaction

from booking.states import LockStatus
from scheduling.models import SHOW_LOCK_CLASS, lock_key

if TYPE_CHECKING:
    from booking.models import SeatLock

NOT_ALL_FREE = "MQ001"  # raised by booking_require_all (migration 0002)

# Shared by the claim for a while and the claim for good: which seats may be had at all (sold in the order of their
# ids, for unsorted input deadlocks), how many the customer has besides, and whose existing claim gives way.
_ASKED_AND_PARTY = """
    asked AS (
        SELECT seat.id AS seat_id
        FROM scheduling_show show
        JOIN venues_screen screen ON screen.id = show.screen_id
        JOIN venues_venue venue ON venue.id = screen.venue_id
        JOIN venues_seat seat ON seat.screen_id = show.screen_id
        WHERE show.id = %(show)s
          AND seat.id = ANY(%(seats)s) AND seat.is_available AND seat.seat_number <> ''
          AND show.status IN ('UPCOMING', 'OPEN')
          AND show.starts_at > %(now)s + venue.sales_cutoff_minutes * interval '1 minute'
          AND (%(judged)s OR NOT venue.refuses_lone_seats_over_api)
    ), party AS (
        SELECT count(*) FILTER (WHERE seat_id <> ALL(%(seats)s)) AS others,
               min(expires_at) FILTER (WHERE status = 'LOCKED') AS until,
               COALESCE(bool_or(is_extended) FILTER (WHERE status = 'LOCKED'), false) AS is_extended
        FROM booking_seatlock
        WHERE user_id = %(user)s AND show_id = %(show)s
          AND (status = 'BOOKED' OR (status = 'LOCKED' AND expires_at > %(now)s))
    )"""
_OWN_AND_LIVE = "claim.user_id = %(user)s AND claim.status = 'LOCKED' AND claim.expires_at > %(now)s"
_GIVES_WAY = (
    f"claim.status = 'EXPIRED' OR (claim.status = 'LOCKED' AND claim.expires_at <= %(now)s) OR ({_OWN_AND_LIVE})"
)

# What the row says afterwards: of one's own hold as before, of one that gave way as a new one.
_KEPT_OR_NEW = ", ".join(
    [
        *(
            f"{field} = CASE WHEN {_OWN_AND_LIVE} THEN claim.{field} ELSE EXCLUDED.{field} END"
            for field in ("id", "locked_at", "expires_at", "is_extended")
        ),
        *("user_id = EXCLUDED.user_id", "booking_id = NULL"),
    ]
)
_FIELDS = "id, show_id, seat_id, user_id, booking_id, status, locked_at, expires_at, is_extended"

_LOCK_PARTY = "SELECT pg_advisory_xact_lock(hashtextextended('party:%(user)s:%(show)s', 0));"
_LOCK_SHOW = f"SELECT pg_advisory_xact_lock_shared({SHOW_LOCK_CLASS}, %(show_key)s);"

_CLAIM = f"""
WITH {_ASKED_AND_PARTY}, claimed AS (
    INSERT INTO booking_seatlock AS claim (show_id, seat_id, user_id, status, locked_at, expires_at, is_extended)
    SELECT %(show)s, asked.seat_id, %(user)s, 'LOCKED', %(now)s, LEAST(party.until, %(until)s), party.is_extended
    FROM asked CROSS JOIN party
    WHERE party.others + %(wanted)s <= %(limit)s
    ORDER BY asked.seat_id
    ON CONFLICT (show_id, seat_id) DO UPDATE SET
        {_KEPT_OR_NEW}, status = 'LOCKED'
    WHERE {_GIVES_WAY}
    RETURNING {_FIELDS}
)
SELECT claimed.* FROM claimed
WHERE booking_require_all((SELECT count(*) FROM claimed), %(wanted)s)
ORDER BY seat_id
"""

# As _CLAIM, and what else the customer holds of the show goes back in the same statement, so that every row it touches
# is locked in the order of seats: nobody is ever without the old seats and without the new ones.
_SWAP = f"""
WITH {_ASKED_AND_PARTY}, bought AS (
    SELECT count(*) AS seats FROM booking_seatlock
    WHERE user_id = %(user)s AND show_id = %(show)s AND status = 'BOOKED' AND seat_id <> ALL(%(seats)s)
), changing AS (
    SELECT asked.seat_id, 'LOCKED' AS status FROM asked CROSS JOIN bought WHERE bought.seats + %(wanted)s <= %(limit)s
    UNION ALL
    SELECT claim.seat_id, 'EXPIRED' FROM booking_seatlock claim
    WHERE claim.show_id = %(show)s AND claim.seat_id <> ALL(%(seats)s) AND {_OWN_AND_LIVE}
), claimed AS (
    INSERT INTO booking_seatlock AS claim (show_id, seat_id, user_id, status, locked_at, expires_at, is_extended)
    SELECT %(show)s, changing.seat_id, %(user)s, changing.status, %(now)s,
           LEAST(party.until, %(until)s), party.is_extended
    FROM changing CROSS JOIN party
    ORDER BY changing.seat_id
    ON CONFLICT (show_id, seat_id) DO UPDATE SET
        {_KEPT_OR_NEW}, status = EXCLUDED.status
    WHERE {_GIVES_WAY}
    RETURNING {_FIELDS}
)
SELECT claimed.* FROM claimed
WHERE CASE WHEN booking_require_all((SELECT count(*) FROM claimed WHERE status = 'LOCKED'), %(wanted)s)
      THEN status = 'LOCKED' END  -- asked of a seat that went back, too: without one that came, it must not go
ORDER BY seat_id
"""

_SELL = f"""
WITH {_ASKED_AND_PARTY}, claimed AS (
    INSERT INTO booking_seatlock AS claim
        (show_id, seat_id, user_id, booking_id, status, locked_at, expires_at, is_extended)
    SELECT %(show)s, asked.seat_id, %(user)s, %(booking)s, 'BOOKED', %(now)s, %(until)s, false
    FROM asked CROSS JOIN party
    WHERE party.others + %(wanted)s <= %(limit)s
    ORDER BY asked.seat_id
    ON CONFLICT (show_id, seat_id) DO UPDATE SET
        id = CASE WHEN {_OWN_AND_LIVE} THEN claim.id ELSE EXCLUDED.id END,
        user_id = EXCLUDED.user_id, booking_id = EXCLUDED.booking_id, status = 'BOOKED',
        locked_at = EXCLUDED.locked_at, expires_at = EXCLUDED.expires_at, is_extended = false
    WHERE {_GIVES_WAY}
    RETURNING seat_id
)
SELECT seat.id, seat.seat_number, COALESCE(pricing.price, category.base_price)
FROM claimed
JOIN venues_seat seat ON seat.id = claimed.seat_id
JOIN venues_seatcategory category ON category.id = seat.category_id
LEFT JOIN scheduling_showcategorypricing pricing
    ON pricing.show_id = %(show)s AND pricing.category_id = seat.category_id
ORDER BY seat.id
"""


class SoldSeat(NamedTuple):
    seat_id: int
    seat_number: str
    price: Decimal


class SeatLockQuerySet(models.QuerySet["SeatLock"]):
    def live(self, *, now: datetime) -> "SeatLockQuerySet":
        return self.filter(status=LockStatus.LOCKED, expires_at__gt=now)

    def taken(self, *, now: datetime) -> "SeatLockQuerySet":
        """Keep the claims that keep others away: sold, or held for the moment."""
        return self.filter(models.Q(status=LockStatus.BOOKED) | models.Q(status=LockStatus.LOCKED, expires_at__gt=now))

    def lapsed(self, *, now: datetime) -> "SeatLockQuerySet":
        return self.filter(status=LockStatus.LOCKED, expires_at__lte=now)

    def claim(
        self,
        *,
        show_id: int,
        seat_ids: Sequence[int],
        user_id: int,
        until: datetime,
        limit: int,
        now: datetime,
        judged: bool = True,
    ) -> list["SeatLock"]:
        """Hold every seat for one customer, or none (an empty list); one round trip, its own transaction.

        Refused when a seat is taken, unknown or out of service, the show does not sell, the customer would
        have more seats of it than the limit, or the venue wants a choice judged that was not: decided together, in the
        statement that takes them. Seats added to a hold share its end, and the extension that it had.
        """
        return self._hold(_CLAIM, _values(show_id, seat_ids, user_id, limit, now) | {"until": until, "judged": judged})

    def swap(
        self, *, show_id: int, seat_ids: Sequence[int], user_id: int, until: datetime, limit: int, now: datetime
    ) -> list["SeatLock"]:
        """Hold exactly these seats of a show, instead of whatever the customer held of it, or change nothing (an empty list).

        Otherwise as `claim`, of a choice that was judged: new seats share the end and the extension of the old ones.
        """
        return self._hold(_SWAP, _values(show_id, seat_ids, user_id, limit, now) | {"until": until})

    def _hold(self, statement: str, values: dict[str, Any]) -> list["SeatLock"]:
        # Within a caller's transaction a savepoint undoes a refusal; without one the two statements are one of their own.
        scope = transaction.atomic() if connection.in_atomic_block else nullcontext()
        try:
            with scope, connection.cursor() as cursor:
                cursor.execute(_LOCK_PARTY + statement, values)
                cursor.nextset()
                rows = cursor.fetchall()
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) == NOT_ALL_FREE:
                return []
            raise
        return [self.model.from_db(self.db, _FIELDS.split(", "), row) for row in rows]

    def sell(
        self,
        *,
        show_id: int,
        seat_ids: Sequence[int],
        user_id: int,
        booking_id: int,
        until: datetime,
        limit: int,
        now: datetime,
    ) -> list[SoldSeat]:
        """Turn the customer's holds into sales and claim free seats on the spot, under the shared show lock.

        Fewer rows than seats means that the caller must roll back.
        """
        values = _values(show_id, seat_ids, user_id, limit, now)
        values |= {"until": until, "booking": booking_id, "show_key": lock_key(show_id)}
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_SHOW + _LOCK_PARTY + _SELL, values)
            cursor.nextset()
            cursor.nextset()
            return [SoldSeat(*row) for row in cursor.fetchall()]

    def lock_party(self, *, show_id: int, user_id: int) -> None:
        """Wait until nobody else changes how many seats of a show one customer has; until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_PARTY, {"show": show_id, "user": user_id})

    def release(self) -> int:
        """Free the claims of this queryset, inside a transaction; filter by status and owner first.

        They are locked in the order of seats, like every claim. PostgreSQL tests the filter again on a row that
        changed hands meanwhile, and the update only names ids that passed: a later owner is never hit.
        """
        ids = list(self.order_by("seat_id").select_for_update(of=("self",)).values_list("id", flat=True))
        return self.model.objects.filter(id__in=ids).update(status=LockStatus.EXPIRED, booking=None)

    def sold_to(self, booking_id: int) -> "SeatLockQuerySet":
        return self.filter(status=LockStatus.BOOKED, booking_id=booking_id)


def _values(show_id: int, seat_ids: Sequence[int], user_id: int, limit: int, now: datetime) -> dict[str, Any]:
    seats = sorted(set(seat_ids))
    values = {"show": show_id, "seats": seats, "user": user_id, "now": now, "limit": limit, "wanted": len(seats)}
    return values | {"judged": True}
