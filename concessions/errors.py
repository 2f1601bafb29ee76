from cinema.core import errors


class UnknownFood(errors.NotFound):
    code = "food_unknown"
    message = "There is no such food item."


class FoodUnavailable(errors.Conflict):
    code = "food_unavailable"
    message = "This food item is not available."


class FoodSoldOut(errors.Conflict):
    code = "food_sold_out"
    message = "There is not enough left of this food item."
