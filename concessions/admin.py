"""Food and drink in the back office."""

from django.contrib import admin

from concessions.models import FoodCategory, FoodItem


@admin.register(FoodCategory)
class FoodCategoryAdmin(admin.ModelAdmin):
    list_display = ("category_name",)
    search_fields = ("category_name",)
    ordering = ("category_name",)


@admin.register(FoodItem)
class FoodItemAdmin(admin.ModelAdmin):
    list_display = ("item_name", "category", "price", "is_available", "is_veg", "stock")
    list_select_related = ("category",)
    list_filter = ("category", "is_available", "is_veg")
    search_fields = ("item_name",)
    autocomplete_fields = ("category",)
    ordering = ("category__category_name", "item_name")
