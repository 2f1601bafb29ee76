from datetime import timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import AuditEntry, Guest, MutedNotice, Notification, PasswordReset, Session, User
from accounts.services.roles import apply_roles
from accounts.states import ActorKind, Channel, Deed, NoticeType, Role

PASSWORD = "front-row-and-centre"


class UserFactory(DjangoModelFactory[User]):
    """A customer whose password is PASSWORD."""

    class Meta:
        model = User

    name = factory.Sequence(lambda number: f"Visitor {number}")
    email = factory.Sequence(lambda number: f"visitor{number}@example.com")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class GuestFactory(UserFactory):
    is_guest = True
    password = factory.LazyFunction(lambda: make_password(None))


class GuestDetailsFactory(DjangoModelFactory[Guest]):
    """What a guest told us about themselves, and the guest."""

    class Meta:
        model = Guest

    user = factory.SubFactory(GuestFactory, name="Guest")
    email = factory.Sequence(lambda number: f"guest{number}@example.com")
    phone = "+919820000002"


def group_of_staff(name: str) -> Group:
    """Name one of the house's groups; tests that empty the database take the groups with them."""
    if not Group.objects.filter(name=name).exists():
        apply_roles()
    return Group.objects.get(name=name)


class StaffFactory(UserFactory):
    """Somebody who may enter the back office; `group` says as what."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    is_staff = True

    @factory.post_generation
    def group(self: User, create: bool, name: str | None, **_: object) -> None:
        if name:
            self.groups.add(group_of_staff(name))


class AdminFactory(StaffFactory):
    role = Role.ADMIN
    is_superuser = True


class SessionFactory(DjangoModelFactory[Session]):
    class Meta:
        model = Session

    user = factory.SubFactory(UserFactory)
    current_jti = factory.Sequence(lambda number: f"{number:032x}")
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda session: session.created_at + timedelta(days=7))


class PasswordResetFactory(DjangoModelFactory[PasswordReset]):
    """Asked for; the mail is not written yet."""

    class Meta:
        model = PasswordReset

    email = factory.Sequence(lambda number: f"forgetful{number}@example.com")
    asked_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda reset: reset.asked_at + timedelta(minutes=15))


class NotificationFactory(DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    user = factory.SubFactory(UserFactory)
    notification_type = "booking_confirmed"
    message = "Your seats are booked."


class AuditEntryFactory(DjangoModelFactory[AuditEntry]):
    """A movie that a job renamed; triggers write the real ones."""

    class Meta:
        model = AuditEntry

    class Params:
        by_staff = factory.Trait(actor_kind=ActorKind.STAFF, actor=factory.SubFactory(StaffFactory))

    at = factory.LazyFunction(timezone.now)
    actor_kind = ActorKind.SYSTEM
    deed = Deed.CHANGED
    table = "catalog.movie"
    row = factory.Sequence(str)
    before = {"title": "Before"}
    after = {"title": "After"}


class MutedNoticeFactory(DjangoModelFactory[MutedNotice]):
    class Meta:
        model = MutedNotice

    user = factory.SubFactory(UserFactory)
    notification_type = NoticeType.SHOW_REMINDER
    channel = Channel.MAIL
