"""A hall as a picture: where each seat is drawn, in units of an SVG."""

from dataclasses import dataclass

from venues.hall_plan import HallPlan, Place

STEP = 26
SEAT = 22
TOP = 46  # the picture of the cinema is above the first row
ZONES = 4  # how many have a colour of their own


@dataclass(frozen=True, slots=True)
class Mark:
    """One seat as it is drawn."""

    x: int
    y: int
    title: str
    short: str
    looks: str


@dataclass(frozen=True, slots=True)
class HallPicture:
    width: int
    height: int
    marks: tuple[Mark, ...]
    zones: tuple[tuple[str, str, int], ...]  # name, class, seats
    counted: str


def picture_of(plan: HallPlan) -> HallPicture:
    """Draw a plan."""
    looks = {name: f"zone-{index % ZONES + 1}" for index, name in enumerate(plan.categories)}
    marks = tuple(_mark(place, looks[place.category]) for place in plan.places)
    zones = tuple((name, look, sum(place.category == name for place in plan.places)) for name, look in looks.items())
    return HallPicture(
        width=STEP * max((place.col for place in plan.places), default=1) + STEP,
        height=TOP + STEP * max((place.row for place in plan.places), default=1) + STEP,
        marks=marks,
        zones=zones,
        counted=f"{len(marks)} seats",
    )


def _mark(place: Place, look: str) -> Mark:
    title = f"{place.number}, {place.category}, {place.kind.label.lower()}" + (
        "" if place.is_available else ", out of service"
    )
    short = {"WHEELCHAIR": "♿", "COMPANION": "+"}.get(place.kind, place.number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    classes = f"{look} kind-{place.kind.lower()}" + ("" if place.is_available else " closed")
    return Mark(STEP * place.col - STEP // 2, TOP + STEP * (place.row - 1), title, short, classes)
