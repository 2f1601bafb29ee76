"""Food and drink."""

from django.db import models
from django.db.models import UniqueConstraint
from django.db.models.functions import Lower, Upper

from cinema.core.constraints import at_least


class FoodCategory(models.Model):
    """One shelf of the counter; its name is also its tax category, when a rate of that name exists."""

    category_name = models.CharField(max_length=50)

    class Meta:
        verbose_name_plural = "food categories"
        constraints = [UniqueConstraint(Lower("category_name"), name="concessions_category_name_unique")]

    def __str__(self) -> str:
        return self.category_name


class FoodItem(models.Model):
    """One thing to eat or drink."""

    category = models.ForeignKey("concessions.FoodCategory", on_delete=models.PROTECT, related_name="items")
    item_name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, help_text="Of one, before tax.")
    is_available = models.BooleanField(default=True)
    is_veg = models.BooleanField(default=True)
    image_url = models.CharField("image URL", max_length=255, blank=True)
    stock = models.PositiveIntegerField(null=True, blank=True, help_text="How many are left; empty means not counted.")

    class Meta:
        permissions = [
            ("import_fooditem", "Can import food from a table"),
            ("view_food_sales", "Can view the reports on food"),
        ]
        indexes = [models.Index(Upper("item_name"), name="concessions_item_by_name")]
        constraints = [
            at_least("price", 0, name="concessions_price_not_negative"),
            at_least("stock", 0, name="concessions_stock_not_negative"),
        ]

    def __str__(self) -> str:
        return self.item_name
