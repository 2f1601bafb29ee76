import pytest

from cinema.settings.env import BASE_DIR
from ops.demo.movies import MOVIES
from ops.demo.posters import POSTERS, draw


class TestDraw:
    @pytest.mark.parametrize("movie", MOVIES, ids=lambda movie: movie.slug)
    def test_draws_what_is_committed(self, movie):
        drawn = draw(movie.slug)
        assert (BASE_DIR / "static" / "posters" / f"{movie.slug}.svg").read_text(encoding="utf-8") == drawn
        assert f"<title>{movie.title}</title>" in drawn

    def test_spells_every_title_out(self):
        for movie in MOVIES:
            letters = "".join(POSTERS[movie.slug].lines).replace(" ", "")
            assert letters == "".join(letter for letter in movie.title.upper() if letter.isalnum())
