"""The description of the API, and two ways to read it; everything they load is served by us."""

from functools import cache

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

# Both viewers write style elements of their own, and Redoc searches in a worker it makes up.
VIEWER_POLICY = {**settings.SECURE_CSP, "style-src": ["'self'", "'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}


@cache
def openapi_document() -> bytes:
    """Generate the OpenAPI document, once per process."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # untyped library
    return orjson.dumps(document, default=float)  # bounds of amounts are Decimals


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI document."""
    return HttpResponse(openapi_document(), content_type="application/json")


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    """Show the document with Swagger UI, where operations can be tried."""
    return _viewer(request, "api/docs.html")


@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    """Show the document with Redoc, to be read."""
    return _viewer(request, "api/redoc.html")


def _viewer(request: HttpRequest, template: str) -> HttpResponse:
    policy = "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in VIEWER_POLICY.items())
    page = render(request, template)
    page.headers["Content-Security-Policy"] = policy
    return page
