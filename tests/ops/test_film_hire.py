from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from booking.models import BookedSeat
from booking.services import cancelling
from catalog.film_hire import share_in, terms_of
from catalog.models import FilmHireTerm, Movie
from catalog.runs import friday_of
from cinema.core.money import ZERO
from ops.reports import film_hire
from ops.reports.tables import Asked
from scheduling.models import Show
from tests.booking.stories import booked
from tests.factories.billing import todays_law
from tests.factories.catalog import FilmHireTermFactory, MovieFactory
from tests.factories.scheduling import ShowFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, block_of_seats
from tests.ops.busy import around, busy

pytestmark = pytest.mark.django_db
SLIDING = [(1, Decimal("50.00")), (2, Decimal("42.50")), (4, Decimal("30.00"))]


def agreed(movie: Movie, terms=SLIDING) -> None:
    for week, share in terms:
        FilmHireTermFactory(movie=movie, from_week=week, share=share)


class TestShareIn:
    @pytest.mark.parametrize(
        ("week", "share"), [(0, None), (1, "50.00"), (2, "42.50"), (3, "42.50"), (4, "30.00"), (40, "30.00")]
    )
    def test_slides_with_the_weeks_of_the_run(self, week, share):
        assert share_in(week, SLIDING) == (share and Decimal(share))

    def test_is_unknown_before_the_first_line_and_without_any(self):
        assert (share_in(1, SLIDING[1:]), share_in(1, [])) == (None, None)

    def test_is_read_movie_by_movie_in_order(self):
        slides, flat, bare = MovieFactory.create_batch(3)
        agreed(slides, reversed(SLIDING))
        agreed(flat, SLIDING[:1])
        assert terms_of([slides.pk, flat.pk, bare.pk]) == {slides.pk: SLIDING, flat.pk: SLIDING[:1]}


@pytest.fixture
def friday(now) -> date:
    """The first day of the next booking week."""
    return friday_of(now.date()) + timedelta(days=7)


@pytest.fixture
def run(friday) -> list[Show]:
    """A movie on its first day, at the end of its first week and at the beginning of its second."""
    todays_law()
    screen, movie = ScreenFactory(), MovieFactory(title="Sholay", distributor="Eros")
    block_of_seats(SeatCategoryFactory(screen=screen, base_price=Decimal("150.55")), rows=[1], cols=6)
    days = (friday, friday + timedelta(days=6), friday + timedelta(days=7))
    zone = screen.venue.zone
    return [
        ShowFactory(movie=movie, screen=screen, starts_at=datetime.combine(day, time(19), tzinfo=zone)) for day in days
    ]


class TestFilmHire:
    def test_is_the_net_of_each_week_times_its_share(self, run, friday, customer, now):
        agreed(run[0].movie)
        for show, seats in zip(run, (("A1",), ("A1", "A2"), ("A1",)), strict=True):
            booked(show, *seats, by=customer, now=now)
        table = film_hire.read(Asked(friday, friday + timedelta(days=13)))
        assert [(line.distributor, line.run_week, line.net, line.share, line.hire) for line in table.lines] == [
            ("Eros", "1", Decimal("451.65"), Decimal("50.00"), Decimal("225.83")),  # 225.825, half up
            ("Eros", "2", Decimal("150.55"), Decimal("42.50"), Decimal("63.98")),
        ]
        assert (table.total.hire, table.total.unshared) == (Decimal("289.81"), ZERO)

    def test_is_not_owed_for_what_was_given_back(self, run, friday, customer, admin, now):
        agreed(run[0].movie)
        booked(run[0], "A1", by=customer, now=now)
        back = booked(run[0], "A2", by=customer, now=now)
        cancelling.cancel_booking(booking_id=back.pk, by=admin, now=now)
        [line] = [each for each in film_hire.read(Asked(friday, friday)).lines if each.net]
        assert (line.net, line.hire, line.kept_net > 0) == (Decimal("150.55"), Decimal("75.28"), True)

    def test_says_for_what_no_share_is_entered(self, run, friday, customer, now):
        agreed(run[0].movie, [(2, Decimal(40))])
        for show in run:
            booked(show, "A1", by=customer, now=now)
        table = film_hire.read(Asked(friday, friday + timedelta(days=13)))
        assert [(line.share, line.hire, line.unshared) for line in table.lines] == [
            (None, 0, Decimal("301.10")),
            (Decimal(40), Decimal("60.22"), 0),
        ]
        assert (table.total.hire, table.total.unshared) == (Decimal("60.22"), Decimal("301.10"))

    def test_ties_out_with_the_seats_of_the_bookings(self, selling_show, customer, admin, now):
        busy(show=selling_show, by=customer, admin=admin, now=now)
        for number, movie in enumerate(Movie.objects.order_by("pk")):
            agreed(movie, [(1, Decimal("33.33") + number)])
        asked, sums = around(now), dict[tuple[int, int, date], Decimal]()
        for line in BookedSeat.objects.filter(released_at=None).exclude(booking__confirmed_at=None):
            show = line.booking.show
            key = (show.movie_id, show.screen.venue_id, friday_of(show.show_date))
            sums[key] = sums.get(key, Decimal(0)) + line.taxable
        by_hand = Decimal(0)
        for (movie_id, *_), net in sums.items():
            share = FilmHireTerm.objects.get(movie=movie_id).share
            by_hand += (net * share / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        table = film_hire.read(asked)
        assert table.total.hire == by_hand > 0
        assert table.total.hire == sum(line.hire for line in table.lines)
        assert sum(sums.values()) == table.total.net


class TestTerms:
    def form(self, movie: Movie, *terms: tuple[str, str]) -> dict[str, object]:
        said: dict[str, object] = {
            "title": movie.title,
            "slug": movie.slug,
            "duration": 120,
            "genre": "Drama",
            "language": "Hindi",
            "format": "2D",
            "interval_minutes": 0,
            "is_active": "on",
            "distributor": "Eros",
            "film_hire_terms-TOTAL_FORMS": len(terms),
            "film_hire_terms-INITIAL_FORMS": 0,
        }
        for number, (week, share) in enumerate(terms):
            said |= {f"film_hire_terms-{number}-from_week": week, f"film_hire_terms-{number}-share": share}
        return said

    def test_are_entered_with_the_movie_and_noted(self, client, manager):
        movie = MovieFactory()
        client.force_login(manager)
        path = reverse("admin:catalog_movie_change", args=[movie.pk])
        assert client.post(path, self.form(movie, ("1", "50"), ("2", "42.5"))).status_code == 302
        assert terms_of([movie.pk]) == {movie.pk: SLIDING[:2]}
        noted = AuditEntry.objects.filter(table="catalog.filmhireterm", actor=manager)
        assert sorted(entry.after["share"] for entry in noted) == [42.5, 50]

    @pytest.mark.parametrize(
        "terms", [[("1", "50"), ("1", "40")], [("0", "50")], [("1", "100.5")], [("1", "-1")]], ids=str
    )
    def test_are_refused_when_they_make_no_sense(self, client, manager, terms):
        movie = MovieFactory()
        client.force_login(manager)
        answer = client.post(reverse("admin:catalog_movie_change", args=[movie.pk]), self.form(movie, *terms))
        assert (answer.status_code, b"errorlist" in answer.content) == (200, True)
        assert terms_of([movie.pk]) == {}

    def test_are_read_by_the_auditor_and_hidden_from_the_clerk(self, client, auditor, clerk):
        term = FilmHireTermFactory(share=Decimal("37.25"))
        path = reverse("admin:catalog_movie_change", args=[term.movie_id])
        for somebody, sees in ((auditor, True), (clerk, False)):
            client.force_login(somebody)
            page = client.get(path)
            assert (page.status_code, b"37.25" in page.content) == (200, sees), somebody
            assert b"film_hire_terms-0-share" not in page.content
