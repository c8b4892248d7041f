"""allauth's forms and stages for joining and signing in, in our words.

Their own module: allauth's forms import ours (JoinFields) while they are being imported.
"""

from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm, SignupForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def _in_our_words(form: forms.Form, email: str) -> None:
    form.fields[email].label = _("E-mail")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class MemberForm(SignupForm):
    """Joining."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, "email")


class CodeForm(RequestLoginCodeForm):
    """Asking for a code by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, "email")


class PasswordForm(LoginForm):
    """E-mail and password. allauth would drop the password, because joining does not ask for one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, "login")
        self.fields["password"].help_text = ""

    def _setup_password_field(self) -> None:
        """Keep the field."""


class SecondProof(AuthenticateStage):
    """Who has an authenticator app is asked for it. A passkey is a door of its own, not a second lock.

    allauth would ask its owner for it at every other door too: a lost telephone would lock her out.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        has_app = Authenticator.objects.filter(user=self.login.user, type=Authenticator.Type.TOTP).exists()
        return has_app and bool(super()._should_handle(request))
