"""Raising and lowering people in the back office: what would come of it is shown before it is done."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import standing
from cinema.core.errors import DomainError

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

CONFIRM = "confirm"


class StandingForm(forms.Form):
    """As what somebody works here."""

    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="With none, and not an admin, somebody is a customer and cannot enter the back office.",
    )
    admin = forms.BooleanField(
        required=False, help_text="May do everything, here and over the API, and may make others admins."
    )

    @property
    def wanted(self) -> list[str]:
        return [group.name for group in self.cleaned_data["groups"]]

    def said(self) -> str:
        """Say in words what somebody would be."""
        if self.cleaned_data["admin"]:
            return " and ".join(["an admin", *self.wanted])
        return " and ".join(self.wanted) or "a customer"


def change_standing(request: HttpRequest, user_id: int, *, office: "ModelAdmin[User]") -> HttpResponse:
    """Show as what somebody works here, and change it once that is confirmed."""
    if not isinstance(request.user, User) or not request.user.has_perm("accounts.promote_user"):
        raise PermissionDenied
    person = get_object_or_404(User, pk=user_id)
    held = {"groups": person.groups.all(), "admin": standing.is_admin(person)}
    form = StandingForm(request.POST or None, initial=held)
    may_confirm = form.is_bound and form.is_valid()
    if may_confirm and CONFIRM in request.POST:
        try:
            standing.place(
                person_id=person.pk,
                groups=form.wanted,
                admin=form.cleaned_data["admin"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        else:
            office.log_change(request, person, f"Made {form.said()}.")
            messages.success(request, f"{person} is {form.said()} now. Their sessions were ended.")
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[person.pk]))
    context = {
        **office.admin_site.each_context(request),
        "title": f"What {person} does here",
        "opts": office.opts,
        "person": person,
        "form": form,
        "confirms": form.said() if may_confirm else "",
    }
    return TemplateResponse(request, "admin/accounts/user/standing.html", context)
