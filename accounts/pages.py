"""Coming in and going out, as pages."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.errors import EmailTaken, PhoneTaken, WrongCredentials
from accounts.forms import LogInForm, SignUpForm
from accounts.models import User
from accounts.services import signing_up
from cinema.core.api.errors import status_of
from cinema.core.errors import DomainError, Malformed
from cinema.core.pages import Page, safe_next


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
        user = authenticate(request, **form.cleaned_data)
        if not isinstance(user, User) or user.is_guest:
            form.add_error(None, WrongCredentials.message)
            return self.show(request, form, status=401)
        login(request, user)
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
            user = signing_up.sign_up(**form.cleaned_data, now=timezone.now())
        except DomainError as refusal:
            _explain(refusal, form)
            return self.show(request, form, status=status_of(refusal))
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect(_next(request))

    def show(self, request: HttpRequest, form: SignUpForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/sign_up.html", {"form": form, "next": _next(request)}, status=status)


class LogOut(Page):
    """The way out: a form, because a link could be followed by a machine."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        logout(request)
        return redirect("home")


def _next(request: HttpRequest) -> str:
    return safe_next(request, request.POST.get("next") or request.GET.get("next") or "/")


def _explain(refusal: DomainError, form: SignUpForm) -> None:
    if isinstance(refusal, Malformed):
        for loc, message, _ in refusal.errors:
            form.add_error(str(loc[-1]), message)
    else:
        form.add_error({EmailTaken.code: "email", PhoneTaken.code: "phone"}.get(refusal.code), refusal.detail)
