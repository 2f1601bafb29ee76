"""What every viewset of the API shares: ids in the path are whole numbers, and a query is validated before use."""

import uuid
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from cinema.core.errors import Malformed, NotFound

LARGEST_ID = 2**63 - 1


def path_id(name: str, value: str) -> int:
    """Read an id from the path.

    :raises Malformed: when it is not a whole number.
    :raises NotFound: when no table could hold it.
    """
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise Malformed((("path", name), "Must be a whole number.", "int_parsing"))
    if value.startswith("-") or len(value) > 19 or int(value) > LARGEST_ID:
        raise NotFound("There is no such thing here.")
    return int(value)


def path_uuid(name: str, value: str) -> uuid.UUID:
    """Read a UUID from the path, in its usual form only.

    :raises Malformed: when it is not one.
    """
    try:
        found = uuid.UUID(value)
    except ValueError:
        raise Malformed((("path", name), "Must be a UUID.", "uuid_parsing")) from None
    if str(found) != value.lower():  # Python also reads braces, `urn:uuid:` and misplaced dashes
        raise Malformed((("path", name), "Must be a UUID.", "uuid_parsing"))
    return found


class ApiViewSet(GenericViewSet):
    """A viewset whose path ids have been checked, and made integers or what `read_id` says, before its action runs."""

    read_id: Callable[[str, str], object] = staticmethod(path_id)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, value in kwargs.items():
            if name.endswith("_id") and isinstance(value, str):
                self.kwargs[name] = self.read_id(name, value)  # the dict that dispatch hands to the action
