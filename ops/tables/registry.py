"""Which tables there are."""

from collections.abc import Mapping

from ops.tables.base import Table
from ops.tables.customers import Customers
from ops.tables.food import Food
from ops.tables.movies import Movies
from ops.tables.prices import Prices
from ops.tables.shows import Shows

_KINDS: tuple[type[Table], ...] = (Movies, Shows, Prices, Food, Customers)
NAMES: Mapping[str, type[Table]] = {kind.name: kind for kind in _KINDS}
