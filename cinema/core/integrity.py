"""What PostgreSQL refused, in words: the last net under the checks of services and forms."""

from functools import cache

from django.apps import apps
from django.db import DatabaseError, IntegrityError
from django.db.models import BaseConstraint, ProtectedError
from psycopg import errors as postgres

from cinema.core import errors


class Taken(errors.Conflict):
    code = "taken"
    message = "Something with these values already exists."


class InUse(errors.Conflict):
    code = "in_use"
    message = "Something still uses this, so it stays."


class Vanished(errors.Conflict):
    code = "vanished"
    message = "Something this refers to has just been deleted."


class Impossible(errors.RuleViolation):
    code = "impossible"
    message = "These values do not go together."


def refusal_of(error: DatabaseError) -> errors.DomainError:
    """Name what a statement broke: a rule of the schema, or the bounds of a column."""
    if isinstance(error, ProtectedError):
        return in_use(error)
    if not isinstance(error, IntegrityError):
        return errors.Malformed((("body",), "A value is too long, too large, or not storable.", "out_of_bounds"))
    cause = error.__cause__
    name = (cause.diag.constraint_name if isinstance(cause, postgres.Error) else "") or ""
    if isinstance(cause, postgres.UniqueViolation | postgres.ExclusionViolation):
        return Taken(_own_words(name), constraint=name)
    if isinstance(cause, postgres.ForeignKeyViolation):
        return InUse() if "still referenced" in (cause.diag.message_detail or "") else Vanished()
    return Impossible(_own_words(name), constraint=name)


def in_use(error: ProtectedError) -> InUse:
    """Say what keeps a row from being deleted."""
    users = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
    return InUse(f"Still used by {', '.join(users)}, so it stays.", used_by=users)


def _own_words(name: str) -> str | None:
    constraint = _constraints().get(name)
    if constraint is None or constraint.violation_error_message == constraint.default_violation_error_message:
        return None
    return str(constraint.violation_error_message)


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return {rule.name: rule for model in apps.get_models() for rule in model._meta.constraints}
