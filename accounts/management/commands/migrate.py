"""Django's `migrate`, which ends with the groups of staff.

Permissions exist only once every app is migrated, so no migration can hand them out in an empty database, and one that
did would have to be repeated for each new model. docs/adr/0007 weighs the other ways.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from accounts.services import roles


class Command(migrate.Command):
    help = f"{migrate.Command.help} Gives the groups of staff their permissions (accounts/roles.py)."

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        is_partial = options["app_label"] or options["plan"] or options["check_unapplied"]
        if is_partial or options["database"] != DEFAULT_DB_ALIAS:
            return
        changed = roles.apply_roles()
        if changed and options["verbosity"]:
            self.stdout.write(f"{changed} groups of staff have new permissions.")
