from importlib import import_module

from django.apps import AppConfig

from accounts import channels


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        import_module("accounts.checks")
        channels.register(import_module("accounts.services.telling").Inbox())
