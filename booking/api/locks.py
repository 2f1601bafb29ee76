"""Holding seats, over HTTP."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import acting_as, require_self_or_admin, signed_in
from accounts.states import Role
from booking.errors import LockStatusFixed, UnknownLock
from booking.filters import SeatLockFilter
from booking.models import SeatLock
from booking.serializers import SeatLockChange, SeatLockInput, SeatLockOutput
from booking.services import locks, sweeping
from booking.states import LockStatus
from cinema.core.api.fields import DetailOutput, MessageOutput
from cinema.core.api.permissions import IsAdmin, IsSignedIn
from cinema.core.api.views import ApiViewSet, parsed


class SeatLockViewSet(ApiViewSet):
    tag = "Seat Locks"
    queryset = SeatLock.objects.order_by("id")
    serializer_class = SeatLockOutput
    filterset_class = SeatLockFilter
    permission_classes = [IsSignedIn]

    def get_queryset(self) -> QuerySet[SeatLock]:
        claims = SeatLock.objects.order_by("id")
        me = signed_in(self.request)
        return claims if me.role == Role.ADMIN else claims.filter(user=me)

    @extend_schema(summary="Create Seat Lock", request=SeatLockInput, responses={200: SeatLockOutput})
    def create(self, request: Request) -> Response:
        data, now = parsed(SeatLockInput, request.data), timezone.now()
        claimed = locks.lock_seats(
            show_id=data["show_id"],
            seat_ids=data.get("seat_ids") or [data["seat_id"]],
            by=acting_as(request, data.get("user_id")),
            now=now,
            expires_at=data.get("expires_at"),
        )
        held = [lock_json(lock, now) for lock in claimed]
        return Response(held if "seat_ids" in data else held[0])

    @extend_schema(summary="Get All Seat Locks", responses=SeatLockOutput(many=True))
    def list(self, request: Request) -> Response:
        claims = self.filter_queryset(self.get_queryset())
        require_self_or_admin(request, request.query_params.get("user_id"))
        now = timezone.now()
        page = self.paginate_queryset(claims)
        return self.get_paginated_response([lock_json(lock, now) for lock in page or []])

    @extend_schema(summary="Get Seat Lock", responses=SeatLockOutput)
    def retrieve(self, request: Request, lock_id: int) -> Response:
        return Response(lock_json(self._lock(lock_id), timezone.now()))

    @extend_schema(summary="Update Seat Lock", request=SeatLockChange, responses=SeatLockOutput)
    def update(self, request: Request, lock_id: int) -> Response:
        change = parsed(SeatLockChange, request.data)
        status, until = change.get("status"), change.get("expires_at")
        lock, now = self._lock(lock_id), timezone.now()
        if status == LockStatus.BOOKED:
            raise LockStatusFixed
        if status == LockStatus.EXPIRED:
            locks.release_lock(lock_id=lock_id, owner_id=lock.user_id, now=now)
        elif until:
            locks.extend(show_id=lock.show_id, owner_id=lock.user_id, now=now, until=until, lock_id=lock_id)
        return Response(lock_json(self._lock(lock_id), now))

    @extend_schema(summary="Delete Seat Lock", responses={200: DetailOutput})
    def destroy(self, request: Request, lock_id: int) -> Response:
        locks.release_lock(lock_id=lock_id, owner_id=self._lock(lock_id).user_id, now=timezone.now())
        return Response({"detail": "Seat lock released."})

    def _lock(self, lock_id: int) -> SeatLock:
        lock = self.get_queryset().filter(pk=lock_id).first()
        if lock is None:
            raise UnknownLock
        return lock


class SeatLockCleanupViewSet(ApiViewSet):
    tag = "Seat Locks"
    permission_classes = [IsAdmin]

    @extend_schema(summary="Cleanup Expired Locks", request=None, responses={200: MessageOutput})
    def create(self, request: Request) -> Response:
        tidied = sweeping.release_lapsed(now=timezone.now())
        return Response({"message": f"{tidied} lapsed locks and unpaid bookings released."})


def lock_json(lock: SeatLock, now: datetime) -> dict[str, Any]:
    """Write a claim as `SeatLockOutput` describes it; a lapsed one reads EXPIRED whether or not it was tidied."""
    lapsed = lock.status == LockStatus.LOCKED and lock.expires_at <= now
    return {
        "lock_id": lock.pk,
        "seat_id": lock.seat_id,
        "show_id": lock.show_id,
        "user_id": lock.user_id,
        "status": LockStatus.EXPIRED.value if lapsed else lock.status,
        "locked_at": lock.locked_at,
        "expires_at": lock.expires_at,
    }
