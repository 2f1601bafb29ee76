from cinema.core import errors


class NoTaxRate(errors.RuleViolation):
    code = "no_tax_rate"
    message = "No tax rate is in force for this item. Please ask the staff to enter it."


class PriceFitsNoSlab(errors.RuleViolation):
    code = "price_fits_no_slab"
    message = "This tax-inclusive price lies between two tax slabs. Please ask the staff to change it."


class UnknownDiscount(errors.NotFound):
    code = "discount_unknown"
    message = "There is no such promo code."


class DiscountNotApplicable(errors.RuleViolation):
    code = "discount_not_applicable"
    message = "This promo code does not apply to this order."


class DiscountUsedUp(errors.Conflict):
    code = "discount_used_up"
    message = "This promo code has been used up."


class PaymentRefused(errors.RuleViolation):
    code = "payment_failed"
    message = "The payment was refused. Nothing was charged and the seats are free again."


class PaymentsClosed(errors.Busy):
    code = "payments_closed"
    message = "This cinema takes no online payments at the moment."


class RefundTooLarge(errors.Conflict):
    code = "refund_too_large"
    message = "More would go back than was paid."


class ChargeUnknown(errors.Upstream):
    code = "charge_unknown"
    message = "The payment provider knows no such charge."


class InvoiceSeriesFull(errors.Conflict):
    code = "invoice_series_full"
    message = "The invoice series of this year is full."
