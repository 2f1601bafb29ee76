"""The stage every case plays on: a hall of 300 seats, many shows, many customers, a catalogue."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.models import Notification, Session, User
from accounts.tokens import pair_of
from billing.models import GST, Invoice, InvoiceCounter, Payment, Refund, SandboxCharge
from catalog.models import Movie
from scheduling.models import Show
from venues.models import Screen, Seat, SeatCategory, Venue

ROWS, COLS = 20, 15
SHOWS = 120
CUSTOMERS = 2400
MOVIES = 100


@dataclass(frozen=True)
class Stage:
    now: datetime
    show_ids: list[int]
    seat_ids: list[int]
    user_ids: list[int]
    tokens: list[str]

    def pair(self, number: int) -> tuple[int, int, list[int]]:
        """Deal the next customer, show and two neighbouring seats, never the same seats twice in one run."""
        pairs = len(self.seat_ids) // 2
        show, place = divmod(number, pairs)
        customer = (show * 20 + place // 5 % 30) % len(self.user_ids)  # five pairs each: the limit is ten seats
        return customer, self.show_ids[show], self.seat_ids[2 * place : 2 * place + 2]

    @property
    def pairs(self) -> int:
        return len(self.show_ids) * len(self.seat_ids) // 2


def build() -> Stage:
    """Fill an empty database."""
    now = timezone.now()
    venue = Venue.objects.create(name="Bench", code="BEN", is_default=True)
    screen = Screen.objects.create(venue=venue, screen_name="1", screen_type="Standard")
    gold = SeatCategory.objects.create(
        screen=screen, category_name="Gold", rows=ROWS, cols=COLS, base_price=Decimal("250.00")
    )
    Seat.objects.bulk_create(
        Seat(screen=screen, category=gold, row_number=row, col_number=col, seat_number=f"{chr(64 + row)}{col}")
        for row in range(1, ROWS + 1)
        for col in range(1, COLS + 1)
    )
    GST.objects.create(gst_category="ticket", c_gst=9, s_gst=9, above=100)
    movies = Movie.objects.bulk_create(
        Movie(title=f"Movie {number}", slug=f"movie-{number}", duration=120, genre=["Drama"], language=["Hindi"])
        for number in range(MOVIES)
    )
    starts = [now + timedelta(days=1, hours=3 * number) for number in range(SHOWS)]
    Show.objects.bulk_create(
        Show(
            movie=movies[0],
            screen=screen,
            show_date=start.date(),
            starts_at=start,
            ends_at=start + timedelta(minutes=130),
            free_at=start + timedelta(minutes=150),
        )
        for start in starts
    )
    users = User.objects.bulk_create(
        User(email=f"customer{number}@example.com", name="Customer", password="!")  # noqa: S106  # unusable
        for number in range(CUSTOMERS)
    )
    sessions = Session.objects.bulk_create(
        Session(user=user, current_jti=uuid.uuid4().hex, created_at=now, expires_at=now + timedelta(days=7))
        for user in users
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Stage(
        now=now,
        show_ids=list(Show.objects.order_by("id").values_list("id", flat=True)),
        seat_ids=list(Seat.objects.order_by("id").values_list("id", flat=True)),
        user_ids=[user.pk for user in users],
        tokens=[pair_of(session, issued_at=now).access for session in sessions],
    )


def clear() -> None:
    """Take every claim and booking back, so that the next case finds the same stage."""
    money = (Refund, Payment, Invoice, InvoiceCounter, SandboxCharge, Notification)
    tables = [model._meta.db_table for model in (*apps.get_app_config("booking").get_models(), *money)]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")  # and what refers to them
