from typing import Any

import django_filters
from django.db.models import QuerySet

from accounts.models import User
from accounts.states import Role


class UserFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(choices=Role.choices, help_text="Customers, unless said otherwise.")

    class Meta:
        model = User
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(role=self.form.cleaned_data["role"] or Role.USER)
