"""Food and drink as a table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from concessions.models import FoodCategory, FoodItem
from concessions.serializers import FoodItemInput
from ops.tables.base import CellFault, Cells, Column, Report, Row, Table, differences, savepoint, told, truth, yes_no


class Food(Table):
    """What is left of an item is not in the table: it moves with every sale."""

    name = "food"
    title = "Food and drink"
    may_export = "concessions.view_fooditem"
    may_import = "concessions.import_fooditem"
    notes = (
        "Stock is not in the table: it moves with every sale.",
        "A category is made before the table names it.",
    )
    columns = (
        Column("food_id", "Empty for something new."),
        Column("category"),
        Column("item_name"),
        Column("description"),
        Column("price", "Of one, before tax: 120.00"),
        Column("is_available", "yes or no."),
        Column("is_veg", "yes or no."),
        Column("image_url"),
    )

    def __init__(self) -> None:
        self._whole, self._part = FoodItemInput(), FoodItemInput(partial=True)

    def export(self, *, now: datetime) -> Iterator[Sequence[str]]:
        for item in FoodItem.objects.select_related("category").order_by("id").iterator(2000):
            yield list(cells_of(item).values())

    def carry_out(self, rows: Sequence[Row], report: Report, *, by: User, now: datetime) -> None:
        stock = list(FoodItem.objects.select_related("category"))
        known = {item.pk: item for item in stock}
        names = {(item.category_id, item.item_name.casefold()) for item in stock}
        categories = {shelf.category_name.casefold(): shelf for shelf in FoodCategory.objects.all()}
        seen: set[int] = set()
        for done, row in enumerate(rows):
            with report.row(row.line):
                number = row.number("food_id")
                if number is None:
                    self._add(row, categories, names, report)
                elif number not in known or number in seen:
                    twice = "This item is in the table twice."
                    raise CellFault("food_id", twice if number in seen else "There is no item of this number.")
                else:
                    seen.add(number)
                    self._change(row, known[number], categories, report)
            report.tick(done + 1)

    def _add(self, row: Row, categories: dict[str, FoodCategory], names: set[tuple[int, str]], report: Report) -> None:
        sent = {name: text for name, text in row.cells.items() if text and name != "food_id"}
        item = FoodItem(**self._whole.run_validation(_data(sent, categories)))
        key = (item.category_id, item.item_name.casefold())
        if key in names:
            raise CellFault("item_name", "There is this item in this category already.")
        names.add(key)
        with savepoint():
            item.save(force_insert=True)
        report.note_new(row.line, item.item_name)

    def _change(self, row: Row, item: FoodItem, categories: dict[str, FoodCategory], report: Report) -> None:
        before = cells_of(item)
        sent = differences(row, before, self.columns[1:])
        facts = self._part.run_validation(_data(sent, categories)) if sent else {}
        for name, value in facts.items():
            setattr(item, name, value)
        if changed := told(before, cells_of(item)):
            with savepoint():
                item.save(update_fields=list(facts))
            report.note_change(row.line, before["item_name"], changed)
        else:
            report.note_same()


def cells_of(item: FoodItem) -> Cells:
    """Write an item as a row, in the order of the columns."""
    return {
        "food_id": str(item.pk),
        "category": item.category.category_name,
        "item_name": item.item_name,
        "description": item.description,
        "price": f"{item.price:.2f}",
        "is_available": yes_no(item.is_available),
        "is_veg": yes_no(item.is_veg),
        "image_url": item.image_url,
    }


def _data(sent: Cells, categories: dict[str, FoodCategory]) -> dict[str, Any]:
    data: dict[str, Any] = dict(sent)
    if "category" in sent:
        shelf = categories.get(data.pop("category").casefold())
        if shelf is None:
            raise CellFault("category", f"There is no category “{sent['category'][:50]}”.")
        data["category_id"] = shelf.pk
    for name in ("is_available", "is_veg"):
        if name in sent:
            data[name] = truth(name, sent[name])
    return data
