"""What the frame of every page shows about who looks at it."""

from functools import cache

from django.http import HttpRequest

from accounts import queries
from accounts.models import User


def unread(request: HttpRequest) -> dict[str, object]:
    """Count, if the template asks, what is unread in the inbox of who is logged in: one query, whatever the page."""
    user = getattr(request, "user", None)
    return {"unread": cache(lambda: queries.unread(user)) if isinstance(user, User) else 0}
