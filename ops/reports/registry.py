"""Every report there is, in the order in which staff find them; the lists below are what figures are made of."""

from collections.abc import Mapping
from typing import Final

from ops.reports import (
    daily_collection,
    feedback,
    film_hire,
    food,
    food_orders,
    food_per_head,
    hours,
    money,
    movie_weeks,
    movies,
    occupancy,
    promos,
    refund_list,
    refunds,
    remarks,
    sales,
    takings,
    tickets,
)
from ops.reports.tables import Report

GROUPS: Final[Mapping[str, tuple[Report, ...]]] = {
    "Money": (daily_collection.REPORT, takings.REPORT, hours.REPORT, refunds.REPORT, promos.REPORT, film_hire.REPORT),
    "The house": (occupancy.REPORT, movies.REPORT, movie_weeks.REPORT, feedback.REPORT),
    "Food": (food_per_head.REPORT, food.REPORT),
    "Booking by booking": (
        tickets.REPORT,
        sales.REPORT,
        money.REPORT,
        refund_list.REPORT,
        food_orders.REPORT,
        remarks.REPORT,
    ),
}
REPORTS: Final = {report.name: report for reports in GROUPS.values() for report in reports}
