"""Builds the demo cinema in an empty database: a venue, what it shows and sells, and who has been there."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from billing.models import GST, Discount
from catalog.models import FilmHireTerm, Movie
from concessions.models import FoodCategory, FoodItem
from ops.demo import people, sales, template
from ops.demo.halls import HALLS, ZONES, Hall, places
from ops.demo.movies import DISTRIBUTORS, MOVIES, TERMS
from ops.demo.prices import COUNTED_STOCK, MENU, promo_codes, tax_rates
from ops.demo.programme import Running, Slot, day_of
from ops.demo.progress import Progress
from scheduling.models import Show, ShowCategoryPricing
from venues.models import Screen, Seat, SeatCategory, Venue

PAST, COMING = timedelta(days=7), timedelta(days=14)
VENUE_CODE = "BND"
CROWD = 150  # more than any show of a past week has parties, so that nobody sits in two places at once


@transaction.atomic(durable=True)
def load(*, now: datetime, progress: Progress) -> None:
    """Load the demo cinema into an empty database.

    :raises IntegrityError: when the database was not empty after all; nothing is changed.
    """
    progress.start(4)
    customer, crowd = _open_house(now)
    progress.step("people, films, halls, prices")
    venue = Venue.objects.get(code=VENUE_CODE)
    today = now.astimezone(venue.zone).date()
    shows = schedule(venue=venue, first=today - PAST, until=today + COMING, now=now)
    template.keep_filled(venue, filled_until=today + COMING)
    progress.step(f"{len(shows)} shows, and a template for those after them")
    sold = sales.sell(shows=shows, customers=crowd, mine=customer.pk, now=now)
    progress.step(f"{sold} bookings")
    sales.refresh_statistics()
    progress.step("statistics")


def _open_house(now: datetime) -> tuple[User, Sequence[int]]:
    GST.objects.bulk_create(tax_rates())
    Discount.objects.bulk_create(promo_codes(now))
    _rent_movies()
    _fill_counter()
    open_venue(
        name="Marquee Bandra", code=VENUE_CODE, address="4th floor, Carter Arcade, 118 Linking Road, Bandra West"
    )
    customer, *_ = people.make_log_ins(now)
    return customer, people.make_crowd(CROWD, now)


def _rent_movies() -> None:
    movies = Movie.objects.bulk_create(
        Movie(**movie.fields(), distributor=DISTRIBUTORS[number % len(DISTRIBUTORS)])
        for number, movie in enumerate(MOVIES)
    )
    FilmHireTerm.objects.bulk_create(
        FilmHireTerm(movie=movie, from_week=week, share=Decimal(share)) for movie in movies for week, share in TERMS
    )


def _fill_counter() -> None:
    for shelf, items in MENU.items():
        category = FoodCategory.objects.create(category_name=shelf)
        FoodItem.objects.bulk_create(
            FoodItem(
                category=category,
                item_name=name,
                description=description,
                price=Decimal(price),
                is_veg=is_veg,
                stock=COUNTED_STOCK.get(name),
            )
            for name, description, price, is_veg in items
        )


def open_venue(*, name: str, code: str, address: str) -> Venue:
    """Open a site with the three halls of the plan; the first one is the default."""
    venue = Venue.objects.create(
        name=name,
        code=code,
        address=f"{address}, Mumbai 400050, Maharashtra",
        time_zone="Asia/Kolkata",
        gstin="27AAZCM0000M1Z5",  # Maharashtra's number and the shape of one, but nobody's
        is_default=not Venue.objects.filter(is_default=True).exists(),
    )
    for hall in HALLS:
        screen = Screen.objects.create(venue=venue, screen_name=hall.name, screen_type=hall.type)
        categories = {letter: _price_zone(screen, hall, letter) for letter in hall.zones}
        Seat.objects.bulk_create(
            Seat(
                screen=screen,
                category=categories[place.zone],
                row_number=place.row,
                col_number=place.col,
                seat_number=place.number,
                kind=place.kind,
                is_available=place.is_available,
            )
            for place in places(hall)
        )
    return venue


def _price_zone(screen: Screen, hall: Hall, letter: str) -> SeatCategory:
    widths = [sum(seat == letter for seat in row) for row in hall.rows if letter in row]
    return SeatCategory.objects.create(
        screen=screen,
        category_name=ZONES[letter].name,
        rows=len(widths),
        cols=max(widths),
        base_price=ZONES[letter].day + hall.surcharge,
    )


def schedule(*, venue: Venue, first: date, until: date, now: datetime) -> list[int]:
    """Fill the screens of a demo venue from one day until another; answer the ids of the shows, oldest first."""
    movies = {movie.slug: movie for movie in Movie.objects.filter(slug__in=[movie.slug for movie in MOVIES])}
    running = {slug: _running(movie, venue) for slug, movie in movies.items()}
    screens = {screen.screen_name: screen for screen in venue.screens.prefetch_related("categories")}
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    planned = [
        (hall, _show(slot, movies[slot.slug], screens[hall.name], day, now))
        for day in days
        for hall in HALLS
        for slot in day_of(hall, day, running, venue.zone)
    ]
    shows = Show.objects.bulk_create(show for _, show in planned)
    ShowCategoryPricing.objects.bulk_create(
        pricing for hall, show in planned for pricing in _prices(hall, show, screens[hall.name].categories.all())
    )
    return [show.pk for show in shows]


def _running(movie: Movie, venue: Venue) -> Running:
    until_end = timedelta(minutes=venue.pre_show_minutes + movie.duration + movie.interval_minutes)
    return Running(until_end, until_end + timedelta(minutes=venue.turnaround_minutes))


def _show(slot: Slot, movie: Movie, screen: Screen, day: date, now: datetime) -> Show:
    in_turn = day.toordinal() + slot.starts_at.hour // 6
    offered = [shape for shape in movie.format if (shape == "IMAX") == (screen.screen_type == "IMAX")]
    turn = day.toordinal() + slot.starts_at.hour
    return Show(
        has_captions=turn % 4 == 0,
        has_audio_description=turn % 6 == 0,
        has_sign_language=turn % 11 == 0,
        movie=movie,
        screen=screen,
        show_date=day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        free_at=slot.free_at,
        format=offered[in_turn % len(offered)] if offered else "2D",
        language=movie.language[0] if in_turn % 3 else movie.language[in_turn % len(movie.language)],
        created_at=min(now, slot.starts_at - COMING),
    )


def _prices(hall: Hall, show: Show, categories: Iterable[SeatCategory]) -> list[ShowCategoryPricing]:
    letters = {ZONES[letter].name: letter for letter in hall.zones}
    is_weekend = show.show_date.weekday() >= 5
    return [
        ShowCategoryPricing(
            show=show,
            category=category,
            price=hall.price(letters[category.category_name], hour=show.starts_at.hour, is_weekend=is_weekend),
        )
        for category in categories
    ]
