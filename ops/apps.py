from importlib import import_module

from django.apps import AppConfig

from cinema.core import worker


class OpsConfig(AppConfig):
    name = "ops"
    verbose_name = "Operations"

    def ready(self) -> None:
        worker.watchers.append(import_module("ops.services.job_records").note)
