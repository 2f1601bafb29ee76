"""What is on, where, when and for how much, and what it is planned from."""

from scheduling.models.prices import PriceCard, PriceCardQuerySet
from scheduling.models.shows import (
    EARLIEST_MORNING,
    EVENING_FROM,
    NIGHT_FROM,
    SCREEN_LOCK_CLASS,
    SHOW_LOCK_CLASS,
    Show,
    ShowCategoryPricing,
    ShowQuerySet,
    lock_key,
    part_of_day_at,
)
from scheduling.models.templates import FillRun, ForecastOverride, ScheduleTemplate, TemplateMovie

__all__ = [
    "EARLIEST_MORNING",
    "EVENING_FROM",
    "NIGHT_FROM",
    "SCREEN_LOCK_CLASS",
    "SHOW_LOCK_CLASS",
    "FillRun",
    "ForecastOverride",
    "PriceCard",
    "PriceCardQuerySet",
    "ScheduleTemplate",
    "Show",
    "ShowCategoryPricing",
    "ShowQuerySet",
    "TemplateMovie",
    "lock_key",
    "part_of_day_at",
]
