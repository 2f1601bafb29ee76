"""A movie and its shows in the words of schema.org, for search engines."""

from collections.abc import Iterable
from typing import Any

from booking.browsing import Fill, Reviews
from catalog.models import Movie
from scheduling.models import Show

EVENTS_AT_MOST = 100
AVAILABILITY = {None: "InStock", Fill.FEW: "LimitedAvailability", Fill.NONE: "SoldOut"}


def movie_json(movie: Movie, *, url: str, image: str, reviews: Reviews) -> dict[str, Any]:
    """Describe a movie (https://schema.org/Movie)."""
    described: dict[str, Any] = {
        "@type": "Movie",
        "@id": f"{url}#movie",
        "name": movie.title,
        "url": url,
        "duration": f"PT{movie.duration}M",
        "description": movie.description,
        "genre": movie.genre,
        "inLanguage": movie.language,
        "contentRating": movie.certificate,
        "image": image,
        "datePublished": movie.release_date and movie.release_date.isoformat(),
        "actor": _people(movie.cast),
        "director": _people(movie.crew, job="Director"),
        "trailer": movie.trailer_url and {"@type": "VideoObject", "name": movie.title, "embedUrl": movie.trailer_url},
    }
    if reviews.mean is not None:
        described["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": float(reviews.mean),
            "ratingCount": reviews.count,
            "bestRating": 5,
        }
    return {key: value for key, value in described.items() if value}


def _people(listed: list[Any], **facts: str) -> list[dict[str, str]]:
    known = [person for person in listed if isinstance(person, dict) and person.get("name")]
    fitting = [person for person in known if all(person.get(key) == value for key, value in facts.items())]
    return [{"@type": "Person", "name": str(person["name"])} for person in fitting]


def screenings_json(
    shows: Iterable[Show], *, movie_url: str, seats_url: str, fills: dict[int, Fill]
) -> list[dict[str, Any]]:
    """Describe shows (https://schema.org/ScreeningEvent); `seats_url` holds `{show_id}`."""
    return [
        _screening(show, movie_url=movie_url, url=seats_url.format(show_id=show.pk), fill=fills.get(show.pk))
        for show in list(shows)[:EVENTS_AT_MOST]
    ]


def _screening(show: Show, *, movie_url: str, url: str, fill: Fill | None) -> dict[str, Any]:
    venue = show.screen.venue
    price = getattr(show, "lowest_price", None)
    event: dict[str, Any] = {
        "@type": "ScreeningEvent",
        "name": show.movie.title,
        "startDate": show.local_start().isoformat(),
        "endDate": show.local_end().isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "videoFormat": show.format,
        "inLanguage": show.language,
        "subtitleLanguage": show.language if show.has_captions else "",
        "location": {"@type": "MovieTheater", "name": venue.name, "address": venue.address},
        "workPresented": {"@id": f"{movie_url}#movie"},
        "url": url,
    }
    if price is not None:
        event["offers"] = {
            "@type": "Offer",
            "price": float(price),
            "priceCurrency": venue.currency,
            "availability": f"https://schema.org/{AVAILABILITY[fill]}",
            "url": url,
        }
    return {key: value for key, value in event.items() if value}
