"""Buying without an account, and coming back to what was bought: pages."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import mail_address
from accounts.visitors import account_holder, guest_of, remember_guest
from accounts.visitors import signed_in as own
from booking import page_queries
from booking.errors import OrderJoined
from booking.forms import DetailsForm
from booking.links import read_key
from booking.models import Booking
from booking.pages.paying import elsewhere
from booking.services import guest_orders, keeping
from booking.serving import remember, signed_in
from cinema.core.addresses import client_address
from cinema.core.errors import Malformed
from cinema.core.pages import Page, with_refusal


class GiveDetails(Page):
    """Where the tickets go, for somebody without an account; or the way to the log-in, which keeps the seats."""

    def get(self, request: HttpRequest, show_id: int) -> HttpResponse:
        user = signed_in(request)
        if not user.is_guest:
            return redirect("pay", show_id)
        if page_queries.hold(show_id=show_id, user=user, now=timezone.now()) is None:
            return elsewhere(request, show_id)
        initial = {"email": user.guest.email, "phone": user.guest.phone}
        return self.show(request, show_id, DetailsForm(initial=initial))

    def post(self, request: HttpRequest, show_id: int) -> HttpResponse:
        user, form = signed_in(request), DetailsForm(request.POST)
        if not user.is_guest:
            return redirect("pay", show_id)
        if not form.is_valid():
            return self.show(request, show_id, form, status=422)
        try:
            buyer = guest_orders.give_details(user=user, **form.cleaned_data, now=timezone.now())
        except Malformed as refusal:
            for loc, message, _kind in refusal.errors:
                form.add_error(str(loc[-1]), message)
            return with_refusal(refusal, self.show(request, show_id, form))
        if buyer != user:
            remember(request, buyer)
        return redirect("pay", show_id)

    def show(self, request: HttpRequest, show_id: int, form: DetailsForm, status: int = 200) -> HttpResponse:
        now, show = timezone.now(), page_queries.public_show(show_id)
        context = {
            "form": form,
            "hold": page_queries.hold(show_id=show_id, user=signed_in(request), now=now),
            "now": now,
            "show": show,
            "venue": show.screen.venue,
        }
        return render(request, "booking/give_details.html", context, status=status)


class OpenOrder(Page):
    """Where the link in a guest's mail leads. The key leaves the address at once.

    Asked first is whoever is logged in, and who holds seats as another guest: the link may be one that somebody sent them
    so that they pay for tickets which that guest then gets.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        key = request.GET.get("key", "")
        try:
            booking = self.find(request, key)
        except OrderJoined:
            return redirect("show_ticket", read_key(key).reference)
        if isinstance(request.user, User):
            context = {"booking": booking, "key": key, "is_mine": mail_address(booking.user) == request.user.email}
            return render(request, "booking/found_order.html", context)
        before = guest_of(request)
        if before is not None and before != booking.user and page_queries.holds_seats(user=before, now=timezone.now()):
            return render(request, "booking/found_order.html", {"booking": booking, "key": key})
        remember_guest(request, booking.user)
        return redirect("show_ticket", booking.booking_reference)

    def post(self, request: HttpRequest) -> HttpResponse:
        booking = self.find(request, request.POST.get("key", ""))
        if request.POST.get("choice") == "add":
            guest_orders.join(booking=booking, by=account_holder(request))
            messages.success(request, _("What you bought without an account is in your account now."))
        else:
            self.become(request, booking.user)
        return redirect("show_ticket", booking.booking_reference)

    def become(self, request: HttpRequest, guest: User) -> None:
        """Let this browser be the guest of the link, as it asked; what it held as another guest stays held, as at a log-in."""
        before = None if isinstance(request.user, User) else guest_of(request)
        logout(request)
        remember_guest(request, guest)
        if before is not None and before != guest:
            keeping.hand_over_holds(giver=before, taker=guest, now=timezone.now())

    def find(self, request: HttpRequest, key: str) -> Booking:
        return guest_orders.open_order(key=key, address=client_address(request), now=timezone.now())


class SendNewLink(Page):
    """A new link for a guest whose old one got into the wrong hands; this browser stays in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        user = own(request)
        booking = page_queries.my_booking(reference=reference, user=user)
        if user.is_guest:  # an account has a door of its own
            guest_orders.send_new_link(booking=booking, now=timezone.now())
            remember_guest(request, User.objects.select_related("guest").get(pk=user.pk))
            messages.success(request, _("A new link is on its way; the old ones open nothing any more."))
        return redirect("show_ticket", booking.booking_reference)
