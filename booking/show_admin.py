"""Shows in the back office, with what is sold for them: `scheduling` registers the table, and cannot know that."""

from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.visitors import signed_in
from booking import moving_admin, show_queries
from booking.services import cancelling
from booking.show_queries import Hit
from cinema.core import formats
from cinema.core.admin import act_on_each, ask_first
from scheduling.admin import ShowAdmin
from scheduling.models import Show
from scheduling.price_admin import change_prices
from scheduling.states import ShowStatus

MOST_AT_ONCE = 50
LOOKS = {
    ShowStatus.DRAFT: "warn",
    ShowStatus.UPCOMING: "good",
    ShowStatus.OPEN: "good",
    ShowStatus.CLOSED: "calm",
    ShowStatus.CANCELLED: "bad",
}

admin.site.unregister(Show)


def show_said(show: Show) -> str:
    """Name a show as staff do (load `movie` and `screen__venue` with it)."""
    start = formats.short_day(show.local_start())
    return f"{show.movie.title}, {show.screen}, {start} {formats.clock(show.starts_at, show.screen.venue)}"


def show_in_two_lines(show: Show) -> SafeString:
    """Name a show in a narrow column: what and where, and below it when."""
    what, _, when = show_said(show).rpartition(", ")
    return format_html('{}<br><span class="quiet nowrap">{}</span>', what, when)


@admin.register(Show)
class ShowDesk(ShowAdmin):
    list_display = ["what", "where", "starts", "fill", "state"]
    list_select_related = ("movie", "screen__venue")
    list_filter = ["status", "screen", "format", "has_captions", "has_audio_description", "has_sign_language"]
    date_hierarchy = "show_date"
    list_display_links = ("what", "starts")
    actions = [change_prices, "cancel_shows"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Show]:
        return show_queries.with_fill(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(partial(moving_admin.move, office=self))
        return [path("<int:show_id>/move/", move, name="scheduling_show_move"), *super().get_urls()]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("scheduling.cancel_show")

    @admin.display(description="screen", ordering="screen")
    def where(self, show: Show) -> SafeString:
        return format_html(
            '<span class="nowrap">{}</span><br><span class="quiet nowrap">{}</span>', show.screen, show.screen.venue
        )

    @admin.display(description="starts (venue’s clock)", ordering="starts_at")
    def starts(self, show: Show) -> str:
        return f"{formats.short_day(show.local_start())}, {formats.clock(show.starts_at, show.screen.venue)}"

    @admin.display(description="sold")
    def fill(self, show: Show) -> SafeString:
        sold, capacity = cast(Any, show).sold, cast(Any, show).capacity  # annotated
        bar = '<span class="fill"><meter max="{}" value="{}" aria-hidden="true"></meter>{} of {}</span>'
        return format_html(bar, max(capacity, 1), sold, sold, capacity)

    @admin.display(description="state", ordering="status")
    def state(self, show: Show) -> SafeString:
        return format_html(
            '<span class="status status--{}">{}</span>', LOOKS[ShowStatus(show.status)], show.get_status_display()
        )

    @admin.display(description="movie", ordering="movie__title")
    def what(self, show: Show) -> SafeString:
        said = [show.format, show.language, *(str(access.label) for access in show.access())]
        return format_html('{}<br><span class="quiet">{}</span>', show.movie, " · ".join(filter(None, said)))

    @admin.action(description="Cancel…", permissions=["cancel"])
    def cancel_shows(self, request: HttpRequest, queryset: QuerySet[Show]) -> HttpResponse | None:
        """End everything that was sold for them, with all the money back."""
        now, by = timezone.now(), signed_in(request)
        chosen = list(queryset.order_by("starts_at", "pk")[:MOST_AT_ONCE])
        fitting = [show for show in chosen if show.status != ShowStatus.CANCELLED and show.starts_at > now]
        hits = show_queries.hits_of_cancelling([show.pk for show in fitting])
        question = ask_first(
            self,
            request,
            title="Cancel shows",
            consequences=[(show, _consequence(show, hits.get(show.pk, Hit()))) for show in fitting],
            unfitting=[show for show in chosen if show not in fitting],
        )
        if question:
            return question

        def act(show: Show, note: str) -> str:
            cancelling.cancel_show(show_id=show.pk, by=by, now=now)
            return "cancelled; what was sold for it is being ended and paid back"

        act_on_each(self, request, fitting, act)
        return None


def _consequence(show: Show, hit: Hit) -> str:
    if not hit.bookings and not hit.unpaid:
        return "Nobody has booked it: nothing goes back. It cannot be brought back."
    money = formats.money(hit.refund, show.screen.venue.currency)
    unpaid = f" Not paid yet, and ended too: {hit.unpaid}." if hit.unpaid else ""
    return (
        f"{formats.counted(hit.bookings, 'paid booking')} with {formats.counted(hit.seats, 'seat')} "
        f"{'ends' if hit.bookings == 1 else 'end'}, and {money} goes back, all of it.{unpaid} Everybody is told by mail. It cannot be brought back."
    )
