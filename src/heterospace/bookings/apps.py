from django.apps import AppConfig

from ..core import panels

panels.place("bookings.desk")


class BookingsConfig(AppConfig):
    name = "heterospace.bookings"
    label = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import panels, receivers, rules  # noqa: F401
