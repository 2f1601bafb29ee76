"""The keys that sign tokens: each token names its key, so that an old key is believed until its last token has expired."""

import hashlib
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

ALGORITHM = "HS256"


def key_id(key: str) -> str:
    """Name a key without telling anything of it: the start of a hash of 50 random characters cannot be turned back."""
    return hashlib.sha256(b"marquee.jwt.key:" + key.encode()).hexdigest()[:12]


class KeyRing(TokenBackend):
    """Signs with `JWT_SIGNING_KEY`, and believes what it or one of `JWT_SIGNING_KEY_FALLBACKS` has signed."""

    def __init__(self) -> None:
        super().__init__(ALGORITHM)

    def encode(self, payload: dict[str, Any]) -> str:
        key = settings.JWT_SIGNING_KEY
        return jwt.encode(payload, key, algorithm=ALGORITHM, headers={"kid": key_id(key)})

    def get_verifying_key(self, token: Token) -> str:
        try:
            named = jwt.get_unverified_header(token).get("kid")  # type: ignore[arg-type]  # the library passes the text
        except jwt.InvalidTokenError as error:
            raise TokenBackendError("Token is invalid") from error
        if named is None:  # signed before tokens named their keys
            return str(settings.JWT_SIGNING_KEY)
        for key in (settings.JWT_SIGNING_KEY, *settings.JWT_SIGNING_KEY_FALLBACKS):
            if key_id(key) == named:
                return str(key)
        raise TokenBackendError("Token is invalid")


class Access(AccessToken):
    _token_backend = KeyRing()


class Refresh(RefreshToken):
    _token_backend = KeyRing()
    access_token_class = Access
