"""Orders, sold seats and what hangs on them: written by services, looked at in the back office."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.queries import people_named
from accounts.visitors import signed_in
from booking.models import Admission, BookingMail, Feedback, SeatLock, Ticket
from booking.money_admin import PaymentIssueAdmin
from booking.order_admin import BookingAdmin
from booking.queries import bookings_called
from booking.services import feedback as moderation
from booking.services import locks
from booking.show_admin import ShowDesk, show_in_two_lines, show_said
from cinema.core.admin import Note, ReadOnlyAdmin, act_on_each, ask_first
from cinema.core.admin_lists import KnownValuesFilter, among, containing, identical, whether

__all__ = ["BookingAdmin", "PaymentIssueAdmin", "ShowDesk"]  # declared in modules where Django does not look


@admin.register(SeatLock)
class SeatLockAdmin(ReadOnlyAdmin):
    list_display = ("seat", "what", "status", "user", "booking", "locked_at")
    list_select_related = ("show__movie", "show__screen__venue", "seat", "user", "booking")
    clock_of = "show__screen__venue"
    list_filter = ("status",)
    search_fields = ("user__email", "booking__booking_reference")
    search_help_text = "Reference of the booking, or e-mail, phone or name of who holds it."
    finders = (among("user", people_named), among("booking", bookings_called))
    ordering = ("-id",)
    actions = ["release"]

    @admin.display(description="show")
    def what(self, claim: SeatLock) -> SafeString:
        return show_in_two_lines(claim.show)

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.release_seatlock")

    def row_actions(self, request: HttpRequest, row: SeatLock) -> list[str]:
        return ["release"] if row.is_live(timezone.now()) else []

    @admin.action(description="Release…", permissions=["release"])
    def release(self, request: HttpRequest, queryset: QuerySet[SeatLock]) -> HttpResponse | None:
        """Seats that somebody holds and does not buy."""
        now = timezone.now()
        chosen = list(queryset.order_by("seat_id"))
        held = [claim for claim in chosen if claim.is_live(now)]
        says = "Seat {} of {} can be had by anybody again; {} has to choose anew."
        question = ask_first(
            self,
            request,
            title="Release seats",
            consequences=[(claim, says.format(claim.seat, show_said(claim.show), claim.user)) for claim in held],
            unfitting=[claim for claim in chosen if claim not in held],
        )
        if question:
            return question

        def act(claim: SeatLock, note: str) -> str:
            locks.release_lock(lock_id=claim.pk, owner_id=claim.user_id, now=now)
            return "released"

        act_on_each(self, request, held, act)
        return None


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("booking", "user", "kind", "created_at", "admitted_at")
    list_select_related = ("user", "booking__show__screen__venue")
    clock_of = "booking__show__screen__venue"
    list_filter = ("kind", ("admitted_at", whether("let in")))
    search_fields = ("id", "user__email", "booking__booking_reference")
    search_help_text = "Reference of the booking, number of the ticket, or e-mail, phone or name of its customer."
    finders = (identical("pk"), among("user", people_named), among("booking", bookings_called))
    ordering = ("-created_at", "-id")


@admin.register(Admission)
class AdmissionAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "admitted_at", "admitted_by", "undone_at", "undone_by", "undo_reason")
    list_select_related = ("ticket__booking__show__screen__venue", "admitted_by", "undone_by")
    clock_of = "ticket__booking__show__screen__venue"
    list_filter = (("undone_at", whether("undone")), "admitted_at")
    search_fields = ("ticket__id", "ticket__booking__booking_reference", "admitted_by__email")
    ordering = ("-admitted_at", "-id")


@admin.register(BookingMail)
class BookingMailAdmin(ReadOnlyAdmin):
    list_display = ("booking", "kind", "owed_at", "claimed_at", "sent_at")
    list_select_related = ("booking__show__screen__venue",)
    clock_of = "booking__show__screen__venue"
    list_filter = ("kind", ("sent_at", whether("sent")))
    search_fields = ("booking__booking_reference",)
    finders = (among("booking", bookings_called),)
    ordering = ("-id",)


class RatingFilter(KnownValuesFilter):
    values = (5, 4, 3, 2, 1)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ("booking", "rating", "comment", "user", "feedback_date", "state")
    list_select_related = ("booking__show__screen__venue", "user")
    clock_of = "booking__show__screen__venue"
    list_filter = (
        ("rating", RatingFilter),
        ("replied_at", whether("answered")),
        ("hidden_at", whether("hidden")),
    )
    search_fields = ("booking__booking_reference", "user__email", "comment")
    ordering = ("-feedback_date",)
    search_help_text = "Reference of the booking, the customer, or a word of what they said."
    finders = (among("booking", bookings_called), among("user", people_named), containing("comment"))
    actions = ["reply", "hide", "show"]

    @admin.display(description="state")
    def state(self, feedback: Feedback) -> str:
        answered = "answered" if feedback.replied_at else "to be answered"
        return f"hidden, {answered}" if feedback.hidden_at else answered

    def has_reply_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.reply_feedback")

    @admin.action(description="Reply…", permissions=["reply"])
    def reply(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """An answer to one, or the same to several."""
        chosen = list(queryset.select_related("booking", "user").order_by("id"))
        says = "{} of 5: “{}”\nYour answer stands in the inbox of {} and goes out by mail."
        question = ask_first(
            self,
            request,
            title="Reply to feedback",
            consequences=[(each, says.format(each.rating, each.comment, each.user)) for each in chosen],
            note=Note("Your answer", longest=1000, is_long=True, initial=chosen[0].reply if len(chosen) == 1 else ""),
        )
        if question:
            return question
        now = timezone.now()

        def act(each: Feedback, note: str) -> str:
            moderation.reply(feedback_id=each.pk, text=note, now=now)
            return "answered"

        act_on_each(self, request, chosen, act)
        return None

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("booking.moderate_feedback")

    @admin.action(description="Hide from the pages", permissions=["moderate"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """Words and stars that should not stand on the pages of a movie."""
        chosen = list(queryset.select_related("booking").order_by("id"))
        shown = [feedback for feedback in chosen if feedback.hidden_at is None]
        question = ask_first(
            self,
            request,
            title="Hide from the pages",
            consequences=[(feedback, "Its words vanish and its stars no longer count.") for feedback in shown],
            unfitting=[feedback for feedback in chosen if feedback not in shown],
            note=Note(),
        )
        if question:
            return question
        by, now = signed_in(request), timezone.now()

        def act(feedback: Feedback, note: str) -> str:
            moderation.hide(feedback_id=feedback.pk, reason=note, by=by, now=now)
            return "hidden"

        act_on_each(self, request, shown, act)
        return None

    @admin.action(description="Show on the pages again", permissions=["moderate"])
    def show(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse | None:
        """What was hidden by mistake."""
        chosen = list(queryset.select_related("booking").order_by("id"))
        hidden = [feedback for feedback in chosen if feedback.hidden_at is not None]
        question = ask_first(
            self,
            request,
            title="Show on the pages again",
            consequences=[(feedback, f"Hidden because: {feedback.hidden_reason}") for feedback in hidden],
            unfitting=[feedback for feedback in chosen if feedback not in hidden],
        )
        if question:
            return question
        by = signed_in(request)

        def act(feedback: Feedback, note: str) -> str:
            moderation.show(feedback_id=feedback.pk, by=by)
            return "shown again"

        act_on_each(self, request, hidden, act)
        return None
