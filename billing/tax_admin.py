"""The tax return of a month in the back office, and as a spreadsheet."""

import csv
from datetime import date

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billing.series import all_series
from billing.tax_summary import as_rows, tax_summary
from venues.models import Venue


class MonthForm(forms.Form):
    """Which month of which venue."""

    venue = forms.ModelChoiceField(Venue.objects.order_by("name"), empty_label=None)
    month = forms.DateField(
        input_formats=["%Y-%m"], widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}), help_text="2026-11"
    )


def gst_summary(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Show a month of a venue by rate and SAC/HSN, held against the ledger; with `as=csv`, as a file."""
    if not request.user.has_perm("billing.view_takings"):
        raise PermissionDenied
    form = MonthForm(request.GET if "month" in request.GET else _this_month())
    summary = tax_summary(**form.cleaned_data) if form.is_valid() else None
    if summary and request.GET.get("as") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        name = f"gst-{summary.venue.code}-{summary.month:%Y-%m}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        csv.writer(response).writerows(as_rows(summary))
        return response
    context = {
        **site.each_context(request),
        "title": "GST summary",
        "form": form,
        "summary": summary,
        "sums": summary.sums if summary else (),
        "documents": (summary.invoices, summary.credit_notes) if summary else (),
        "series": all_series(),
    }
    return render(request, "admin/billing/invoice/gst_summary.html", context, status=200 if form.is_valid() else 400)


def _this_month() -> dict[str, object]:
    venue = Venue.objects.order_by("-is_default", "name").first()
    today: date = timezone.localdate(timezone=venue.zone if venue else None)
    return {"venue": venue.pk if venue else None, "month": f"{today:%Y-%m}"}
