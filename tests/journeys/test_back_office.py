"""The staff's week in a real browser: halls, films, prices, a show that falls through, the books, the counter and the door."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Refund
from booking.models import Booking
from booking.qr import qr_text
from booking.services import cancelling, checkout
from catalog.models import Movie
from cinema.core import formats
from scheduling.models import FillRun, ScheduleTemplate, Show, ShowCategoryPricing
from scheduling.services import fill_runs
from scheduling.states import FillStatus, ShowStatus
from tests.booking.stories import booked, order
from tests.factories.accounts import PASSWORD
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ScheduleTemplateFactory, ShowFactory, TemplateMovieFactory
from tests.factories.venues import ScreenFactory
from tests.journeys.test_accessibility import violations
from venues.states import SeatKind

pytestmark = pytest.mark.browser


@pytest.fixture
def enter(open_page):
    """Open a page of the back office as a member of the staff."""

    def entering(user: User, path: str, **options) -> Page:
        page = open_page(f"/admin/login/?next={path}", **options)
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"**{path}")
        return page

    return entering


def told(page: Page, text: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(text)


class TestAHall:
    def test_is_made_by_the_generator_and_from_a_spreadsheet(self, enter, transactional_db, manager, tmp_path: Path):
        made, brought = ScreenFactory(), ScreenFactory()
        page = enter(manager, f"/admin/venues/screen/{made.pk}/hall/")
        page.get_by_label("Rows:", exact=True).fill("6")
        page.get_by_label("Seats in a row").fill("8")
        page.get_by_label("Aisles").fill("4")
        page.get_by_label("Price zones").fill("Silver 150 A-D\nGold 240 E-F")
        page.get_by_label("Exceptions").fill("A1-A2 wheelchair")
        page.get_by_role("button", name="Draw it").first.click()
        expect(page.get_by_role("img", name="The hall as it would be")).to_be_visible()
        assert not made.seats.exists()
        page.get_by_role("button", name="Furnish the hall like this").click()
        told(page, "48 seats added")
        assert made.seats.filter(kind=SeatKind.WHEELCHAIR).count() == 2

        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        file = tmp_path / "hall.csv"
        download.value.save_as(file)
        page.goto(f"/admin/venues/screen/{brought.pk}/hall/")
        page.get_by_label("Spreadsheet:").set_input_files(file)
        page.get_by_label("Prices of zones").fill("Silver 150\nGold 240")
        page.get_by_role("button", name="Draw it").last.click()
        page.get_by_role("button", name="Furnish the hall like this").click()
        told(page, "48 seats added")
        assert sorted(brought.seats.values_list("seat_number")) == sorted(made.seats.values_list("seat_number"))


class TestAFilm:
    def test_comes_from_tmdb_and_gets_its_first_week(self, enter, cinema, manager, tmdb):
        page = enter(manager, "/admin/tmdb/")
        page.get_by_label("Title").fill("monsoon")
        page.get_by_role("button", name="Look it up").click()
        page.get_by_role("button", name="Take over: Monsoon", exact=True).click()
        told(page, "Monsoon is as TMDB has it.")
        movie, day = Movie.objects.get(tmdb_id=4711), cinema.show_date

        # A clash, and why
        asked = f"movie={movie.pk}&screen={cinema.screen_id}&show_date={day}"
        page.goto(f"/admin/scheduling/show/add/?{asked}&show_time=19:30")
        page.get_by_role("button", name="Plan the show").click()
        expect(page.locator(".errorlist")).to_contain_text(f"is taken by {cinema.movie.title}")
        page.locator("[name=show_time]").fill("10:00")
        page.get_by_role("button", name="Plan the show").click()
        told(page, "Monsoon")

        # The week after, by copying, and on sale
        page.goto(f"/admin/week/?venue={cinema.screen.venue_id}&day={day}")
        page.get_by_role("link", name="Week after").click()
        page.get_by_role("button", name="Copy last week here, as drafts").click()
        told(page, "2 shows added")
        assert Show.objects.filter(status=ShowStatus.DRAFT, show_date=day + timedelta(days=7)).count() == 2
        page.get_by_role("button", name="Publish this week’s drafts").click()
        told(page, "2 shows are on sale now.")
        assert not Show.objects.filter(show_date=day + timedelta(days=7), status=ShowStatus.DRAFT).exists()

    def test_costs_more_in_the_evening(self, enter, cinema, manager):
        morning = ShowFactory(screen=cinema.screen, starts_at=cinema.starts_at - timedelta(hours=9))
        page = enter(manager, "/admin/scheduling/show/")
        page.locator(f"input[name=_selected_action][value='{cinema.pk}']").check()
        page.get_by_label("Action:").select_option("change_prices")
        page.locator("button[name=index]").click()
        page.get_by_label("Amount").fill("30")
        page.get_by_role("button", name="Show what it comes to").click()
        expect(page.get_by_role("region", name="Prices before and after")).to_contain_text("180.50")
        page.get_by_role("button", name="Change 2 prices").click()
        told(page, "2 prices of 1 show changed.")
        assert set(cinema.pricing.values_list("price", flat=True)) == {Decimal("180.50"), Decimal("280.00")}
        assert not ShowCategoryPricing.objects.filter(show=morning).exists()


class TestAProgramme:
    @pytest.fixture
    def template(self, cinema) -> ScheduleTemplate:
        """A week of Dune, and of a movie in a format that no screen has."""
        cinema.screen.venue.screens.update(formats=["2D"])
        template = ScheduleTemplateFactory(venue=cinema.screen.venue, weeks_ahead=1)
        TemplateMovieFactory(template=template, movie=MovieFactory(title="Dune", duration=150), least=2, most=4)
        TemplateMovieFactory(template=template, movie=MovieFactory(title="Epic", format=["IMAX"]), least=1)
        return template

    def test_is_drawn_planned_by_a_job_and_published(self, enter, template, manager, now):
        page = enter(manager, f"/admin/scheduling/scheduletemplate/{template.pk}/change/")
        page.get_by_text("What wishes weigh").click()
        expect(page.get_by_label("a start too many")).to_have_value("300.00")
        page.get_by_role("link", name="Show what it would plan").click()
        page.get_by_role("button", name="Show what it would plan").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        faults = violations(page)
        fill_runs.go_on(run_id=FillRun.objects.get().pk, now=now)  # what the worker does; the page comes by itself
        expect(page.locator("pre")).to_contain_text("A Dune")
        expect(page.get_by_role("main")).to_contain_text("Epic 0 times instead of 1: no screen has its format.")
        faults += violations(page)
        page.get_by_role("button", name="Plan it").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        fill_runs.go_on(run_id=FillRun.objects.get(status=FillStatus.WAITING).pk, now=now)
        page.get_by_role("link", name="Look at them in the week, and publish").click()
        drafts = Show.objects.filter(status=ShowStatus.DRAFT)
        ahead = drafts.count()
        page.get_by_role("button", name="Publish this week’s drafts").click()
        told(page, f"{ahead - drafts.count()} shows are on sale now.")
        assert ahead > drafts.count()
        assert faults == []

    def test_says_what_is_in_the_way_of_another_show(self, enter, cinema, template, manager, now):
        run = fill_runs.start(template_id=template.pk, by=manager, now=now, writes=True, improves=False)
        fill_runs.go_on(run_id=run.pk, now=now)
        planned = Show.objects.filter(movie__title="Dune").earliest("starts_at")
        start = planned.starts_at.astimezone(template.venue.zone)
        where = f"movie={cinema.movie_id}&screen={planned.screen_id}&show_date={planned.show_date}"
        page = enter(manager, "/admin/")
        page.goto(f"/admin/scheduling/show/add/?{where}&show_time={start:%H:%M}")
        page.get_by_role("button", name="Plan the show").click()
        said = f"is taken by Dune on {start:%-d %B %Y} from {formats.clock(start, template.venue)}"
        expect(page.locator(".errorlist")).to_contain_text(said)


class TestAShowThatFallsThrough:
    def test_is_cancelled_its_money_goes_back_and_the_books_say_so(self, enter, cinema, customer, manager, now):
        booking = booked(cinema, "A1", "A2", by=customer, now=now)
        page = enter(manager, "/admin/scheduling/show/")
        page.locator(f"input[name=_selected_action][value='{cinema.pk}']").check()
        page.get_by_label("Action:").select_option("cancel_shows")
        page.locator("button[name=index]").click()
        expect(page.get_by_role("main")).to_contain_text("1 paid booking with 2 seats ends, and ₹355.20 goes back")
        page.get_by_role("button", name="Cancel shows").click()
        told(page, "what was sold for it is being ended and paid back")
        cancelling.end_bookings_of(show_id=cinema.pk, now=now)  # what the worker does
        assert Refund.objects.get().amount == booking.amount
        page.goto("/admin/billing/refund/")
        expect(page.locator("#result_list")).to_contain_text("355.20")

        day = cinema.show_date
        page.goto(f"/admin/reports/daily-collection/?first={day}&last={day}")
        expect(page.get_by_role("region", name="The figures")).to_contain_text(cinema.movie.title)
        for report in ("takings", "refunds"):
            page.goto(f"/admin/reports/{report}/")
            expect(page.get_by_role("region", name="The figures")).to_contain_text("355.20")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as CSV").click()
        assert "355.20" in Path(download.value.path()).read_text()


class TestTheAuditor:
    def test_opens_everything_and_changes_nothing(self, enter, cinema, customer, auditor, now):
        booked(cinema, "A1", "A2", by=customer, now=now)
        page = enter(auditor, "/admin/")
        links = page.locator("#nav-sidebar a, .office-index a").evaluate_all("all => all.map(a => a.pathname)")
        paths = sorted({path for path in links if path.startswith("/admin/")})
        assert len(paths) > 25
        closed = [path for path in paths if page.request.get(path).status != 200]
        assert closed == []
        assert page.locator(".addlink").count() == 0
        for path in ("/admin/catalog/movie/", "/admin/venues/venue/"):
            page.goto(path)
            page.locator("#result_list tbody th a").first.click()
            expect(page.locator("[name=_save]")).to_have_count(0)
        before = (Movie.objects.values().get(pk=cinema.movie_id), Show.objects.values().get(pk=cinema.pk))
        page.goto(f"/admin/week/?venue={cinema.screen.venue_id}&day={cinema.show_date}")
        expect(page.get_by_role("button", name="Copy", exact=False)).to_have_count(0)
        expect(page.get_by_role("button", name="Publish", exact=False)).to_have_count(0)
        assert before == (Movie.objects.values().get(pk=cinema.movie_id), Show.objects.values().get(pk=cinema.pk))


class TestTheCounterAndTheDoor:
    def test_sell_for_cash_and_let_in_once_without_a_script(self, enter, cinema, clerk):
        page = enter(clerk, "/admin/counter/", java_script_enabled=False)
        page.get_by_role("button", name=f"Sell seats for {cinema.movie.title}").click()
        for number in (4, 5):
            page.get_by_role("checkbox", name=f"Row C, seat {number}, gold").check()
        page.get_by_role("button", name="Hold these seats").click()
        page.get_by_role("button", name="Go on to pay").click()
        page.get_by_role("button", name="Take ₹590.00 in cash").click()
        expect(page.get_by_role("img", name="QR code of the ticket")).to_be_visible()
        booking = Booking.objects.get()
        assert (booking.sold_by, booking.user.is_guest, booking.booking_status) == (clerk, True, "CONFIRMED")
        page.get_by_role("button", name="Next customer").click()
        expect(page.get_by_role("main")).to_contain_text(booking.booking_reference)

    def test_let_a_party_in_by_a_hand_scanner(self, enter, cinema, customer, clerk, now):
        soon = ShowFactory(screen=cinema.screen, starts_at=now + timedelta(minutes=20))
        ticket = checkout.book(order=order(soon, "A1", "A2"), by=customer, now=now).ticket
        page = enter(clerk, "/admin/door/")
        for heading in ("Come in", "In already"):
            expect(page.get_by_label("Code of the ticket")).to_be_focused()
            page.keyboard.type(qr_text(ticket))  # a hand scanner is a keyboard
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert").get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text(f"by {clerk.name}")


class TestTheDesksPages:
    """What axe finds on the pages of the counter, the door, the tables and TMDB, by day and by night."""

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_have_no_serious_fault(self, enter, cinema, customer, manager, now, tmdb, tmp_path, scheme):
        soon = ShowFactory(screen=cinema.screen, starts_at=now + timedelta(minutes=20))
        code = qr_text(checkout.book(order=order(soon, "A1", "A2"), by=customer, now=now).ticket)
        page = enter(manager, "/admin/counter/", color_scheme=scheme, reduced_motion="reduce")
        faults = violations(page)
        page.goto("/admin/door/")
        for scanned in (code, code, "rubbish"):
            page.get_by_label("Code of the ticket").fill(scanned)
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_be_visible()
            faults += violations(page)
        table = tmp_path / "movies.csv"
        for lines in ("title,duration\nSholay,204\n", "title,duration\nSholay,long\n"):
            table.write_text(lines)
            page.goto("/admin/tables/")
            faults += violations(page)
            page.get_by_label("Movies to bring in").set_input_files(table)
            page.get_by_role("button", name="See what it would do").first.click()
            expect(page.get_by_role("heading", name="Movies from movies.csv")).to_be_visible()
            faults += violations(page)
        page.goto("/admin/tmdb/?q=monsoon")
        assert faults + violations(page) == []
