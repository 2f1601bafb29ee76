"""What every server-rendered page shares: a refusal is a page, and a page never leaks a path of the API."""

import logging
from urllib.parse import urlencode

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from cinema.core import errors, metrics
from cinema.core.api.errors import RETRY_SECONDS, DatabaseBusy, status_of

logger = logging.getLogger(__name__)

TITLES = {
    400: _("That did not work"),
    403: _("This door is not yours"),
    404: _("Not on the programme"),
    405: _("Nothing to see here"),
    409: _("Somebody was quicker"),
    410: _("The time for this is over"),
    422: _("We cannot read this address"),
    429: _("One moment, please"),
    503: _("A full house"),
}


class Page(View):
    """A view for people: what a service refuses becomes a page with its status, or the way to the log-in."""

    is_personal = True  # then no cache keeps it: not a shared one, and not the next person's back button

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = self.answer(request, *args, **kwargs)
        if self.is_personal:
            add_never_cache_headers(response)
        return response

    def answer(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Let the method answer, and turn what it raises into a page."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except errors.Unauthenticated:
            return to_log_in(self.way_back(request))
        except errors.DomainError as refusal:
            return refused(request, refusal)
        except (OperationalError, InterfaceError) as error:
            logger.warning("database unavailable: %s", type(error.__cause__ or error).__name__)
            return refused(request, DatabaseBusy())

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        page = _error_page(request, 405, gettext("This address only takes what a form sends."))
        page.headers["Allow"] = super().http_method_not_allowed(request).headers["Allow"]
        return page

    def way_back(self, request: HttpRequest) -> str:
        """Name the address to come back to after the log-in."""
        return request.get_full_path()


def to_log_in(way_back: str) -> HttpResponse:
    """Send to the log-in, which leads back."""
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': way_back})}")


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Keep an address to go on to only if it is ours; the home page otherwise."""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # Django's redirect() would take a word without a slash for the name of a view.
    return wanted if ours and wanted.startswith("/") else settings.LOGIN_REDIRECT_URL


def refused(request: HttpRequest, refusal: errors.DomainError) -> HttpResponse:
    """Show a refusal as a page of its own."""
    return with_refusal(refusal, _error_page(request, status_of(refusal), refusal.detail))


def with_refusal(refusal: errors.DomainError, response: HttpResponse) -> HttpResponse:
    """Give the page that explains a refusal its status, and the headers that go with it."""
    response.status_code = status_of(refusal)
    metrics.refused(refusal.code)
    if response.status_code in (429, 503):
        response.headers["Retry-After"] = str(refusal.data.get("retry_after", RETRY_SECONDS))
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its token, which happens to people whose cookie is gone."""
    message = gettext("This form was open too long. Go back, reload the page and send it again.")
    return _error_page(request, 403, message, title=gettext("This form is too old"))


def _error_page(request: HttpRequest, status: int, message: str, *, title: str = "") -> HttpResponse:
    context = {"status": status, "title": title or TITLES.get(status, TITLES[400]), "message": message}
    return render(request, "error.html", context, status=status)
