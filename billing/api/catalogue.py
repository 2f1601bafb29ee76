"""Promo codes and tax rates over HTTP."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import signed_in
from accounts.states import Role
from billing.filters import DiscountFilter, GSTFilter
from billing.models import GST, Discount
from billing.queries import ticket_rate
from billing.serializers import (
    DiscountInput,
    DiscountOutput,
    GSTInput,
    GSTOutput,
    PromoCheck,
    PromoWorth,
    TicketPrice,
    TicketRate,
)
from billing.services import discounts
from cinema.core.addresses import client_address
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.records import RecordViewSet
from cinema.core.api.views import ApiViewSet, parsed
from scheduling.queries import house_day


class DiscountViewSet(RecordViewSet):
    """Customers see the codes that hold; admins see and write all."""

    tag, noun, nouns = "Discounts", "Discount", "Discounts"
    queryset = Discount.objects.order_by("id")
    filterset_class = DiscountFilter
    serializer_class = DiscountOutput
    input_class = DiscountInput
    permission_classes = [IsSignedIn]
    admin_actions = ("create", "update", "destroy")
    lookup_url_kwarg = "discount_id"
    farewell_key = "message"

    def get_queryset(self) -> QuerySet[Discount]:
        codes = Discount.objects.order_by("id")
        return codes if signed_in(self.request).role == Role.ADMIN else codes.filter(is_active=True)


@extend_schema_view(list=extend_schema(summary="List Gst"))
class GSTViewSet(RecordViewSet):
    tag, noun, nouns = "GST", "Gst", "Gst"
    queryset = GST.objects.order_by("id")
    filterset_class = GSTFilter
    serializer_class = GSTOutput
    input_class = GSTInput
    lookup_url_kwarg = "gst_id"


class PromoCheckViewSet(ApiViewSet):
    """What a code would take off an order, for somebody who may not have signed in yet."""

    tag = "Discounts"
    permission_classes = [AllowAny]
    refuses = {"create": ("404",)}

    @extend_schema(summary="Validate Discount", parameters=[PromoCheck], request=None, responses={200: PromoWorth})
    def create(self, request: Request) -> Response:
        wanted = parsed(PromoCheck, request.query_params.dict(), part="query")
        worth = discounts.worth(
            promo_code=wanted["code"],
            subtotal=wanted["amount"],
            movie_id=wanted.get("movie_id"),
            show_id=wanted.get("show_id"),
            address=client_address(request),
            now=timezone.now(),
        )
        return Response({"isvalid": True, "discount_amount": worth})


class TicketRateViewSet(ApiViewSet):
    """The tax on a ticket today."""

    tag = "GST"
    permission_classes = [AllowAny]
    refuses = {"retrieve": ("400",)}

    @extend_schema(summary="Get Ticket Gst Rate", parameters=[TicketPrice], responses=TicketRate)
    def retrieve(self, request: Request) -> Response:
        price = parsed(TicketPrice, request.query_params.dict(), part="query").get("price")
        rate = ticket_rate(day=house_day(timezone.now()), price=price)
        return Response({"gst_rate": rate.cgst + rate.sgst})
