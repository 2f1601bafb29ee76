"""Named constraints that many tables share, so that each reads as the fact it states."""

from django.db.models import CheckConstraint, Q


def one_of(field: str, values: list[str], *, name: str) -> CheckConstraint:
    """State that a column only holds the values of its enum."""
    return CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def at_least(field: str, bound: int, *, name: str) -> CheckConstraint:
    """State that a number is not below a bound; a null passes."""
    return CheckConstraint(condition=Q(**{f"{field}__gte": bound}), name=name)


def between(field: str, low: int, high: int, *, name: str) -> CheckConstraint:
    """State that a number lies within bounds, both included; a null passes."""
    return CheckConstraint(condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=name)
