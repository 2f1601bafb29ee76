"""Counted food: down when an order is placed, up again when it ends."""

from collections.abc import Mapping

from django.db.models import F, Q
from django.utils.translation import gettext as _

from concessions.errors import FoodSoldOut, FoodUnavailable, UnknownFood
from concessions.models import FoodItem


def wanted_items(*, quantities: Mapping[int, int]) -> list[FoodItem]:
    """Read the wanted items with their categories, by id.

    :raises UnknownFood: when an id is unknown.
    :raises FoodUnavailable: when an item is not on sale.
    """
    items = list(FoodItem.objects.filter(pk__in=quantities).select_related("category").order_by("id"))
    missing = set(quantities) - {item.pk for item in items}
    if missing:
        raise UnknownFood(food_ids=sorted(missing))
    away = [item for item in items if not item.is_available]
    if away:
        raise FoodUnavailable(_("%s is not available.") % away[0].item_name, food_ids=[item.pk for item in away])
    return items


def take(*, items: list[FoodItem], quantities: Mapping[int, int]) -> None:
    """Take counted items from stock, in the order of their ids, within the caller's transaction.

    :raises FoodSoldOut: when there are not enough.
    """
    for item in items:
        if item.stock is None:
            continue
        quantity = quantities[item.pk]
        enough = Q(stock=None) | Q(stock__gte=quantity)
        if not FoodItem.objects.filter(enough, pk=item.pk, is_available=True).update(stock=F("stock") - quantity):
            raise FoodSoldOut(_("There is not enough %s left.") % item.item_name, food_ids=[item.pk])


def put_back(*, quantities: Mapping[int, int]) -> None:
    """Return counted items to stock, in the order of their ids, within the caller's transaction."""
    for food_id in sorted(quantities):
        FoodItem.objects.filter(pk=food_id, stock__isnull=False).update(stock=F("stock") + quantities[food_id])


def lock_counted(*, food_ids: list[int]) -> None:
    """Hold counted items until the caller's transaction ends, in the order of their ids."""
    counted = FoodItem.objects.filter(pk__in=food_ids, stock__isnull=False)
    list(counted.order_by("id").select_for_update(of=("self",), no_key=True).values_list("pk"))
