"""Fields of serializers that several apps share."""

from typing import Any

from rest_framework import serializers

from cinema.core.api.views import LARGEST_ID


def id_field(**options: Any) -> serializers.IntegerField:
    """Make a field for the id of something."""
    return serializers.IntegerField(min_value=1, max_value=LARGEST_ID, **options)


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

    def run_validation(self, data: Any = serializers.empty) -> str:
        return super().run_validation("" if data is None else data)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None
