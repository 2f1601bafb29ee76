"""The admin with our site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class OfficeConfig(AdminConfig):
    default_site = "ops.office.site.OfficeSite"
