from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.booking import SeatLockFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory, block_of_seats
from venues.errors import SeatsSold, UnknownZone
from venues.hall_plan import HallPlan, Place
from venues.models import Seat
from venues.services import furnishing
from venues.states import SeatKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def silver():
    category = SeatCategoryFactory(cols=3, base_price=Decimal(150))
    block_of_seats(category, rows=[1], cols=3)
    return category


def row_of(*numbers, category="Silver", row=1, **facts):
    return tuple(Place(row, col, number, category, **facts) for col, number in enumerate(numbers, start=1))


def furnish(screen, plan, *, by, now):
    return furnishing.furnish(screen_id=screen.pk, plan=plan, by=by, now=now)


class TestFurnish:
    def test_keeps_a_seat_that_moves(self, silver, admin, now):
        before = {seat.seat_number: seat.pk for seat in silver.screen.seats.all()}
        plan = HallPlan(row_of("A3", "A2", "A1", "A4"))
        changes = furnish(silver.screen, plan, by=admin, now=now)
        assert (changes.added, changes.vanished, changes.changed) == (("A4",), (), ("A1", "A3"))
        places = {seat.seat_number: (seat.pk, seat.col_number) for seat in silver.screen.seats.all()}
        assert {number: places[number] for number in before} == {
            "A1": (before["A1"], 3),
            "A2": (before["A2"], 2),
            "A3": (before["A3"], 1),
        }
        assert furnishing.plan_of_screen(screen=silver.screen).places == tuple(
            sorted(plan.places, key=lambda place: place.col)
        )

    def test_retires_what_leaves_and_takes_its_place_again(self, silver, admin, now):
        furnish(silver.screen, HallPlan(row_of("A1", "A2", "B1")), by=admin, now=now)
        gone = Seat.objects.get(screen=silver.screen, seat_number="A3")
        assert (gone.retired_at, gone.is_available) == (now, False)
        furnish(silver.screen, HallPlan(row_of("A1", "A2", "A3")), by=admin, now=now)
        assert Seat.objects.standing().filter(screen=silver.screen).count() == 3
        assert Seat.objects.filter(screen=silver.screen, seat_number="A3").count() == 2

    def test_makes_new_zones_and_measures_them(self, silver, admin, now):
        plan = HallPlan(
            row_of("A1", "A2", "A3") + row_of("B1", "B2", category="Gold", row=2, kind=SeatKind.RECLINER),
            (("Gold", Decimal(240)), ("Silver", Decimal(160))),
        )
        furnish(silver.screen, plan, by=admin, now=now)
        zones = {
            zone.category_name: (zone.base_price, zone.rows, zone.cols) for zone in silver.screen.categories.all()
        }
        assert zones == {"Gold": (240, 1, 2), "Silver": (160, 1, 3)}

    def test_needs_a_price_for_a_new_zone(self, silver, admin, now):
        with pytest.raises(UnknownZone, match="Gold"):
            furnish(silver.screen, HallPlan(row_of("A1", category="Gold")), by=admin, now=now)
        assert Seat.objects.standing().filter(screen=silver.screen).count() == 3

    @pytest.mark.parametrize(
        "plan",
        [
            HallPlan(row_of("A2", "A3")),
            HallPlan(row_of("A1", category="Gold") + row_of("A2", "A3", row=2), (("Gold", Decimal(1)),)),
            HallPlan(row_of("A1", is_available=False) + row_of("A2", "A3", row=2)),
        ],
        ids=["vanishes", "changes its zone", "closes"],
    )
    def test_refuses_to_take_a_sold_seat_away_and_names_the_show(self, silver, admin, now, plan):
        show = ShowFactory(screen=silver.screen, starts_at=now + timedelta(days=1))
        seat = silver.screen.seats.get(seat_number="A1")
        SeatLockFactory(show=show, seat=seat, expires_at=now + timedelta(minutes=5))
        with pytest.raises(SeatsSold, match=f"{show.movie.title}.*A1"):
            furnish(silver.screen, plan, by=admin, now=now)
        assert Seat.objects.standing().filter(screen=silver.screen, seat_number="A1", is_available=True).exists()

    def test_lets_a_sold_seat_move(self, silver, admin, now):
        show = ShowFactory(screen=silver.screen, starts_at=now + timedelta(days=1))
        seat = silver.screen.seats.get(seat_number="A1")
        SeatLockFactory(show=show, seat=seat, expires_at=now + timedelta(minutes=5))
        furnish(silver.screen, HallPlan(row_of("A2", "A3", "A1")), by=admin, now=now)
        seat.refresh_from_db()
        assert seat.col_number == 3

    def test_does_not_mind_a_sale_of_the_past(self, silver, admin, now):
        show = ShowFactory(screen=silver.screen, starts_at=now - timedelta(days=1))
        SeatLockFactory(show=show, seat=silver.screen.seats.get(seat_number="A1"), expires_at=now)
        furnish(silver.screen, HallPlan(row_of("A2", "A3")), by=admin, now=now)
        assert Seat.objects.get(screen=silver.screen, seat_number="A1").retired_at == now

    def test_removes_walkways_of_older_clients(self, silver, admin, now):
        SeatFactory(category=silver, row_number=2, col_number=1, seat_number=None)
        furnish(silver.screen, HallPlan(row_of("A1", "A2", "A3")), by=admin, now=now)
        assert Seat.objects.filter(screen=silver.screen).count() == 3


FORM = {
    "action": "generate",
    "rows": 2,
    "seats_per_row": 3,
    "letters": "front",
    "numbering": "left",
    "zones": "Silver 150 A-B",
}


class TestTheHallPage:
    @pytest.fixture
    def office(self, client, admin):
        client.force_login(admin)
        return client

    @pytest.fixture
    def page(self):
        return reverse("admin:venues_screen_hall", args=[ScreenFactory().pk])

    def test_draws_before_it_writes(self, office, page):
        shown = office.post(page, FORM)
        assert "6 seats" in shown.content.decode()
        assert not Seat.objects.exists()
        context = shown.context
        confirm = {"action": "import", "confirm": "yes", "cells": context["cells"], "prices": context["prices"]}
        assert office.post(page, confirm).status_code == 302
        assert Seat.objects.count() == 6
        assert "A1, Silver" in office.get(page).content.decode()

    def test_exports_what_it_imports(self, office, page):
        shown = office.post(page, FORM)
        confirm = {"action": "import", "confirm": "yes", "cells": shown.context["cells"], "prices": "Silver 150"}
        office.post(page, confirm)
        before = list(Seat.objects.order_by("id").values())
        for kind in ("csv", "xlsx"):
            export = office.get(page.replace("/hall/", f"/hall.{kind}"))
            assert f".{kind}" in export.headers["Content-Disposition"]
            file = SimpleUploadedFile(f"hall.{kind}", export.content)
            shown = office.post(page, {"action": "import", "file": file, "prices": ""})
            assert shown.context["changes"].is_nothing
        assert list(Seat.objects.order_by("id").values()) == before

    def test_says_what_is_unclear(self, office, page):
        assert "in no zone: B" in office.post(page, {**FORM, "zones": "Silver 150 A"}).content.decode()

    def test_is_not_for_customers(self, client, customer, page):
        client.force_login(customer)
        assert client.get(page).status_code == 302
