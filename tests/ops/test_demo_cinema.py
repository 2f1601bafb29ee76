"""The demo cinema is one that the product itself could have made."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from accounts.models import User
from accounts.services import sessions
from accounts.services.roles import apply_roles
from billing import postings
from billing.books import faults
from billing.models import CreditNote, Discount, Invoice, InvoiceCounter, LedgerLine, Payment, Refund, SandboxCharge
from billing.pricing import FOOD, TICKET, Item, discount_on, list_total, price_order
from billing.queries import food_rates, rates_on
from billing.refunding import refund_of
from booking.bills import credit_of, invoice_of
from booking.models import BookedSeat, Booking, Feedback, SeatLock
from booking.orders import Order
from booking.returns import result_of, taxed_of
from booking.services import cancelling, checkout
from booking.states import BookingStatus, LockStatus
from catalog.models import Movie
from cinema.core.demo import LOG_INS, PASSWORD
from cinema.core.money import ZERO, total
from scheduling.models import ScheduleTemplate, Show
from scheduling.services import filling
from venues.models import Screen, Seat, Venue

TO_THE_VENUE = ("show__movie", "show__screen__venue")


def run(**options: int) -> str:
    out = StringIO()
    call_command("demo_data", stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def cinema(django_db_setup, django_db_blocker):
    """Loaded and committed once for the module, with a week more; emptied at its end."""
    with django_db_blocker.unblock():
        apply_roles()
        output = run(scale=2)
    yield output
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.mark.usefixtures("cinema", "db")
class TestLoad:
    def test_draws_three_halls_with_aisles_a_wheelchair_row_and_recliners(self):
        screens = Screen.objects.filter(venue__code="BND")
        sizes = {screen.screen_name: screen.seats.count() for screen in screens}
        assert sizes == {"Screen 1": 282, "Screen 2": 158, "Screen 3": 68}
        kinds = {kind for screen in screens for kind in screen.seats.values_list("kind", flat=True)}
        assert kinds == {"STANDARD", "RECLINER", "SOFA", "WHEELCHAIR", "COMPANION"}
        for screen in screens:
            columns = {seat.col_number for seat in screen.seats.all()}
            assert screen.seats.filter(row_number=2).count() < max(columns)
        for beside in Seat.objects.filter(kind="WHEELCHAIR"):
            near = [beside.col_number - 1, beside.col_number + 1]
            companions = Seat.objects.filter(screen=beside.screen_id, row_number=beside.row_number, kind="COMPANION")
            assert companions.filter(col_number__in=near).exists()

    def test_shows_two_weeks_with_every_category_priced(self):
        venue = Venue.objects.get(code="BND")
        today = Show.objects.latest("show_date").show_date - timedelta(
            days=13
        )  # of the load: midnight may have passed
        assert abs(today - timezone.now().astimezone(venue.zone).date()) <= timedelta(days=1)
        coming = Show.objects.filter(show_date__gte=today).annotate(
            prices=Count("pricing", distinct=True), zones=Count("screen__categories", distinct=True)
        )
        assert {show.show_date for show in coming} == {today + timedelta(days=number) for number in range(14)}
        assert not coming.exclude(prices=F("zones")).exists()
        assert set(coming.values_list("movie_id", flat=True)) == set(Movie.objects.values_list("pk", flat=True))
        for show in coming.select_related("screen__venue", "movie"):
            start = show.local_start()
            assert (start.minute % 5, show.show_date) == (0, start.date())
            running = venue.pre_show_minutes + show.movie.duration + show.movie.interval_minutes
            assert show.ends_at - show.starts_at == timedelta(minutes=running)
            assert show.free_at - show.ends_at == timedelta(minutes=venue.turnaround_minutes)
            assert show.language in show.movie.language

    def test_leaves_a_week_for_the_planner_which_grants_nearly_all(self):
        template = ScheduleTemplate.objects.select_related("venue").get()
        days = filling.next_days(template, timezone.now())
        assert len(days) in (8, 9)  # midnight may have passed since
        assert not Show.objects.filter(show_date__in=days).exists()
        drawn = filling.draw_up(template=template, days=days[:2], by=None, now=timezone.now())
        assert len(drawn.placed) >= 2 * 3 * 4
        assert len(drawn.report.unmet) <= 2

    def test_charges_more_in_the_evening(self):
        prices: dict[str, set[Decimal]] = {}
        for show in Show.objects.filter(screen__screen_name="Screen 2").prefetch_related("pricing"):
            hour = show.starts_at.astimezone(Venue.objects.get(code="BND").zone).hour
            cheapest = min(pricing.price for pricing in show.pricing.all())
            prices.setdefault("morning" if hour < 12 else "evening" if hour >= 17 else "day", set()).add(cheapest)
        assert max(prices["morning"]) < min(prices["day"]) <= max(prices["day"]) < max(prices["evening"])

    def test_lets_the_four_people_of_the_tour_log_in(self):
        for email in LOG_INS:
            user, _ = sessions.log_in(email=email, password=PASSWORD, address="", now=timezone.now())
            assert user.is_staff == (email != "customer@example.com")
        assert list(User.objects.filter(role="admin").values_list("email", flat=True)) == ["admin@example.com"]

    def test_gives_the_customer_something_behind_and_ahead(self):
        mine = Booking.objects.filter(user__email="customer@example.com", booking_status=BookingStatus.CONFIRMED)
        assert mine.filter(show__starts_at__lt=timezone.now()).count() == 4
        assert mine.filter(show__starts_at__gt=timezone.now()).count() == 2
        assert mine.filter(ticket__isnull=False).count() == 6

    def test_has_a_poster_for_every_movie(self):
        for movie in Movie.objects.all():
            assert finders.find(movie.poster_url.removeprefix("/static/")), movie.poster_url

    def test_refuses_a_second_time(self):
        before = Booking.objects.count()
        with pytest.raises(CommandError, match="not empty"):
            run()
        assert Booking.objects.count() == before

    def test_reports_each_step(self, cinema):
        assert "4/4 statistics" in cinema
        assert "bookings more" in cinema
        assert "marquee-demo" in cinema


@pytest.mark.usefixtures("cinema", "db")
class TestSell:
    def test_prices_every_booking_as_the_product_does(self):
        wrong = []
        bookings = Booking.objects.select_related("show__movie", "show__screen__venue", "discount")
        for booking in bookings.prefetch_related("seats", "foods__food__category")[:1500]:
            zone = booking.show.screen.venue.zone
            rates = rates_on(booking.booking_time.astimezone(zone).date())
            items = [Item(TICKET, line.seat_id, line.price, 1, rates[TICKET]) for line in booking.seats.all()]
            for food in booking.foods.all():
                slabs = food_rates(rates, food.food.category.category_name)
                items.append(Item(FOOD, food.food_id, food.unit_price, food.quantity, slabs))
            code = booking.discount
            off = ZERO
            if code is not None:
                off = discount_on(list_total(items), percent=code.discount_percent, cap=code.max_discount_amount)
            priced = price_order(
                items, discount=off, is_tax_inclusive=False, sgst_waived=booking.show.movie.sgst_waived
            )
            ours = {(line.item.kind, line.item.id): (line.discount_share, line.taxed.total) for line in priced.lines}
            theirs = {(TICKET, line.seat_id): (line.discount_share, line.total) for line in booking.seats.all()}
            theirs |= {(FOOD, line.food_id): (line.discount_share, line.total) for line in booking.foods.all()}
            if (ours, priced.amount, priced.discount) != (theirs, booking.amount, booking.discount_amount):
                wrong.append(booking.booking_reference)
        assert wrong == []
        assert Booking.objects.filter(discount__isnull=False, foods__isnull=False).exists()

    def test_keeps_the_ledger_straight(self):
        bookings = Booking.objects.select_related("payment").prefetch_related("seats", "foods")
        charged = {}
        for booking in bookings:
            assert booking.payment is not None
            charged[booking.payment.transaction_code] = booking.amount
            lines = [*booking.seats.all(), *booking.foods.all()]
            assert total(line.total for line in lines) == booking.amount == booking.payment.amount
            assert booking.refund_amount == booking.payment.refund_amount == booking.payment.refund_owed
        invoices = dict(Invoice.objects.values_list("booking_reference", "amount"))
        charges = dict(SandboxCharge.objects.values_list("idempotency_key", "amount"))
        assert invoices == {booking.booking_reference: booking.amount for booking in bookings}
        assert charges == charged
        refunded = Refund.objects.aggregate(all=Sum("amount"))["all"]
        assert refunded == Payment.objects.aggregate(all=Sum("refund_amount"))["all"] > 0

    def test_gives_back_what_the_policy_says(self):
        cancelled = Booking.objects.filter(booking_status=BookingStatus.CANCELLED).first()
        assert cancelled is not None
        cancellation = cancelled.cancellations.get()
        given_back = [(taxed_of(line), part) for line, part in result_of(cancellation).lines]
        assert given_back
        assert all(part == refund_of(line, 80) for line, part in given_back)
        assert total(part.total for _, part in given_back) == cancellation.amount == cancelled.refund_amount

    @pytest.mark.parametrize("kind", ["I", "C"])
    def test_numbers_documents_without_a_gap(self, kind):
        documents = Invoice.objects if kind == "I" else CreditNote.objects
        for counter in InvoiceCounter.objects.filter(kind=kind).select_related("venue"):
            series = f"{counter.venue.code}{kind}{counter.financial_year}/"
            numbers = documents.filter(number__startswith=series).values_list("number", flat=True)
            assert sorted(numbers) == [f"{series}{number:07}" for number in range(1, counter.last_number + 1)]

    def test_keeps_books_that_are_right(self):
        assert [str(fault) for fault in faults(settled_before=timezone.now())] == []
        assert not Invoice.objects.filter(lines=[]).exists()

    def test_states_in_documents_what_the_product_would_state(self):
        bookings = {booking.booking_reference: booking for booking in Booking.objects.select_related(*TO_THE_VENUE)}
        for invoice in Invoice.objects.order_by("number")[::20]:  # some hundreds, with everything that is sold
            booking = bookings[invoice.booking_reference]
            assert invoice.document == invoice_of(booking, booking.show)
            assert invoice.place_of_supply == "27 Maharashtra"
        notes = CreditNote.objects.select_related("invoice").order_by("number")
        assert len(notes) == Refund.objects.count()
        for note in notes[::3]:
            booking = bookings[note.invoice.booking_reference]
            assert note.document == credit_of(result_of(booking.cancellations.get()), booking.show)
            assert note.invoice.credited == note.amount == booking.refund_amount
        assert [int(note.number[-7:]) for note in notes] == list(range(1, len(notes) + 1))

    def test_enters_in_the_ledger_what_the_product_would_enter(self):
        lines = LedgerLine.objects.values_list("entry__kind", "entry__source", "account", "debit", "credit")
        entered: dict[tuple[str, str], set[tuple[str, Decimal, Decimal]]] = {}
        for kind, source, account, debit, credit in lines:
            entered.setdefault((kind, source), set()).add((account, debit, credit))
        expected = [
            postings.invoice(source=row.booking_reference, document=row.document) for row in Invoice.objects.all()
        ]
        expected += [postings.credit_note(source=row.key, document=row.document) for row in CreditNote.objects.all()]
        for row in Payment.objects.all():
            expected.append(postings.payment(source=row.transaction_code, amount=row.amount, is_cash=False))
        for refund in Refund.objects.all():
            source, amount = refund.idempotency_key, refund.amount
            expected.append(postings.refund_owed(source=source, amount=amount))
            expected.append(postings.refund_sent(source=source, amount=amount, is_cash=False))
        assert entered == {
            (entry.kind.value, entry.source): {(line.account.value, line.debit, line.credit) for line in entry.lines}
            for entry in expected
            if entry.lines
        }

    def test_claims_exactly_the_seats_that_are_sold(self):
        sold = set(BookedSeat.objects.filter(released_at=None).values_list("show_id", "seat_id", "booking_id"))
        claims = SeatLock.objects.filter(status=LockStatus.BOOKED)
        assert set(claims.values_list("show_id", "seat_id", "booking_id")) == sold
        assert SeatLock.objects.filter(status=LockStatus.LOCKED).count() == 0

    def test_stays_within_ten_seats_a_person(self):
        held = Counter(SeatLock.objects.filter(status=LockStatus.BOOKED).values_list("user_id", "show_id"))
        assert max(held.values()) <= 10

    def test_leaves_seats_to_buy_in_every_coming_show(self):
        coming = Show.objects.filter(starts_at__gt=timezone.now()).annotate(
            sold=Count("claims", filter=Q(claims__status=LockStatus.BOOKED))
        )
        assert [show.pk for show in coming if show.sold >= 0.9 * show.screen.seats.count()] == []
        assert sum(show.sold for show in coming) > 100

    def test_lets_visitors_rate_what_they_have_seen(self):
        assert Feedback.objects.filter(rating=5).exists()
        assert not Feedback.objects.filter(booking__show__ends_at__gt=timezone.now()).exists()
        assert not Feedback.objects.exclude(user=F("booking__user")).exists()

    def test_uses_no_code_that_keeps_count(self):
        used = Discount.objects.filter(pk__in=Booking.objects.values("discount"))
        assert [code.promo_code for code in used] == ["WEEKEND15"]

    def test_lets_the_product_sell_on(self, stranger, now):
        """Two seats beside those that are sold: references, claims and invoice numbers continue."""
        show = Show.objects.filter(starts_at__gt=now).earliest("starts_at")
        free = (
            Seat.objects.sellable()
            .filter(screen=show.screen)
            .exclude(claims__show=show)
            .order_by("-category__base_price")[:2]
        )
        order = Order(show_id=show.pk, seat_ids=tuple(seat.pk for seat in free), promo_code="flat50")
        last_number = InvoiceCounter.objects.filter(kind="I").order_by("-financial_year").first()
        booking = checkout.book(order=order, by=stranger, now=now)
        assert booking.payment is not None
        assert (booking.booking_status, booking.amount) == (BookingStatus.CONFIRMED, booking.payment.amount)
        number = Invoice.objects.get(booking_reference=booking.booking_reference).number
        assert last_number is not None
        assert int(number[-7:]) == last_number.last_number + 1

    def test_makes_tickets_that_can_be_fetched(self, api, now):
        customer = User.objects.get(email="customer@example.com")
        ticket = customer.tickets.earliest("created_at")
        answer = api.signed_in_as(customer).get(f"/tickets/{ticket.pk}/download")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")

    def test_makes_bookings_that_can_be_cancelled(self, now):
        ahead = Booking.objects.filter(user__email="customer@example.com", show__starts_at__gt=now).first()
        assert ahead is not None
        ended = cancelling.cancel_booking(booking_id=ahead.pk, by=ahead.user, now=now)
        assert (ended.booking_status, ended.refund_amount > 0) == ("CANCELLED", True)


@pytest.mark.usefixtures("cinema", "db")
class TestGrow:
    def test_goes_back_a_week_at_a_time_and_opens_another_site_when_a_year_is_full(self, monkeypatch):
        monkeypatch.setattr("ops.demo.growth.WEEKS_OF_A_VENUE", 3)  # the demo data fills one, the fixture another
        before, first = Booking.objects.count(), Show.objects.earliest("show_date").show_date
        output = run(scale=2)
        home, further = Venue.objects.order_by("id")
        assert f"Added 2 more weeks with {Booking.objects.count() - before} bookings" in output
        for venue, days in ((home, 35), (further, 7)):
            shows = Show.objects.filter(screen__venue=venue)
            assert len(set(shows.values_list("show_date", flat=True))) == days
            assert shows.filter(bookings__isnull=False).exists()
        assert Show.objects.filter(screen__venue=home).earliest("show_date").show_date == first - timedelta(days=7)
        assert not Show.objects.filter(screen__venue=further, starts_at__gt=timezone.now()).exists()
        assert [screen.seats.count() for screen in further.screens.order_by("id")] == [282, 158, 68]
