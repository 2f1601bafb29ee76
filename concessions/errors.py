from django.utils.translation import gettext_lazy as _

from cinema.core import errors


class UnknownFood(errors.NotFound):
    code = "food_unknown"
    message = _("There is no such food item.")


class FoodUnavailable(errors.Conflict):
    code = "food_unavailable"
    message = _("This food item is not available.")


class FoodSoldOut(errors.Conflict):
    code = "food_sold_out"
    message = _("There is not enough left of this food item.")
