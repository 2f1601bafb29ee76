"""`make pages`: the time of every page on a large demo cinema, over HTTP from one client; SCALE=… times the demo data."""

import argparse
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings.local")
django.setup()

from django.contrib import admin  # noqa: E402  # the models need django.setup() first
from django.core.management import call_command  # noqa: E402  # the models need django.setup() first
from django.db import connection  # noqa: E402  # the models need django.setup() first
from django.test import Client  # noqa: E402  # the models need django.setup() first
from django.urls import reverse  # noqa: E402  # the models need django.setup() first
from django.utils import timezone  # noqa: E402  # the models need django.setup() first

from accounts.models import User  # noqa: E402  # the models need django.setup() first
from bench.load import Http  # noqa: E402  # the models need django.setup() first
from bench.server import serving  # noqa: E402  # the models need django.setup() first
from booking.models import Booking  # noqa: E402  # the models need django.setup() first
from booking.services import locks  # noqa: E402  # the models need django.setup() first
from booking.states import BookingStatus  # noqa: E402  # the models need django.setup() first
from scheduling.models import Show  # noqa: E402  # the models need django.setup() first
from venues.models import Seat  # noqa: E402  # the models need django.setup() first

FAST, FAST_OFFICE = 50.0, 300.0  # milliseconds that 95 of 100 calls should stay under: pages of customers, of staff
ROUNDS, WARM = 100, 10
CUSTOMER, STAFF = "customer@example.com", "admin@example.com"


@dataclass(frozen=True)
class Page:
    name: str
    path: str
    cookie: str
    wanted: float = FAST


def main() -> None:
    """Load the cinema, time every page, and fail when one is slower than wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("only", nargs="*", help="pages whose name contains one of these words")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not User.objects.exists():
        call_command("demo_data", scale=asked.scale)
    print(f"\n{Booking.objects.count():,} bookings, {Show.objects.count():,} shows, {User.objects.count():,} people")
    print(f"{'page':34}{'kB':>7}{'p50 ms':>9}{'p95 ms':>9}   wanted: p95 below {FAST:.0f}, of staff {FAST_OFFICE:.0f}")
    with serving() as port:
        http = Http(port)
        chosen = [page for page in pages() if not asked.only or any(word in page.name for word in asked.only)]
        slow = [page.name for page in chosen if not _measure(http, page)]
    raise SystemExit(f"Too slow: {', '.join(slow)}" if slow else None)


def pages() -> Iterator[Page]:
    """List the pages of a visitor, of a customer in the middle of a purchase, and of staff."""
    show = _show_ahead()
    mine, his = _cookie(CUSTOMER), _cookie(STAFF)
    yield Page("what is on", reverse("home"), "")
    yield Page("what is on: one genre", f"{reverse('home')}?{urlencode({'genre': 'Drama'})}", "")
    yield Page("what is on: found", f"{reverse('home')}?{urlencode({'q': show.movie.title})}", "")
    yield Page("what is on: not found", f"{reverse('home')}?{urlencode({'q': 'nosuchfilm'})}", "")
    yield Page("movie", reverse("movie", args=[show.movie_id, show.movie.slug]), "")
    yield Page("seats of a visitor", reverse("seat_map", args=[show.pk]), "")
    yield Page("seats of a customer", reverse("seat_map", args=[show.pk]), mine)
    yield Page("log in", reverse("log_in"), "")
    for name in ("add_food", "pay"):
        yield Page(f"purchase: {name}", reverse(name, args=[show.pk]), mine)
    for name in ("my_account", "my_bookings", "inbox", "profile", "sessions"):
        yield Page(f"account: {name}", reverse(name), mine)
    booking = Booking.objects.filter(user__email=CUSTOMER, booking_status=BookingStatus.CONFIRMED).latest("id")
    for name in ("show_ticket", "cancel_booking"):
        yield Page(f"account: {name}", reverse(name, args=[booking.booking_reference]), mine)
    yield from _office(his)


def _office(cookie: str) -> Iterator[Page]:
    yield Page("office: start", reverse("admin:index"), cookie, FAST_OFFICE)
    yield Page("office: week", reverse("office_week"), cookie, FAST_OFFICE)
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield Page(f"office: {model._meta.verbose_name_plural}", path, cookie, FAST_OFFICE)
        if model in (Booking, User, Show):
            yield Page(
                f"office: search {model._meta.verbose_name_plural}", f"{path}?q=customer@example", cookie, FAST_OFFICE
            )


def _show_ahead() -> Show:
    """Find a show to come in the largest hall, and hold two of its seats for the customer."""
    now = timezone.now()
    shows = Show.objects.public().selling(now=now).select_related("movie", "screen").order_by("starts_at", "id")
    show = max(shows[:30], key=lambda show: Seat.objects.filter(screen=show.screen).count())
    customer = User.objects.get(email=CUSTOMER)
    free = Seat.objects.filter(screen=show.screen, retired_at=None).exclude(
        pk__in=show.claims.values("seat_id")  # type: ignore[attr-defined]  # a relation from above
    )
    locks.lock_seats(show_id=show.pk, seat_ids=[seat.pk for seat in free.order_by("id")[:2]], by=customer, now=now)
    return show


def _cookie(email: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _measure(http: Http, page: Page) -> bool:
    taken, size = [], 0
    for _ in range(ROUNDS + WARM):
        before = time.perf_counter()
        status, body = http.send(f"GET {page.path} HTTP/1.1" + (f"\r\nCookie: {page.cookie}" if page.cookie else ""))
        taken.append((time.perf_counter() - before) * 1000)
        size = len(body)
        if status != 200:
            raise SystemExit(f"{page.name} {page.path}: {status} {re.sub('<[^>]+>', ' ', body.decode())[:300]}")
    ordered = sorted(taken[WARM:])
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(
        f"{page.name:34}{size / 1000:7.0f}{p50:9.1f}{p95:9.1f}{'' if p95 < page.wanted else '   MISSED'}", flush=True
    )
    return p95 < page.wanted


if __name__ == "__main__":
    connection.ensure_connection()
    main()
