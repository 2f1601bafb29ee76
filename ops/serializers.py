"""Shapes of the operations API, with the names of the contract."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cinema.core.api.fields import OptionalText, Text
from ops.models import Backup, Restore
from ops.states import ArchiveType, RunStatus

LONGEST_NOTES = 2000
_NO_ADDRESS = "Always null: backups are private and have no address."


class BackupInput(serializers.Serializer):
    """What to back up; `both` is the database and the uploaded files."""

    backupType = serializers.ChoiceField(ArchiveType.choices)  # noqa: N815  # contract
    tables = serializers.ListField(
        child=Text(max_length=63),
        required=False,
        allow_null=True,
        max_length=200,
        help_text="Only these tables; absent, null or empty means all of them.",
    )
    notes = OptionalText(max_length=LONGEST_NOTES)


class RestoreInput(serializers.Serializer):
    """Which backup to put back, and how much of it."""

    backupId = Text(max_length=40, help_text="The backup's id or operationId.")  # noqa: N815  # contract
    restoreType = serializers.ChoiceField(ArchiveType.choices)  # noqa: N815  # contract
    tables = serializers.ListField(
        child=Text(max_length=63),
        required=False,
        allow_null=True,
        max_length=200,
        help_text="Only these tables of the backup, beside the others as they are now; absent, null or empty: all it holds.",
    )
    notes = OptionalText(max_length=LONGEST_NOTES)


class _RunOutput(serializers.Serializer):
    """What backups and restores tell alike."""

    operationId = serializers.CharField(source="operation_id")  # noqa: N815  # contract
    status = serializers.ChoiceField(RunStatus.choices)
    performedBy = serializers.SerializerMethodField(help_text="0: nobody, as every night.")  # noqa: N815  # contract
    startedAt = serializers.DateTimeField(source="started_at")  # noqa: N815  # contract
    completedAt = serializers.DateTimeField(source="completed_at", allow_null=True)  # noqa: N815  # contract
    progress = OptionalText(required=True, help_text="The last step that was done.")
    errorMessage = OptionalText(source="error_message", required=True)  # noqa: N815  # contract
    notes = OptionalText(required=True)
    id = serializers.CharField(min_length=24, max_length=24)

    def get_performedBy(self, run: Backup | Restore) -> int:  # noqa: N802  # contract
        return run.performed_by_id or 0


class BackupOutput(_RunOutput):
    backupType = serializers.ChoiceField(ArchiveType.choices, source="backup_type")  # noqa: N815  # contract
    url = OptionalText(required=True, help_text=_NO_ADDRESS)
    filePath = serializers.SerializerMethodField()  # noqa: N815  # contract
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    tables = serializers.ListField(child=serializers.CharField(), allow_null=True)

    @extend_schema_field(
        {
            "type": ["string", "array", "null"],
            "items": {"type": "string"},
            "description": "Places within the storage of backups; a list when there are two, of `both`.",
        }
    )
    def get_filePath(self, backup: Backup) -> Any:  # noqa: N802  # contract
        if backup.backup_type == ArchiveType.BOTH:
            return backup.file_paths or None
        return next(iter(backup.file_paths), None)


class RestoreOutput(_RunOutput):
    backupType = serializers.ChoiceField(  # noqa: N815  # contract
        ArchiveType.choices, source="restore_type", help_text="What was asked to be restored."
    )
    sourceBackupId = serializers.CharField(source="source_backup_id")  # noqa: N815  # contract
    tables = serializers.ListField(child=serializers.CharField(), allow_null=True)
    sourceUrl = serializers.SerializerMethodField(help_text=_NO_ADDRESS)  # noqa: N815  # contract

    def get_sourceUrl(self, restore: Restore) -> str | None:  # noqa: N802  # contract
        return None
