"""Start calls at the same moment, each on a thread and a database connection of its own."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from cinema.core.errors import DomainError


def race(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all calls at once; answer what each returned or raised, in their order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return call()
        except Exception as error:  # noqa: BLE001  # what was raised is what the tests look at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def winners(outcomes: Iterable[Any]) -> list[Any]:
    """Keep what was returned; fail when anything but a refusal that a customer understands was raised."""
    answers = []
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, DomainError):
            raise AssertionError(f"a fault, not a refusal: {outcome!r}") from outcome
        if not isinstance(outcome, Exception):
            answers.append(outcome)
    return answers
