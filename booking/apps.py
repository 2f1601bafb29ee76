from importlib import import_module

from django.apps import AppConfig

from accounts import channels, keepers
from billing import watchers
from scheduling import sales as sales_so_far
from venues import sales


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = "Booking"

    def ready(self) -> None:
        keepers.register(import_module("booking.services.keeping"))
        channels.register(import_module("booking.services.mailing").Mails())
        watchers.register(import_module("booking.services.news").refunded)
        sales.register(import_module("booking.future_sales").of_seats)
        sales_so_far.register(import_module("booking.past_sales").of_venue)
