from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from scheduling.models import (
    FillRun,
    ForecastOverride,
    PriceCard,
    ScheduleTemplate,
    Show,
    ShowCategoryPricing,
    TemplateMovie,
)
from tests.factories.catalog import MovieFactory
from tests.factories.venues import ScreenFactory, SeatCategoryFactory, SeatFactory, VenueFactory
from venues.models import Screen


def tomorrow_evening(screen: Screen) -> datetime:
    """Name tomorrow's seven o'clock on the venue's wall clock."""
    zone = screen.venue.zone
    tomorrow = timezone.now().astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(19), tzinfo=zone)


class ShowFactory(DjangoModelFactory[Show]):
    """On sale, on a screen of its own, tomorrow evening; `seats=4` adds so many seats of one category at 150.50."""

    class Meta:
        model = Show
        skip_postgeneration_save = True

    class Params:
        running_minutes = factory.LazyAttribute(
            lambda show: show.screen.venue.pre_show_minutes + show.movie.duration + show.movie.interval_minutes
        )

    movie = factory.SubFactory(MovieFactory)
    screen = factory.SubFactory(ScreenFactory)
    starts_at = factory.LazyAttribute(lambda show: tomorrow_evening(show.screen))
    show_date = factory.LazyAttribute(lambda show: show.starts_at.astimezone(show.screen.venue.zone).date())
    ends_at = factory.LazyAttribute(lambda show: show.starts_at + timedelta(minutes=show.running_minutes))
    free_at = factory.LazyAttribute(
        lambda show: show.ends_at + timedelta(minutes=show.screen.venue.turnaround_minutes)
    )
    language = "Hindi"

    @factory.post_generation
    def seats(self: Any, create: bool, extracted: int | None, **kwargs: Any) -> None:
        if create and extracted:
            category = SeatCategoryFactory(screen=self.screen, cols=extracted)
            SeatFactory.create_batch(extracted, category=category)


class ShowCategoryPricingFactory(DjangoModelFactory[ShowCategoryPricing]):
    class Meta:
        model = ShowCategoryPricing

    show = factory.SubFactory(ShowFactory)
    category = factory.LazyAttribute(lambda pricing: SeatCategoryFactory(screen=pricing.show.screen))
    price = Decimal("200.00")


class PriceCardFactory(DjangoModelFactory[PriceCard]):
    """30 rupees more, always, for every category."""

    class Meta:
        model = PriceCard

    venue = factory.SubFactory(VenueFactory)
    name = "Evening"
    amount = Decimal("30.00")


class ScheduleTemplateFactory(DjangoModelFactory[ScheduleTemplate]):
    """A venue's programme, kept two weeks ahead as drafts by the quick way; it names no movie yet."""

    class Meta:
        model = ScheduleTemplate

    improves = False
    venue = factory.SubFactory(VenueFactory)


class TemplateMovieFactory(DjangoModelFactory[TemplateMovie]):
    """At least once a day, on any screen."""

    class Meta:
        model = TemplateMovie

    template = factory.SubFactory(ScheduleTemplateFactory)
    movie = factory.SubFactory(MovieFactory)


class FillRunFactory(DjangoModelFactory[FillRun]):
    """A day from tomorrow, asked for a moment ago; no worker has it yet."""

    class Meta:
        model = FillRun

    venue = factory.SubFactory(VenueFactory)
    from_day = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=1))
    day_count = 1
    writes = True
    improves = False
    asked_at = factory.LazyFunction(timezone.now)


class ForecastOverrideFactory(DjangoModelFactory[ForecastOverride]):
    """A hundred people every evening."""

    class Meta:
        model = ForecastOverride

    venue = factory.SubFactory(VenueFactory)
    movie = factory.SubFactory(MovieFactory)
    part = "evening"
    admissions = 100
