"""Coming in and going out, and the way back in, as pages."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import keepers
from accounts.errors import DetailsNeeded, EmailTaken, PhoneTaken
from accounts.forms import ForgotPasswordForm, LogInForm, ResetPasswordForm, SignUpForm
from accounts.models import User
from accounts.queries import mail_address
from accounts.services import passwords, sessions, signing_up
from accounts.visitors import browser_session, forget_guest, guest_of, remember_log_in, signed_in
from cinema.core.addresses import client_address
from cinema.core.errors import DomainError, Malformed
from cinema.core.pages import Page, safe_next, with_refusal

BACKEND = "django.contrib.auth.backends.ModelBackend"
FIELDS = {"newPassword": "password"}  # what the API calls a field → what the form does


class LogIn(Page):
    """The way in for those who have an account; guests have none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(_next(request))
        return self.show(request, LogInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LogInForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            user = sessions.recognise(**form.cleaned_data, address=client_address(request), now=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return with_refusal(refusal, self.show(request, form))
        come_in(request, user)
        return redirect(_next(request))

    def show(self, request: HttpRequest, form: LogInForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/log_in.html", {"form": form, "next": _next(request)}, status=status)


class SignUp(Page):
    """A new account, logged in at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(_next(request))
        return self.show(request, SignUpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignUpForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            user = signing_up.sign_up(**form.cleaned_data, address=client_address(request), now=timezone.now())
        except DomainError as refusal:
            explain(refusal, form)
            return with_refusal(refusal, self.show(request, form))
        come_in(request, user)
        return redirect(_next(request))

    def show(self, request: HttpRequest, form: SignUpForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/sign_up.html", {"form": form, "next": _next(request)}, status=status)


class ForgotPassword(Page):
    """The way to a mail with a link for a new password; what it says tells nobody who has an account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, ForgotPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ForgotPasswordForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            passwords.ask_for_reset(**form.cleaned_data, address=client_address(request), now=timezone.now())
        except DomainError as refusal:
            explain(refusal, form)
            return with_refusal(refusal, self.show(request, form))
        return render(request, "accounts/reset_mailed.html", {"email": form.cleaned_data["email"]})

    def show(self, request: HttpRequest, form: ForgotPasswordForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/forgot_password.html", {"form": form}, status=status)


@method_decorator(never_cache, name="dispatch")
class ResetPassword(Page):
    """Where the mailed link leads; afterwards everybody who was in is out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, ResetPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form, address = ResetPasswordForm(request.POST), client_address(request)
        if not form.is_valid():
            return self.show(request, form, status=422)
        token, new = request.POST.get("token", ""), form.cleaned_data["password"]
        try:
            passwords.reset_password(token=token, new=new, address=address, now=timezone.now())
        except DomainError as refusal:
            explain(refusal, form)
            return with_refusal(refusal, self.show(request, form))
        messages.success(request, _("Your password is changed. Log in with it."))
        return redirect("log_in")

    def show(self, request: HttpRequest, form: ResetPasswordForm, status: int = 200) -> HttpResponse:
        token = request.POST.get("token") or request.GET.get("token", "")
        return render(request, "accounts/reset_password.html", {"form": form, "token": token}, status=status)


class LogOut(Page):
    """The way out: a form, because a link could be followed by a machine."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if sid := browser_session(request):
            sessions.end_browser(sid=sid, now=timezone.now())
        logout(request)
        return redirect("home")


class KeepBookings(Page):
    """A guest's way to an account: a mailed link, for only that shows whose address it is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        email, now = mail_address(signed_in(request)), timezone.now()
        if not email:
            raise DetailsNeeded
        passwords.ask_for_reset(email=email, address=client_address(request), now=now)
        return render(request, "accounts/reset_mailed.html", {"email": email})

    def way_back(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


def come_in(request: HttpRequest, user: User) -> None:
    """Log somebody in; what they held as a guest of this browser stays held, under their name."""
    guest = guest_of(request)
    login(request, user, backend=BACKEND)
    remember_log_in(request, user, now=timezone.now())
    if guest is not None:
        forget_guest(request)
        for keeper in keepers.registered():
            keeper.hand_over_holds(giver=guest, taker=user, now=timezone.now())


def _next(request: HttpRequest) -> str:
    return safe_next(request, request.POST.get("next") or request.GET.get("next") or "/")


def explain(refusal: DomainError, form: forms.Form) -> None:
    """Put what a service refused beside the field that caused it."""
    if isinstance(refusal, Malformed):
        for loc, message, _ in refusal.errors:
            form.add_error(FIELDS.get(str(loc[-1]), str(loc[-1])), message)
    else:
        form.add_error({EmailTaken.code: "email", PhoneTaken.code: "phone"}.get(refusal.code), refusal.detail)
