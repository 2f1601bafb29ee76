"""What every viewset of the API shares: ids in the path are whole numbers, and a query is validated before use."""

import re
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from cinema.core import throttling
from cinema.core.api.errors import as_malformed
from cinema.core.api.permissions import IsAdmin
from cinema.core.errors import Malformed, NotFound

LARGEST_ID = 2**63 - 1
_HEX_ID = re.compile("[0-9a-fA-F]{24}")


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


def path_hex_id(name: str, value: str) -> str:
    """Read an id of 24 hexadecimal characters from the path.

    :raises Malformed: when it is not one.
    """
    if not _HEX_ID.fullmatch(value):
        raise Malformed((("path", name), "Must be 24 hexadecimal characters.", "hex_id_parsing"))
    return value.lower()


class ApiViewSet(GenericViewSet):
    """A viewset whose path ids have been checked, and made integers or what `read_id` says, before its action runs."""

    tag: ClassVar[str]
    admin_actions: ClassVar[tuple[str, ...]] = ()  # kept for admins, whatever permission_classes say
    refuses: ClassVar[dict[str, tuple[str, ...]]] = {}  # action → statuses beyond those that method and path tell
    limits: ClassVar[dict[str, str]] = {}  # action → the class of calls that it counts as, when not of plain writes
    read_id: Callable[[str, str], object] = staticmethod(path_id)

    def get_permissions(self) -> Any:
        return [IsAdmin()] if self.action in self.admin_actions else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.action is None:  # before anything is asked about the caller, the ids or the body
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        self._count(request)
        for name, value in kwargs.items():
            if (name == "id" or name.endswith("_id")) and isinstance(value, str):
                self.kwargs[name] = self.read_id(name, value)  # the dict that dispatch hands to the action

    def _count(self, request: Request) -> None:
        # By account, never by address: a carrier puts thousands of phones behind one. Doors open to strangers count
        # addresses in their services.
        if request.method in SAFE_METHODS or request.user.pk is None:
            return
        kind = self.limits.get(str(self.action), "write")
        throttling.count(kind, account=str(request.user.pk), now=timezone.now())


_made: dict[type[BaseSerializer], BaseSerializer] = {}


def parsed(shape: type[BaseSerializer], data: object, *, part: str = "body") -> dict[str, Any]:
    """Check one part of a request, its body or its query, against a shape.

    The serializer is made once per process: making one copies all its fields, which costs more than checking, and
    checking keeps nothing in it. For shapes whose `validate…` methods look at nothing but the values.

    :raises Malformed: naming each field that does not fit.
    """
    if shape not in _made:
        _made[shape] = shape()
    try:
        return dict(_made[shape].run_validation(data))
    except ValidationError as refused:
        raise as_malformed(refused, part) from None
