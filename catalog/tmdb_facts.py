"""From TMDB's answers to our movies, without the ORM; whatever TMDB leaves out or gets wrong is left out here."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf.locale import LANG_INFO

Json = Mapping[str, Any]
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_WORD, LONGEST_CERTIFICATE = 200, 5000, 50, 10
MOST_WORDS, MOST_PEOPLE = 50, 10
LONGEST_RUNTIME = 1000  # minutes
CERTIFICATE_COUNTRIES = ("US", "GB", "IN")
JOBS_FIRST = ("Director", "Writer", "Screenplay", "Producer")
IMAGE_PATH = re.compile(r"/[\w-]+\.\w{2,5}")
# Original languages that TMDB names by codes beyond Django's list; `cn` is TMDB's own, `xx` means none.
LANGUAGES = {"zh": "Mandarin", "cn": "Cantonese", "gu": "Gujarati", "or": "Odia", "as": "Assamese", "si": "Sinhala"}
NO_LANGUAGE = "xx"


@dataclass(frozen=True, slots=True)
class MovieFacts:
    """What TMDB knows of a movie, as our columns hold it; `duration` is in minutes, None when there is none."""

    title: str
    description: str
    duration: int | None
    genre: list[str]
    language: list[str]
    release_date: date | None
    rating: Decimal | None
    certificate: str
    cast: list[dict[str, Any]]
    crew: list[dict[str, Any]]
    imdb_id: str
    poster_path: str
    backdrop_path: str


def facts_of(details: Json) -> MovieFacts:
    """Read the details of one movie."""
    credits_ = _object(details.get("credits"))
    return MovieFacts(
        title=shortened(_text(details.get("title")) or _text(details.get("name")), LONGEST_TITLE),
        description=shortened(_text(details.get("overview")), LONGEST_DESCRIPTION),
        duration=_minutes(details.get("runtime")),
        genre=_words(_text(genre.get("name")) for genre in _objects(details.get("genres"))),
        language=_words(_languages(details)),
        release_date=_date(details.get("release_date")),
        rating=_rating(details.get("vote_average")),
        certificate=_certificate(_objects(_object(details.get("release_dates")).get("results"))),
        cast=_cast(_objects(credits_.get("cast"))),
        crew=_crew(_objects(credits_.get("crew"))),
        imdb_id=_text(details.get("imdb_id"))[:20],
        poster_path=image_path(details.get("poster_path")),
        backdrop_path=image_path(details.get("backdrop_path")),
    )


def search_results(found: Json, *, image_url: str) -> dict[str, Any]:
    """Read one page of a search, in the words of our API."""
    results = [_result(movie, image_url) for movie in _objects(found.get("results")) if _whole(movie.get("id"))]
    counts = {name: _whole(found.get(name)) for name in ("page", "total_results", "total_pages")}
    return {**counts, "results": results}


def image_path(value: object) -> str:
    """Read the path of a picture; one that is no plain file name is none."""
    text = _text(value)
    return text if IMAGE_PATH.fullmatch(text) and len(text) <= 100 else ""


def shortened(text: str, longest: int) -> str:
    """Cut a text that is too long at a word."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > longest // 2 else cut).rstrip() + "…"


def _result(movie: Json, image_url: str) -> dict[str, Any]:
    poster = image_path(movie.get("poster_path"))
    return {
        "tmdb_id": movie["id"],
        "title": _text(movie.get("title")) or _text(movie.get("name")),
        "overview": _text(movie.get("overview")),
        "release_date": _text(movie.get("release_date")),
        "rating_10": _number(movie.get("vote_average")) or 0,
        "poster_url": f"{image_url}{poster}" if poster else None,
    }


def _languages(details: Json) -> Iterator[str]:
    """Name the original language first, then the others in their order."""
    spoken = {_text(one.get("iso_639_1")): one for one in _objects(details.get("spoken_languages"))}
    names = {code: _text(one.get("english_name")) or _text(one.get("name")) for code, one in spoken.items()}
    original = _text(details.get("original_language"))
    if original != NO_LANGUAGE:
        yield names.get(original) or LANGUAGES.get(original) or str(LANG_INFO.get(original, {}).get("name", ""))
    yield from (name for code, name in names.items() if code != NO_LANGUAGE)


def _certificate(countries: list[Json]) -> str:
    of_country = {_text(country.get("iso_3166_1")): _objects(country.get("release_dates")) for country in countries}
    order = [*CERTIFICATE_COUNTRIES, *(code for code in of_country if code not in CERTIFICATE_COUNTRIES)]
    releases = (release for code in order for release in of_country.get(code, []))
    found = (_text(release.get("certification")) for release in releases)
    return next((text for text in found if text and len(text) <= LONGEST_CERTIFICATE), "")


def _cast(people: list[Json]) -> list[dict[str, Any]]:
    named = [person for person in people if _text(person.get("name"))]
    return [
        {
            "name": _text(person.get("name")),
            "character": _text(person.get("character")),
            "order": _whole(person.get("order")),
            "profile_path": image_path(person.get("profile_path")) or None,
        }
        for person in named[:MOST_PEOPLE]
    ]


def _crew(people: list[Json]) -> list[dict[str, Any]]:
    named = [person for person in people if _text(person.get("name"))]
    ordered = sorted(named, key=lambda person: _rank(_text(person.get("job"))))  # of one rank as TMDB has them
    return [
        {
            "name": _text(person.get("name")),
            "job": _text(person.get("job")),
            "department": _text(person.get("department")),
            "profile_path": image_path(person.get("profile_path")) or None,
        }
        for person in ordered[:MOST_PEOPLE]
    ]


def _rank(job: str) -> int:
    return JOBS_FIRST.index(job) if job in JOBS_FIRST else len(JOBS_FIRST)


def _rating(value: object) -> Decimal | None:
    """Halve TMDB's 0 to 10, to one decimal place."""
    number = _number(value)
    if number is None or not 0 <= number <= 10:
        return None
    return (Decimal(str(number)) / 2).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _minutes(value: object) -> int | None:
    minutes = _whole(value)
    return minutes if 1 <= minutes <= LONGEST_RUNTIME else None


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        return None


def _words(texts: Iterable[str]) -> list[str]:
    kept = dict.fromkeys(text for text in texts if text and len(text) <= LONGEST_WORD)
    return list(kept)[:MOST_WORDS]


def _text(value: object) -> str:
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
