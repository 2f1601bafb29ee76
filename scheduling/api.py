"""Shows and their prices over HTTP; cancelling a show is in `booking.api.shows`, for it ends bookings."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from accounts.models import User
from cinema.core.api.permissions import IsAdmin, ReadsArePublic
from cinema.core.api.records import RecordViewSet
from cinema.core.api.views import ApiViewSet, parsed
from scheduling import queries
from scheduling.filters import PricingFilter, ShowFilter
from scheduling.models import Show, ShowCategoryPricing
from scheduling.serializers import (
    HybridInput,
    PricingInput,
    PricingOutput,
    ScheduleOutput,
    ShowInput,
    ShowOutput,
    SlotQuery,
    SlotsOutput,
    schedule_json,
    slot_json,
)
from scheduling.services import autoplanning, forecasted, planning, pricing, slots


class ShowViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    tag = "Shows"
    queryset = Show.objects.all()
    filterset_class = ShowFilter
    serializer_class = ShowOutput
    permission_classes = [ReadsArePublic]
    lookup_url_kwarg = "show_id"

    def get_queryset(self) -> QuerySet[Show]:
        return queries.listed_shows(self.request.user if isinstance(self.request.user, User) else None)

    @extend_schema(summary="Create Show", request=ShowInput, responses={201: ShowOutput})
    def create(self, request: Request) -> Response:
        wanted = parsed(ShowInput, request.data)
        show = planning.plan_show(**wanted, by=signed_in(request), now=timezone.now())
        return Response(ShowOutput(self.get_queryset().get(pk=show.pk)).data, status=201)

    @extend_schema(summary="Get All Shows")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Get Show")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)


class SlotViewSet(ApiViewSet):
    """When a screen has room for a movie."""

    tag = "Shows"
    permission_classes = [IsAdmin]
    refuses = {"retrieve": ("400", "404")}

    @extend_schema(summary="Get Available Slots", parameters=[SlotQuery], responses=SlotsOutput)
    def retrieve(self, request: Request) -> Response:
        wanted = parsed(SlotQuery, request.query_params.dict(), part="query")
        found = slots.free_slots(**wanted, now=timezone.now())
        return Response({"available_slots": [slot_json(slot, found.zone) for slot in found.slots]})


class HybridScheduleViewSet(ApiViewSet):
    """Filling screens for several days at once."""

    tag = "Shows"
    permission_classes = [IsAdmin]

    @extend_schema(summary="Hybrid Auto Schedule", request=HybridInput, responses={200: ScheduleOutput})
    def create(self, request: Request) -> Response:
        wanted, me = parsed(HybridInput, request.data), signed_in(request)
        planner = forecasted if wanted["method"] == "forecast" else autoplanning
        if wanted["dry_run"]:
            schedule = planner.draw_up(programme=wanted["programme"], by=me, now=timezone.now())
            message = f"Dry run: {len(schedule.placed)} shows planned, nothing written."
        else:
            schedule = planner.schedule_shows(programme=wanted["programme"], by=me, now=timezone.now())
            message = f"{len(schedule.placed)} shows scheduled."
        return Response(schedule_json(schedule, message))


class PricingViewSet(RecordViewSet):
    tag, noun, nouns = "Show Category Pricing", "Pricing", "Pricing"
    queryset = ShowCategoryPricing.objects.order_by("id")
    filterset_class = PricingFilter
    serializer_class = PricingOutput
    input_class = PricingInput
    lookup_url_kwarg = "pricing_id"
    created_status = 201
    refuses = {"create": ("400",), "update": ("400",)}

    def add(self, wanted: Any) -> ShowCategoryPricing:
        return pricing.set_price(by=signed_in(self.request), now=timezone.now(), **wanted.validated_data)

    def change(self, wanted: Any) -> ShowCategoryPricing:
        price = wanted.validated_data.get("price", wanted.instance.price)
        return pricing.change_price(
            pricing=wanted.instance, price=price, by=signed_in(self.request), now=timezone.now()
        )
