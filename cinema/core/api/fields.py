"""Fields of serializers that several apps share."""

import operator
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request

from cinema.core.api.views import LARGEST_ID
from cinema.core.errors import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet


MIDNIGHT = re.compile(r"T00:00(:00(\.0+)?)?(Z|[+-]00:00)?$")


class UnknownReference(NotFound):
    code = "reference_unknown"
    message = "Something this refers to does not exist."


def id_field(**options: Any) -> serializers.IntegerField:
    """Make a field for the id of something."""
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, **options)


class Day(serializers.DateField):
    """A day; also as the midnight that begins it, which the earlier API took for one and answered in lists."""

    def to_internal_value(self, value: Any) -> date:
        found: date = super().to_internal_value(MIDNIGHT.sub("", value) if isinstance(value, str) else value)
        return found


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_ID})
class Reference(serializers.PrimaryKeyRelatedField):
    """The id of another row: 422 when it is no id, 404 when there is no such row."""

    def to_internal_value(self, data: Any) -> Any:
        pk = id_field().run_validation(data)
        rows = cast("QuerySet[Any]", self.get_queryset())
        found = rows.filter(pk=pk).first()
        if found is None:
            raise UnknownReference(f"There is no {rows.model._meta.verbose_name} {pk}.", field=self.field_name)
        return found


class Flag(serializers.BooleanField):
    """True or false and nothing that only looks like it: DRF's own field takes 0 and "no" as well."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Approximate(serializers.DecimalField):
    """A number with as many digits as a client's arithmetic left (499.98999999999995); kept to its decimal places."""

    max_digits: int  # this kind always says both
    decimal_places: int

    def validate_precision(self, value: Decimal) -> Decimal:
        for bound, is_beyond in (("min_value", operator.lt), ("max_value", operator.gt)):
            limit = getattr(self, bound)
            if limit is not None and is_beyond(value, limit):  # though it might round to what is within
                self.fail(bound, **{bound: limit})
        if value.adjusted() < self.max_digits:  # else it is too large to round, and refused
            value = value.quantize(Decimal(1).scaleb(-self.decimal_places), rounding=ROUND_HALF_UP)
        return super().validate_precision(value)


class Facts(serializers.DictField):
    """An object of the client's own making, of a depth and with numbers that can be stored and read back."""

    default_error_messages = {"unkeepable": "At most 20 levels deep, and numbers of at most 64 bits."}
    deepest, largest = 20, 2**63

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not self._can_keep(data, self.deepest):
            self.fail("unkeepable")
        return cast("dict[str, Any]", super().to_internal_value(data))

    def _can_keep(self, value: Any, levels: int) -> bool:
        if isinstance(value, int | float):
            return abs(value) < self.largest
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return levels > 0 and all(self._can_keep(one, levels - 1) for one in inner)


class Text(serializers.CharField):
    """Text and nothing that only looks like it: DRF's own field takes the number 5 for "5"."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class OptionalText(Text):
    """Text that the contract lets be null and the table keeps as empty: null comes in as "" and "" goes out as null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "allow_blank": True, **options})

    def run_validation(self, data: Any = empty) -> Any:
        return super().run_validation("" if data is None else data)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class Picture(OptionalText):
    """The address of a picture: one of ours is kept without our name, and goes out in full for clients of other sites."""

    def to_internal_value(self, data: Any) -> str:
        address = super().to_internal_value(data)
        request = self.context.get("request")
        path = address.removeprefix(_own_name(request)) if request else address
        return path if _is_ours(path) else address

    def to_representation(self, value: Any) -> Any:
        request = self.context.get("request")
        return (in_full(value, request) if request else value) or None


def in_full(address: str, request: Request) -> str:
    """Complete an address of ours by the name that the client called us by; others are complete."""
    return _own_name(request) + address if _is_ours(address) else address


def _own_name(request: Request) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _is_ours(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//")


class OptionalUrl(OptionalText, serializers.URLField):
    """An address on the web, or none, likewise."""


class OptionalList(serializers.ListField):
    """A list that the contract lets be null and the table keeps as empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, "max_length": 200, **options})

    def run_validation(self, data: Any = empty) -> Any:
        return super().run_validation([] if data is None else data)


class DetailOutput(serializers.Serializer):
    detail = serializers.CharField()


class MessageOutput(serializers.Serializer):
    message = serializers.CharField()
