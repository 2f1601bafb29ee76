"""The life cycles of a claim and of a booking."""

from django.db.models import TextChoices


class LockStatus(TextChoices):
    LOCKED = "LOCKED"
    BOOKED = "BOOKED"
    EXPIRED = "EXPIRED"


class BookingStatus(TextChoices):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Actor(TextChoices):
    USER = "USER"
    ADMIN = "ADMIN"
    SYSTEM = "SYSTEM"
    PAYMENT_SERVICE = "PAYMENT_SERVICE", "Payment service"


class TicketKind(TextChoices):
    ISSUED = "ISSUED"
    UPLOADED = "UPLOADED"


class MailKind(TextChoices):
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    CHANGED = "CHANGED"  # a part of it was cancelled
    MOVED = "MOVED"  # its show starts at another time
    REPLIED = "REPLIED"  # to feedback
    REMINDER = "REMINDER"  # the show begins soon
    FAILED = "FAILED"  # an attempt to pay
    REFUNDED = "REFUNDED"  # money has gone back


LOCK_TRANSITIONS: dict[LockStatus, tuple[LockStatus, ...]] = {
    LockStatus.LOCKED: (LockStatus.BOOKED, LockStatus.EXPIRED),
    LockStatus.BOOKED: (LockStatus.EXPIRED,),
    LockStatus.EXPIRED: (LockStatus.LOCKED, LockStatus.BOOKED),
}
BOOKING_TRANSITIONS: dict[BookingStatus, tuple[BookingStatus, ...]] = {
    BookingStatus.PENDING: (BookingStatus.CONFIRMED, BookingStatus.CANCELLED),
    BookingStatus.CONFIRMED: (BookingStatus.CANCELLED,),
    BookingStatus.CANCELLED: (),
}
