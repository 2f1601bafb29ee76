"""`cinema.core.formats` as template filters."""

from django import template

from cinema.core import formats

register = template.Library()
for write in (
    formats.money,
    formats.price,
    formats.clock,
    formats.day,
    formats.iso,
    formats.calendar_day,
    formats.full_date,
    formats.short_day,
    formats.weekday,
    formats.month,
    formats.running_time,
):
    register.filter(write.__name__, write)

POSTER_TONES = 5


@register.filter
def poster_tone(movie_id: int) -> int:
    """Choose one of the colours of the posters that we draw ourselves."""
    return movie_id % POSTER_TONES
