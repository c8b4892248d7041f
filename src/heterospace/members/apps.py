from django.apps import AppConfig

from ..core import panels

# Named while the apps are loaded, before any `ready()`: the apps above fill them there.
panels.place("members.me", "members.organisation", "members.person", "members.agreement")


class MembersConfig(AppConfig):
    name = "heterospace.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import receivers, rules  # noqa: F401
        from .panels import demo_cast

        panels.fill("core.sign_in", demo_cast)
