"""People in the back office, and the trail of what was changed."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from accounts import people_admin, roles
from accounts.models import Guest, MutedNotice, Notification, Session, User
from accounts.queries import people_named
from accounts.services import passwords, standing
from accounts.states import NoticeType
from accounts.trail_admin import AuditEntryAdmin
from accounts.visitors import signed_in
from cinema.core.admin import ReadOnlyAdmin, act_on_each, ask_first
from cinema.core.admin_lists import CappedPaginator, among, whether

__all__ = ["AuditEntryAdmin"]  # declared in a module of its own, which Django does not look for


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
    """What people are allowed, and whether they may log in at all, changes by actions and by a page of its own."""

    form, add_form, change_password_form = UserForm, NewUserForm, NewPasswordForm
    list_display = ("login", "name", "phone", "role", "is_staff", "is_active", "created_at")
    list_filter = ("role", "is_staff", "is_active", "is_guest", "groups")
    search_fields = ("email", "name", "phone")  # each word in one of them; accounts_user_search answers
    paginator = CappedPaginator
    show_full_result_count = False
    ordering = ("email",)
    readonly_fields = ("role", "is_active", "is_staff", "groups", "is_guest", "last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "phone")}),
        ("Works here as", {"fields": ("role", "is_active", "is_staff", "groups")}),
        ("History", {"fields": ("is_guest", "last_login", "created_at")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "phone", "usable_password", "password1", "password2")},
        ),
    )
    actions = ["deactivate", "reactivate", "end_sessions"]

    @admin.display(description="e-mail", ordering="email")
    def login(self, user: User) -> str:
        return str(user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(people_admin.change_standing, office=self))
        return [path("<int:user_id>/standing/", view, name="accounts_user_standing"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may set the e-mail or the password of somebody can become them, so nobody may upwards."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or standing.is_within(obj, reach_of=signed_in(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # accounts are deactivated, or deleted by their owner

    def has_deactivate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.deactivate_user")

    def has_end_sessions_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.end_sessions")

    @admin.action(description="Deactivate…", permissions=["deactivate"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Close accounts."""
        says = "Nobody logs in as {} any more, and every session ends at once. Bookings stay as they are."
        return self._act(request, queryset.filter(is_active=True), "Deactivate", says, standing.deactivate)

    @admin.action(description="Reactivate…", permissions=["deactivate"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Open closed accounts again."""
        says = "{} can log in again, with the password they had."

        def reopen(*, person_id: int, by: User, now: datetime) -> None:
            standing.reactivate(person_id=person_id, by=by)

        return self._act(request, queryset.filter(is_active=False), "Reactivate", says, reopen)

    @admin.action(description="End every session…", permissions=["end_sessions"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Log people out everywhere."""
        says = "{} is logged out everywhere, and has to log in anew."
        return self._act(request, queryset, "End every session", says, standing.end_sessions)

    def _act(self, request: HttpRequest, people: QuerySet[User], title: str, says: str, deed: Any) -> Any:
        chosen = list(people.order_by("pk"))
        question = ask_first(
            self, request, title=title, consequences=[(person, says.format(person.name)) for person in chosen]
        )
        if question:
            return question
        by, now = signed_in(request), timezone.now()

        def act(person: User, note: str) -> str:
            deed(person_id=person.pk, by=by, now=now)
            self.log_change(request, person, f"{title}.")
            return "done"

        act_on_each(self, request, chosen, act)
        return None


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """The house's own groups; the four of `accounts/roles.py` are looked at, for `migrate` would put them back."""

    list_display = ("name", "is_fixed")

    @admin.display(boolean=True, description="kept by the system")
    def is_fixed(self, group: Group) -> bool:
        return group.name in roles.GROUPS

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and self.is_fixed(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and self.is_fixed(obj))


@admin.register(Guest)
class GuestAdmin(ReadOnlyAdmin):
    """Their bookings are found by what they told us; the key of their links is nobody's business."""

    list_display = ("email", "phone", "user")
    list_select_related = ("user",)
    search_fields = ("email", "phone")  # accounts_guest_search answers
    ordering = ("-user_id",)
    exclude = ("link_key",)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "created_at", "rotated_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = (("revoked_at", whether("ended")),)
    search_fields = ("user__email",)
    finders = (among("user", people_named),)
    ordering = ("-created_at",)


class AboutFilter(admin.SimpleListFilter):
    """Clients may send types of their own, so the field names none; these are those that we send."""

    title = "about"
    parameter_name = "notification_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return NoticeType.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        return queryset.filter(notification_type=self.value()) if self.value() else queryset


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("user", "about", "message", "is_read", "created_at")
    list_select_related = ("user",)
    list_filter = (AboutFilter, "is_read")
    search_fields = ("user__email",)
    finders = (among("user", people_named),)
    ordering = ("-created_at",)

    @admin.display(description="about", ordering="notification_type")
    def about(self, notification: Notification) -> str:
        return str(dict(NoticeType.choices).get(notification.notification_type, notification.notification_type))


@admin.register(MutedNotice)
class MutedNoticeAdmin(ReadOnlyAdmin):
    list_display = ("user", "notification_type", "channel")
    list_select_related = ("user",)
    list_filter = ("notification_type", "channel")
    search_fields = ("user__email",)
    ordering = ("-id",)
