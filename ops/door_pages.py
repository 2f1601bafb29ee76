"""The door: a code is typed or scanned, and the page says in words, shape and colour whether the party comes in."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from booking import door_queries, errors
from booking.door_queries import Pass
from booking.services import door
from cinema.core.errors import DomainError
from ops.forms import DoorForm
from scheduling.models import Show
from scheduling.states import ShowStatus

PLACE = "door"
MAY_ADMIT, MAY_UNDO = "booking.admit_ticket", "booking.undo_admission"
NOT_HERE_NOW = (errors.WrongHall, errors.WrongDay, errors.DoorsClosed, errors.ShowOver)
LOOKS_AHEAD = timedelta(hours=2)
COME, WAIT, STOP = "come", "wait", "stop"  # a tick, a triangle, a cross


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door says to one code."""

    state: str
    heading: str
    detail: str
    ticket: Pass | None
    code: str = ""


def show_door(request: HttpRequest) -> HttpResponse:
    """Show the door; a code that is posted is judged and the party let in, or not."""
    by, now = _keeper(request), timezone.now()
    form = DoorForm(request.POST or None, initial={"place": request.session.get(PLACE)})
    answer = None
    if form.is_bound and form.is_valid():
        request.session[PLACE] = form.cleaned_data["place"]
        if code := form.cleaned_data["code"]:
            answer = _judged(code, form.door(), by, now)
    refusal = answer is not None and answer.state != COME
    context = _context(request, form, answer, now)
    return TemplateResponse(request, "admin/ops/door.html", context, status=409 if refusal else 200)


def undo(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """Take back that a party was let in, for a reason."""
    if not isinstance(request.user, User) or not request.user.has_perm(MAY_UNDO):
        raise PermissionDenied
    try:
        door.undo(ticket_id=ticket_id, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "The admission is undone: the ticket is good again.")
    return redirect("office_door")


def _keeper(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(MAY_ADMIT):
        raise PermissionDenied
    return request.user


def _judged(code: str, at: door.Door, by: User, now: datetime) -> Answer:
    try:
        admission = door.admit(code=code, door=at, by=by, now=now)
    except DomainError as refusal:
        state, heading = _meaning(refusal)
        return Answer(state, heading, refusal.detail, _known(code), refusal.code)
    ticket = door_queries.pass_of(admission.ticket)
    party = len(ticket.seats)
    return Answer(COME, "Come in", f"{party} {'person' if party == 1 else 'people'}", ticket)


def _meaning(refusal: DomainError) -> tuple[str, str]:
    if isinstance(refusal, NOT_HERE_NOW):
        headings = {"wrong_hall": "Another screen", "wrong_day": "Another day", "doors_closed": "Too early"}
        return WAIT, headings.get(refusal.code, "Too late")
    if isinstance(refusal, errors.PartyAdmitted):
        return STOP, "In already"
    return STOP, "Cancelled" if isinstance(refusal, errors.TicketCancelled) else "Not a ticket of ours"


def _known(code: str) -> Pass | None:
    try:
        return door_queries.pass_of(door_queries.ticket_named(code))
    except DomainError:
        return None


def _context(request: HttpRequest, form: DoorForm, answer: Answer | None, now: datetime) -> dict[str, object]:
    at = form.door()
    shows = Show.objects.exclude(status__in=(ShowStatus.CANCELLED, ShowStatus.DRAFT))
    here = shows.filter(ends_at__gt=now, starts_at__lt=now + LOOKS_AHEAD, screen__venue=at.venue_id)
    if at.screen_id:
        here = here.filter(screen=at.screen_id)
    return {
        **admin.site.each_context(request),
        "title": "Door",
        "form": DoorForm(initial={"place": form.where()}),
        "answer": answer,
        "shows": door_queries.attendance(here.select_related("movie", "screen__venue").order_by("starts_at", "id")),
        "latest": door_queries.latest_admissions(venue_id=at.venue_id) if at.venue_id else [],
        "may_undo": request.user.has_perm(MAY_UNDO),
    }
