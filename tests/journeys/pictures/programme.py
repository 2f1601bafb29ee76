"""What is on."""

from tests.journeys.pictures.tour import Tour


def walk(tour: Tour) -> None:
    """Look for something to see."""
    movie = tour.stage.shows[0].movie
    page = tour.see("/", "home")
    page.locator("summary", has_text="Filters").click()
    tour.camera.take(page, "home-filters")
    tour.look(page, f"/?day={tour.stage.shows[0].show_date.isoformat()}&q={movie.title[:5]}", "home-searched")
    tour.look(page, "/?q=nosuchmovie&access=captions", "home-nothing-fits")
    tour.look(page, "/?day=2001-01-01", "home-nothing-on")
    tour.look(page, f"/now/movies/{movie.pk}", "movie")
    tour.look(page, f"/now/movies/{tour.stage.unplayed.pk}", "movie-without-shows")
