"""One's own account: inbox, profile, password, sessions, data, and the way out for good."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries
from accounts.errors import PhoneTaken, WrongPassword
from accounts.forms import ChangePasswordForm, DeleteAccountForm, ProfileForm
from accounts.pages.entering import explain
from accounts.services import deleting, exporting, inbox, passwords, profiles, sessions
from accounts.visitors import account_holder, browser_session, remember_log_in
from cinema.core.api.views import path_hex_id
from cinema.core.errors import DomainError
from cinema.core.pages import Page, with_refusal

LINES = 20  # of the inbox, on one page


class MyAccount(Page):
    """Where everything of one's own is found."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "accounts/my_account.html", {"me": account_holder(request)})


class Inbox(Page):
    """What the house has told somebody; one line is read, or all of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(queries.inbox(account_holder(request)), LINES).get_page(request.GET.get("page"))
        return render(request, "accounts/inbox.html", {"page": page})

    def post(self, request: HttpRequest) -> HttpResponse:
        me, now = account_holder(request), timezone.now()
        if wanted := request.POST.get("line"):
            inbox.mark_read(notification_id=path_hex_id("line", wanted), by=me, now=now)
        else:
            inbox.mark_all_read(user_id=me.pk, by=me, now=now)
        return redirect("inbox")


class Profile(Page):
    """Name and phone; the e-mail is what an account is known by, and stays."""

    def get(self, request: HttpRequest) -> HttpResponse:
        me = account_holder(request)
        return self.show(request, ProfileForm(initial={"name": me.name, "phone": me.phone}))

    def post(self, request: HttpRequest) -> HttpResponse:
        me, form = account_holder(request), ProfileForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            profiles.change_profile(user=me, **form.cleaned_data, by=me, now=timezone.now())
        except PhoneTaken as refusal:
            form.add_error("phone", refusal.detail)
            return with_refusal(refusal, self.show(request, form))
        except DomainError as refusal:
            explain(refusal, form)
            return with_refusal(refusal, self.show(request, form))
        messages.success(request, _("Your profile is changed."))
        return redirect("profile")

    def show(self, request: HttpRequest, form: ProfileForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "email": account_holder(request).email}
        return render(request, "accounts/profile.html", context, status=status)


class ChangePassword(Page):
    """A new password: everybody else who was in is out, and this browser stays."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account_holder(request)
        return self.show(request, ChangePasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        me, form, now = account_holder(request), ChangePasswordForm(request.POST), timezone.now()
        if not form.is_valid():
            return self.show(request, form, status=422)
        current, new = form.cleaned_data["current"], form.cleaned_data["password"]
        try:
            passwords.change_password(user=me, current=current, new=new, now=now)
        except WrongPassword as refusal:
            form.add_error("current", refusal.detail)
            return self.show(request, form, status=422)  # 401 would send to the log-in
        except DomainError as refusal:
            explain(refusal, form)
            return with_refusal(refusal, self.show(request, form))
        update_session_auth_hash(request, me)
        remember_log_in(request, me, now=now)
        messages.success(request, _("Your password is changed, and every other device is logged out."))
        return redirect("my_account")

    def show(self, request: HttpRequest, form: ChangePasswordForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/change_password.html", {"form": form}, status=status)


class Sessions(Page):
    """Where somebody is logged in, and how to end that everywhere but here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        live = queries.sessions_of(account_holder(request), now=timezone.now())
        context = {"sessions": live[:100], "this": browser_session(request)}
        return render(request, "accounts/sessions.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        me = account_holder(request)
        sessions.end_others(user=me, keep=browser_session(request), now=timezone.now())
        update_session_auth_hash(request, me)
        messages.success(request, _("You are logged out everywhere but here."))
        return redirect("sessions")


class ExportData(Page):
    """Everything we know about somebody, as a file."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        pieces = exporting.export(user=account_holder(request), now=timezone.now())
        answer = StreamingHttpResponse(pieces, content_type="application/json")
        answer.headers["Content-Disposition"] = 'attachment; filename="marquee-my-data.json"'
        return answer

    def way_back(self, request: HttpRequest) -> str:
        return "/account"


class DeleteAccount(Page):
    """Leaving for good, after reading what that means and with the password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        account_holder(request)
        return self.show(request, DeleteAccountForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        me, form = account_holder(request), DeleteAccountForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            deleting.delete_account(user=me, password=form.cleaned_data["password"], now=timezone.now())
        except WrongPassword as refusal:
            form.add_error("password", refusal.detail)
            return self.show(request, form, status=422)
        except DomainError as refusal:
            explain(refusal, form)
            return with_refusal(refusal, self.show(request, form))
        logout(request)
        messages.success(request, _("Your account is deleted. Goodbye, and thank you for the films we saw together."))
        return redirect("home")

    def show(self, request: HttpRequest, form: DeleteAccountForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/delete_account.html", {"form": form}, status=status)
