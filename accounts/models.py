"""People, their sessions, and what they are told."""

import secrets
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.states import ActorKind, Channel, Deed, NoticeType, Role
from cinema.core.constraints import one_of
from cinema.core.names import told


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, role=Role.ADMIN, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One person who books or works here, known by e-mail."""

    name = models.CharField(max_length=100)
    email = models.EmailField(max_length=100, unique=True, help_text="Kept in lower case.")
    phone = models.CharField(max_length=15, blank=True)
    role = models.CharField(
        max_length=5,
        choices=Role,
        default=Role.USER,
        help_text="What the API lets this person do; in the back office groups refine it.",
    )
    is_guest = models.BooleanField(default=False, help_text="Bought without an account.")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May enter the back office.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sessions_epoch = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="One more ends every browser's session."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        permissions = [
            ("promote_user", "Can raise and lower staff"),
            ("deactivate_user", "Can close and reopen accounts"),
            ("end_sessions", "Can end somebody's sessions"),
            ("import_user", "Can import customers"),
            ("export_user", "Can export customers"),
        ]
        indexes = [
            # The back office searches by parts: UPPER(…) LIKE UPPER(…), ORed, each answered by this one index.
            GinIndex(
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                name="accounts_user_search",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_email_lower_case"),
            UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="accounts_phone_unique"),
            one_of("role", Role.values, name="accounts_role_known"),
        ]

    def __str__(self) -> str:
        return f"Guest {self.pk}" if self.is_guest else self.email  # whom their address names is in `Guest`

    def get_session_auth_hash(self) -> str:
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(str(secret))

    def _session_hash(self, secret: str | None) -> str:
        said = f"{self.sessions_epoch}:{self.password}"
        return salted_hmac("accounts.sessions", said, secret=secret, algorithm="sha256").hexdigest()


def new_link_key() -> str:
    """Draw what the signed links of one guest carry; drawing another one ends them all."""
    return secrets.token_urlsafe(16)


class Guest(models.Model):
    """How to reach somebody who buys without an account; the user's own e-mail is a placeholder that gets no mail.

    Several guests may give the same address, also one that belongs to an account: it proves nothing until a mail to it
    was opened.
    """

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, primary_key=True, related_name="guest")
    email = models.EmailField(max_length=100, blank=True)
    phone = models.CharField(max_length=15, blank=True)
    link_key = models.CharField(max_length=22, default=new_link_key, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["email"], condition=~Q(email=""), name="accounts_guest_email"),
            GinIndex(
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                name="accounts_guest_search",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_guest_email_lower_case"),
            models.CheckConstraint(
                condition=Q(email="", phone="") | (~Q(email="") & ~Q(phone="")), name="accounts_guest_gave_both"
            ),
            models.CheckConstraint(condition=~Q(link_key=""), name="accounts_guest_has_link_key"),
        ]

    def __str__(self) -> str:
        return self.email or f"guest {self.user_id}"

    @property
    def is_reachable(self) -> bool:
        return bool(self.email)


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self, *, now: datetime) -> "SessionQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=now)


class Session(models.Model):
    """One log-in, of the API or of a browser. A token of the API carries its id (`sid`): ending it ends them all at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=100, blank=True, db_default="", help_text="What the client says it is.")
    is_browser = models.BooleanField(default=False, db_default=False, help_text="Of the pages, not of the API.")
    current_jti = models.CharField(max_length=32)
    previous_jti = models.CharField(max_length=32, blank=True)
    rotated_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user"], condition=Q(revoked_at=None), name="accounts_session_live"),
            models.Index(fields=["-created_at"], name="accounts_session_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(previous_jti="", rotated_at=None) | (~Q(previous_jti="") & Q(rotated_at__isnull=False)),
                name="accounts_session_rotation_dated",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="accounts_session_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"Log-in of {told(self, 'user')}"


class PasswordReset(models.Model):
    """A new password somebody asked for by e-mail, whether or not anybody has that address: the mail finds out.

    The link's token exists in the mail only; here stands its hash, once the mail is written.
    """

    email = models.EmailField(max_length=100)
    token_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256; empty until the mail is written.")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["email"], name="accounts_one_reset_per_email"),
            UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="accounts_reset_token_unique"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_reset_email_lower_case"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="accounts_reset_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.email


def new_hex_id() -> str:
    """Make an id of 24 hexadecimal characters, the shape that clients of the earlier API store."""
    return secrets.token_hex(12)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> "NotificationQuerySet":
        return self if user.role == Role.ADMIN else self.filter(user=user)


class Notification(models.Model):
    """One line in a person's inbox."""

    id = models.CharField(primary_key=True, max_length=24, default=new_hex_id, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notifications")
    booking_id = models.BigIntegerField(null=True, blank=True)  # bookings live above this app
    notification_type = models.CharField(max_length=40)
    event = models.CharField(
        max_length=80, blank=True, db_default="", help_text="What happened, by a name of its own: told once."
    )
    path = models.CharField(max_length=100, blank=True, db_default="", help_text="Where on this site it leads.")
    message = models.CharField(max_length=500)
    is_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="accounts_inbox"),
            models.Index(fields=["user"], condition=Q(is_read=False), name="accounts_unread"),
            models.Index(fields=["-created_at", "-id"], name="accounts_notification_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_read=True, read_at__isnull=False) | Q(is_read=False, read_at=None),
                name="accounts_notification_read_dated",
            ),
            UniqueConstraint(fields=["user", "event"], condition=~Q(event=""), name="accounts_event_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_type.replace('_', ' ')}, {told(self, 'user')}"


class AuditEntry(models.Model):
    """One change of one row: who made it, when, and the columns it changed. Triggers write it, and nobody changes it."""

    at = models.DateTimeField(help_text="By PostgreSQL's clock.")
    actor_kind = models.CharField(max_length=6, choices=ActorKind, help_text="SYSTEM: a job, a command, SQL by hand.")
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    deed = models.CharField(max_length=7, choices=Deed)
    table = models.CharField(max_length=60, help_text="As Django names it, such as scheduling.show.")
    row = models.CharField(max_length=64, help_text="Its primary key.")
    before = models.JSONField(default=dict, blank=True, help_text="What changed, as it was.")
    after = models.JSONField(default=dict, blank=True, help_text="What changed, as it is.")
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "change"
        indexes = [
            models.Index(fields=["at"], name="accounts_change_by_time"),
            models.Index(fields=["table", "row", "-id"], name="accounts_changes_of_row"),
            models.Index(fields=["row"], name="accounts_change_by_row"),
            models.Index(fields=["actor", "-id"], name="accounts_changes_by_actor"),
            models.Index(fields=["request_id"], condition=~Q(request_id=""), name="accounts_changes_of_request"),
        ]
        constraints = [
            one_of("actor_kind", ActorKind.values, name="accounts_change_actor_kind_known"),
            one_of("deed", Deed.values, name="accounts_change_deed_known"),
            models.CheckConstraint(
                condition=Q(actor_kind=ActorKind.STAFF, actor__isnull=False)
                | Q(actor_kind=ActorKind.SYSTEM, actor=None),
                name="accounts_staff_change_names_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} {self.kind_of_row} {self.row}"

    @property
    def model(self) -> type[models.Model] | None:
        """What the table holds; nothing where the table is gone since."""
        try:
            return apps.get_model(self.table)
        except (LookupError, ValueError):
            return None

    @property
    def kind_of_row(self) -> str:
        return str(self.model._meta.verbose_name) if self.model else self.table


class MutedNotice(models.Model):
    """One kind of news that a person does not want on one channel."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="muted_notices", db_index=False)
    notification_type = models.CharField(max_length=40, choices=NoticeType)
    channel = models.CharField(max_length=5, choices=Channel)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user", "notification_type", "channel"], name="accounts_muted_once"),
            one_of("notification_type", NoticeType.values, name="accounts_muted_type_known"),
            one_of("channel", Channel.values, name="accounts_muted_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{told(self, 'user')}: no {self.get_notification_type_display().lower()} by {self.get_channel_display().lower()}"
