"""Reads about people."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet, Window

from accounts.models import Guest, MutedNotice, Notification, Session, User
from accounts.states import Channel, NoticeType, Role

# Written out because every signed-in call pays for it: the ORM spends longer on composing this query than PostgreSQL
# on answering it. The password hash stays where it is.
_USER = tuple(field.attname for field in User._meta.concrete_fields if field.attname not in ("password", "last_login"))
_SESSION = tuple(field.attname for field in Session._meta.concrete_fields)
_LIVE_SESSION = f"""
    SELECT {", ".join(f'person."{name}"' for name in _USER)}, {", ".join(f"session.{name}" for name in _SESSION)}
    FROM accounts_session session
    JOIN accounts_user person ON person.id = session.user_id
    WHERE session.id = %s AND session.user_id = %s AND session.revoked_at IS NULL AND session.expires_at > %s
      AND person.is_active
"""


def live_session(*, sid: UUID, user_id: int, now: datetime) -> tuple[User, Session] | None:
    """Read a session that has not ended, with its active user; None when there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE_SESSION, [sid, user_id, now])
        row = cursor.fetchone()
    if row is None:
        return None
    return User.from_db("default", _USER, row[: len(_USER)]), Session.from_db("default", _SESSION, row[len(_USER) :])


def people_visible_to(user: User) -> QuerySet[User]:
    """Choose whom somebody may see: themselves, or everybody for an admin."""
    people = User.objects.order_by("id")
    return people if user.role == Role.ADMIN else people.filter(pk=user.pk)


def guest(*, user_id: int, link_key: str) -> User | None:
    """Read the guest whom a session or a link names, unless their links were ended meanwhile. One query."""
    return User.objects.filter(pk=user_id, is_guest=True, is_active=True, guest__link_key=link_key).first()


def mail_address(user: User) -> str:
    """Tell where mails to a person go: for a guest, who has no address of their own here, where they said."""
    if not user.is_guest:
        return user.email
    return Guest.objects.values_list("email", flat=True).filter(user=user).first() or ""


def same_person(user: User) -> list[int]:
    """List who seems to be this person, by id: the guests of one address, for each visit makes another guest.

    An account is nobody but itself: whoever writes its address as a guest has not shown that it is theirs.
    """
    address = mail_address(user) if user.is_guest else ""
    others = Guest.objects.filter(email=address).values_list("user_id", flat=True) if address else ()
    return [user.pk, *others]


def is_reachable(user: User) -> bool:
    """Tell whether we know where to send what somebody buys."""
    return bool(mail_address(user))


def unread(user: User) -> int:
    """Count what somebody has not read in their inbox."""
    return Notification.objects.filter(user=user, is_read=False).count()


def inbox(user: User) -> QuerySet[Notification]:
    """List somebody's inbox, the newest first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-id")


def sessions_of(user: User, *, now: datetime) -> QuerySet[Session]:
    """List where somebody is logged in, the latest first."""
    return Session.objects.live(now=now).filter(user=user).order_by("-created_at")


MOST_FOUND = 200


def people_named(words: str) -> list[int]:
    """Find people by a part of e-mail, name or phone, guests by what they told us, for a search of what is theirs."""
    told = Q(email__icontains=words) | Q(phone__icontains=words)
    people = User.objects.filter(told | Q(name__icontains=words)).order_by("-id").values_list("id", flat=True)
    guests = Guest.objects.filter(told).order_by("-user_id").values_list("user_id", flat=True)
    return [*people[:MOST_FOUND], *guests[:MOST_FOUND]]


def muted_channels(*, user_id: int, notice_type: NoticeType) -> set[str]:
    """Tell on which channels somebody does not want news of one kind."""
    muted = MutedNotice.objects.filter(user_id=user_id, notification_type=notice_type)
    return set(muted.values_list("channel", flat=True))


def muted_by(*, user_ids: Collection[int]) -> set[tuple[int, str, str]]:
    """List what several people do not want: who, news of which kind, on which channel. One query."""
    return set(MutedNotice.objects.filter(user_id__in=user_ids).values_list("user_id", "notification_type", "channel"))


def muted(user: User) -> set[tuple[NoticeType, Channel]]:
    """List what somebody has switched off."""
    rows = MutedNotice.objects.filter(user=user).values_list("notification_type", "channel")
    return {(NoticeType(kind), Channel(channel)) for kind, channel in rows}


def unread_now(user: User) -> tuple[int, str]:
    """Count what somebody has not read, and read the newest of it, in one query."""
    fresh = Notification.objects.filter(user=user, is_read=False).order_by("-created_at", "-id")
    newest = fresh.annotate(of=Window(Count("*"))).values_list("of", "message").first()
    return newest or (0, "")
