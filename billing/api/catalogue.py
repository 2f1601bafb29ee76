"""Promo codes and tax rates over HTTP."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from accounts.authentication import signed_in
from accounts.states import Role
from billing.filters import GSTFilter
from billing.models import GST, Discount
from billing.serializers import DiscountInput, DiscountOutput, GSTInput, GSTOutput
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.records import RecordViewSet


class DiscountViewSet(RecordViewSet):
    """Customers see the codes that hold; admins see and write all."""

    tag, noun, nouns = "Discounts", "Discount", "Discounts"
    queryset = Discount.objects.order_by("id")
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
