"""The groups of staff, as the table of roles has them."""

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts import roles


@transaction.atomic(durable=True)
def apply_roles() -> int:
    """Make the groups of the table, each with its permissions and no others; answer how many groups changed.

    It may run any number of times. Groups that the house made itself stay as they are.

    :raises ImproperlyConfigured: when the table names a permission that no model has: nothing is changed then.
    """
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    if unknown := sorted(roles.named() - known.keys()):
        raise ImproperlyConfigured(f"accounts/roles.py names permissions that no model has: {', '.join(unknown)}")
    return sum(_set(name, {known[permission] for permission in roles.permissions_of(name)}) for name in roles.GROUPS)


def _set(name: str, wanted: set[int]) -> bool:
    group, is_new = Group.objects.get_or_create(name=name)
    changed = is_new or set(group.permissions.values_list("pk", flat=True)) != wanted
    if changed:
        group.permissions.set(wanted)
    return changed
