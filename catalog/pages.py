"""What pages of movies load."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from catalog.posters import FOLDER, type_of


@require_safe
def poster(request: HttpRequest, name: str) -> FileResponse:
    """Answer a picture that an import kept; its name tells its content, so nobody has to ask twice."""
    kind = type_of(name)
    if kind is None:
        raise Http404
    try:
        file = default_storage.open(FOLDER + name)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})
