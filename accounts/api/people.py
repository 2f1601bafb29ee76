"""Accounts over HTTP: signing up, sessions, passwords, profiles."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.authentication import signed_in
from accounts.devices import device_name
from accounts.errors import TokenInvalid
from accounts.filters import UserFilter
from accounts.models import User
from accounts.serializers import (
    ForgottenInput,
    LogInInput,
    LogInOutput,
    PasswordChange,
    PasswordChangedOutput,
    PasswordChangeOutput,
    RefreshInput,
    ResetInput,
    SignUpInput,
    TokensOutput,
    UserChange,
    UserOutput,
)
from accounts.services import passwords, profiles, sessions, signing_up
from accounts.states import Role
from accounts.tokens import ACCESS_SECONDS, REFRESH_SECONDS, TokenPair, is_refresh
from cinema.core.addresses import client_address
from cinema.core.api.fields import DetailOutput, MessageOutput
from cinema.core.api.json import JSONParser
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet, parsed

REFRESH_COOKIE = "refresh_token"


class SessionViewSet(ApiViewSet):
    """Signing up and sessions: what one may do before being somebody, so that a stale token is no obstacle."""

    tag = "users"
    credential_actions = ("login", "refresh")
    serializer_class = LogInInput
    authentication_classes = ()
    permission_classes = [AllowAny]
    parser_classes = [JSONParser, FormParser, MultiPartParser]
    refuses = {
        "signup": ("429",),
        "login": ("401", "429"),
        "refresh": ("401",),
        "forgot_password": ("429",),
        "reset_password": ("404", "429"),
    }

    @extend_schema(summary="Signup", request=SignUpInput, responses=UserOutput)
    def signup(self, request: Request) -> Response:
        wanted = parsed(SignUpInput, request.data)
        user = signing_up.sign_up(**wanted, address=client_address(request), now=timezone.now())
        return Response(UserOutput(user).data)

    @extend_schema(
        summary="Forgot Password",
        description="The answer is the same whether or not anybody has the address.",
        request=ForgottenInput,
        responses=MessageOutput,
    )
    def forgot_password(self, request: Request) -> Response:
        sent = parsed(ForgottenInput, request.data)
        passwords.ask_for_reset(**sent, address=client_address(request), now=timezone.now())
        return Response({"message": "If somebody has this address, a link for a new password is on its way to it."})

    @extend_schema(
        summary="Reset Password",
        description="The token is the one of the mailed link; it works once, and ends every session of the person.",
        request=ResetInput,
        responses=PasswordChangeOutput,
    )
    def reset_password(self, request: Request) -> Response:
        sent, address = parsed(ResetInput, request.data), client_address(request)
        user = passwords.reset_password(
            token=sent["token"], new=sent["newPassword"], address=address, now=timezone.now()
        )
        return Response({"message": "Password changed. Please log in with it.", "email": user.email})

    @extend_schema(
        summary="Login",
        description="Credentials in the body; the query is there for old clients.",
        request=LogInInput,
        parameters=[OpenApiParameter("email", deprecated=True), OpenApiParameter("password", deprecated=True)],
        responses=LogInOutput,
    )
    def login(self, request: Request) -> Response:
        part = "query" if "password" in request.query_params and not request.data else "body"
        source = request.query_params if part == "query" else request.data
        sent = parsed(LogInInput, source, part=part)
        device = device_name(request.headers.get("User-Agent", ""))
        user, tokens = sessions.log_in(**sent, address=client_address(request), now=timezone.now(), device=device)
        return _handing_out(tokens, user_id=user.pk, name=user.name, role=user.role)

    @extend_schema(
        summary="Generate New Access Token",
        description="Takes the refresh token of the Bearer header, else of the cookie, else of the body.",
        request=RefreshInput,
        responses=TokensOutput,
    )
    def refresh(self, request: Request) -> Response:
        return _handing_out(sessions.rotate(refresh=_refresh_token(request), now=timezone.now()))

    @extend_schema(summary="Logout", request=None, responses=DetailOutput)
    def logout(self, request: Request) -> Response:
        sent = parsed(RefreshInput, request.data or {})
        refresh = request.COOKIES.get(REFRESH_COOKIE) or sent.get("refresh_token", "")
        sessions.log_out(access=_bearer(request), refresh=refresh, now=timezone.now())
        response = Response({"detail": "Logged out."})
        response.delete_cookie(REFRESH_COOKIE, path="/", samesite="Lax")
        return response


class UserViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    """Profiles: one's own, and everybody's for an admin."""

    tag = "users"
    queryset = User.objects.order_by("id")
    serializer_class = UserOutput
    filterset_class = UserFilter
    permission_classes = [IsSignedIn]
    admin_actions = ("list",)
    refuses = {"change_password": ("429",)}
    lookup_url_kwarg = "user_id"

    def get_queryset(self) -> QuerySet[User]:
        return queries.people_visible_to(signed_in(self.request))

    @extend_schema(
        summary="Get All Users",
        parameters=[OpenApiParameter("role", enum=Role.values, default=Role.USER.value)],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Get User")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Update User", request=UserChange)
    def update(self, request: Request, user_id: int) -> Response:
        user, wanted = self.get_object(), parsed(UserChange, request.data)
        profiles.change_profile(user=user, **wanted, by=signed_in(request), now=timezone.now())
        return Response(UserOutput(user).data)

    @extend_schema(
        summary="Change Password",
        description="Ends every session; the answer opens a new one for the caller.",
        request=PasswordChange,
        responses=PasswordChangedOutput,
    )
    def change_password(self, request: Request) -> Response:
        me, sent, now = signed_in(request), parsed(PasswordChange, request.data), timezone.now()
        passwords.change_password(user=me, current=sent["currentPassword"], new=sent["newPassword"], now=now)
        message = "Password changed. Every session has ended; these tokens open a new one."
        return _handing_out(sessions.open_session(user=me, now=now), message=message, email=me.email)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _refresh_token(request: Request) -> str:
    """Choose the first refresh token; a client that also sends its access token in the header means the cookie."""
    sent = parsed(RefreshInput, request.data or {})
    for text in (_bearer(request), request.COOKIES.get(REFRESH_COOKIE, ""), sent.get("refresh_token", "")):
        if is_refresh(text):
            return text
    raise TokenInvalid


def _handing_out(tokens: TokenPair, **about: object) -> Response:
    response = Response(
        {
            "access_token": tokens.access,
            "token_type": "bearer",
            "refresh_token": tokens.refresh,
            "expires_in": ACCESS_SECONDS,
            **about,
        }
    )
    response.set_cookie(
        REFRESH_COOKIE,
        tokens.refresh,
        max_age=REFRESH_SECONDS,
        path="/",
        secure=settings.REFRESH_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
