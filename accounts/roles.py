"""Who may do what in the back office: one row per table, one column per group of staff.

`manage.py migrate` ends with giving the groups exactly these permissions (`accounts.services.roles`). A word is a verb
on the row's table (`view` of `catalog.movie` is `catalog.view_movie`); a word with an underscore is the name of a
permission as it stands. The auditor has every permission to view that stands in a row, and no other. Admins are
superusers: they may do all of it, and what stands below as theirs alone. The API looks only at `User.role`.
"""

from collections.abc import Iterator, Mapping

MANAGER, BOX_OFFICE, CONCESSIONS, AUDITOR = "Manager", "Box office", "Concessions", "Auditor"
GROUPS = (MANAGER, BOX_OFFICE, CONCESSIONS, AUDITOR)

TABLE: Mapping[str, tuple[str, str, str]] = {
    # table: (manager, box office, concessions)
    "accounts.user": ("view add change promote deactivate end_sessions import export", "", ""),
    "accounts.guest": ("view", "view", ""),
    "accounts.session": ("view", "", ""),
    "accounts.notification": ("view", "", ""),
    "accounts.auditentry": ("view", "", ""),
    "accounts.mutednotice": ("view", "", ""),
    "auth.group": ("view", "", ""),
    "catalog.movie": ("view add change delete import", "view", ""),
    "catalog.filmhireterm": ("view add change delete", "", ""),
    "venues.venue": ("view change", "view", ""),
    "venues.screen": ("view add change delete", "view", ""),
    "venues.seatcategory": ("view add change delete", "view", ""),
    "venues.seat": ("view add change delete", "view", ""),
    "scheduling.show": (
        "view add change publish move cancel reprice autoschedule import",
        "view",
        "",
    ),
    "scheduling.showcategorypricing": ("view import", "view", ""),
    "scheduling.pricecard": ("view add change delete", "", ""),
    "scheduling.scheduletemplate": ("view add change", "", ""),
    "scheduling.templatemovie": ("view add change delete", "", ""),
    "scheduling.forecastoverride": ("view add change delete", "", ""),
    "scheduling.fillrun": ("view", "", ""),
    "billing.gst": ("view add change", "", ""),
    "billing.discount": ("view add change delete", "view", ""),
    "billing.payment": ("view view_takings", "", ""),
    "billing.refund": ("view hand_over_refund", "", ""),
    "billing.paymentissue": ("view mend", "", ""),
    "billing.paymentevent": ("view", "", ""),
    "billing.invoice": ("view", "", ""),
    "billing.creditnote": ("view", "", ""),
    "billing.invoicecounter": ("view", "", ""),
    "billing.sandboxcharge": ("view", "", ""),
    "billing.ledgerentry": ("view", "", ""),
    "billing.ledgerline": ("view", "", ""),
    "billing.ledgercheck": ("view", "", ""),
    "concessions.foodcategory": ("view add change delete", "view", "view add change"),
    "concessions.fooditem": (
        "view add change delete import view_food_sales",
        "view",
        "view add change view_food_sales",
    ),
    "booking.booking": ("view cancel refund take_cash sell_at_counter", "view take_cash sell_at_counter", ""),
    "booking.bookedseat": ("view", "view", ""),
    "booking.bookedfood": ("view", "view", ""),
    "booking.bookedfee": ("view", "view", ""),
    "booking.cancellation": ("view", "view", ""),
    "booking.bookingstatuslog": ("view", "view", ""),
    "booking.bookingmail": ("view", "view", ""),
    "booking.seatlock": ("view release", "view release", ""),
    "booking.ticket": ("view admit resend", "view admit resend", ""),
    "booking.admission": ("view undo_admission", "view", ""),
    "booking.feedback": ("view reply moderate", "", ""),
    "ops.backup": ("view run", "", ""),
    "ops.drill": ("view run", "", ""),
    "ops.restore": ("view", "", ""),
    "ops.tableimport": ("view", "", ""),
    "ops.jobrecord": ("view run", "", ""),
    "ops.deadletter": ("view settle", "", ""),
}
ADMINS_ALONE = frozenset({"ops.run_restore"})  # beside adding, changing and deleting what no row above gives away
WITHOUT_A_ROW: Mapping[str, str] = {
    "accounts.passwordreset": "hashes of links that live for a quarter of an hour: nobody looks at them",
    "booking.idempotencykey": "answers kept for a day: nobody looks at them",
}


def permissions_of(group: str) -> frozenset[str]:
    """Name every permission of a group, as `app.codename`."""
    if group == AUDITOR:
        return frozenset(name for name in named() if name.partition(".")[2].startswith("view_"))
    column = GROUPS.index(group)
    return frozenset(_full(table, word) for table, row in TABLE.items() for word in row[column].split())


def named() -> frozenset[str]:
    """Name every permission that some row gives to somebody."""
    return frozenset(_each())


def _each() -> Iterator[str]:
    for table, row in TABLE.items():
        for words in row:
            yield from (_full(table, word) for word in words.split())


def _full(table: str, word: str) -> str:
    app, _, model = table.partition(".")
    return f"{app}.{word}" if "_" in word else f"{app}.{word}_{model}"
