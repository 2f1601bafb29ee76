"""News as pages: what somebody wants to hear of, the way out of a mail, and what a browser asks while it is open."""

import hashlib

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts import queries
from accounts.services import preferences
from accounts.states import OPTIONAL, Channel, NoticeType
from accounts.visitors import account_holder
from cinema.core.pages import Page


class Preferences(Page):
    """What somebody is told, and where; what cannot be switched off is said to be so."""

    def get(self, request: HttpRequest) -> HttpResponse:
        muted = queries.muted(account_holder(request))
        rows = [(kind, [self.cell(kind, channel, muted) for channel in Channel]) for kind in NoticeType]
        return render(request, "accounts/preferences.html", {"channels": Channel, "rows": rows})

    def post(self, request: HttpRequest) -> HttpResponse:
        named = set(request.POST.getlist("wanted"))
        wanted = [choice for choice in preferences.optional() if ".".join(choice) in named]
        preferences.choose(user=account_holder(request), wanted=wanted)
        messages.success(request, _("Your choice is kept."))
        return redirect("preferences")

    def cell(self, kind: NoticeType, channel: Channel, muted: set[preferences.Choice]) -> dict[str, object]:
        return {
            "channel": channel,
            "value": f"{kind}.{channel}",
            "is_optional": channel in OPTIONAL.get(kind, ()),
            "is_wanted": (kind, channel) not in muted,
        }


@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(Page):
    """The link in a mail. Mail programs send the form by themselves, without a cookie (RFC 8058): the key is the proof.

    Opening the address changes nothing: scanners of mail open every link.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        key = request.GET.get("key", "")
        _user_id, kind = preferences.read_key(key)
        return render(request, "accounts/unsubscribe.html", {"kind": kind, "key": key})

    def post(self, request: HttpRequest) -> HttpResponse:
        kind = preferences.unsubscribe(key=request.GET.get("key", ""))
        return render(request, "accounts/unsubscribe.html", {"kind": kind, "is_done": True})


class UnreadNow(Page):
    """How much is unread and the newest of it, for the script of an open page; unchanged it is a 304."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        count, newest = queries.unread_now(account_holder(request))
        body = orjson.dumps({"unread": count, "newest": newest})
        etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        is_known = etag in request.headers.get("If-None-Match", "")
        answer = HttpResponseNotModified() if is_known else HttpResponse(body, content_type="application/json")
        answer.headers["ETag"] = etag
        return answer
