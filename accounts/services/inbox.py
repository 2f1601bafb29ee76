"""A person's inbox: read, and emptied, by its owner or an admin."""

from datetime import datetime

from accounts.errors import UnknownNotification, UnknownUser
from accounts.models import Notification, User
from accounts.states import Role


def delete_notification(*, notification_id: str, by: User) -> None:
    """Take one line out of an inbox.

    :raises UnknownNotification: when there is none that this person may see.
    """
    deleted, _ = Notification.objects.visible_to(by).filter(pk=notification_id).delete()
    if not deleted:
        raise UnknownNotification


def mark_read(*, notification_id: str, by: User, now: datetime) -> None:
    """Mark one line of one's own inbox as read; what was read before keeps its time.

    :raises UnknownNotification: when there is none of one's own.
    """
    own = Notification.objects.filter(pk=notification_id, user=by)
    if not own.filter(is_read=False).update(is_read=True, read_at=now) and not own.exists():
        raise UnknownNotification


def mark_all_read(*, user_id: int, by: User, now: datetime) -> int:
    """Mark everything in somebody's inbox as read; what was read before keeps its time. Answers how many were not.

    :raises UnknownUser: when there is nobody of that id whose inbox this person may touch.
    """
    _require_owner(user_id, by)
    return Notification.objects.filter(user_id=user_id, is_read=False).update(is_read=True, read_at=now)


def _require_owner(user_id: int, by: User) -> None:
    if user_id == by.pk:
        return
    if by.role != Role.ADMIN or not User.objects.filter(pk=user_id).exists():
        raise UnknownUser
