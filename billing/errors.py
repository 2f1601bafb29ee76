from django.utils.translation import gettext_lazy as _

from cinema.core import errors


class NoTaxRate(errors.RuleViolation):
    code = "no_tax_rate"
    message = _("No tax rate is in force for this item. Please ask the staff to enter it.")


class PriceFitsNoSlab(errors.RuleViolation):
    code = "price_fits_no_slab"
    message = _("This tax-inclusive price lies between two tax slabs. Please ask the staff to change it.")


class UnknownDiscount(errors.NotFound):
    code = "discount_unknown"
    message = _("There is no such promo code.")


class DiscountNotApplicable(errors.RuleViolation):
    code = "discount_not_applicable"
    message = _("This promo code does not apply to this order.")


class DiscountUsedUp(errors.Conflict):
    code = "discount_used_up"
    message = _("This promo code has been used up.")


class PaymentRefused(errors.RuleViolation):
    code = "payment_failed"
    message = _("The payment was refused. Nothing was charged and the seats are free again.")


class PaymentsClosed(errors.Busy):
    code = "payments_closed"
    message = _("This cinema takes no online payments at the moment.")


class RefundTooLarge(errors.Conflict):
    code = "refund_too_large"
    message = _("More would go back than was paid.")


class ChargeUnknown(errors.Upstream):
    code = "charge_unknown"
    message = _("The payment provider knows no such charge.")


class ChargeDiffers(errors.Upstream):
    code = "charge_differs"
    message = _("The payment provider took another amount than was asked for. We are looking into it.")


class GatewayFailed(errors.Upstream):
    code = "gateway_failed"
    message = _("The payment provider could not be asked. Please try again in a moment.")


class GatewayTimedOut(errors.UpstreamTimeout):
    code = "gateway_timed_out"
    message = _("The payment provider did not answer in time. Please try again in a moment.")


class UnknownProvider(errors.NotFound):
    code = "provider_unknown"
    message = _("No payment provider of ours sends messages here.")


class MessageForged(errors.RuleViolation):
    code = "message_forged"
    message = _("This message was not signed by the payment provider.")


class RefundNotOpen(errors.Conflict):
    code = "refund_not_open"
    message = _("This refund has been done, or is on its way.")


class InvoiceSeriesFull(errors.Conflict):
    code = "invoice_series_full"
    message = _("The invoice series of this year is full.")


class UnknownDocument(errors.NotFound):
    code = "document_unknown"
    message = _("There is no such invoice or credit note.")
