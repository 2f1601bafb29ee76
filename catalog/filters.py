import django_filters

from catalog.models import Movie
from cinema.core.api.filters import DayFilter, FlagFilter, SortFilter, TextFilter, WordsFilter


class MovieFilter(django_filters.FilterSet):
    genre = WordsFilter(help_text="Any of these, as written; repeat the parameter.")
    language = WordsFilter(help_text="Any of these, as written; repeat the parameter.")
    format = WordsFilter(help_text="Any of these, as written; repeat the parameter.")
    release_date_from = DayFilter(field_name="release_date", lookup_expr="gte")
    search = TextFilter(field_name="title", lookup_expr="icontains", help_text="Part of the title.")
    is_active = FlagFilter(help_text="Archived movies are listed too, unless this says otherwise.")
    sort_by = SortFilter(
        sortable=("title", "release_date", "rating", "duration"),
        help_text="Like `rating:desc,title:asc`, or the JSON text of an object with `field` and `order`.",
    )

    class Meta:
        model = Movie
        fields: list[str] = []
