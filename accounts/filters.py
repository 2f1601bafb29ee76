from typing import Any

import django_filters
from django.db.models import QuerySet

from accounts.models import Notification, User
from accounts.states import Role
from cinema.core.api.filters import IdFilter


class UserFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(choices=Role.choices, help_text="Customers, unless said otherwise.")

    class Meta:
        model = User
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(role=self.form.cleaned_data["role"] or Role.USER)


class NotificationFilter(django_filters.FilterSet):
    user_id = IdFilter(help_text="Whose; only an admin may name another.")

    class Meta:
        model = Notification
        fields: list[str] = []
