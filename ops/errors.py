from cinema.core import errors


class UnknownBackup(errors.NotFound):
    code = "backup_unknown"
    message = "There is no such backup."


class UnknownRestore(errors.NotFound):
    code = "restore_unknown"
    message = "There is no such restore."


class UnsupportedBackupType(errors.RuleViolation):
    code = "backup_type_unsupported"
    message = (
        "Marquee keeps everything in PostgreSQL, there is no MongoDB to back up or restore: use postgres or both."
    )


class BackupNotCompleted(errors.RuleViolation):
    code = "backup_not_completed"
    message = "Only a completed backup can be restored."


class BackupHasNoMedia(errors.RuleViolation):
    code = "backup_type_mismatch"
    message = "This backup holds only the database: restore it as postgres."


class BackupPartial(errors.RuleViolation):
    code = "backup_partial"
    message = "This backup does not hold all of the tables that were asked for."


class TrailNotReplaced(errors.RuleViolation):
    code = "restore_trail"
    message = (
        "The trail of changes goes back with the whole database only, or somebody could take out of it what they did."
    )


class BackupInUse(errors.Conflict):
    code = "backup_in_use"
    message = "This backup is being written, restored or tried out: wait until that has ended."


class RestoreRunning(errors.Conflict):
    code = "restore_running"
    message = "Another restore is running: wait until it has ended."


class ArchiveBusy(errors.Busy):
    code = "archive_busy"
    message = "Another backup or restore is running."


class ToolsMissing(errors.Upstream):
    code = "archive_tools_missing"
    message = "There is no pg_dump and pg_restore for this server: name their folder with PG_BIN."


class ToolFailed(errors.Upstream):
    code = "archive_tool_failed"
    message = "A tool of PostgreSQL failed: the log says why."


class BackupBroken(errors.RuleViolation):
    code = "backup_broken"
    message = "The backup's files are not what was written: nothing was changed."


class BackupOfAnotherVersion(errors.RuleViolation):
    code = "backup_version"
    message = "The backup was made by another version: nothing was changed."


class NoRoom(errors.RuleViolation):
    code = "archive_no_room"
    message = "Nothing was changed: make room, then try again."


class RestoreDiffers(errors.RuleViolation):
    code = "restore_differs"
    message = "What was restored is not what was backed up: nothing was changed."


class TablesDoNotFit(errors.RuleViolation):
    code = "restore_tables_do_not_fit"
    message = (
        "The tables of the backup contradict what else is in the live database: foreign keys or other constraints would "
        "not hold. Nothing was changed; restore the tables that belong together, or all."
    )


class NothingToDrill(errors.RuleViolation):
    code = "drill_without_backup"
    message = "There is no completed backup of the whole database to try."


class BackupTooOld(errors.RuleViolation):
    code = "drill_backup_old"
    message = "The newest backup can be restored, but it is days old: nothing has been backed up since."


class UnknownDrill(errors.NotFound):
    code = "drill_unknown"
    message = "There is no such drill."


class BooksUnbalanced(errors.RuleViolation):
    code = "drill_books_unbalanced"
    message = "The restored books do not agree with each other: nothing was changed."


class MediaNotRestored(errors.Upstream):
    code = "restore_media"
    message = (
        "The restored database is live, but not all uploaded files could be put back: the log says why. Look at their "
        "storage, then restore once more."
    )


class SwapRefused(errors.Busy):
    code = "restore_swap_refused"
    message = "The database could not be had to ourselves for a moment: nothing was changed. Please try again."


class SheetUnreadable(errors.RuleViolation):
    code = "sheet_unreadable"
    message = "This is not a table: bring a CSV file or an Excel workbook (.xlsx)."


class ImportNotReady(errors.Conflict):
    code = "import_not_ready"
    message = "This import cannot be carried out (any more)."
