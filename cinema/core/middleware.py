"""Thin middlewares: a request id in and out, how long it took, and what a browser may do with our pages."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from cinema.core import maintenance, metrics
from cinema.core.api.errors import closed
from cinema.core.logs import REQUEST_ID, current_request_id, current_user_id

GetResponse = Callable[[HttpRequest], HttpResponse]
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # a client may invent others without end
requests = logging.getLogger("cinema.requests")
OPEN_WHEN_CLOSED = ("/health", "/metrics", "/now/words.js")  # for those who watch us, and the page that says so
_SESSION_KEY = re.compile(r"[a-z0-9]{8,40}")
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id(get_response: GetResponse) -> GetResponse:
    """Take a caller's X-Request-ID when it is safe to log, else make one; answer with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.headers.get("X-Request-ID", "")
        chosen = asked if _SAFE_ID.fullmatch(asked) else uuid.uuid4().hex
        request.META[REQUEST_ID] = chosen
        token, nobody = current_request_id.set(chosen), current_user_id.set("-")
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
            current_user_id.reset(nobody)
        response.headers["X-Request-ID"] = chosen
        return response

    return middleware


class Sessions(SessionMiddleware):
    """Django's, for keys as we draw them: any other, which may hold a NUL, is not worth asking the database about."""

    def process_request(self, request: HttpRequest) -> None:
        if not _SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)


def observe(get_response: GetResponse) -> GetResponse:
    """Time every request by its route, never by its address, which may tell of people; and log one line about it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = get_response(request)
        seconds = time.monotonic() - began
        route = request.resolver_match.route if request.resolver_match else "unknown"
        method = request.method if request.method in METHODS else "OTHER"
        metrics.REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
        facts = {"method": method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
        requests.info("%s /%s %s", method, route, response.status_code, extra={"facts": facts})
        return response

    return middleware


def maintenance_page(get_response: GetResponse) -> GetResponse:
    """Answer everybody 503 with Retry-After while the site is closed: a page to a browser, JSON to everybody else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if maintenance.is_closed() and not request.path_info.startswith(OPEN_WHEN_CLOSED):
            return closed(request)
        return get_response(request)

    return middleware


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Send SECURE_CSP as a header; the policy is made once, at start-up."""
    policy = "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """Send PERMISSIONS_POLICY as a header: which of a browser's powers our pages may use, and nobody inside them."""
    policy = ", ".join(f"{feature}=({' '.join(allowed)})" for feature, allowed in settings.PERMISSIONS_POLICY.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", policy)
        return response

    return middleware
