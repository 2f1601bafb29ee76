"""Everything we know about a person, for that person (DPDP Act 2023, section 11; GDPR, articles 15 and 20)."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder

from accounts import keepers
from accounts.models import MutedNotice, Notification, Session, User
from cinema.core import throttling

_PROFILE = ("id", "name", "email", "phone", "role", "created_at", "last_login")


def export(*, user: User, now: datetime) -> Iterator[str]:
    """Write everything of a person as one JSON object, piece by piece: a list per kind of thing.

    :raises TooManyTries: when it was asked for too often lately.
    """
    throttling.count("export", account=str(user.pk), now=now)
    return _written(user, now)


def _written(user: User, now: datetime) -> Iterator[str]:
    profile = User.objects.values(*_PROFILE).get(pk=user.pk)
    yield f'{{"exported_at": {_json(now)}, "profile": {_json(profile)}'
    for name, rows in _sections(user):
        yield f', "{name}": ['
        for number, row in enumerate(rows):
            yield (", " if number else "") + _json(row)
        yield "]"
    yield "}"


def _sections(user: User) -> Iterator[tuple[str, keepers.Rows]]:
    sessions = Session.objects.filter(user=user).order_by("created_at")
    yield "sessions", sessions.values("device", "is_browser", "created_at", "rotated_at", "expires_at", "revoked_at")
    inbox = Notification.objects.filter(user=user).order_by("created_at")
    yield "notifications", inbox.values("notification_type", "message", "created_at", "read_at").iterator(500)
    muted = MutedNotice.objects.filter(user=user).order_by("id")
    yield "muted_notifications", muted.values("notification_type", "channel")
    for keeper in keepers.registered():
        yield from keeper.exported(user=user)


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
