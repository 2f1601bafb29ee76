"""Telling people what happened: in the transaction in which it happens, on every channel they have not switched off."""

from datetime import datetime

from accounts import channels, queries
from accounts.channels import Notice
from accounts.models import Notification
from accounts.states import OPTIONAL, Channel


def tell(notice: Notice, *, now: datetime) -> None:
    """Hand news to every channel, in the caller's transaction: what is undone was never told."""
    muted = queries.muted_channels(user_id=notice.user_id, notice_type=notice.type) if notice.type in OPTIONAL else ()
    for carrier in channels.registered():
        if carrier.channel not in muted:
            carrier.take(notice, now=now)


class Inbox:
    """The lines of `Notification`: written at once, shown by the pages and the API, and live by the browser's next look."""

    channel = Channel.INBOX

    def take(self, notice: Notice, *, now: datetime) -> None:
        line = Notification(
            user_id=notice.user_id,
            booking_id=notice.booking_id,
            notification_type=notice.type,
            event=notice.event,
            path=notice.path,
            message=notice.message[:MESSAGE_LENGTH],
            created_at=now,
        )
        Notification.objects.bulk_create([line], ignore_conflicts=True)


MESSAGE_LENGTH = 500
