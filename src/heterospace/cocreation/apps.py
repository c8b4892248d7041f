from django.apps import AppConfig


class CocreationConfig(AppConfig):
    name = "heterospace.cocreation"
    label = "cocreation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import panels, receivers, rules  # noqa: F401
