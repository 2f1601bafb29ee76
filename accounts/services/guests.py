"""Buying without an account: a person we know by an address only, and how they come to have an account."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import Guest, User, new_link_key
from accounts.services.signing_up import plain_email, plain_phone
from cinema.core import throttling
from cinema.core.errors import Malformed

NAME = "Guest"
DOMAIN = "guest.invalid"  # RFC 2606: no mail ever goes there


def welcome(*, address: str, now: datetime) -> User:
    """Make a guest for somebody who wants to hold seats and has no account.

    :raises TooManyTries: when too many were made from this client's address lately.
    """
    throttling.count("guest", address=address, now=now)
    return make_guest(now=now)


@transaction.atomic(durable=True)
def make_guest(*, now: datetime) -> User:
    """Write a guest down: nobody can log in as one, and the e-mail is a placeholder."""
    user = User(name=NAME, email=f"{secrets.token_hex(12)}@{DOMAIN}", is_guest=True, created_at=now)
    user.set_unusable_password()
    user.save(force_insert=True)
    Guest.objects.create(user=user)
    return user


def give_details(*, user: User, email: str, phone: str) -> None:
    """Write down where a guest wants the tickets; whether the address belongs to an account is neither asked nor told.

    :raises Malformed: for an e-mail or a phone that cannot be one.
    """
    plain = plain_phone(phone)
    if not plain:
        raise Malformed((("body", "phone"), "Write your phone number.", "missing"))
    Guest.objects.filter(user=user).update(email=plain_email(email), phone=plain)


def renew_links(*, user: User) -> None:
    """End every link and every browser of a guest by drawing a new key."""
    Guest.objects.filter(user=user).update(link_key=new_link_key())


def named(email: str) -> list[int]:
    """List the guests who gave an address; only for who has shown that it is theirs."""
    return list(Guest.objects.filter(email=email).order_by("user_id").values_list("user_id", flat=True))
