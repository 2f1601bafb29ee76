"""Telling people what happened: in the transaction in which it happens, on every channel they have not switched off."""

from collections.abc import Sequence
from datetime import datetime

from accounts import channels, queries
from accounts.channels import Notice
from accounts.models import Notification
from accounts.states import OPTIONAL, Channel


def tell(notice: Notice, *, now: datetime) -> None:
    """Hand news to every channel, in the caller's transaction: what is undone was never told."""
    tell_all([notice], now=now)


def tell_all(notices: Sequence[Notice], *, now: datetime) -> None:
    """Hand news for many people over likewise, in as many queries as for one."""
    optional = [notice for notice in notices if notice.type in OPTIONAL]
    muted = queries.muted_by(user_ids={notice.user_id for notice in optional}) if optional else set()
    for carrier in channels.registered():
        wanted = [
            notice
            for notice in notices
            if notice.type not in OPTIONAL or (notice.user_id, notice.type, carrier.channel) not in muted
        ]
        if wanted:
            carrier.take(wanted, now=now)


class Inbox:
    """The lines of `Notification`: written at once, shown by the pages and the API, and live by the browser's next look."""

    channel = Channel.INBOX

    def take(self, notices: Sequence[Notice], *, now: datetime) -> None:
        lines = [
            Notification(
                user_id=notice.user_id,
                booking_id=notice.booking_id,
                notification_type=notice.type,
                event=notice.event,
                path=notice.path,
                message=notice.message[:MESSAGE_LENGTH],
                created_at=now,
            )
            for notice in notices
        ]
        Notification.objects.bulk_create(lines, ignore_conflicts=True)


MESSAGE_LENGTH = 500
