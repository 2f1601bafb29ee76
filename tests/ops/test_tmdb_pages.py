import pytest
from django.core.cache import cache
from django.urls import reverse

from catalog.models import Movie

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, manager):
    client.force_login(manager)
    return client


class TestTakingAMovieOver:
    def test_finds_it_and_leads_to_it(self, office, tmdb):
        page = office.get(reverse("office_tmdb"), {"q": "monsoon"}).content.decode()
        assert reverse("office_tmdb_take", args=[4711]) in page
        answer = office.post(reverse("office_tmdb_take", args=[4711]))
        movie = Movie.objects.get(tmdb_id=4711)
        assert answer.headers["Location"] == reverse("admin:catalog_movie_change", args=[movie.pk])
        assert "Bring up to date" in office.get(reverse("office_tmdb"), {"q": "monsoon"}).content.decode()

    def test_says_what_went_wrong(self, office, settings):
        cache.clear()
        settings.TMDB_BEARER = settings.TMDB_API_KEY = ""
        assert "errornote" in office.get(reverse("office_tmdb"), {"q": "monsoon"}).content.decode()
        office.post(reverse("office_tmdb_take", args=[4711]))
        assert not Movie.objects.exists()

    @pytest.mark.parametrize("title", ["", "m", "x" * 201], ids=["none", "one letter", "too long"])
    def test_wants_part_of_a_title(self, office, title):
        assert office.get(reverse("office_tmdb"), {"q": title}).status_code == 200
