from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "heterospace.enquiries"
    label = "enquiries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import panels, receivers, rules  # noqa: F401
