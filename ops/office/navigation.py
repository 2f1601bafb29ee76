"""What the back office's navigation holds, by task. A page or a table of yours gets its line here, and nothing else.

Who sees a line is who may open what it leads to: the permissions of a table are Django's, those of a page stand beside it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """The list of a model, named like `booking.Booking`; the title is the model's own unless one is given."""

    model: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ours by the name of its URL; whoever has one of the permissions may open it."""

    title: str
    url_name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs to one task."""

    slug: str
    title: str
    entries: tuple[Table | Page, ...]


GROUPS = (
    Group(
        "today",
        "Today",
        (
            Page("Dashboard", "office_dashboard", ("billing.view_takings", "scheduling.view_show")),
            Page("The week", "office_week", ("scheduling.view_show",)),
            Page("Counter", "office_counter", ("booking.sell_at_counter",)),
            Page("Door", "office_door", ("booking.admit_ticket",)),
        ),
    ),
    Group(
        "programme",
        "Programme",
        (
            Table("scheduling.Show"),
            Page("Forecast", "office_forecast", ("scheduling.view_forecastoverride",)),
            Table("scheduling.ScheduleTemplate"),
            Table("scheduling.FillRun"),
            Table("scheduling.ForecastOverride", "Forecast by hand"),
            Table("catalog.Movie"),
            Page("New movie from TMDB", "office_tmdb", ("catalog.add_movie",)),
            Table("scheduling.PriceCard"),
            Table("scheduling.ShowCategoryPricing", "Prices of shows"),
            Page(
                "Tables in and out",
                "office_tables",
                ("catalog.view_movie", "scheduling.view_show", "concessions.view_fooditem", "accounts.export_user"),
            ),
        ),
    ),
    Group(
        "halls",
        "Halls",
        (
            Table("venues.Venue"),
            Table("venues.Screen"),
            Table("venues.SeatCategory"),
            Table("venues.Seat"),
        ),
    ),
    Group(
        "food",
        "Food",
        (
            Table("concessions.FoodItem"),
            Table("concessions.FoodCategory"),
        ),
    ),
    Group(
        "sales",
        "Sales",
        (
            Table("booking.Booking"),
            Table("booking.Ticket"),
            Table("booking.Admission"),
            Table("booking.SeatLock", "Held and sold seats"),
            Table("booking.Feedback"),
            Table("billing.Discount", "Promo codes"),
            Table("booking.BookingMail", "Mails to customers"),
        ),
    ),
    Group(
        "money",
        "Money",
        (
            Page(
                "Reports",
                "office_reports",
                ("billing.view_takings", "booking.view_feedback", "concessions.view_food_sales"),
            ),
            Page("GST summary", "admin:billing_invoice_gst_summary", ("billing.view_takings",)),
            Table("billing.Payment"),
            Table("billing.Refund"),
            Table("billing.PaymentIssue"),
            Table("billing.Invoice"),
            Table("billing.CreditNote"),
            Table("billing.GST", "Tax rates"),
            Table("billing.LedgerEntry"),
            Table("billing.LedgerCheck"),
            Table("billing.InvoiceCounter"),
        ),
    ),
    Group(
        "people",
        "People",
        (
            Table("accounts.User"),
            Table("accounts.Guest"),
            Table("auth.Group", "Groups of staff"),
            Table("accounts.Session", "Log-ins"),
            Table("accounts.AuditEntry", "Changes by the staff"),
            Table("accounts.Notification"),
            Table("accounts.MutedNotice", "News not wanted"),
        ),
    ),
    Group(
        "system",
        "System",
        (
            Table("ops.Backup"),
            Table("ops.Restore"),
            Table("ops.Drill"),
            Table("ops.JobRecord"),
            Table("ops.DeadLetter"),
            Table("ops.TableImport", "Imports of tables"),
            Table("billing.PaymentEvent", "Messages of gateways"),
            Table("billing.SandboxCharge"),
        ),
    ),
)
