"""Shapes of the accounts API."""

from typing import Any

from rest_framework import serializers

from accounts.models import Notification, User
from accounts.states import Role
from cinema.core.api.fields import Flag, Text


class SignUpInput(serializers.Serializer):
    """Who somebody is. A `role` is ignored: sign-up makes customers only."""

    name = Text(max_length=100)
    email = serializers.EmailField(max_length=100)
    phone = Text(max_length=25, help_text="Digits, with a + in front if you like, 15 at most.")
    password = Text(min_length=8, max_length=255, trim_whitespace=False, write_only=True)
    role = Text(required=False, allow_null=True, allow_blank=True, write_only=True, help_text="Ignored.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if name != "role"}


class LogInInput(serializers.Serializer):
    """Credentials, in the body rather than in the query: addresses end up in logs."""

    email = Text(max_length=254)
    password = Text(max_length=255, trim_whitespace=False, write_only=True)


class ForgottenInput(serializers.Serializer):
    email = serializers.EmailField(max_length=100)


class ResetInput(serializers.Serializer):
    token = Text(min_length=32, max_length=200, write_only=True)
    newPassword = Text(  # noqa: N815  # contract
        min_length=8, max_length=100, trim_whitespace=False, write_only=True
    )


class UserChange(serializers.Serializer):
    name = Text(max_length=100, required=False)
    password = Text(min_length=8, max_length=255, trim_whitespace=False, required=False, write_only=True)
    is_active = Flag(required=False, help_text="For admins; ignored from anybody else.")


class PasswordChange(serializers.Serializer):
    currentPassword = Text(max_length=255, trim_whitespace=False, write_only=True)  # noqa: N815  # contract
    newPassword = Text(  # noqa: N815  # contract
        min_length=8, max_length=100, trim_whitespace=False, write_only=True
    )


class PasswordChangeOutput(serializers.Serializer):
    message = serializers.CharField()
    email = serializers.EmailField()


class RefreshInput(serializers.Serializer):
    refresh_token = Text(max_length=2048, required=False, help_text="Without a Bearer header or a cookie.")


class TokensOutput(serializers.Serializer):
    """A fresh pair; the refresh token is also set as a cookie that scripts cannot read."""

    access_token = serializers.CharField(help_text="Valid for an hour.")
    token_type = serializers.CharField(default="bearer")
    refresh_token = serializers.CharField(help_text="Valid for seven days, and once.")
    expires_in = serializers.IntegerField(help_text="Seconds the access token lives.")


class PasswordChangedOutput(PasswordChangeOutput, TokensOutput):
    """Every token from before has ended, the caller's too: these open the session to go on with."""


class LogInOutput(TokensOutput):
    user_id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)


class UserOutput(serializers.ModelSerializer):
    user_id = serializers.IntegerField(source="id")

    class Meta:
        model = User
        fields = ("user_id", "name", "email", "phone", "role", "is_guest", "is_active", "created_at")


class NotificationOutput(serializers.ModelSerializer):
    _id = serializers.CharField(source="id", min_length=24, max_length=24)
    user_id = serializers.IntegerField()
    booking_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Notification
        fields = (
            "_id",
            "user_id",
            "booking_id",
            "notification_type",
            "message",
            "is_read",
            "created_at",
            "read_at",
        )
