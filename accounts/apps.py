from importlib import import_module

from django.apps import AppConfig

from accounts import channels
from cinema.core import worker


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        import_module("accounts.checks")
        worker.namings.append(import_module("accounts.trail").signing)
        channels.register(import_module("accounts.services.telling").Inbox())
