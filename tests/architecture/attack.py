"""One attack on a named constraint."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Model


class Attack(NamedTuple):
    constraint: str
    make: Callable[[], Model]
    assignment: str


def twice(factory, **shared) -> Callable[[], Model]:
    """Make two rows that share something."""

    def make() -> Model:
        common = {name: make_common() for name, make_common in shared.items()}
        factory(**common)
        return factory(**common)

    return make
