"""Filters of the contract, validated: a value that does not fit its type is a 422 that names the parameter."""

from typing import Any

import django_filters
from django import forms
from django_filters.rest_framework import DjangoFilterBackend

from cinema.core.errors import Malformed


class IdFilter(django_filters.NumberFilter):
    """Filters by the id of something: a whole number."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        return None


class QueryFilterBackend(DjangoFilterBackend):
    """django-filter's backend, with its complaints in our shape."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise Malformed(
                *(
                    (("query", field), str(error.message), str(error.code or "invalid"))
                    for field, problems in filterset.errors.as_data().items()
                    for problem in problems
                    for error in problem.error_list
                )
            )
        return filterset.qs
