from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "cinema.core"
    label = "core"
    verbose_name = "Core"
