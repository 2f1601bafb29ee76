"""The one table from kinds of failure to statuses, and the one shape of every refusal."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from cinema.core import errors, metrics
from cinema.core.integrity import refusal_of
from cinema.core.maintenance import RETRY_SECONDS as RETRY_WHEN_CLOSED
from cinema.core.maintenance import ClosedForMaintenance

logger = logging.getLogger(__name__)

STATUS_OF_KIND: dict[type[errors.DomainError], int] = {
    errors.RuleViolation: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.Malformed: 422,
    errors.TooMany: 429,
    errors.Upstream: 502,
    errors.Busy: 503,
    errors.UpstreamTimeout: 504,
}
CODE_OF_STATUS = {
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
RETRY_SECONDS = 2


def status_of(error: errors.DomainError) -> int:
    """Look up the HTTP status of a failure by its kind."""
    return next(STATUS_OF_KIND[kind] for kind in type(error).__mro__ if kind in STATUS_OF_KIND)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a failure in the shape clients know, or return None to let it become a 500."""
    response = _response_to(exc)
    if response is not None:
        set_rollback()
    return response


def _response_to(exc: Exception) -> Response | None:
    for kind, answer in _ANSWERS:
        if isinstance(exc, kind):
            return answer(exc)
    return None


class DatabaseBusy(errors.Busy):
    code = "busy"
    message = _("We are very busy, or away for a moment. Nothing was changed; please try again.")


def refusal(exc: errors.DomainError) -> Response:
    """Answer a refusal: its message, code and data, with the status of its kind."""
    status = status_of(exc)
    metrics.refused(exc.code)
    body = {"detail": exc.detail, "code": exc.code, **exc.data}
    headers = {"Retry-After": str(exc.data.get("retry_after", RETRY_SECONDS))} if status in (429, 503) else None
    if status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    return Response(body, status=status, headers=headers)


def _plain(status: int, detail: str) -> Response:
    return Response({"detail": detail, "code": CODE_OF_STATUS[status]}, status=status)


def _malformed(details: list[dict[str, Any]]) -> Response:
    return Response({"detail": details}, status=422)


def _of_framework(exc: drf.APIException) -> Response:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]  # set by APIView.handle_exception
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    code = CODE_OF_STATUS.get(exc.status_code, exc.default_code)
    return Response({"detail": str(exc.detail), "code": code}, status=exc.status_code, headers=headers)


def as_malformed(refused: drf.ValidationError, part: str) -> errors.Malformed:
    """Translate what a serializer found wrong with one part of a request: its body or its query."""
    return errors.Malformed(*_located(refused.get_full_details(), (part,)))


Location = tuple[str | int, ...]


def _located(details: Any, loc: Location) -> list[tuple[Location, str, str]]:
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        return [(loc, str(details["message"]), str(details["code"]))]
    if isinstance(details, dict):
        pairs = [(loc if key == "non_field_errors" else (*loc, key), value) for key, value in details.items()]
    elif all(isinstance(item, dict) and set(item) == {"message", "code"} for item in details):
        pairs = [(loc, item) for item in details]
    else:
        pairs = [((*loc, index), item) for index, item in enumerate(details) if item]
    return [problem for place, value in pairs for problem in _located(value, place)]


def _of_malformed(exc: errors.Malformed) -> Response:
    return _malformed([{"loc": list(loc), "msg": msg, "type": kind} for loc, msg, kind in exc.errors])


def _of_schema(exc: IntegrityError | DataError) -> Response:
    logger.info("refused by the database: %s", type(exc.__cause__ or exc).__name__)
    refused = refusal_of(exc)
    return _of_malformed(refused) if isinstance(refused, errors.Malformed) else refusal(refused)


def _of_database(exc: Exception) -> Response:
    logger.warning("database unavailable: %s", type(exc.__cause__ or exc).__name__)
    return refusal(DatabaseBusy())


# The first row that fits answers: the narrow kinds come before the wide ones.
_ANSWERS: list[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], Response]]] = [
    (errors.Malformed, _of_malformed),
    (errors.DomainError, refusal),
    (drf.ValidationError, lambda exc: _of_malformed(as_malformed(exc, "body"))),
    (drf.ParseError, lambda exc: _malformed([{"loc": ["body"], "msg": str(exc.detail), "type": "parse_error"}])),
    (RequestDataTooBig, lambda _: _plain(413, "The body is larger than this server accepts.")),
    (Http404, lambda _: _plain(404, "There is no such thing here.")),
    (PermissionDenied, lambda _: _plain(403, "You may not do this.")),
    (drf.APIException, _of_framework),
    ((IntegrityError, DataError), _of_schema),
    ((OperationalError, InterfaceError), _of_database),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown path: a page to a browser, the API's shape to everybody else."""
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "404.html", status=404)
    return JsonResponse({"detail": "There is no such path.", "code": "not_found"}, status=404)


def closed(request: HttpRequest) -> HttpResponse:
    """Answer whoever comes while the site is closed: a page to a browser, the API's shape to everybody else."""
    refused = ClosedForMaintenance()
    metrics.refused(refused.code)
    headers = {"Retry-After": str(RETRY_WHEN_CLOSED), "Cache-Control": "no-store"}
    if "text/html" in request.headers.get("Accept", ""):
        return HttpResponse(render_to_string("closed.html", request=request), status=503, headers=headers)
    return JsonResponse({"detail": refused.detail, "code": refused.code}, status=503, headers=headers)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours with an id that the log knows, and nothing else."""
    error_id = uuid.uuid4().hex
    logger.error("unhandled failure %s", error_id, exc_info=True)  # noqa: LOG014  # Django calls this while handling
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "500.html", {"error_id": error_id}, status=500)
    return JsonResponse({"detail": "Something went wrong on our side.", "error_id": error_id}, status=500)
