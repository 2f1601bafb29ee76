"""Who may call: the API looks at `role` and nothing else; what belongs to whom is decided by querysets."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class IsSignedIn(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user.is_authenticated)


class IsAdmin(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user.is_authenticated) and getattr(request.user, "role", "") == "admin"


class ReadsArePublic(BasePermission):
    """Anybody reads, an admin writes: the rule of the catalogue."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or IsAdmin().has_permission(request, view)
