"""Long lists in the back office: searched by what an index answers, and never counted to the end."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

MOST_COUNTED = 10_000
MOST_FOUND = 200  # rows of another table that lead to rows of this one

Finder = Callable[[str], Q | None]


class CappedPaginator(Paginator):
    """Counts as far as anybody leafs: what is older is found by searching and filtering."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by("-pk")[:MOST_COUNTED].count()  # the newest are what filters ask for


class QuickSearch(admin.ModelAdmin):
    """Search by finders, each of which an index answers; Django's way would join tables and read them all.

    `search_fields` says what is searched, and shows the box.
    """

    finders: Sequence[Finder] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term or not self.finders:
            return super().get_search_results(request, queryset, search_term)
        found = [condition for condition in (finder(term) for finder in self.finders) if condition is not None]
        return (queryset.filter(reduce(or_, found)) if found else queryset.none()), False


def starting(*fields: str, written: Callable[[str], str] = str) -> Finder:
    """Find by how a field begins, which the pattern index of a unique or indexed text answers."""
    return lambda term: reduce(or_, (Q(**{f"{field}__startswith": written(term)}) for field in fields))


def containing(*fields: str) -> Finder:
    """Find by a part of a field in any case: for columns with a trigram index on their capitals, and short tables."""
    return lambda term: reduce(or_, (Q(**{f"{field}__icontains": term}) for field in fields))


def identical(field: str) -> Finder:
    """Find by a UUID."""

    def find(term: str) -> Q | None:
        try:
            return Q(**{field: UUID(term)})
        except ValueError:
            return None

    return find


def among(field: str, ids: Callable[[str], Sequence[Any]]) -> Finder:
    """Find by what was found in another table first: then an index of this one answers, and no join is read through."""

    def find(term: str) -> Q | None:
        found = ids(term)
        return Q(**{f"{field}__in": found}) if found else None

    return find


def whether(title: str) -> type[admin.EmptyFieldListFilter]:
    """Filter by whether something has happened, such as “answered”: yes or no, as the field holds when it did."""

    class Whether(admin.EmptyFieldListFilter):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.title = title

        def choices(self, changelist: Any) -> Iterator[Any]:
            for choice in super().choices(changelist):
                said = str(choice["display"]).replace("Not empty", "Yes").replace("Empty", "No")
                yield {**choice, "display": said}

    return Whether


class LatelyFilter(admin.DateFieldListFilter):
    """How long ago, by the hour: days begin at another instant in every time zone."""

    PERIODS = {"24 hours": 1, "7 days": 7, "30 days": 30, "12 months": 366}

    def __init__(self, field: Any, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().__init__(field, request, *args, **options)
        # To the hour, so that the chosen one is still recognised on the next page.
        now = timezone.now().replace(minute=0, second=0, microsecond=0)
        since = {name: now - timedelta(days=days) for name, days in self.PERIODS.items()}
        periods = [(f"Last {name}", {self.lookup_kwarg_since: str(start)}) for name, start in since.items()]
        self.links: Any = (("Any time", {}), *periods)


class KnownValuesFilter(admin.AllValuesFieldListFilter):
    """Values of a field that are known beforehand: nobody reads a million rows to offer the same three."""

    values: tuple[Any, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lookup_choices: Any = self.values
