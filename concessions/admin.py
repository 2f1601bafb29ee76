"""Food and drink in the back office."""

from django.contrib import admin

from cinema.core.admin import OfficeAdmin, switching
from concessions.models import FoodCategory, FoodItem


@admin.register(FoodCategory)
class FoodCategoryAdmin(OfficeAdmin):
    list_display = ("category_name",)
    search_fields = ("category_name",)
    ordering = ("category_name",)


@admin.register(FoodItem)
class FoodItemAdmin(OfficeAdmin):
    money = ("price",)
    list_display = ("item_name", "category", "price", "is_available", "is_veg", "stock")
    list_select_related = ("category",)
    list_filter = ("category", "is_available", "is_veg")
    search_fields = ("item_name",)
    autocomplete_fields = ("category",)
    ordering = ("category__category_name", "item_name")
    actions = [
        switching(
            "withdraw",
            field="is_available",
            to=False,
            title="Take off the menu",
            consequence=lambda item: "Nobody can order it any more; what is ordered stays ordered.",
        ),
        switching(
            "offer",
            field="is_available",
            to=True,
            title="Put on the menu",
            consequence=lambda item: "Everybody can order it again.",
        ),
    ]

    def row_actions(self, request: object, row: FoodItem) -> list[str]:
        return ["withdraw" if row.is_available else "offer"]
