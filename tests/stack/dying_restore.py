"""A process that restores a backup and is killed on the way; `python -m tests.stack.dying_restore BACKUP WHERE_IT_DIES`."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402  # models only exist after setup()

from ops.archives import databases  # noqa: E402  # the models need django.setup() first
from ops.services import filling, restoring, swapping  # noqa: E402  # the models need django.setup() first
from tests.stack.booking_loop import die, die_after  # noqa: E402  # the models need django.setup() first


def die_between_the_renames() -> None:
    """Let the process die when the live database has another name, and nothing has its name yet."""
    rename = databases._rename

    def half(renamer, live, before, fresh):
        execute = renamer.execute
        renamer.execute = lambda statement: (execute(statement), die())
        rename(renamer, live, before, fresh)

    databases._rename = half


DEATHS = {
    "filled": lambda: die_after(filling, "fill"),
    "drained": lambda: die_after(databases, "hold_still"),
    "carried": lambda: die_after(swapping, "_raise_counters"),
    "alone": lambda: die_after(databases, "_sessions_ended"),
    "renaming": die_between_the_renames,
    "grafted": lambda: die_after(filling, "graft"),
    "swapped": lambda: die_after(databases, "swap"),
}

if __name__ == "__main__":
    backup_id, where = sys.argv[1:]
    DEATHS[where]()
    tables = ["catalog_movie"] if where == "grafted" else None
    recorded = restoring.record_restore(
        backup_id=backup_id, restore_type="postgres", tables=tables, notes=where, by=None, now=timezone.now()
    )
    restoring.run_restore(restore_id=recorded.pk, clock=timezone.now)
