"""Backups and restores by hand in the back office: one at once, and one that asks for its name to be typed."""

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from cinema.core.errors import DomainError
from ops.forms import RestoreForm
from ops.models import Backup, Restore
from ops.services import backing_up, drilling, restoring
from ops.states import ArchiveType


def back_up(request: HttpRequest) -> HttpResponse:
    """Queue a backup of everything, and show its record."""
    by = _operator(request, "ops.run_backup")
    backup = backing_up.start_backup(
        backup_type=ArchiveType.BOTH, tables=None, notes="By hand", by=by, now=timezone.now()
    )
    messages.success(request, f"{backup.operation_id} is being made: reload this page to follow it.")
    return HttpResponseRedirect(reverse("admin:ops_backup_change", args=[backup.pk]))


def drill(request: HttpRequest) -> HttpResponse:
    """Queue a trial that the newest backup can be restored, and show its record."""
    started = drilling.start_drill(by=_operator(request, "ops.run_drill"), now=timezone.now())
    messages.success(request, f"{started.operation_id} has begun: reload this page to follow it.")
    return HttpResponseRedirect(reverse("admin:ops_drill_change", args=[started.pk]))


def restore(request: HttpRequest, backup_id: str) -> HttpResponse:
    """Say what a restore takes away, and queue it once the backup's name was typed."""
    by = _operator(request, "ops.run_restore")
    backup = get_object_or_404(Backup, pk=backup_id)
    form = RestoreForm(request.POST or None, backup=backup)
    if request.method == "POST" and form.is_valid():
        try:
            started = restoring.start_restore(
                backup_id=backup.pk,
                restore_type=form.cleaned_data["restore_type"],
                notes=form.cleaned_data["notes"],
                by=by,
                now=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return _follow(request, started)
    context = {
        **admin.site.each_context(request),
        "title": f"Restore {backup.operation_id}",
        "backup": backup,
        "since": date_format(timezone.localtime(backup.started_at), "DATETIME_FORMAT"),
        "form": form,
    }
    return TemplateResponse(request, "admin/ops/restore.html", context, status=400 if form.errors else 200)


def _follow(request: HttpRequest, started: Restore) -> HttpResponse:
    messages.success(request, f"{started.operation_id} has begun. You will have to log in again when it is done.")
    return HttpResponseRedirect(reverse("admin:ops_restore_change", args=[started.pk]))


def _operator(request: HttpRequest, permission: str) -> User:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return cast("User", request.user)
