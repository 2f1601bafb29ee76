"""Checking a request's body against its shape."""

from functools import cache
from typing import Any

from rest_framework.serializers import Serializer


@cache
def _shape(kind: type[Serializer]) -> Serializer:
    return kind()


def checked(kind: type[Serializer], data: object) -> Any:
    """Check a body against an input serializer and answer its values.

    The serializer is made once per process: making one copies every field of it, which costs more than checking, and
    checking keeps nothing in it. For serializers whose `validate…` methods look at nothing but the values.

    :raises ValidationError: when something does not fit.
    """
    return _shape(kind).run_validation(data)
