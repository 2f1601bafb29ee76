"""What the apps above keep for a person, as far as an account has to move it, show it or let go of it.

Imports only point down, so they register here (`AppConfig.ready`) and accounts calls them, inside its own transaction
where it writes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from accounts.models import User

Rows = Iterable[Mapping[str, object]]


class Keeper(Protocol):
    """One app that keeps things of people."""

    def hand_over_holds(self, *, giver: "User", taker: "User", now: datetime) -> None:
        """Let seats that a guest holds be held by the account they have just logged in to."""

    def hand_over(self, *, giver_ids: Sequence[int], taker: "User") -> None:
        """Let everything of guests belong to an account, in the caller's transaction."""

    def exported(self, *, user: "User") -> Iterator[tuple[str, Rows]]:
        """Name each kind of thing it keeps about a person, with its rows as JSON can write them."""

    def require_finished(self, *, user: "User") -> None:
        """Raise a DomainError while something of the person is under way that needs them."""

    def let_go(self, *, user: "User", now: datetime) -> None:
        """Forget what is only the person's, in the caller's transaction; files go after it."""


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Add an app that keeps things of people."""
    _keepers.append(keeper)


def registered() -> Sequence[Keeper]:
    """List them in the order in which they came."""
    return tuple(_keepers)
