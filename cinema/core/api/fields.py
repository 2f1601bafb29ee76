"""Fields of serializers that several apps share."""

from typing import TYPE_CHECKING, Any, cast

from rest_framework import serializers
from rest_framework.fields import empty

from cinema.core.api.views import LARGEST_ID
from cinema.core.errors import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet


class UnknownReference(NotFound):
    code = "reference_unknown"
    message = "Something this refers to does not exist."


def id_field(**options: Any) -> serializers.IntegerField:
    """Make a field for the id of something."""
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, **options)


class Reference(serializers.PrimaryKeyRelatedField):
    """The id of another row: 422 when it is no id, 404 when there is no such row."""

    def to_internal_value(self, data: Any) -> Any:
        pk = id_field().run_validation(data)
        rows = cast("QuerySet[Any]", self.get_queryset())
        found = rows.filter(pk=pk).first()
        if found is None:
            raise UnknownReference(f"There is no {rows.model._meta.verbose_name} {pk}.", field=self.field_name)
        return found


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
