"""The seat picker, and everything that can come between somebody and a seat."""

from playwright.sync_api import expect

from tests.journeys.pictures.stage import end_soon, free_seats, take_away
from tests.journeys.pictures.tour import Tour, press, tick

HOLD = "Hold these seats"


def walk(tour: Tour) -> None:
    """Choose seats in every way there is, and lose some."""
    choose(tour)
    hold(tour)
    lose(tour)
    refuse(tour)
    without_scripts(tour)


def choose(tour: Tour) -> None:
    """Look at the plan and the list."""
    show = tour.stage.shows[0]
    page = tour.open(f"/seatmap/{show.pk}")
    tour.camera.take(page, "seats", whole=False)
    tick(page, *[seat.pk for seat in free_seats(show, 3)])
    expect(page.locator("[data-seat-total]")).to_contain_text("GST")
    tour.camera.take(page, "seats-chosen")
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    tour.camera.take(page, "seats-large", whole=False)
    page = tour.open(f"/seatmap/{show.pk}?view=list")
    page.locator("summary", has_text="Row C").click()
    tour.camera.take(page, "seats-list")


def hold(tour: Tour) -> None:
    """Take the best seats, and let their time run out."""
    show = tour.stage.shows[1]
    page = tour.open(f"/seatmap/{show.pk}")
    page.get_by_label("How many").select_option("4")
    press(page, "Take the best seats")
    expect(page.locator("[data-hold]")).to_be_visible()
    tour.camera.take(page, "seats-best")
    end_soon(show)
    page.reload()
    expect(page.locator(".hold--ending")).to_be_visible()
    tour.camera.take(page, "seats-ending")


def lose(tour: Tour) -> None:
    """Be slower than somebody else: while looking, and when sending."""
    show = tour.stage.shows[2]
    page = tour.open(f"/seatmap/{show.pk}")
    seats = free_seats(show, 3)
    tick(page, *[seat.pk for seat in seats])
    take_away(show, seats[1:], by=tour.stage.stranger)
    expect(page.locator("[data-lost]")).to_be_visible()
    tour.camera.take(page, "seats-lost")
    page = tour.open(f"/seatmap/{show.pk}", scripts=False)
    seats = free_seats(show, 2)
    tick(page, *[seat.pk for seat in seats])
    take_away(show, seats[:1], by=tour.stage.stranger)
    press(page, HOLD)
    tour.camera.take(page, "seats-taken")


def refuse(tour: Tour) -> None:
    """Be told what does not work."""
    show = tour.stage.shows[3]
    page = tour.open(f"/seatmap/{show.pk}")
    press(page, HOLD)
    tour.camera.take(page, "seats-none-ticked")
    page.goto(f"/seatmap/{show.pk}")
    tick(page, *[seat.pk for seat in free_seats(show, 4, beside_the_wall=True)[1:3]])
    press(page, HOLD)
    tour.camera.take(page, "seats-left-alone")
    page.goto(f"/seatmap/{show.pk}")
    page.get_by_label("With a wheelchair space").check()
    page.get_by_label("Price").select_option(index=3)
    press(page, "Take the best seats")
    tour.camera.take(page, "seats-no-such-party")
    tour.look(page, f"/seatmap/{tour.stage.gone.pk}", "seats-closed")
    tour.look(page, f"/seatmap/{tour.stage.cancelled.pk}", "seats-cancelled")
    tour.look(page, f"/seatmap/{tour.stage.bare.pk}", "seats-no-plan")


def without_scripts(tour: Tour) -> None:
    """Do the same by plain forms."""
    page = tour.open(f"/seatmap/{tour.stage.shows[4].pk}", scripts=False)
    tour.camera.take(page, "seats-without-scripts")
    press(page, "Take the best seats")
    tour.camera.take(page, "seats-held-without-scripts")
