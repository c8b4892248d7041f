from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "heterospace.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import receivers, rules  # noqa: F401
