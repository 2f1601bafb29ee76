from django.apps import AppConfig


class ConcessionsConfig(AppConfig):
    name = "concessions"
    verbose_name = "Concessions"
