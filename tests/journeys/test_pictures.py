"""`make screenshots` shows every page there is: whoever adds a route adds a picture."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.journeys.pictures.table import CUSTOMERS
from tests.journeys.test_every_page import addresses

NOT_PICTURED = {
    None,  # health and metrics, for machines
    "words",  # a script
    "poster",  # a picture itself
    "movie_by_id",  # leads on to the address with the title
}


def flat(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from flat(one)
        else:
            yield one


class TestEveryPage:
    def test_has_its_picture(self):
        paths = addresses("page", "my_page", "account_page", "own_page")
        routes = {resolve(re.sub(r"{\w+}", "1", path)).url_name for path in paths}
        assert routes - NOT_PICTURED - set(CUSTOMERS.values()) == set()

    def test_that_is_pictured_exists(self):
        routes = {route for route in CUSTOMERS.values() if route}
        served = {pattern.name for pattern in flat(get_resolver())}
        assert routes - served == set()
