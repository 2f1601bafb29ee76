"""Every refusal has a code of its own, words for people, and a status."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module

import pytest

from cinema.core import errors
from cinema.core.api.errors import STATUS_OF_KIND, status_of
from cinema.settings.env import BASE_DIR


def subclasses(kind: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def failures() -> list[type[errors.DomainError]]:
    """List the failures that apps define, once every module of theirs that defines some is imported."""
    for path in BASE_DIR.glob("*/errors.py"):
        import_module(f"{path.parent.name}.errors")
    import_module("cinema.urls")  # and with it what `cinema.core` defines beside the code that raises it
    kinds = {errors.DomainError, *STATUS_OF_KIND} - {errors.Malformed}
    ours = {failure for failure in subclasses(errors.DomainError) if not failure.__module__.startswith("tests.")}
    return sorted(ours - kinds, key=lambda failure: failure.__qualname__)


FAILURES = failures()


class TestErrors:
    def test_have_unique_codes(self):
        assert [code for code, times in Counter(failure.code for failure in FAILURES).items() if times > 1] == []

    @pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
    def test_say_what_happened_and_have_a_status(self, failure):
        assert failure.code != errors.DomainError.code
        assert failure.message != errors.DomainError.message
        assert 400 <= status_of(failure()) < 600

    def test_cover_every_kind_with_a_status(self):
        assert {kind for kind in vars(errors).values() if isinstance(kind, type)} >= set(STATUS_OF_KIND)
        assert set(errors.DomainError.__subclasses__()) <= set(STATUS_OF_KIND)
