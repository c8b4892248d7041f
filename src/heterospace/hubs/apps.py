from django.apps import AppConfig


class HubsConfig(AppConfig):
    name = "heterospace.hubs"
    label = "hubs"
    default_auto_field = "django.db.models.BigAutoField"
