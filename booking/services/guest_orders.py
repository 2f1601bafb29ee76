"""Orders of people without an account: where their mails go, how they come back, and what is left of those who left."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import queries
from accounts.errors import DetailsNeeded
from accounts.models import User
from accounts.services import guests
from booking.errors import OrderJoined, OrderLinkInvalid
from booking.links import read_key
from booking.models import Booking, SeatLock
from booking.services import keeping, mailing
from booking.states import LockStatus, MailKind
from cinema.core import throttling

BATCH = 500


def require_reachable(user: User) -> None:
    """Sell to a guest only when we know where the tickets go.

    :raises DetailsNeeded: otherwise.
    """
    if user.is_guest and not queries.is_reachable(user):
        raise DetailsNeeded


def give_details(*, user: User, email: str, phone: str, now: datetime) -> User:
    """Write down where a guest wants the tickets, and answer who the guest is from now on.

    Another address after something was bought is another person at the same browser: they get the seats that are held,
    and nothing of what the first one bought.

    :raises Malformed: for an e-mail or a phone that cannot be one.
    """
    before = queries.mail_address(user)
    if before and before != email.strip().lower() and Booking.objects.filter(user=user).exists():
        newcomer = guests.make_guest(now=now)
        guests.give_details(user=newcomer, email=email, phone=phone)
        keeping.hand_over_holds(giver=user, taker=newcomer, now=now)
        return newcomer
    guests.give_details(user=user, email=email, phone=phone)
    return user


def open_order(*, key: str, address: str, now: datetime) -> Booking:
    """Find the booking that a mailed link opens, until a week after its show.

    :raises TooManyTries: when this client tried links too often lately.
    :raises OrderLinkInvalid: when it is not one of ours, its guest has drawn a new key, or its time is over.
    :raises OrderJoined: when the guest has become an account, which has a door of its own.
    """
    throttling.count("open_order", address=address, now=now)
    wanted = read_key(key)
    orders = Booking.objects.select_related("user", "show")
    booking = orders.filter(booking_reference=wanted.reference).first()
    if booking is None or now >= booking.show.ends_at + settings.ORDER_LINK_OUTLIVES_SHOW:
        raise OrderLinkInvalid
    if not booking.user.is_guest:
        raise OrderJoined
    if queries.guest(user_id=booking.user_id, link_key=wanted.link_key) is None:
        raise OrderLinkInvalid
    return booking


@transaction.atomic(durable=True)
def join(*, booking: Booking, by: User) -> int:
    """Let everything that guests of an account's own address bought belong to it; answers how many they were.

    The caller has seen a link that was mailed to that address: only then is it known to be theirs.

    :raises OrderLinkInvalid: when the booking was made with another address.
    """
    if queries.mail_address(booking.user) != by.email:
        raise OrderLinkInvalid(_("This booking was made with another e-mail address than the one of your account."))
    return keeping.join_guests(email=by.email, taker=by)


@transaction.atomic(durable=True)
def send_new_link(*, booking: Booking, now: datetime) -> None:
    """Mail a guest a new link; every earlier one, and every browser that used it, is shut out."""
    guests.renew_links(user=booking.user)
    mailing.owe_anew(booking=booking, kind=MailKind.CONFIRMED, now=now)


def tidy_abandoned(*, now: datetime) -> int:
    """Forget guests who never bought anything and hold nothing, a day after they came; answers how many."""
    tidied = 0
    while batch := _tidy_batch(now):
        tidied += batch
    return tidied


@transaction.atomic(durable=True)
def _tidy_batch(now: datetime) -> int:
    bought = Booking.objects.filter(user=OuterRef("pk"))
    holding = SeatLock.objects.exclude(status=LockStatus.EXPIRED).filter(user=OuterRef("pk"))
    gone = User.objects.filter(
        ~Exists(bought), ~Exists(holding), is_guest=True, created_at__lt=now - settings.GUEST_KEPT
    )
    ids = list(
        gone.order_by("id").select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:BATCH]
    )
    # A claim row outlives its claim and would keep the guest: it goes too, and the next claim makes a new one.
    SeatLock.objects.filter(user_id__in=ids, status=LockStatus.EXPIRED).delete()
    held_again = SeatLock.objects.filter(user_id__in=ids).values("user_id")
    User.objects.filter(pk__in=ids).exclude(pk__in=held_again).delete()
    return len(ids)
