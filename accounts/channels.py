"""The ways in which news reach a person, each behind one small protocol.

Apps register theirs in `AppConfig.ready`: the inbox is here, mails about bookings are written where bookings are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from accounts.states import Channel, NoticeType


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One piece of news for one person.

    `event` names what happened: however often it is told, the person hears it once on each channel. `path` leads to
    more about it, on this site. One that `replaces` others makes news of its type about the same booking, as far as it
    is not delivered yet, out of date.
    """

    user_id: int
    type: NoticeType
    event: str
    message: str
    booking_id: int
    path: str
    replaces: bool = False


class Carrier(Protocol):
    """One way to reach people."""

    @property
    def channel(self) -> Channel: ...

    def take(self, notices: Sequence[Notice], *, now: datetime) -> None:
        """Write the news down in the caller's transaction, so that each is delivered at least once and shown once.

        However many they are, in the same number of queries.
        """


_carriers: list[Carrier] = []


def register(carrier: Carrier) -> None:
    """Add a way to reach people."""
    _carriers.append(carrier)


def registered() -> Sequence[Carrier]:
    """List them in the order in which they came."""
    return tuple(_carriers)
