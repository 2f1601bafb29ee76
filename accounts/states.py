from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    USER = "user"
    ADMIN = "admin"


class ActorKind(TextChoices):
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


class Deed(TextChoices):
    ADDED = "ADDED"
    CHANGED = "CHANGED"
    DELETED = "DELETED"


class NoticeType(TextChoices):
    """What people are told; the words are the contract's and ours."""

    BOOKING_CONFIRMED = "BOOKING_CONFIRMED", _("A booking is confirmed")
    BOOKING_CHANGED = "BOOKING_CHANGED", _("A part of a booking is cancelled")
    BOOKING_CANCELLED = "BOOKING_CANCELLED", _("A booking is cancelled")
    SHOW_CANCELLED = "SHOW_CANCELLED", _("A show is cancelled")
    SHOW_MOVED = "SHOW_MOVED", _("A show has moved")
    PAYMENT_REFUNDED = "PAYMENT_REFUNDED", _("Money has gone back")
    PAYMENT_FAILED = "PAYMENT_FAILED", _("A payment did not go through")
    SHOW_REMINDER = "SHOW_REMINDER", _("A show begins soon")
    FEEDBACK_REPLIED = "FEEDBACK_REPLIED", _("We have answered your feedback")


class Channel(TextChoices):
    INBOX = "INBOX", _("Here")
    MAIL = "MAIL", _("By mail")


# What people may switch off. All else they need for their visit or their money, so it always comes.
OPTIONAL: dict[NoticeType, frozenset[Channel]] = {
    NoticeType.PAYMENT_FAILED: frozenset({Channel.MAIL}),
    NoticeType.SHOW_REMINDER: frozenset(Channel),
    NoticeType.FEEDBACK_REPLIED: frozenset({Channel.MAIL}),
}
