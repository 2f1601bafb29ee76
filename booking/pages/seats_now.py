"""What a seat map asks while somebody looks at it: which seats are gone, and what the ticked ones cost."""

from datetime import datetime
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone

from booking import live, queries
from booking.forms import ShownSeatsForm
from booking.hall_queries import claims_of, sales_end
from booking.live import Seen
from booking.orders import Order
from booking.page_queries import public_show
from cinema.core.api.errors import status_of
from cinema.core.errors import DomainError
from cinema.core.formats import money
from cinema.core.pages import Page
from scheduling.states import SELLING


class SeatsNow(Page):
    """The seats of a show that cannot be had, the same for everybody; unchanged ones are answered without SQL."""

    is_personal = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        now = timezone.now()
        seen = live.seen(show_id, read=partial(_read, show_id, now), now=now)
        is_known = seen.etag in request.headers.get("If-None-Match", "")
        answer = HttpResponseNotModified() if is_known else HttpResponse(seen.body, content_type="application/json")
        answer.headers["ETag"] = seen.etag
        answer.headers["Cache-Control"] = "no-cache"
        return answer


class TotalNow(Page):
    """What some seats cost together, tax included, before anything is held."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        form = ShownSeatsForm(request.GET)
        if not form.is_valid():
            return JsonResponse({"detail": "Name seats by their ids, as in seats=1,2."}, status=422)
        try:
            quote = queries.quote(order=Order(show_id, form.cleaned_data["seats"]), now=timezone.now())
        except DomainError as refusal:
            return JsonResponse({"detail": refusal.detail, "code": refusal.code}, status=status_of(refusal))
        currency = public_show(show_id).screen.venue.currency
        return JsonResponse({"amount": money(quote.amount, currency), "tax": money(quote.tax, currency)})


def _read(show_id: int, now: datetime) -> Seen:
    show = public_show(show_id)
    claims, closes = claims_of(show_id=show_id, now=now), sales_end(show)
    is_selling = show.status in SELLING and now < closes
    body = live.body_of(held=sorted(claims.held), sold=sorted(claims.sold), selling=is_selling)
    changes = [instant for instant in (claims.next_lapse, closes if is_selling else None) if instant]
    return Seen(body, min(changes, default=None))
