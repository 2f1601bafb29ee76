"""How full the house is, by day of the week and part of the day."""

from collections.abc import Sequence
from dataclasses import dataclass

from ops import charts
from ops.reports.daily_collection import to
from ops.reports.showings import Admission, grouped, showings
from ops.reports.tables import Asked, Column, Kind, Period, Report, Table, added_up, table_of
from scheduling.cards import WEEKDAYS
from scheduling.states import PartOfDay, ShowStatus

PARTS = list(PartOfDay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Admission):
    """A part of a day of the week."""

    weekday: int | None = None
    part: str = ""

    @property
    def day_name(self) -> str:
        return "" if self.weekday is None else WEEKDAYS[self.weekday]

    @property
    def part_name(self) -> str:
        return str(PartOfDay(self.part).label) if self.part else ""

    @property
    def narrowed(self) -> dict[str, str]:
        return {"weekday": str(self.weekday), "part": self.part}


def read(asked: Asked) -> Table[Slot]:
    """Add up the shows that were not cancelled, Monday morning first."""
    shown = [line for line in showings(asked) if line.status != ShowStatus.CANCELLED and line.show_day]
    slots = grouped(shown, lambda line: (line.show_day.weekday() if line.show_day else 0, line.part))
    lines = [
        Slot(weekday=weekday, part=part, **added_up(Admission, slot))
        for (weekday, part), slot in sorted(
            slots.items(), key=lambda item: (item[0][0], PARTS.index(PartOfDay(item[0][1])))
        )
    ]
    return table_of(Slot, lines)


def draw(lines: Sequence[Slot]) -> charts.Chart:
    """Draw a heat map: days across, parts of the day down, darker where it is fuller."""
    fills = {(line.weekday, line.part): line.fill for line in lines}
    return charts.heat_map(
        title="Fill by weekday and part of the day, in percent",
        columns=[name[:3] for name in WEEKDAYS],
        rows=[str(part.label).split(",")[0] for part in PARTS],
        cells=[
            [None if (fill := fills.get((day, part.value))) is None else float(fill) for day in range(7)]
            for part in PARTS
        ],
    )


REPORT = Report(
    name="occupancy",
    title="Occupancy by weekday and part of the day",
    says="By start of the show on the venue's clock; cancelled shows are left out. Fill is seats sold and not given back of "
    "the seats in service.",
    columns=(
        Column("day_name", "Weekday"),
        Column("part_name", "Part of the day"),
        Column("shows", "Shows", Kind.COUNT),
        Column("seats", "Seats", Kind.COUNT),
        Column("sold", "Sold", Kind.COUNT, to("sold")),
        Column("fill", "Fill", Kind.PERCENT),
        Column("net", "Net", Kind.MONEY, to("net")),
    ),
    read=read,
    draw=draw,
    period=Period.MONTH,
)
