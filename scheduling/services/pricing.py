"""What seats of shows cost: from the price cards when a show is made, and changed in bulk by staff."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from scheduling import cards
from scheduling.cards import Step
from scheduling.errors import ShowsStarted
from scheduling.models import PriceCard, Show, ShowCategoryPricing
from scheduling.states import ShowStatus
from venues import prices
from venues.models import SeatCategory

ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Repriced:
    """What one category of one show costs, and would."""

    show: Show
    category: SeatCategory
    was: Decimal
    price: Decimal
    because: str


def put_prices(shows: Sequence[Show], *, is_always: bool = False) -> None:
    """Price new shows by the cards of their venues, within the caller's transaction (load `screen__venue`).

    Without a card that changes anything, base prices hold and are written down only when `is_always`.
    """
    found: defaultdict[int, list[PriceCard]] = defaultdict(list)
    for card in PriceCard.objects.in_force().filter(venue__in={show.screen.venue_id for show in shows}):
        found[card.venue_id].append(card)
    categories = _categories(shows)
    rows: list[ShowCategoryPricing] = []
    for show in shows:
        own: list[ShowCategoryPricing] = []
        occasion = cards.occasion_of(show.local_start(), show.format)
        steps = [card.step for card in found[show.screen.venue_id] if card.condition.holds(occasion)]
        for category in categories[show.screen_id]:
            if is_always or any(step.concerns(category.category_name) for step in steps):
                price, why = cards.priced(category.base_price, category.category_name, steps)
                own.append(ShowCategoryPricing(show=show, category=category, price=price, because=why))
        prices.require_chargeable([row.price for row in own], venue=show.screen.venue, now=show.created_at)
        rows += own
    ShowCategoryPricing.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


@transaction.atomic(durable=True)
def set_price(*, show: Show, category: SeatCategory, price: Decimal, by: User, now: datetime) -> ShowCategoryPricing:
    """Set what seats of one zone cost at one show; what was booked keeps its price.

    :raises DomainError: when nothing can be sold at it, see `prices.require_chargeable`.
    """
    prices.require_chargeable([price], venue=show.screen.venue, now=now)
    return ShowCategoryPricing.objects.create(show=show, category=category, price=price)


@transaction.atomic(durable=True)
def change_price(*, pricing: ShowCategoryPricing, price: Decimal, by: User, now: datetime) -> ShowCategoryPricing:
    """Change what seats of one zone cost at one show, likewise.

    :raises DomainError: when nothing can be sold at it, see `prices.require_chargeable`.
    """
    prices.require_chargeable([price], venue=pricing.show.screen.venue, now=now)
    pricing.price = price
    pricing.save(update_fields=["price"])
    return pricing


def preview(*, show_ids: Collection[int], step: Step, now: datetime) -> list[Repriced]:
    """Tell what a change of prices would do, and write nothing.

    :raises ShowsStarted: when a show has begun or is cancelled.
    :raises DomainError: when nothing can be sold at a new price, see `prices.require_chargeable`.
    """
    return _repriced(_open_shows(show_ids, now), step, now)


@transaction.atomic(durable=True)
def reprice(*, show_ids: Collection[int], step: Step, by: User, now: datetime) -> list[Repriced]:
    """Change what seats of shows cost from now on; what was booked keeps its price.

    :raises ShowsStarted: when a show has begun or is cancelled.
    :raises DomainError: when nothing can be sold at a new price, see `prices.require_chargeable`.
    """
    for show_id in sorted(show_ids):
        Show.objects.guarded_alone(show_id)
    changes = _repriced(_open_shows(show_ids, now), step, now)
    ShowCategoryPricing.objects.bulk_create(
        (
            ShowCategoryPricing(show=change.show, category=change.category, price=change.price, because=change.because)
            for change in changes
        ),
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["show", "category"],
        update_fields=["price", "because"],
    )
    return changes


def _open_shows(show_ids: Collection[int], now: datetime) -> list[Show]:
    shows = Show.objects.filter(pk__in=show_ids).select_related("movie", "screen__venue").order_by("starts_at", "id")
    closed = [show.pk for show in shows if show.starts_at <= now or show.status == ShowStatus.CANCELLED]
    if closed or len(shows) < len(set(show_ids)):
        raise ShowsStarted(show_ids=closed)
    return list(shows)


def _repriced(shows: Sequence[Show], step: Step, now: datetime) -> list[Repriced]:
    own = {(row.show_id, row.category_id): row for row in ShowCategoryPricing.objects.filter(show__in=shows)}
    categories = _categories(shows)
    changes = []
    for show in shows:
        for category in categories[show.screen_id]:
            if step.concerns(category.category_name):
                row = own.get((show.pk, category.pk))
                was = row.price if row else category.base_price
                why = (row.because if row else "") or f"base {was}"
                changes.append(Repriced(show, category, was, step.applied_to(was), f"{why} · {step.said()}"[-500:]))
    for show in shows:
        changed = [change.price for change in changes if change.show is show]
        prices.require_chargeable(changed, venue=show.screen.venue, now=now)
    return changes


def _categories(shows: Sequence[Show]) -> dict[int, list[SeatCategory]]:
    found: defaultdict[int, list[SeatCategory]] = defaultdict(list)
    for category in SeatCategory.objects.filter(screen__in={show.screen_id for show in shows}).order_by("id"):
        found[category.screen_id].append(category)
    return found
