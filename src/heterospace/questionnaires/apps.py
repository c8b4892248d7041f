from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "heterospace.questionnaires"
    label = "questionnaires"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import receivers, rules  # noqa: F401
