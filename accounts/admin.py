"""People in the back office."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Guest, Notification, Session, User
from accounts.services import passwords
from cinema.core.admin import ReadOnlyAdmin


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "phone")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"  # the admin's fieldsets choose

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NewPasswordForm(AdminPasswordChangeForm):
    """Ends every session of the person, as each change of a password does."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  # Django's signature
        user = super().save(commit=commit)
        passwords.end_what_is_open(user=user, now=timezone.now())
        return user


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form, add_form, change_password_form = UserForm, NewUserForm, NewPasswordForm
    list_display = ("email", "name", "phone", "role", "is_staff", "is_active", "is_guest", "created_at")
    list_filter = ("role", "is_staff", "is_active", "is_guest", "groups")
    search_fields = ("email", "name", "phone")
    ordering = ("email",)
    readonly_fields = ("is_guest", "last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "phone")}),
        ("May", {"fields": ("role", "is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("History", {"fields": ("is_guest", "last_login", "created_at")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "phone", "usable_password", "password1", "password2")},
        ),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            passwords.end_what_is_open(user=obj, now=timezone.now())


@admin.register(Guest)
class GuestAdmin(ReadOnlyAdmin):
    """Their bookings are found by what they told us; the key of their links is nobody's business."""

    list_display = ("email", "phone", "user")
    list_select_related = ("user",)
    search_fields = ("email", "phone")
    ordering = ("-user_id",)
    exclude = ("link_key",)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "created_at", "rotated_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("user__email",)
    ordering = ("-created_at",)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("user", "notification_type", "message", "is_read", "created_at")
    list_select_related = ("user",)
    list_filter = ("notification_type", "is_read")
    search_fields = ("user__email", "message")
    ordering = ("-created_at",)
