import json
from datetime import timedelta

import pytest
from django.utils import timezone

from booking.services import feedback
from booking.states import BookingStatus
from catalog.models import Movie
from scheduling.states import ShowStatus
from tests.factories.booking import BookingFactory, FeedbackFactory, SeatLockFactory
from tests.factories.catalog import MovieFactory
from tests.factories.scheduling import ShowFactory, tomorrow_evening
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, VenueFactory


class TestBrowseProgramme:
    def test_opens_on_the_first_day_with_shows_and_links_to_their_seats(self, client, selling_show):
        page = client.get("/").content.decode()
        assert selling_show.movie.title in page
        assert f'href="/seatmap/{selling_show.pk}"' in page
        assert "7:00 pm" in page
        assert "from ₹150.50" in page

    def test_shows_the_day_that_was_asked_for(self, client, selling_show):
        other = ShowFactory(starts_at=selling_show.starts_at + timedelta(days=1))
        page = client.get(f"/?day={other.show_date}").content.decode()
        assert f"/seatmap/{other.pk}" in page
        assert f"/seatmap/{selling_show.pk}" not in page

    def test_falls_back_to_the_first_day_when_the_day_is_nonsense(self, client, selling_show):
        answer = client.get("/?day=soon")
        assert answer.status_code == 200
        assert f"/seatmap/{selling_show.pk}" in answer.content.decode()

    def test_hides_drafts_and_cancelled_shows(self, client, selling_show):
        hidden = [ShowFactory(status=status) for status in (ShowStatus.DRAFT, ShowStatus.CANCELLED)]
        page = client.get(f"/?day={hidden[0].show_date}").content.decode()
        assert all(f"/seatmap/{show.pk}" not in page for show in hidden)

    def test_names_a_show_that_does_not_sell_without_a_link(self, client, selling_show):
        closed = ShowFactory(status=ShowStatus.CLOSED)
        page = client.get("/").content.decode()
        assert closed.movie.title in page
        assert f"/seatmap/{closed.pk}" not in page
        assert "Sales closed" in page

    def test_says_so_when_nothing_is_planned(self, client, db):
        assert "No shows are announced yet" in client.get("/").content.decode()

    def test_costs_the_same_queries_for_one_show_and_for_many(self, client, selling_show, django_assert_num_queries):
        with django_assert_num_queries(5):
            client.get("/")
        venue = VenueFactory()
        for hours in range(4):
            screen = ScreenFactory(venue=venue)
            SeatCategoryFactory(screen=screen)
            ShowFactory(screen=screen, starts_at=tomorrow_evening(screen) - timedelta(hours=hours))
        with django_assert_num_queries(5):
            client.get("/")


class TestNarrowing:
    @pytest.fixture
    def other(self, selling_show):
        movie = MovieFactory(title="Amélie", genre=["Romance"], cast=[{"name": "Audrey Tautou"}])
        morning = selling_show.starts_at - timedelta(hours=9)
        return ShowFactory(movie=movie, starts_at=morning, language="French", format="IMAX", has_captions=True)

    @pytest.mark.parametrize(
        "query",
        [
            "q=amelie",
            "q=TAUTOU",
            "q=romance+audrey",
            "language=French",
            "format=IMAX",
            "genre=Romance",
            "part=morning",
            "access=captions",
            "language=French&part=morning&access=captions",
        ],
    )
    def test_leaves_only_what_fits(self, client, selling_show, other, query):
        page = client.get(f"/?{query}").content.decode()
        assert f"/seatmap/{other.pk}" in page
        assert f"/seatmap/{selling_show.pk}" not in page

    def test_by_venue_keeps_to_it(self, client, selling_show, other):
        page = client.get(f"/?venue={selling_show.screen.venue_id}").content.decode()
        assert f"/seatmap/{selling_show.pk}" in page
        assert (f"/seatmap/{other.pk}" in page) == (other.screen.venue_id == selling_show.screen.venue_id)

    @pytest.mark.parametrize("query", ["venue=x", "part=noon", "access=smell", "venue=0", f"venue={10**30}", "day=0"])
    def test_takes_nonsense_for_nothing(self, client, selling_show, other, query):
        answer = client.get(f"/?{query}")
        assert answer.status_code == 200
        assert f"/seatmap/{selling_show.pk}" in answer.content.decode()

    def test_leads_to_other_days_that_have_it(self, client, selling_show):
        later = ShowFactory(starts_at=selling_show.starts_at + timedelta(days=3), language="Odia")
        page = client.get("/?language=Odia").content.decode()
        assert "Nothing on this day fits" in page
        assert f"?language=Odia&amp;day={later.show_date}" in page

    def test_says_so_when_no_day_has_it(self, client, selling_show):
        assert "Nor on any other day" in client.get("/?q=nothing+of+the+kind").content.decode()

    def test_survives_a_change_of_the_day(self, client, selling_show):
        page = client.get("/?language=Hindi&access=captions&access=sign").content.decode()
        assert f"?language=Hindi&amp;access=captions&amp;access=sign&amp;day={selling_show.show_date}" in page

    def test_names_what_makes_a_show_accessible(self, client, other):
        assert '<span class="visually-hidden">Captions</span>' in client.get("/").content.decode()


class TestFill:
    @pytest.fixture
    def show(self, selling_show):
        return selling_show

    def take(self, show, number, **claim):
        for seat in show.screen.seats.order_by("id")[:number]:
            SeatLockFactory(show=show, seat=seat, **claim)

    def test_is_not_mentioned_while_there_is_room(self, client, show):
        self.take(show, 26)
        page = client.get("/").content.decode()
        assert "Few seats left" not in page

    def test_says_when_few_seats_are_left(self, client, show):
        self.take(show, 27)
        assert "Few seats left" in client.get("/").content.decode()

    def test_does_not_count_holds_that_have_lapsed(self, client, show):
        self.take(show, 27, expires_at=timezone.now() - timedelta(minutes=1))
        assert "Few seats left" not in client.get("/").content.decode()

    def test_says_when_a_show_is_sold_out(self, client, show):
        self.take(show, 30)
        page = client.get("/").content.decode()
        assert "Sold out" in page
        assert f'href="/seatmap/{show.pk}"' not in page


class TestReviews:
    @pytest.fixture
    def seen(self, settings):
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        return ShowFactory(starts_at=timezone.now() - timedelta(hours=6))

    def page(self, client, show):
        return client.get(f"/now/movies/{show.movie_id}", follow=True).content.decode()

    def test_come_from_finished_visits(self, client, db, seen):
        visit = BookingFactory(show=seen, confirmed=True, user__name="Asha Customer")
        FeedbackFactory(booking=visit, user=visit.user, rating=4, comment="The sound!")
        FeedbackFactory(booking=BookingFactory(show=seen, confirmed=True), rating=5, comment="")
        page = self.page(client, seen)
        assert "<strong>4.5</strong>" in page
        assert "from 2 visitors" in page
        assert "The sound!" in page
        assert "Asha" in page
        assert "Asha Customer" not in page

    def test_leave_out_whoever_was_not_there(self, client, db, seen):
        cancelled = BookingFactory(show=seen, booking_status=BookingStatus.CANCELLED, cancelled_at=timezone.now())
        early = BookingFactory(show=ShowFactory(movie=seen.movie), confirmed=True)
        for booking in (cancelled, early):
            FeedbackFactory(booking=booking, user=booking.user, comment="Never seen it")
        assert "Never seen it" not in self.page(client, seen)

    def test_vanish_with_their_stars_when_they_are_hidden_and_come_back(
        self, client, admin, seen, settings, django_capture_on_commit_callbacks
    ):
        settings.CACHES = {
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "reviews"}
        }
        rude = FeedbackFactory(booking=BookingFactory(show=seen, confirmed=True), rating=1, comment="Rude words")
        FeedbackFactory(booking=BookingFactory(show=seen, confirmed=True), rating=5, comment="Fine")
        assert "<strong>3.0</strong>" in self.page(client, seen)
        with django_capture_on_commit_callbacks(execute=True):
            feedback.hide(feedback_id=rude.pk, reason="Abuse", by=admin, now=timezone.now())
        page = self.page(client, seen)
        assert "Rude words" not in page
        assert "<strong>5.0</strong>" in page
        with django_capture_on_commit_callbacks(execute=True):
            feedback.show(feedback_id=rude.pk, by=admin)
        assert "Rude words" in self.page(client, seen)

    def test_are_read_without_the_cache_too(self, client, db, seen, settings):
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1"}}
        assert "No shows are planned" in self.page(client, seen)


class TestStructuredData:
    def graph(self, client, show):
        page = client.get(f"/now/movies/{show.movie_id}", follow=True).content.decode()
        return json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])["@graph"]

    def test_describes_the_movie_and_its_shows(self, client, selling_show):
        movie, screening = self.graph(client, selling_show)
        assert (movie["@type"], movie["name"]) == ("Movie", selling_show.movie.title)
        assert (screening["@type"], screening["workPresented"]["@id"]) == ("ScreeningEvent", movie["@id"])
        assert screening["startDate"] == selling_show.local_start().isoformat()
        assert screening["url"] == f"http://testserver/seatmap/{selling_show.pk}"
        assert (screening["offers"]["price"], screening["offers"]["priceCurrency"]) == (150.5, "INR")

    def test_cannot_end_the_element_it_stands_in(self, client, selling_show):
        title = "</script><script>alert(1)</script>"
        Movie.objects.filter(pk=selling_show.movie_id).update(title=title)
        assert self.graph(client, selling_show)[0]["name"] == title
        page = client.get(f"/now/movies/{selling_show.movie_id}", follow=True).content.decode()
        assert "<script>alert" not in page

    def test_takes_a_cast_of_any_shape(self, client, selling_show):
        Movie.objects.filter(pk=selling_show.movie_id).update(
            cast=["Asha", {"role": "nobody"}, {"name": "Sunil"}], crew=[1]
        )
        assert self.graph(client, selling_show)[0]["actor"] == [{"@type": "Person", "name": "Sunil"}]


class TestForSearchEngines:
    def test_the_sitemap_lists_what_is_shown(self, client, selling_show):
        hidden = MovieFactory()
        sitemap = client.get("/sitemap.xml").content.decode()
        assert f"<loc>http://testserver/now/movies/{selling_show.movie_id}/" in sitemap
        assert f"/now/movies/{hidden.pk}/" not in sitemap

    def test_robots_are_shown_the_sitemap_and_kept_from_purchases(self, client):
        robots = client.get("/robots.txt").content.decode()
        assert "Sitemap: http://testserver/sitemap.xml" in robots
        assert "Disallow: /book/" in robots

    def test_every_filter_is_the_same_page(self, client, selling_show):
        page = client.get("/?q=a&language=Hindi").content.decode()
        assert '<link rel="canonical" href="http://testserver/">' in page


class TestShowMovie:
    def test_lists_its_shows_by_day(self, client, selling_show):
        later = ShowFactory(movie=selling_show.movie, starts_at=selling_show.starts_at + timedelta(days=2))
        page = client.get(f"/now/movies/{selling_show.movie_id}", follow=True).content.decode()
        assert page.index(f"/seatmap/{selling_show.pk}") < page.index(f"/seatmap/{later.pk}")

    def test_leaves_out_what_is_over(self, client, selling_show):
        over = ShowFactory(movie=selling_show.movie, starts_at=timezone.now() - timedelta(hours=6))
        page = client.get(f"/now/movies/{selling_show.movie_id}", follow=True).content.decode()
        assert f"/seatmap/{over.pk}" not in page

    def test_lives_at_an_address_with_its_title(self, client, db):
        movie = MovieFactory(title="Pather Panchali", slug="pather-panchali")
        answer = client.get(f"/now/movies/{movie.pk}/old-title")
        assert (answer.status_code, answer.url) == (301, f"/now/movies/{movie.pk}/pather-panchali")

    def test_says_so_when_it_is_not_planned(self, client, db):
        movie = MovieFactory()
        assert "No shows are planned" in client.get(f"/now/movies/{movie.pk}", follow=True).content.decode()

    def test_is_404_for_an_unknown_movie_or_an_absurd_id(self, client, db):
        assert client.get("/now/movies/4711").status_code == 404
        assert client.get(f"/now/movies/{'9' * 30}").status_code == 404

    def test_costs_the_same_queries_for_one_show_and_for_many(self, client, selling_show, django_assert_num_queries):
        path = client.get(f"/now/movies/{selling_show.movie_id}").url
        client.get(path)  # from here on the reviews are remembered
        with django_assert_num_queries(5):
            client.get(path)
        for days in range(1, 5):
            ShowFactory(movie=selling_show.movie, starts_at=selling_show.starts_at + timedelta(days=days))
        with django_assert_num_queries(5):
            client.get(path)
