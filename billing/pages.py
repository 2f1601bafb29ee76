"""The sandbox provider's hosted page: where a customer would pay, and where whoever tries things out decides how it ends."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.errors import ChargeUnknown, UnknownProvider
from billing.forms import SandboxForm
from billing.gateways.sandbox import SandboxGateway, signature_of
from billing.models import SandboxCharge
from billing.services import sandbox
from cinema.core import jobs
from cinema.core.pages import Page


class PayInSandbox(Page):
    """Approve or decline, and choose when the webhook comes; it is no more than a stage: no money moves."""

    is_personal = True

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.show(request, _charge(key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        form = SandboxForm(request.POST)
        if not form.is_valid():
            return self.show(request, _charge(key))
        charge = sandbox.decide(key=_charge(key).idempotency_key, approves=form.cleaned_data["decision"] == "approve")
        when = form.cleaned_data["webhook"]
        if when in ("before", "twice"):
            sandbox.tell(charge_id=charge.pk, times=2 if when == "twice" else 1)
        elif when == "after":
            jobs.enqueue_on_commit(jobs.TELL_SANDBOX, charge_id=charge.pk)
        if form.cleaned_data["stays"] or not charge.return_url:
            return self.show(request, charge)
        return redirect(f"{charge.return_url}?{urlencode({'sandbox_signature': signature_of(key.encode())})}")

    def show(self, request: HttpRequest, charge: SandboxCharge) -> HttpResponse:
        return render(request, "billing/sandbox_pay.html", {"charge": charge, "gateway": SandboxGateway()})


def _charge(key: str) -> SandboxCharge:
    try:
        charge = sandbox.charge_of(key)
    except ChargeUnknown:
        raise UnknownProvider(_("The sandbox knows no such payment.")) from None
    if not charge.has_page:
        raise UnknownProvider(_("The sandbox knows no such payment."))
    return charge
