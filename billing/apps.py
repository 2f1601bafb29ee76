from importlib import import_module

from django.apps import AppConfig

from venues import prices


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        import_module("billing.checks")
        prices.register(import_module("billing.price_rule").ticket_price_fits)
