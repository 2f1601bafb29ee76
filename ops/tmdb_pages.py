"""Finding a movie at TMDB and taking it over."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from catalog.models import Movie
from catalog.services import importing
from cinema.core.errors import DomainError
from ops.forms import TmdbForm


def search(request: HttpRequest) -> HttpResponse:
    """Show what TMDB has of a title, and which of it is ours already."""
    _planner(request)
    form = TmdbForm(request.GET if "q" in request.GET else None)
    found, refusal = [], ""
    if form.is_valid():
        try:
            found = importing.search(text=form.cleaned_data["q"], page=1)["results"]
        except DomainError as failure:
            refusal = failure.detail
    ours = Movie.objects.filter(tmdb_id__in=[movie["tmdb_id"] for movie in found])
    context = {
        **admin.site.each_context(request),
        "title": "New movie from TMDB",
        "form": form,
        "found": found,
        "refusal": refusal,
        "ours": dict(ours.values_list("tmdb_id", "pk")),
    }
    return TemplateResponse(request, "admin/ops/tmdb.html", context)


def take(request: HttpRequest, tmdb_id: int) -> HttpResponse:
    """Take a movie over, or bring the one we have up to date."""
    by = _planner(request)
    try:
        movie = importing.import_movie(tmdb_id=tmdb_id, by=by, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect("office_tmdb")
    messages.success(request, f"{movie.title} is as TMDB has it. Look at its formats and its interval.")
    return redirect("admin:catalog_movie_change", movie.pk)


def _planner(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm("catalog.add_movie"):
        raise PermissionDenied
    return request.user
