"""Backups and restores over HTTP, for admins."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from accounts.errors import ActingForAnother
from accounts.models import User
from cinema.core.api.fields import MessageOutput
from cinema.core.api.paging import whole_number
from cinema.core.api.permissions import IsAdmin
from cinema.core.api.views import ApiViewSet, parsed, path_hex_id
from ops.errors import UnknownBackup, UnknownRestore
from ops.models import Backup, Restore
from ops.serializers import BackupInput, BackupOutput, RestoreInput, RestoreOutput
from ops.services import backing_up, restoring

LARGEST_ADMIN_ID = 2**31 - 1
ADMIN_ID = OpenApiParameter(
    "admin_id", OpenApiTypes.INT, default=0, description="The caller, or 0: whoever asks is known by the token."
)
BACKUP_ID = OpenApiParameter("backup_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="24 hex characters.")
RESTORE_ID = OpenApiParameter("restore_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="24 hex characters.")


@extend_schema_view(list=extend_schema(summary="List Backups"))
class BackupViewSet(ListModelMixin, ApiViewSet):
    tag = "Backups"
    queryset = Backup.objects.order_by("-started_at", "-id")
    serializer_class = BackupOutput
    permission_classes = [IsAdmin]
    read_id = staticmethod(path_hex_id)
    default_limit = 50

    @extend_schema(
        summary="Create Backup",
        description="Answers at once, `in_progress`: a worker makes the backup, and `GET` tells how it ended.",
        request=BackupInput,
        responses={201: BackupOutput},
        parameters=[ADMIN_ID],
    )
    def create(self, request: Request) -> Response:
        by = caller(request)
        wanted = parsed(BackupInput, request.data)
        backup = backing_up.start_backup(
            backup_type=wanted["backupType"],
            tables=wanted.get("tables"),
            notes=wanted.get("notes", ""),
            by=by,
            now=timezone.now(),
        )
        return Response(BackupOutput(backup).data, status=201)

    @extend_schema(summary="Get Backup", parameters=[BACKUP_ID], responses=BackupOutput)
    def retrieve(self, request: Request, backup_id: str) -> Response:
        backup = Backup.objects.filter(pk=backup_id).first()
        if backup is None:
            raise UnknownBackup
        return Response(BackupOutput(backup).data)

    @extend_schema(summary="Delete Backup", parameters=[BACKUP_ID], responses={200: MessageOutput})
    def destroy(self, request: Request, backup_id: str) -> Response:
        backing_up.delete_backup(backup_id=backup_id)
        return Response({"message": "Backup deleted, with its files."})


@extend_schema_view(list=extend_schema(summary="List Restores"))
class RestoreViewSet(ListModelMixin, ApiViewSet):
    tag = "restores"
    queryset = Restore.objects.order_by("-started_at", "-id")
    serializer_class = RestoreOutput
    permission_classes = [IsAdmin]
    read_id = staticmethod(path_hex_id)
    default_limit = 50

    @extend_schema(
        summary="Create Restore",
        description=(
            "Answers at once, `in_progress`: a worker restores into a fresh database, compares it with the backup's "
            "manifest and only then puts it in place. Every session ends with that, also the caller's. For that moment, "
            "or while some tables are put beside the others, everything is answered 503 `closed_for_maintenance`."
        ),
        request=RestoreInput,
        responses={202: RestoreOutput},
        parameters=[ADMIN_ID],
    )
    def create(self, request: Request) -> Response:
        by = caller(request)
        wanted = parsed(RestoreInput, request.data)
        restore = restoring.start_restore(
            backup_id=wanted["backupId"],
            restore_type=wanted["restoreType"],
            tables=wanted.get("tables"),
            notes=wanted.get("notes", ""),
            by=by,
            now=timezone.now(),
        )
        return Response(RestoreOutput(restore).data, status=202)

    @extend_schema(summary="Get Restore", parameters=[RESTORE_ID], responses=RestoreOutput)
    def retrieve(self, request: Request, restore_id: str) -> Response:
        restore = Restore.objects.filter(pk=restore_id).first()
        if restore is None:
            raise UnknownRestore
        return Response(RestoreOutput(restore).data)


def caller(request: Request) -> User:
    """Name who asks; an `admin_id` may only repeat it.

    :raises ActingForAnother: when it names somebody else.
    """
    me = signed_in(request)
    if whole_number(request, "admin_id", 0, 0, LARGEST_ADMIN_ID) not in (0, me.pk):
        raise ActingForAnother
    return me
