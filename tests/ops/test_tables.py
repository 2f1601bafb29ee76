from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from accounts.states import Role
from catalog.models import Movie
from cinema.core import jobs
from concessions.models import FoodItem
from ops.errors import ImportNotReady, SheetUnreadable
from ops.models import TableImport
from ops.services import importing
from ops.states import ImportStatus
from ops.tables import sheets
from ops.tables.registry import NAMES
from scheduling.models import Show, ShowCategoryPricing
from scheduling.states import ShowStatus
from tests.factories.accounts import GuestFactory, UserFactory
from tests.factories.catalog import MovieFactory
from tests.factories.concessions import FoodCategoryFactory, FoodItemFactory
from tests.factories.scheduling import PriceCardFactory, ShowFactory
from tests.factories.venues import ScreenFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(selling_show, customer, now):
    """Give every table some rows, with what is awkward in them."""
    Movie.objects.update(interval_minutes=15, rating=Decimal("7.5"), genre=["Drama; of a kind", "Action"])
    MovieFactory(title="=HYPERLINK(1)", description='Two lines,\n"quoted"', release_date=None, is_active=False)
    food = FoodCategoryFactory(category_name="Drinks")
    FoodItemFactory(category=food, item_name="Cola; large", price=Decimal("99.50"), stock=5)
    GuestFactory()
    return selling_show


@pytest.fixture
def bring(manager, now):
    """Bring lines in as a file of a table."""

    def bringing(table: str, *lines: list[str]) -> TableImport:
        content = "".join(sheets.csv_parts(lines)).encode()
        return importing.start(table=table, filename="table.csv", content=content, by=manager, now=now)

    return bringing


@pytest.fixture
def written(bring, manager, now):
    """Bring lines in, see them ready, and have them written."""

    def writing(table: str, *lines: list[str]) -> TableImport:
        record = bring(table, *lines)
        assert (record.status, record.report["faults"]) == (ImportStatus.READY, [])
        importing.confirm(import_id=record.pk, by=manager, now=now)
        record.refresh_from_db()
        assert record.status == ImportStatus.DONE
        return record

    return writing


def faults(record):
    assert record.status == ImportStatus.REFUSED
    return [(line, column) for line, column, _ in record.report["faults"]]


@pytest.mark.parametrize("name", NAMES)
class TestARoundTrip:
    def lines(self, name, now):
        table = NAMES[name]()
        return [[column.name for column in table.columns], *table.export(now=now)]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_changes_nothing(self, house, manager, now, name, kind):
        lines = self.lines(name, now)
        assert len(lines) > 1
        content = "".join(sheets.csv_parts(lines)).encode() if kind == "csv" else sheets.excel(lines, title=name)
        record = importing.start(table=name, filename="t", content=content, by=manager, now=now)
        told = record.report
        assert (told["faults"], told["added"], told["changed"], told["same"]) == ([], 0, 0, len(lines) - 1)
        assert self.lines(name, now) == lines

    def test_names_each_column_once_and_every_row_has_all(self, house, now, name):
        header, *rows = self.lines(name, now)
        assert len(set(header)) == len(header)
        assert {len(row) for row in rows} == {len(header)}


class TestImporting:
    def test_writes_nothing_before_somebody_says_so(self, bring, manager, now):
        record = bring("movies", ["title", "duration"], ["Sholay", "204"])
        assert (record.status, record.report["added"]) == (ImportStatus.READY, 1)
        assert not Movie.objects.exists()
        importing.confirm(import_id=record.pk, by=manager, now=now)
        assert Movie.objects.get().title == "Sholay"

    def test_writes_nothing_when_one_row_is_bad(self, bring, manager, now):
        record = bring("movies", ["title", "duration"], ["Sholay", "204"], ["Deewaar", "long"], ["", "100"])
        assert faults(record) == [(3, "duration"), (4, "title")]
        with pytest.raises(ImportNotReady):
            importing.confirm(import_id=record.pk, by=manager, now=now)
        assert not Movie.objects.exists()

    def test_shows_again_what_would_not_be_as_it_was_shown(self, bring, manager, now):
        movie = MovieFactory(duration=100)
        record = bring("movies", ["movie_id", "duration"], [str(movie.pk), "120"])
        Movie.objects.update(duration=110)
        importing.confirm(import_id=record.pk, by=manager, now=now)
        record.refresh_from_db()
        assert (record.status, Movie.objects.get().duration) == (ImportStatus.READY, 110)
        assert record.report["changes"][0][3] == [["duration", "110", "120"]]

    def test_is_written_once(self, written, manager, now):
        record = written("movies", ["title", "duration"], ["Sholay", "204"])
        assert record.rows == []
        with pytest.raises(ImportNotReady):
            importing.confirm(import_id=record.pk, by=manager, now=now)
        importing.go_on(import_id=record.pk, now=now)
        assert Movie.objects.count() == 1

    def test_is_dropped_and_forgotten(self, bring, manager, now):
        dropped, forgotten = (bring("movies", ["title", "duration"], ["Sholay", "204"]) for _ in range(2))
        importing.drop(import_id=dropped.pk, by=manager, now=now)
        TableImport.objects.filter(pk=forgotten.pk).update(started_at=now - timedelta(days=2))
        bring("movies", ["title", "duration"], ["Sholay", "204"])
        assert set(TableImport.objects.filter(status=ImportStatus.DROPPED)) == {dropped, forgotten}
        with pytest.raises(ImportNotReady):
            importing.drop(import_id=dropped.pk, by=manager, now=now)

    def test_of_many_rows_is_left_to_a_worker_that_tells_how_far_it_is(self, bring, manager, now, monkeypatch):
        asked = []
        monkeypatch.setattr(jobs, "enqueue_on_commit", lambda job, **ids: asked.append((job, ids)))
        monkeypatch.setattr(importing, "AT_ONCE", 1)
        monkeypatch.setattr(importing, "TOLD_EVERY", 1)
        record = bring("movies", ["title", "duration"], *([f"Part {part}", "90"] for part in range(3)))
        assert record.status == ImportStatus.CHECKING
        for count in (1, 2):
            importing.go_on(import_id=record.pk, now=now)
            assert asked == [("ops.import_table", {"import_id": record.pk})] * count
            if count == 1:
                importing.confirm(import_id=record.pk, by=manager, now=now)
        record.refresh_from_db()
        assert (record.status, importing.progress(record), Movie.objects.count()) == (ImportStatus.DONE, 3, 3)

    def test_says_so_when_something_breaks(self, bring, now, monkeypatch):
        monkeypatch.setattr(NAMES["movies"], "carry_out", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring("movies", ["title", "duration"], ["Sholay", "204"])
        assert TableImport.objects.get().status == ImportStatus.FAILED

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            [["title"]],
            [["nonsense"], ["x"]],
            [["title", "price"], ["x", "1"]],
            [["title", "title"], ["x", "y"]],
            [["title"], ["x", "y"]],
        ],
        ids=["nothing", "no row", "no column of ours", "a strange column", "one twice", "a cell too many"],
    )
    def test_wants_the_columns_of_its_table(self, bring, lines):
        with pytest.raises(SheetUnreadable):
            bring("movies", *lines)


class TestMovies:
    def test_are_added_and_changed_by_number(self, written):
        movie = MovieFactory(title="Old", genre=["Drama"])
        written(
            "movies",
            ["Movie ID", "title", "duration", "genre", "release date", "is_active"],
            [str(movie.pk), "New", "120", "Drama; Action", "24/11/2026", "no"],
            ["", "Another", "90", "", "", ""],
        )
        movie.refresh_from_db()
        assert (movie.title, movie.genre, str(movie.release_date), movie.is_active) == (
            "New",
            ["Drama", "Action"],
            "2026-11-24",
            False,
        )
        assert (Movie.objects.get(title="Another").is_active, Movie.objects.get(title="Another").slug) == (
            True,
            "another",
        )

    def test_are_refused_by_the_rules_of_the_api_cell_by_cell(self, bring):
        movie = MovieFactory()
        record = bring(
            "movies",
            ["movie_id", "title", "duration", "rating", "trailer_url", "is_active", "release_date"],
            [str(movie.pk), movie.title, "0", "", "", "yes", ""],
            ["", "A", "90", "11", "", "", ""],
            ["", "B", "90", "", "not an address", "", ""],
            ["", "C", "90", "", "", "perhaps", ""],
            ["", "D", "90", "", "", "", "soon"],
            ["4711", "E", "90", "", "", "", ""],
            ["x", "F", "90", "", "", "", ""],
            [str(movie.pk), "G", "90", "", "", "", ""],
        )
        assert faults(record) == [
            (2, "duration"),
            (3, "rating"),
            (4, "trailer_url"),
            (5, "is_active"),
            (6, "release_date"),
            (7, "movie_id"),
            (8, "movie_id"),
            (9, "movie_id"),
        ]

    def test_are_not_added_a_second_time(self, bring):
        MovieFactory(title="Sholay", release_date=None)
        record = bring("movies", ["title", "duration"], ["sholay", "204"], ["Deewaar", "174"], ["Deewaar", "174"])
        assert faults(record) == [(2, "title"), (4, "title")]


class TestShows:
    HEADER = ("movie", "screen", "date", "time")

    @pytest.fixture
    def tomorrow(self, selling_show):
        return selling_show.show_date.isoformat()

    def test_are_planned_as_drafts_with_the_prices_of_the_cards(self, written, selling_show, tomorrow):
        PriceCardFactory(venue=selling_show.screen.venue, amount=Decimal(30))
        title = selling_show.movie.title.upper()
        written("shows", [*self.HEADER], [title, "Screen 1", tomorrow, "10:00 am"])
        show = Show.objects.exclude(pk=selling_show.pk).get()
        assert (show.status, f"{show.local_start():%H:%M}") == (ShowStatus.DRAFT, "10:00")
        assert set(show.pricing.values_list("price", flat=True)) == {Decimal("180.50"), Decimal("280.00")}

    def test_that_clash_are_named_with_the_show_in_the_way(self, bring, selling_show, tomorrow):
        title = selling_show.movie.title
        record = bring(
            "shows",
            [*self.HEADER],
            [title, "Screen 1", tomorrow, "18:00"],
            [title, "Screen 1", tomorrow, "10:00"],
            [title, "Screen 1", tomorrow, "10:30"],
        )
        assert faults(record) == [(2, ""), (4, "")]
        (_, _, standing), (_, _, above) = record.report["faults"]
        assert "is taken by" in standing
        assert "7:00 pm" in standing
        assert "A row above." in above
        assert Show.objects.count() == 1

    def test_that_break_a_rule_are_named(self, bring, selling_show, tomorrow, now):
        yesterday = (now - timedelta(days=1)).date().isoformat()
        title = selling_show.movie.title
        record = bring(
            "shows",
            [*self.HEADER, "status", "has_captions"],
            ["No such film", "Screen 1", tomorrow, "10:00", "", ""],
            [title, "Screen 7", tomorrow, "10:00", "", ""],
            [title, "Screen 1", "tomorrow", "10:00", "", ""],
            [title, "Screen 1", tomorrow, "ten", "", ""],
            [title, "Screen 1", yesterday, "10:00", "", ""],
            [title, "Screen 1", tomorrow, "10:00", "CANCELLED", ""],
            [title, "Screen 1", tomorrow, "10:00", "SOON", ""],
            [title, "Screen 1", tomorrow, "10:00", "", "perhaps"],
            [title, "Screen 1", tomorrow, "04:00", "", ""],
        )
        assert faults(record) == [
            (2, "movie"),
            (3, "screen"),
            (4, "date"),
            (5, "time"),
            (6, ""),
            (7, "status"),
            (8, "status"),
            (9, "has_captions"),
            (10, ""),
        ]

    def test_that_stand_there_already_are_left_alone(self, bring, selling_show, tomorrow):
        record = bring("shows", [*self.HEADER], [selling_show.movie.title, "Screen 1", tomorrow, "19:00"])
        assert (record.report["same"], record.report["added"]) == (1, 0)

    def test_that_stand_are_described_but_not_moved(self, bring, written, selling_show):
        number = str(selling_show.pk)
        written("shows", ["show_id", "language", "has_captions"], [number, "Tamil", "yes"])
        selling_show.refresh_from_db()
        assert (selling_show.language, selling_show.has_captions) == ("Tamil", True)
        assert faults(bring("shows", ["show_id", "time"], [number, "21:00"])) == [(2, "time")]
        assert faults(bring("shows", ["show_id", "status"], [number, "CANCELLED"])) == [(2, "status")]

    def test_need_a_name_that_says_which(self, bring, selling_show, tomorrow):
        ScreenFactory(screen_name="Screen 1")
        MovieFactory(title=selling_show.movie.title)
        lines = [[*self.HEADER], [selling_show.movie.title, "Screen 1", tomorrow, "10:00"]]
        assert faults(bring("shows", *lines)) == [(2, "movie")]


class TestPrices:
    def test_change_for_shows_to_come(self, written, selling_show):
        written("prices", ["show_id", "category", "price"], [str(selling_show.pk), "gold", "280"])
        row = ShowCategoryPricing.objects.get()
        assert (row.price, row.because) == (Decimal("280.00"), "from a table, instead of 250.00")

    def test_are_refused_row_by_row(self, bring, selling_show, now):
        begun = ShowFactory(starts_at=now - timedelta(hours=1), seats=1)
        zone = begun.screen.categories.get().category_name
        number = str(selling_show.pk)
        record = bring(
            "prices",
            ["show_id", "category", "price"],
            [number, "Gold", "free"],
            [number, "Silver", "1000"],
            [number, "Balcony", "100"],
            ["4711", "Gold", "100"],
            [str(begun.pk), zone, "1"],
            [number, "Gold", "100"],
        )
        assert faults(record) == [
            (2, "price"),
            (3, "price"),
            (4, "category"),
            (5, "show_id"),
            (6, "price"),
            (7, "show_id"),
        ]
        assert not ShowCategoryPricing.objects.exists()


class TestFood:
    def test_is_added_and_changed_and_keeps_its_stock(self, written):
        cola = FoodItemFactory(item_name="Cola", stock=7)
        shelf = cola.category.category_name
        written(
            "food",
            ["food_id", "category", "item_name", "price", "is_veg"],
            [str(cola.pk), shelf, "Cola", "120", "yes"],
            ["", shelf.upper(), "Lassi", "80.00", "yes"],
        )
        cola.refresh_from_db()
        assert (cola.price, cola.stock) == (Decimal("120.00"), 7)
        assert FoodItem.objects.get(item_name="Lassi").category == cola.category

    def test_is_refused_row_by_row(self, bring):
        cola = FoodItemFactory(item_name="Cola")
        shelf = cola.category.category_name
        record = bring(
            "food",
            ["food_id", "category", "item_name", "price", "is_available"],
            [str(cola.pk), shelf, "Cola", "-1", "yes"],
            ["", "Nowhere", "Lassi", "80", "yes"],
            ["", shelf, "COLA", "80", "yes"],
            ["", shelf, "Tea", "80", "sometimes"],
        )
        assert faults(record) == [(2, "price"), (3, "category"), (4, "item_name"), (5, "is_available")]


class TestCustomers:
    def test_are_added_without_a_password_or_a_role(self, written, customer):
        written(
            "customers",
            ["email", "name", "phone"],
            ["New@Example.com", "New", "+91 98200-11111"],
            [customer.email, "Asha R", ""],
        )
        new = User.objects.get(email="new@example.com")
        assert (new.name, new.phone, new.role, new.is_staff) == ("New", "+919820011111", Role.USER, False)
        assert not new.has_usable_password()
        customer.refresh_from_db()
        assert (customer.name, customer.phone) == ("Asha R", "")

    def test_cannot_be_given_a_role_or_be_staff(self, bring, clerk, admin):
        with pytest.raises(SheetUnreadable):
            bring("customers", ["email", "name", "role"], ["a@example.com", "A", "admin"])
        record = bring("customers", ["email", "name"], [clerk.email, "X"], [admin.email, "Y"])
        assert faults(record) == [(2, "email"), (3, "email")]

    def test_are_refused_row_by_row(self, bring, customer):
        other = UserFactory(phone="+919820099999")
        record = bring(
            "customers",
            ["email", "name", "phone"],
            ["no address", "A", ""],
            ["b@example.com", "", ""],
            ["c@example.com", "C", "call me"],
            ["d@example.com", "D", other.phone],
            [customer.email, "E", ""],
            [customer.email.upper(), "F", ""],
        )
        assert faults(record) == [(2, "email"), (3, "name"), (4, "phone"), (5, "phone"), (7, "email")]
