"""What people want to hear of, and on which channel; what they must hear of is not theirs to switch off."""

from collections.abc import Collection
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts.errors import UnsubscribeLinkInvalid
from accounts.models import MutedNotice, User
from accounts.states import OPTIONAL, Channel, NoticeType

_SALT = "accounts.unsubscribe"
Choice = tuple[NoticeType, Channel]


@transaction.atomic(durable=True)
def choose(*, user: User, wanted: Collection[Choice]) -> None:
    """Keep which optional news somebody wants on which channel; what is not named is switched off."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    MutedNotice.objects.filter(user=user).delete()
    muted = [choice for choice in optional() if choice not in wanted]
    MutedNotice.objects.bulk_create(
        MutedNotice(user=user, notification_type=kind, channel=channel) for kind, channel in muted
    )


def optional() -> list[Choice]:
    """List what can be switched off."""
    return [(kind, channel) for kind in NoticeType for channel in Channel if channel in OPTIONAL.get(kind, ())]


def key_of(*, user_id: int, notice_type: NoticeType) -> str:
    """Write the key of the link that ends mails of one kind: it does nothing else, so it needs no log-in."""
    return Signer(salt=_SALT).sign(f"{user_id}.{notice_type}")


def unsubscribe_link(*, user_id: int, notice_type: NoticeType) -> str:
    """Write the whole address that ends mails of one kind; the key stands in the query, which no log of ours keeps."""
    key = urlencode({"key": key_of(user_id=user_id, notice_type=notice_type)})
    return f"{settings.SITE_URL}{reverse('unsubscribe')}?{key}"


def read_key(key: str) -> tuple[int, NoticeType]:
    """Tell whose mails of which kind a link ends.

    :raises UnsubscribeLinkInvalid: when it is not one that we wrote.
    """
    try:
        user_id, _, kind = Signer(salt=_SALT).unsign(key).partition(".")
        return int(user_id), NoticeType(kind)
    except (BadSignature, UnicodeError, ValueError):
        raise UnsubscribeLinkInvalid from None


@transaction.atomic(durable=True)
def unsubscribe(*, key: str) -> NoticeType:
    """End mails of one kind for whom the key names (RFC 8058); repeating it changes nothing.

    :raises UnsubscribeLinkInvalid: when it is not a key that we wrote, or its person is gone.
    """
    user_id, kind = read_key(key)
    if not User.objects.filter(pk=user_id).exists() or Channel.MAIL not in OPTIONAL.get(kind, ()):
        raise UnsubscribeLinkInvalid
    mute = MutedNotice(user_id=user_id, notification_type=kind, channel=Channel.MAIL)
    MutedNotice.objects.bulk_create([mute], ignore_conflicts=True)
    return kind
