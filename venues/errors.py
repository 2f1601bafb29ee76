from cinema.core import errors


class NoVenue(errors.RuleViolation):
    code = "no_venue"
    message = "There is no default venue yet. Please make one in the back office."


class UnknownScreenOrCategory(errors.NotFound):
    code = "seat_place_unknown"
    message = "There is no such seat category on this screen."


class CategoryFull(errors.RuleViolation):
    code = "category_full"
    message = "A seat category has more seats than its rows and columns allow."


class ScreenStays(errors.RuleViolation):
    code = "screen_stays"
    message = "Seats and their categories stay on their screen. Delete this and add it to the other one."


class HallUnclear(errors.RuleViolation):
    code = "hall_unclear"
    message = "This hall cannot be built."


class SeatsSold(errors.Conflict):
    code = "seats_sold"
    message = "Seats of this hall are sold or held for shows to come."


class UnknownZone(errors.RuleViolation):
    code = "zone_unknown"
    message = "A new price zone needs a price."
