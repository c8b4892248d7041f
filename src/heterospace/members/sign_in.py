"""allauth's forms for joining and signing in, in our words.

Their own module: allauth's forms import ours (JoinFields) while they are being imported.
"""

from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm, SignupForm
from django import forms
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
