from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from booking.models import SeatLock
from scheduling.models import Show
from scheduling.states import ShowStatus
from tests.conftest import Api
from tests.factories.booking import SeatLockFactory
from tests.factories.venues import block_of_seats
from venues.models import Seat, SeatCategory


def ids(show, *numbers):
    return [Seat.objects.get(screen=show.screen, seat_number=number).pk for number in numbers]


def held_by(user):
    live = SeatLock.objects.live(now=timezone.now()).filter(user=user)
    return sorted(str(lock.seat) for lock in live.select_related("seat"))


class TestSeeSeats:
    def test_is_open_to_everybody_with_a_checkbox_per_seat(self, client, selling_show):
        page = client.get(f"/seatmap/{selling_show.pk}").content.decode()
        assert page.count('name="seats"') == 30
        assert "<span>Row C, seat 8, gold, ₹250, available</span>" in page
        assert "Screen this way" in page

    def test_ticks_what_the_address_names(self, client, selling_show):
        chosen = ids(selling_show, "A1", "A2")
        page = client.get(f"/seatmap/{selling_show.pk}?seats={chosen[0]},{chosen[1]}").content.decode()
        assert page.count(" checked") == 2

    @pytest.mark.parametrize("seats", ["x", "1,,2", "-1", "9" * 40, "\0"])
    def test_shrugs_off_nonsense_in_the_address(self, client, selling_show, seats):
        assert client.get(f"/seatmap/{selling_show.pk}", {"seats": seats}).status_code == 200

    def test_refuses_to_be_somebody_else(self, client, selling_show, customer, stranger, admin):
        path = f"/seatmap/{selling_show.pk}?user_id={customer.pk}"
        client.force_login(stranger)
        assert client.get(path).status_code == 403
        client.force_login(customer)
        assert client.get(path).status_code == 200
        client.force_login(admin)
        assert client.get(path).status_code == 200

    def test_shows_a_caller_it_does_not_know_what_everybody_sees(self, client, selling_show, customer):
        SeatLockFactory(show=selling_show, seat_id=ids(selling_show, "A1")[0], user=customer)
        answer = client.get(f"/seatmap/{selling_show.pk}?user_id={customer.pk}")
        assert answer.status_code == 200
        assert "Row A, seat 1, silver, ₹150.50, held by somebody else" in answer.content.decode()

    def test_knows_a_caller_by_their_token(self, selling_show, customer, stranger):
        path = f"/seatmap/{selling_show.pk}?user_id={customer.pk}"
        assert Api().signed_in_as(customer).get(path).status_code == 200
        assert Api().signed_in_as(stranger).get(path).status_code == 403
        stale = Api().get(path, headers={"Authorization": "Bearer stale"})
        assert stale.headers["Location"].startswith("/account/login")

    @pytest.mark.parametrize(("path", "status"), [("x", 422), ("4711", 404), ("9" * 30, 404), ("1?user_id=x", 422)])
    def test_answers_what_is_not_there_with_a_page(self, client, db, path, status):
        answer = client.get(f"/seatmap/{path}")
        assert answer.status_code == status
        assert "<h1>" in answer.content.decode()

    def test_hides_a_draft(self, client, selling_show):
        Show.objects.update(status=ShowStatus.DRAFT)
        assert client.get(f"/seatmap/{selling_show.pk}").status_code == 404

    def test_offers_no_button_when_the_show_does_not_sell(self, client, selling_show):
        Show.objects.update(status=ShowStatus.CLOSED)
        page = client.get(f"/seatmap/{selling_show.pk}").content.decode()
        assert "Sales for this show are closed." in page
        assert "Hold these seats" not in page

    def test_costs_the_same_queries_for_thirty_seats_and_for_three_hundred(
        self, client, selling_show, django_assert_num_queries
    ):
        client.get(f"/seatmap/{selling_show.pk}")
        with django_assert_num_queries(2):  # the show with its movie and venue; its claims and prices
            client.get(f"/seatmap/{selling_show.pk}")
        gold = SeatCategory.objects.get(category_name="Gold")
        block_of_seats(gold, rows=range(4, 18), cols=20)
        client.get(f"/seatmap/{selling_show.pk}")  # this process learns the new hall
        with django_assert_num_queries(2):
            page = client.get(f"/seatmap/{selling_show.pk}")
        assert len(page.content) < 150_000


class TestChooseSeats:
    def test_holds_what_is_ticked_and_goes_on_to_food(self, client, selling_show, customer):
        client.force_login(customer)
        answer = client.post(f"/book/{selling_show.pk}/seats", {"seats": ids(selling_show, "A1", "A2")})
        assert (answer.status_code, answer.url) == (302, f"/book/{selling_show.pk}/food")
        assert held_by(customer) == ["A1", "A2"]

    def test_swaps_seats_even_at_the_limit(self, client, selling_show, customer):
        client.force_login(customer)
        path = f"/book/{selling_show.pk}/seats"
        client.post(path, {"seats": ids(selling_show, *(f"A{n}" for n in range(1, 11)))})
        client.post(path, {"seats": ids(selling_show, *(f"A{n}" for n in range(2, 11)), "B1")})
        assert held_by(customer) == ["A10", *(f"A{n}" for n in range(2, 10)), "B1"]

    def test_makes_a_guest_of_somebody_without_an_account(self, client, selling_show):
        answer = client.post(f"/book/{selling_show.pk}/seats", {"seats": ids(selling_show, "A1", "A2")})
        assert (answer.status_code, answer.url) == (302, f"/book/{selling_show.pk}/food")
        guest = User.objects.get()
        assert guest.is_guest
        assert held_by(guest) == ["A1", "A2"]

    def test_keeps_the_guest_from_one_choice_to_the_next(self, client, selling_show):
        path = f"/book/{selling_show.pk}/seats"
        client.post(path, {"seats": ids(selling_show, "A1", "A2")})
        client.post(path, {"seats": ids(selling_show, "A3", "A4")})
        assert held_by(User.objects.get()) == ["A3", "A4"]

    def test_holds_a_guest_to_ten_seats(self, client, selling_show):
        path = f"/book/{selling_show.pk}/seats"
        client.post(path, {"seats": ids(selling_show, *(f"A{n}" for n in range(1, 11)))})
        answer = client.post(path, {"seats": ids(selling_show, *(f"A{n}" for n in range(1, 11)), "B1")})
        assert answer.status_code == 409
        assert len(held_by(User.objects.get())) == 10

    def test_makes_no_guest_for_nothing(self, client, selling_show):
        assert client.post(f"/book/{selling_show.pk}/seats").status_code == 400
        assert not User.objects.exists()

    def test_makes_so_many_guests_from_one_address_and_no_more(self, client, selling_show, settings):
        cache.clear()
        settings.THROTTLES = {**settings.THROTTLES, "guest_per_address": (1, 10**9)}
        path = f"/book/{selling_show.pk}/seats"
        assert client.post(path, {"seats": ids(selling_show, "A1")}).status_code == 302
        assert Client().post(path, {"seats": ids(selling_show, "A2")}).status_code == 429
        assert User.objects.count() == 1

    def test_explains_a_lost_seat_and_keeps_the_other_ticked(self, client, selling_show, customer, stranger):
        lost, free = ids(selling_show, "A1", "A2")
        SeatLockFactory(show=selling_show, seat_id=lost, user=stranger)
        client.force_login(customer)
        answer = client.post(f"/book/{selling_show.pk}/seats", {"seats": [lost, free]})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Somebody else was faster: A1." in page
        assert page.count(" checked") == 1
        assert held_by(customer) == []

    def test_asks_for_a_seat_when_none_is_ticked(self, client, selling_show, customer):
        client.force_login(customer)
        answer = client.post(f"/book/{selling_show.pk}/seats", {"seats": ["x", "-4"]})
        assert answer.status_code == 400
        assert "Choose at least one seat." in answer.content.decode()

    def test_is_404_for_a_show_that_is_not_there(self, client, customer):
        client.force_login(customer)
        assert client.post("/book/4711/seats", {"seats": ["1"]}).status_code == 404

    def test_leads_a_reload_back_to_the_map(self, client, selling_show):
        assert client.get(f"/book/{selling_show.pk}/seats").url == f"/seatmap/{selling_show.pk}"


class TestTheRuleAgainstSingleGaps:
    def test_is_explained_with_the_shift_as_one_click(self, client, selling_show, customer):
        client.force_login(customer)
        answer = client.post(f"/book/{selling_show.pk}/seats", {"seats": ids(selling_show, "A2", "A3")})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Seat A1 would be left alone; take A1–A2 instead." in page
        assert "Take A1–A2 instead</button>" in page
        assert list(answer.context["offer"].seat_ids) == sorted(ids(selling_show, "A1", "A2"))
        assert held_by(customer) == []

    def test_offers_seats_close_by_for_a_lost_one(self, client, selling_show, customer, stranger):
        lost, other = ids(selling_show, "A1", "A2")
        SeatLockFactory(show=selling_show, seat_id=lost, user=stranger)
        client.force_login(customer)
        answer = client.post(f"/book/{selling_show.pk}/seats", {"seats": [lost, other]})
        assert "Take A2–A3 instead</button>" in answer.content.decode()


class TestTakeBestSeats:
    def take(self, client, show, **asked):
        return client.post(f"/book/{show.pk}/best", {"party": 2, **asked})

    def test_holds_them_and_shows_where_they_are(self, client, selling_show, customer):
        client.force_login(customer)
        answer = self.take(client, selling_show)
        assert (answer.status_code, answer.url) == (302, f"/seatmap/{selling_show.pk}?party=2#seats")
        assert held_by(customer) == ["B5", "B6"]
        page = client.get(answer.url).content.decode()
        assert "Row B, seat 5, silver, ₹150.50, held for you" in page
        assert "₹355.20 including ₹54.20 GST" in page
        assert "Go on with these seats" in page

    def test_needs_no_account(self, client, selling_show):
        self.take(client, selling_show)
        assert held_by(User.objects.get()) == ["B5", "B6"]

    def test_can_be_near_to_seats_that_are_lost(self, client, selling_show, customer):
        client.force_login(customer)
        near = ",".join(str(seat_id) for seat_id in ids(selling_show, "C1", "C2"))
        self.take(client, selling_show, near=near)
        assert held_by(customer) == ["C1", "C2"]

    def test_keeps_to_the_price(self, client, selling_show, customer):
        client.force_login(customer)
        self.take(client, selling_show, category=SeatCategory.objects.get(category_name="Gold").pk)
        assert held_by(customer) == ["C5", "C6"]

    @pytest.mark.parametrize(
        "asked",
        [
            {"party": ""},
            {"party": "0"},
            {"party": "11"},
            {"party": "x"},
            {"category": "x"},
            {"near": "1;2"},
            {"near": "\0"},
        ],
    )
    def test_asks_again_when_it_cannot_read_the_wish(self, client, selling_show, asked):
        answer = self.take(client, selling_show, **asked)
        assert answer.status_code == 400
        assert "Say for how many people, from 1 to 10." in answer.content.decode()
        assert not User.objects.exists()

    def test_says_when_so_many_are_not_left(self, client, selling_show):
        Seat.objects.exclude(seat_number="A1").update(is_available=False)
        answer = self.take(client, selling_show)
        assert answer.status_code == 409
        assert "There are not so many seats left." in answer.content.decode()

    def test_leads_a_reload_back_to_the_map(self, client, selling_show):
        assert client.get(f"/book/{selling_show.pk}/best").url == f"/seatmap/{selling_show.pk}"

    def test_is_404_for_a_show_that_is_not_there(self, client, db):
        assert client.post("/book/4711/best", {"party": 2}).status_code == 404


class TestTheListOfSeats:
    def test_shows_the_same_controls_row_by_row(self, client, selling_show):
        page = client.get(f"/seatmap/{selling_show.pk}?view=list").content.decode()
        assert page.count('name="seats"') == 30
        assert "hall--list" in page
        assert page.count('<details class="seat-row">') == 3
        assert "10 free" in page

    def test_opens_the_rows_with_something_chosen(self, client, selling_show):
        (chosen,) = ids(selling_show, "B4")
        page = client.get(f"/seatmap/{selling_show.pk}?view=list&seats={chosen}").content.decode()
        assert page.count('<details class="seat-row" open>') == 1

    @pytest.mark.parametrize(("asked", "party"), [("4", 4), ("99", 10), ("0", 1), ("x", 2), ("-1", 2), ("²", 2)])
    def test_knows_for_how_many(self, client, selling_show, asked, party):
        assert client.get(f"/seatmap/{selling_show.pk}", {"party": asked}).context["party"] == party


class TestTotalNow:
    def test_names_the_price_with_tax(self, client, selling_show):
        seats = ",".join(map(str, ids(selling_show, "A1", "C1")))
        answer = client.get(f"/now/shows/{selling_show.pk}/total?seats={seats}")
        assert answer.json() == {"amount": "₹472.60", "tax": "₹72.10"}

    @pytest.mark.parametrize("seats", ["", "x", "1,,2", "9" * 30, ",".join("1" * 21)])
    def test_is_422_for_what_it_cannot_read(self, client, selling_show, seats):
        assert client.get(f"/now/shows/{selling_show.pk}/total", {"seats": seats}).status_code == 422

    def test_refuses_seats_of_another_screen(self, client, selling_show):
        answer = client.get(f"/now/shows/{selling_show.pk}/total?seats=0")
        assert (answer.status_code, answer.json()["code"]) == (404, "seat_unknown")


class TestGiveSeatsBack:
    def test_frees_them_and_says_so(self, client, selling_show, customer):
        client.force_login(customer)
        client.post(f"/book/{selling_show.pk}/seats", {"seats": ids(selling_show, "A1")})
        answer = client.post(f"/book/{selling_show.pk}/release", follow=True)
        assert "free for others again" in answer.content.decode()
        assert held_by(customer) == []


class TestExtendHold:
    def test_prolongs_once_and_then_says_no(self, client, selling_show, customer):
        client.force_login(customer)
        SeatLockFactory(
            show=selling_show,
            seat_id=ids(selling_show, "A1")[0],
            user=customer,
            locked_at=timezone.now() - timedelta(minutes=8),
        )
        food = f"/book/{selling_show.pk}/food"
        once = client.post(f"/book/{selling_show.pk}/extend", {"next": food}, follow=True)
        twice = client.post(f"/book/{selling_show.pk}/extend", {"next": food}, follow=True)
        assert "held for longer now" in once.content.decode()
        assert "A lock can be extended once." in twice.content.decode()
        assert "More time" not in twice.content.decode()
