"""What can go wrong, by kind. Apps subclass a kind; `cinema.core.api.errors` turns kinds into statuses."""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class DomainError(Exception):
    """A refusal the caller can understand and act on: one class per failure, data instead of prose.

    Subclass a kind below, give it a unique `code` and a `message`; keyword arguments become fields of the reply.
    Customers read the message: mark it for translation. It is said in the language of whoever is being answered.
    """

    code: ClassVar[str] = "error"
    message: ClassVar["str | _StrPromise"] = "This is not possible."

    def __init__(self, message: str | None = None, **data: object) -> None:
        self.detail = str(message or self.message)
        self.data = data
        super().__init__(self.detail)


class RuleViolation(DomainError):
    """The request is well formed, and a rule of the house forbids it."""


class Unauthenticated(DomainError):
    """Nobody is signed in, or the credentials do not hold."""


class Forbidden(DomainError):
    """Somebody is signed in, and may not do this."""


class NotFound(DomainError):
    """There is no such thing, or none the caller may see."""


class Conflict(DomainError):
    """Somebody or something else already holds what was asked for."""


class Gone(DomainError):
    """It was there, and its time is over."""


class TooLarge(DomainError):
    """More bytes than we accept."""


class UnsupportedType(DomainError):
    """A kind of content we do not accept."""


class Malformed(DomainError):
    """A field is missing, ill-typed or out of bounds; `errors` lists each as `(location, message, type)`."""

    code = "malformed"
    message = "The request is not well formed."

    def __init__(self, *errors: tuple[tuple[str | int, ...], str, str]) -> None:
        self.errors = errors
        super().__init__()


class TooMany(DomainError):
    """Asked too often; `retry_after` says how many seconds to wait."""


class Upstream(DomainError):
    """A system we depend on failed."""


class UpstreamTimeout(DomainError):
    """A system we depend on did not answer in time."""


class Busy(DomainError):
    """We cannot do it right now; `retry_after` says how many seconds to wait."""
