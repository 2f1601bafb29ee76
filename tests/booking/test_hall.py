from datetime import timedelta

from booking.hall import hall_of, zones_of
from booking.hall_queries import seat_map
from booking.services import locks
from tests.factories.booking import SeatLockFactory
from venues.models import Seat, SeatCategory


def seat(show, number):
    return Seat.objects.get(screen=show.screen, seat_number=number)


def hall(show, now, viewer=None, chosen=()):
    return hall_of(seat_map(show_id=show.pk, viewer_id=viewer and viewer.pk, now=now), chosen=chosen)


class TestHall:
    def test_names_every_seat_in_full(self, selling_show, now):
        rows = hall(selling_show, now)
        assert [row.name for row in rows] == ["A", "B", "C"]
        assert rows[2].cells[7].label == "Row C, seat 8, gold, ₹250, available"

    def test_says_what_a_seat_is_and_who_has_it(self, selling_show, customer, stranger, now):
        Seat.objects.filter(pk=seat(selling_show, "A1").pk).update(kind="WHEELCHAIR")
        Seat.objects.filter(pk=seat(selling_show, "A4").pk).update(is_available=False)
        locks.lock_seats(show_id=selling_show.pk, seat_ids=[seat(selling_show, "A2").pk], by=customer, now=now)
        SeatLockFactory(show=selling_show, seat=seat(selling_show, "A3"), user=stranger)
        first, second, third, fourth, *_ = hall(selling_show, now, viewer=customer)[0].cells
        assert first.label == "Row A, seat 1, silver, ₹150.50, wheelchair space, available"
        assert (second.label.rpartition(", ")[2], second.is_chosen, second.is_open) == ("held for you", True, True)
        assert (third.label.rpartition(", ")[2], third.is_open) == ("held by somebody else", False)
        assert (fourth.label.rpartition(", ")[2], fourth.is_open) == ("out of service", False)

    def test_leaves_an_aisle_where_columns_or_rows_are_missing(self, selling_show, now):
        seat(selling_show, "A3").delete()
        Seat.objects.filter(screen=selling_show.screen, row_number=3).update(row_number=4)
        rows = hall(selling_show, now)
        assert rows[0].cells[2] is None
        assert [row.after_walkway for row in rows] == [False, False, True]

    def test_is_as_wide_in_every_row(self, selling_show, now):
        seat(selling_show, "A10").delete()
        assert {len(row.cells) for row in hall(selling_show, now)} == {10}

    def test_names_a_zone_after_what_most_seats_of_the_row_cost(self, selling_show, now):
        gold = SeatCategory.objects.get(category_name="Gold")
        Seat.objects.filter(pk=seat(selling_show, "A1").pk).update(category=gold)
        assert [row.opens and row.opens.category.name for row in hall(selling_show, now)] == ["Silver", None, "Gold"]

    def test_opens_each_price_zone_once(self, selling_show, now):
        assert [row.opens and row.opens.category.name for row in hall(selling_show, now)] == ["Silver", None, "Gold"]
        zones = zones_of(seat_map(show_id=selling_show.pk, viewer_id=None, now=now))
        assert [(zone.number, zone.category.name) for zone in zones] == [(1, "Silver"), (2, "Gold")]

    def test_keeps_what_was_chosen_as_far_as_it_is_free(self, selling_show, stranger, now):
        free, gone = seat(selling_show, "B1"), seat(selling_show, "B2")
        SeatLockFactory(show=selling_show, seat=gone, user=stranger, expires_at=now + timedelta(minutes=5))
        cells = hall(selling_show, now, chosen=[free.pk, gone.pk])[1].cells
        assert [cell.is_chosen for cell in cells[:3]] == [True, False, False]
