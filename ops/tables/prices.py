"""What seats of shows cost, as a table: one row for each price zone of each show that is still to come."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from accounts.models import User
from cinema.core import formats
from ops.tables.base import CellFault, Column, Report, Row, Table
from scheduling.models import Show, ShowCategoryPricing
from scheduling.serializers import LARGEST_PRICE
from scheduling.states import ShowStatus
from venues import prices
from venues.models import SeatCategory

CHUNK = 2000
BECAUSE = "from a table"


class Prices(Table):
    """What is booked keeps its price."""

    name = "prices"
    title = "Prices of shows"
    may_export = "scheduling.view_showcategorypricing"
    may_import = "scheduling.import_showcategorypricing"
    notes = (
        "Goes out with the shows that are still to come; only the price is read when it comes in.",
        "What is booked keeps its price.",
    )
    columns = (
        Column("show_id"),
        Column("category", "The price zone, like Gold."),
        Column("price", "240.00"),
        Column("movie", is_told=True),
        Column("venue", is_told=True),
        Column("screen", is_told=True),
        Column("date", is_told=True),
        Column("time", is_told=True),
        Column("because", "How the price came about.", is_told=True),
    )

    def export(self, *, now: datetime) -> Iterator[Sequence[str]]:
        zones = _zones()
        ahead = Show.objects.filter(starts_at__gt=now).exclude(status=ShowStatus.CANCELLED)
        shows = ahead.select_related("movie", "screen__venue").prefetch_related("pricing").order_by("starts_at", "id")
        for show in shows.iterator(CHUNK):
            own = {row.category_id: row for row in show.pricing.all()}
            for zone in zones[show.screen_id].values():
                row = own.get(zone.pk)
                price, because = (row.price, row.because) if row else (zone.base_price, "base price")
                start = show.local_start()
                place = (show.movie.title, show.screen.venue.name, show.screen.screen_name)
                clock = (show.show_date.isoformat(), f"{start:%H:%M}")
                yield [str(show.pk), zone.category_name, f"{price:.2f}", *place, *clock, because]

    def carry_out(self, rows: Sequence[Row], report: Report, *, by: User, now: datetime) -> None:
        zones, known = _zones(), _known(rows)
        own = {(row.show_id, row.category_id): row for row in ShowCategoryPricing.objects.filter(show__in=known)}
        seen: set[tuple[int, int]] = set()
        changed: list[ShowCategoryPricing] = []
        for done, row in enumerate(rows):
            with report.row(row.line):
                show, zone = _place(row, known, zones)
                if (show.pk, zone.pk) in seen:
                    raise CellFault("show_id", "This price is in the table twice.")
                seen.add((show.pk, zone.pk))
                standing = own.get((show.pk, zone.pk))
                new = _changed(row, show, zone, standing.price if standing else zone.base_price, report, now)
                if new is not None:
                    changed.append(new)
            report.tick(done + 1)
        ShowCategoryPricing.objects.bulk_create(
            changed,
            batch_size=CHUNK,
            update_conflicts=True,
            unique_fields=["show", "category"],
            update_fields=["price", "because"],
        )


def _place(
    row: Row, known: Mapping[int, Show], zones: Mapping[int, Mapping[str, SeatCategory]]
) -> tuple[Show, SeatCategory]:
    show = known.get(row.number("show_id") or 0)
    if show is None:
        raise CellFault("show_id", "There is no show of this number.")
    zone = zones[show.screen_id].get(row.text("category").casefold())
    if zone is None:
        raise CellFault("category", f"{show.screen.screen_name} has no price zone “{row.text('category')[:50]}”.")
    return show, zone


def _changed(
    row: Row, show: Show, zone: SeatCategory, was: Decimal, report: Report, now: datetime
) -> ShowCategoryPricing | None:
    price = _price(row.text("price"))
    if price == was:
        report.note_same()
        return None
    if show.starts_at <= now or show.status == ShowStatus.CANCELLED:
        raise CellFault("price", "This show has begun or is cancelled: its prices stay.")
    prices.require_chargeable([price], venue=show.screen.venue, now=now)
    label = f"{show.movie.title}, {show.local_start():%-d %B} {formats.time_of_day(show.local_start())}, {zone.category_name}"
    report.note_change(row.line, label, [("price", f"{was:.2f}", f"{price:.2f}")])
    return ShowCategoryPricing(show=show, category=zone, price=price, because=f"{BECAUSE}, instead of {was:.2f}")


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text) if text.isascii() else Decimal("NaN")
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite():
        raise CellFault("price", f"“{text[:40]}” is not a price like 240.00.")
    if not 0 <= price <= LARGEST_PRICE or price != round(price, 2):
        raise CellFault("price", f"A price is from 0 to {LARGEST_PRICE}, to the paisa.")
    return price


def _zones() -> defaultdict[int, dict[str, SeatCategory]]:
    found: defaultdict[int, dict[str, SeatCategory]] = defaultdict(dict)
    for zone in SeatCategory.objects.order_by("id"):
        found[zone.screen_id][zone.category_name.casefold()] = zone
    return found


def _known(rows: Sequence[Row]) -> dict[int, Show]:
    numbers = {int(text) for row in rows if (text := row.text("show_id")).isdecimal() and len(text) < 19}
    return {show.pk: show for show in Show.objects.select_related("movie", "screen__venue").filter(pk__in=numbers)}
