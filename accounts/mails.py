"""What we write to people about their account."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from cinema.core.mails import letter


def password_reset(user: User, *, token: str) -> EmailMultiAlternatives:
    """Send the link that leads to a new password."""
    return letter(
        "password_reset", subject=_("A new password for Marquee"), to=user.email, name=user.name, **_link(token)
    )


def first_password(email: str, *, token: str) -> EmailMultiAlternatives:
    """Send the link that makes an account of what somebody bought without one."""
    name = email.partition("@")[0]
    return letter("first_password", subject=_("Your bookings at Marquee"), to=email, name=name, **_link(token))


def _link(token: str) -> dict[str, object]:
    return {
        "link": f"{settings.SITE_URL}{reverse('reset_password')}?{urlencode({'token': token})}",
        "minutes": settings.PASSWORD_RESET_LIFETIME // timedelta(minutes=1),
    }
