"""Promo codes: whether one applies, and its uses, exact under races."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q

from billing.errors import DiscountNotApplicable, DiscountUsedUp, UnknownDiscount
from billing.models import Discount
from billing.pricing import discount_on
from billing.states import DiscountType, Weekday
from cinema.core import formats, throttling
from cinema.core.money import ZERO
from scheduling.errors import UnknownShow
from scheduling.models import Show


def find(*, discount_id: int | None = None, promo_code: str = "") -> Discount | None:
    """Look a promo code up by id or, whatever its case, by name; None when neither was given.

    :raises UnknownDiscount: when there is no such code.
    """
    if discount_id is None and not promo_code:
        return None
    wanted = Q(pk=discount_id) if discount_id is not None else Q(promo_code__iexact=promo_code.strip())
    found = Discount.objects.filter(wanted).first()
    if found is None:
        raise UnknownDiscount
    return found


def find_for_stranger(*, promo_code: str, address: str, now: datetime) -> Discount:
    """Look a promo code up for somebody who may be guessing; one that exists gives back its try.

    :raises TooManyTries: when the client's address named codes that do not exist too often lately.
    :raises UnknownDiscount: when there is no such code.
    """
    throttling.count("promo", address=address, now=now)
    discount = find(promo_code=promo_code)
    if discount is None:
        raise UnknownDiscount
    throttling.give_back("promo", address=address, now=now)
    return discount


def amount_off(*, discount: Discount | None, subtotal: Decimal, show: Show, now: datetime) -> Decimal:
    """Compute what the code takes off list prices, in rupees.

    :raises DiscountNotApplicable: when the code is inactive, out of its dates, for another movie or show, or the order
        is below its minimum; the message says which.
    """
    if discount is None:
        return ZERO
    return _amount_off(discount, subtotal, _Target(show.movie_id, show.pk, show.local_start()), now)


def worth(
    *,
    promo_code: str,
    subtotal: Decimal,
    address: str,
    now: datetime,
    movie_id: int | None = None,
    show_id: int | None = None,
) -> Decimal:
    """Tell a visitor what a code would take off list prices, in rupees; taking it up is judged again.

    A code for one movie, show, weekday or time of day needs to be told which show is meant; a show knows its movie.

    :raises TooManyTries: when the client's address named codes that do not exist too often lately.
    :raises UnknownDiscount: when there is no such code.
    :raises UnknownShow: when there is no such show that customers may see.
    :raises DiscountNotApplicable: when the code does not hold; the message says why.
    :raises DiscountUsedUp: when no use is left.
    """
    target = _Target(movie_id) if show_id is None else _target_of(show_id)
    discount = find_for_stranger(promo_code=promo_code, address=address, now=now)
    amount = _amount_off(discount, subtotal, target, now)
    if discount.usage_limit is not None and discount.times_used >= discount.usage_limit:
        raise DiscountUsedUp
    return amount


@dataclass(frozen=True, slots=True)
class _Target:
    """What an order is for, as far as it is known."""

    movie_id: int | None = None
    show_id: int | None = None
    starts: datetime | None = None  # on the venue's wall clock


def _target_of(show_id: int) -> _Target:
    show = Show.objects.public().select_related("screen__venue").filter(pk=show_id).first()
    if show is None:
        raise UnknownShow
    return _Target(show.movie_id, show.pk, show.local_start())


def _amount_off(discount: Discount, subtotal: Decimal, target: _Target, now: datetime) -> Decimal:
    if reason := _why_not(discount, subtotal, target, now):
        raise DiscountNotApplicable(reason)
    flat = discount.discount_amount if discount.discount_type == DiscountType.FLAT else None
    return discount_on(subtotal, percent=discount.discount_percent, cap=discount.max_discount_amount, flat=flat)


def _why_not(discount: Discount, subtotal: Decimal, target: _Target, now: datetime) -> str:
    reasons = [
        (not discount.is_active, "This promo code is not active."),
        (discount.starts_at and now < discount.starts_at, "This promo code is not valid yet."),
        (discount.ends_at and now >= discount.ends_at, "This promo code has expired."),
        (discount.applicable_movie_id not in (None, target.movie_id), "This promo code is for another movie."),
        (discount.applicable_show_id not in (None, target.show_id), "This promo code is for another show."),
        (not _is_on_its_day(discount, target.starts), f"This promo code is for shows on {_days(discount)}."),
        (
            not _is_in_its_daypart(discount, target.starts),
            f"This promo code is for shows that start {_hours(discount)}.",
        ),
        (subtotal < discount.min_subtotal, f"This promo code is for orders from {discount.min_subtotal} up."),
    ]
    return next((reason for fails, reason in reasons if fails), "")


def _is_on_its_day(discount: Discount, starts: datetime | None) -> bool:
    return not discount.weekdays or (starts is not None and starts.weekday() in discount.weekdays)


def _is_in_its_daypart(discount: Discount, starts: datetime | None) -> bool:
    first, end = discount.daypart_from, discount.daypart_until
    if first is None or end is None:
        return True
    if starts is None:
        return False
    time = starts.time()
    return first <= time < end if first < end else time >= first or time < end


def _days(discount: Discount) -> str:
    return ", ".join(Weekday(day).label for day in sorted(discount.weekdays))


def _hours(discount: Discount) -> str:
    if discount.daypart_from is None or discount.daypart_until is None:
        return ""
    first, end = formats.time_of_day(discount.daypart_from), formats.time_of_day(discount.daypart_until)
    return f"from {first} until before {end}"


def take_use(*, discount: Discount) -> None:
    """Count one use and hold the code until the caller's transaction ends, so that limits cannot be passed in a race.

    :raises DiscountUsedUp: when no use is left.
    """
    if discount.usage_limit is None and discount.usage_limit_per_user is None:
        return
    left = Q(usage_limit=None) | Q(times_used__lt=F("usage_limit"))
    if not Discount.objects.filter(left, pk=discount.pk).update(times_used=F("times_used") + 1):
        raise DiscountUsedUp


def give_use_back(*, discount_id: int) -> None:
    """Return the use of an order that never became one."""
    limited = Q(usage_limit__isnull=False) | Q(usage_limit_per_user__isnull=False)
    Discount.objects.filter(limited, pk=discount_id, times_used__gt=0).update(times_used=F("times_used") - 1)
