"""`cinema.core.formats` as template filters."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson
from django import template
from django.utils.safestring import SafeString, mark_safe

from cinema.core import formats

register = template.Library()
for write in (
    formats.money,
    formats.price,
    formats.percent,
    formats.clock,
    formats.day,
    formats.iso,
    formats.calendar_day,
    formats.full_date,
    formats.short_day,
    formats.weekday,
    formats.month,
    formats.running_time,
    formats.ago,
    formats.counted,
):
    register.filter(write.__name__, write)

POSTER_TONES = 5


@register.filter
def poster_tone(movie_id: int) -> int:
    """Choose one of the colours of the posters that we draw ourselves."""
    return movie_id % POSTER_TONES


@register.filter
def stars(mean: Decimal) -> int:
    """Round a mean to whole stars."""
    return int(mean.quantize(Decimal(1), ROUND_HALF_UP))


@register.filter
def item(mapping: Mapping[Any, Any], key: object) -> Any:
    """Look up what belongs to a key; None when nothing does."""
    return mapping.get(key)


# Inside a script element only these can end it or open another; written so, they are the same JSON.
_HARMLESS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@register.filter
def json_for_script(value: Any) -> SafeString:
    """Write data as JSON that can stand inside a script element."""
    return mark_safe(orjson.dumps(value).decode().translate(_HARMLESS))  # noqa: S308  # nothing in it can end the element
