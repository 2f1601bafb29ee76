"""Filters of the contract, validated: a value that does not fit its type is a 422 that names the parameter."""

from collections.abc import Collection
from typing import Any

import django_filters
import orjson
from django import forms
from django.db.models import F, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field

from cinema.core.api.paging import FLAGS
from cinema.core.errors import Malformed


@extend_schema_field(int)
class IdFilter(django_filters.NumberFilter):
    """Filters by the id of something: a whole number."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        return None


class TextFilter(django_filters.CharFilter):
    """Filters by text of a bounded length."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 200, **options})


class DayFilter(django_filters.DateFilter):
    """Filters by a day, written YYYY-MM-DD only."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"input_formats": ["%Y-%m-%d"], **options})


class FlagField(forms.TypedChoiceField):
    """True or false in any of the words for it."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).lower()


@extend_schema_field(bool)
class FlagFilter(django_filters.TypedChoiceFilter):
    """Filters by true or false."""

    field_class = FlagField

    def __init__(self, *args: Any, **options: Any) -> None:
        choices = [(word, word) for word in FLAGS]
        super().__init__(*args, **{"choices": choices, "coerce": FLAGS.__getitem__, **options})


class WordsField(forms.Field):
    """A parameter given several times."""

    widget = forms.MultipleHiddenInput
    most, longest = 20, 50

    def clean(self, value: list[str] | None) -> list[str]:
        words = [word for word in value or [] if word]
        if len(words) > self.most or any(len(word) > self.longest or "\x00" in word for word in words):
            raise forms.ValidationError(
                f"At most {self.most} words of {self.longest} characters.", code="words_out_of_bounds"
            )
        return words


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class WordsFilter(django_filters.Filter):
    """Keeps rows whose array has any of the words, each as written."""

    field_class = WordsField

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__overlap": value}) if value else qs


class SortField(forms.CharField):
    """An order: `field:direction,…`, or the JSON text `{"field": …, "order": …}`."""

    def __init__(self, *, sortable: Collection[str], **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.sortable = sortable

    def clean(self, value: Any) -> list[tuple[str, str]]:
        text = super().clean(value)
        pairs = _pairs_of_json(text) if text.startswith("{") else _pairs_of_list(text)
        for name, direction in pairs:
            if name not in self.sortable or direction not in ("asc", "desc"):
                raise forms.ValidationError(
                    f"Write field:asc or field:desc, of {', '.join(sorted(self.sortable))}.", code="sort_unknown"
                )
        return pairs


@extend_schema_field(str)
class SortFilter(django_filters.Filter):
    """Puts rows into an order, empty values last; equal ones follow their id."""

    field_class = SortField

    def __init__(self, *args: Any, sortable: Collection[str], **options: Any) -> None:
        super().__init__(*args, sortable=sortable, **options)

    def filter(self, qs: QuerySet[Any], value: list[tuple[str, str]]) -> QuerySet[Any]:
        order = [
            F(name).asc(nulls_last=True) if direction == "asc" else F(name).desc(nulls_last=True)
            for name, direction in value
        ]
        return qs.order_by(*order, "id") if order else qs


def _pairs_of_json(text: str) -> list[tuple[str, str]]:
    try:
        wanted = orjson.loads(text)
    except orjson.JSONDecodeError:
        return [("", "")]
    return [(str(wanted.get("field")), str(wanted.get("order", "asc")).lower())]


def _pairs_of_list(text: str) -> list[tuple[str, str]]:
    parts = [part.partition(":") for part in text.split(",") if part.strip()]
    return [(name.strip(), direction.strip().lower()) for name, _, direction in parts]


class QueryFilterBackend(DjangoFilterBackend):
    """django-filter's backend, with its complaints in our shape; one thing, named by its id, is not filtered."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        if view.lookup_url_kwarg in view.kwargs:
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise Malformed(
                *(
                    (("query", field), " ".join(error.messages), str(error.code or "invalid"))
                    for field, problems in filterset.errors.as_data().items()
                    for problem in problems
                    for error in problem.error_list
                )
            )
        return filterset.qs
