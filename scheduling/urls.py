"""What search engines ask for; the pages of the programme are in `booking.urls`, for they show what is sold."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from scheduling.sitemaps import SITEMAPS, robots

urlpatterns = [
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
]
