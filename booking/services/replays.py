"""Orders that are sent again: the first call decides, every later one hears its answer."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from booking.errors import KeyInProgress, KeyReused
from booking.models import IdempotencyKey

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=2)  # longer than any call may run: its process died, and its seats, if any, are claimed

_CLAIM = """
    INSERT INTO booking_idempotencykey AS earlier (user_id, key, fingerprint, created_at)
    VALUES (%(user)s, %(key)s, %(fingerprint)s, %(now)s)
    ON CONFLICT (user_id, key) DO UPDATE
        SET fingerprint = EXCLUDED.fingerprint, created_at = EXCLUDED.created_at, status = NULL, body = NULL
        WHERE earlier.created_at <= %(kept)s OR (earlier.status IS NULL AND earlier.created_at <= %(abandoned)s)
    RETURNING id
"""


def begin(*, user: User, key: str, fingerprint: str, now: datetime) -> IdempotencyKey | None:
    """Claim a key for a first call (None), or answer the earlier call's record.

    :raises KeyReused: when the earlier call asked for something else.
    :raises KeyInProgress: when it has not ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "user": user.pk,
                "key": key,
                "fingerprint": fingerprint,
                "now": now,
                "kept": now - KEPT,
                "abandoned": now - ABANDONED,
            },
        )
        if cursor.fetchone():
            return None
    earlier = IdempotencyKey.objects.filter(user=user, key=key).first()
    if earlier is None or (earlier.status is None and earlier.fingerprint == fingerprint):
        raise KeyInProgress
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    return earlier


def finish(*, user: User, key: str, status: int, body: Any) -> None:
    """Keep the answer of a first call."""
    IdempotencyKey.objects.filter(user=user, key=key, status=None).update(status=status, body=body)


def forget(*, user: User, key: str) -> None:
    """Give a key back whose call failed on our side, so that the client may try again."""
    IdempotencyKey.objects.filter(user=user, key=key, status=None).delete()


def forget_old(*, now: datetime) -> int:
    """Delete answers that nobody may ask for any more."""
    return IdempotencyKey.objects.filter(created_at__lte=now - KEPT).delete()[0]
