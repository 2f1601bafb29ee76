from datetime import timedelta

from django.utils import timezone

from scheduling.states import ShowStatus
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
        with django_assert_num_queries(3):
            client.get("/")
        venue = VenueFactory()
        for hours in range(4):
            screen = ScreenFactory(venue=venue)
            SeatCategoryFactory(screen=screen)
            ShowFactory(screen=screen, starts_at=tomorrow_evening(screen) - timedelta(hours=hours))
        with django_assert_num_queries(3):
            client.get("/")


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
        with django_assert_num_queries(3):
            client.get(path)
        for days in range(1, 5):
            ShowFactory(movie=selling_show.movie, starts_at=selling_show.starts_at + timedelta(days=days))
        with django_assert_num_queries(3):
            client.get(path)
