"""Who wants to hear that money has gone back: the apps above register (`AppConfig.ready`), for imports only point down."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.models import Payment, Refund


class RefundWatcher(Protocol):
    def __call__(self, refund: "Refund", payment: "Payment", *, now: datetime) -> None:
        """Act on a refund that has just been completed, in the transaction that records it."""


_watchers: list[RefundWatcher] = []


def register(watcher: RefundWatcher) -> None:
    """Add somebody who wants to hear of it."""
    _watchers.append(watcher)


def registered() -> Sequence[RefundWatcher]:
    """List them in the order in which they came."""
    return tuple(_watchers)
