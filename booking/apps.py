from importlib import import_module

from django.apps import AppConfig

from venues import sales


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = "Booking"

    def ready(self) -> None:
        sales.register(import_module("booking.future_sales").of_seats)
