"""One's own payments over HTTP; an admin sees all."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from accounts.authentication import signed_in
from billing.models import Payment
from billing.serializers import PaymentOutput
from cinema.core.api.permissions import IsSignedIn
from cinema.core.api.views import ApiViewSet


@extend_schema_view(list=extend_schema(summary="Get All Payments"), retrieve=extend_schema(summary="Get Payment"))
class PaymentViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    tag = "Payments"
    queryset = Payment.objects.order_by("id")
    serializer_class = PaymentOutput
    permission_classes = [IsSignedIn]
    lookup_url_kwarg = "payment_id"

    def get_queryset(self) -> QuerySet[Payment]:
        return Payment.objects.visible_to(signed_in(self.request)).order_by("id")
