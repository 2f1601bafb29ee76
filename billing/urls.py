"""Pages of billing: only the sandbox provider's own."""

from billing.pages import PayInSandbox
from cinema.core.api.routing import route

urlpatterns = [route("sandbox/pay/<slug:key>", PayInSandbox.as_view(), name="sandbox_pay")]
