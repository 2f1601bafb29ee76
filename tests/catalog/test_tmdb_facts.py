"""TMDB's answers, mapped: what is there, what is not, and what nobody expects."""

import copy
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.tmdb_facts import facts_of, search_results, shortened
from tests.catalog.tmdb_server import FOUND, MONSOON

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def facts(**changes):
    return facts_of(copy.deepcopy(MONSOON) | changes)


def releases(**certifications: list[str]) -> dict[str, object]:
    return {
        "results": [
            {"iso_3166_1": country, "release_dates": [{"certification": text} for text in texts]}
            for country, texts in certifications.items()
        ]
    }


class TestFactsOf:
    def test_a_movie_as_tmdb_has_it(self):
        found = facts()
        assert (found.title, found.description, found.duration) == ("Monsoon", "It rains.", 131)
        assert found.genre == ["Drama", "Romance"]
        assert found.language == ["Hindi", "English", "தமிழ்"]
        assert (found.release_date, found.rating) == (date(2026, 6, 1), Decimal("3.7"))
        assert (found.certificate, found.imdb_id) == ("UA 13+", "tt0004711")
        assert (found.poster_path, found.backdrop_path) == ("/poster1.jpg", "/backdrop-1.png")
        assert found.cast[0] == {"name": "Asha", "character": "Meera", "order": 0, "profile_path": "/asha.jpg"}
        assert [person["name"] for person in found.crew] == ["Dev", "Pia", "Gaffer One"]
        assert found.crew[0] == {
            "name": "Dev",
            "job": "Director",
            "department": "Directing",
            "profile_path": "/dev.jpg",
        }

    @pytest.mark.parametrize(
        ("vote", "rating"),
        [
            (0, "0.0"),
            (10, "5.0"),
            (7.3, "3.7"),
            (7.1, "3.6"),
            (6.543, "3.3"),
            (None, None),
            ("7", None),
            (11, None),
            (True, None),
        ],
    )
    def test_rates_half(self, vote, rating):
        assert facts(vote_average=vote).rating == (None if rating is None else Decimal(rating))

    @pytest.mark.parametrize(
        ("releases", "certificate"),
        [
            (releases(IN=["UA"], GB=["15"], US=["R"]), "R"),
            (releases(IN=["UA"], GB=["15"], US=[""]), "15"),
            (releases(DE=["12"], IN=["", "UA"], GB=[" "]), "UA"),
            (releases(DE=[""], FR=["TP"], CA=["PG"]), "TP"),
            (releases(US=["much longer than ten"], GB=["15"]), "15"),
            (releases(), ""),
            (None, ""),
        ],
    )
    def test_chooses_the_certificate_by_country(self, releases, certificate):
        assert facts(release_dates=releases).certificate == certificate

    @pytest.mark.parametrize(
        ("original", "spoken", "language"),
        [
            ("ta", [], ["Tamil"]),
            ("gu", [], ["Gujarati"]),
            ("cn", [{"iso_639_1": "cn", "english_name": "Cantonese"}], ["Cantonese"]),
            ("qq", [{"iso_639_1": "en", "english_name": "English"}], ["English"]),
            ("xx", [{"iso_639_1": "xx", "english_name": "No Language"}], []),
            (None, [{"iso_639_1": "fr", "name": "Français"}], ["Français"]),
            (
                "fr",
                [{"iso_639_1": "en", "english_name": "English"}, {"iso_639_1": "fr", "english_name": "French"}],
                ["French", "English"],
            ),
        ],
    )
    def test_names_languages_the_original_one_first(self, original, spoken, language):
        assert facts(original_language=original, spoken_languages=spoken).language == language

    @pytest.mark.parametrize("runtime", [0, None, -5, 1001, "131", 90.5, True])
    def test_knows_no_running_time_that_no_show_could_have(self, runtime):
        assert facts(runtime=runtime).duration is None

    def test_cuts_at_a_word(self):
        found = facts(title="word " * 60, overview="word " * 1200)
        assert (len(found.title), found.title[-6:]) == (195, " word…")
        assert found.description.endswith(" word…")
        assert len(found.description) <= 5000

    @pytest.mark.parametrize(
        "path",
        ["poster.jpg", "/../secret.jpg", "//evil.example/x.jpg", "/a/b.jpg", "/x.jpg?y", 5, "/" + "x" * 200 + ".jpg"],
    )
    def test_takes_no_picture_from_elsewhere(self, path):
        assert facts(poster_path=path).poster_path == ""

    def test_keeps_ten_people_with_names(self):
        crew = [{"name": f"Hand {number}", "job": "Grip"} for number in range(12)] + [{"name": "Wri", "job": "Writer"}]
        cast = [{"name": ""}, *({"name": f"Face {number}"} for number in range(12))]
        found = facts(credits={"cast": cast, "crew": crew})
        assert [person["name"] for person in found.cast] == [f"Face {number}" for number in range(10)]
        assert [person["name"] for person in found.crew] == ["Wri", *(f"Hand {number}" for number in range(9))]

    def test_falls_back_to_a_name_and_drops_nul(self):
        assert facts(title="", name="Mon\x00soon").title == "Monsoon"
        assert facts(title=None).title == ""

    @given(st.dictionaries(st.sampled_from(sorted(MONSOON)), ANY_JSON))
    def test_never_fails(self, nonsense):
        found = facts_of(nonsense)
        assert len(found.title) <= 200
        assert found.duration is None or 1 <= found.duration <= 1000
        assert "\x00" not in found.title + found.description

    @given(st.text(max_size=60), st.integers(5, 40))
    def test_shortened_is_short(self, text, longest):
        assert len(shortened(text, longest)) <= longest


class TestSearchResults:
    def test_are_in_our_words(self):
        found = search_results(FOUND, image_url="https://i.example/w500")
        assert {name: found[name] for name in ("page", "total_results", "total_pages")} == {
            "page": 1,
            "total_results": 2,
            "total_pages": 1,
        }
        assert found["results"] == [
            {
                "tmdb_id": 4711,
                "title": "Monsoon",
                "overview": "It rains.",
                "release_date": "2026-06-01",
                "rating_10": 7.3,
                "poster_url": "https://i.example/w500/poster1.jpg",
            },
            {
                "tmdb_id": 4712,
                "title": "Monsoon, Unreleased",
                "overview": "",
                "release_date": "",
                "rating_10": 0,
                "poster_url": None,
            },
        ]

    @given(st.dictionaries(st.sampled_from(["page", "results", "total_pages"]), ANY_JSON))
    def test_never_fail(self, nonsense):
        assert isinstance(search_results(nonsense, image_url="")["results"], list)
