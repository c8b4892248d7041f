"""How allauth's sign-in meets our people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from ..core.models import User


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own ways, with our members behind the sign-ins."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody lands who did not come for a certain page."""
        return "/me/"

    def get_login_stages(self) -> list[str]:
        """allauth's own, with our rule on who is asked for a second proof."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "heterospace.members.sign_in.SecondProof"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may join once there is an office to join."""
        return getattr(request, "office", None) is not None

    def save_user(self, request: HttpRequest, user: User, form: object, commit: bool = True) -> User:
        """Save the sign-in; the form's `signup` then makes the person."""
        user.email = form.cleaned_data["email"].lower()  # type: ignore[attr-defined]
        user.set_unusable_password()
        if commit:
            user.save()
        return user
