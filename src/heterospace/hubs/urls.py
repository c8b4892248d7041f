import datetime as dt

from django.urls import path, register_converter

from . import views


class DateConverter:
    """A date in an address: 2026-11-21."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """The date; ValueError (no such page) for the 31st of February."""
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        """As ISO 8601."""
        return value.isoformat()


register_converter(DateConverter, "date")

app_name = "hubs"
urlpatterns = [
    path("regions/districts/", views.districts, name="districts"),
    path("hubs/<slug:slug>/settings/", views.facts, name="settings"),
    path("hubs/<slug:slug>/settings/hours/", views.hours, name="hours"),
    path("hubs/<slug:slug>/settings/days/", views.days, name="days"),
    path("hubs/<slug:slug>/settings/days/<date:date>/", views.day, name="day"),
]
