"""Reads about people."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.states import Role


def people_visible_to(user: User) -> QuerySet[User]:
    """Choose whom somebody may see: themselves, or everybody for an admin."""
    people = User.objects.order_by("id")
    return people if user.role == Role.ADMIN else people.filter(pk=user.pk)
