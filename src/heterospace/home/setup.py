"""The first-run page: the door of an empty house, opened with the code that its owner set."""

import hmac

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..core.deeds import SYSTEM
from ..core.forms import answer, refusals_in
from ..hubs.forms import HomeFields
from ..hubs.models import Office
from ..members.limits import within
from .actions import set_up

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SetupForm(HomeFields):
    """The least a house needs to open."""

    code = forms.CharField(
        label=gettext_lazy("Set-up code"),
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "off"}, render_value=True),
        help_text=gettext_lazy("Printed where the house was started; it is HETEROSPACE_SETUP_CODE."),
    )
    office = forms.CharField(label=gettext_lazy("Name of the office"), max_length=200)
    hub = forms.CharField(label=gettext_lazy("Name of the first hub"), max_length=120)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300)
    manager = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("Your e-mail"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regency"].required = True

    def clean_code(self) -> str:
        """The code, compared without telling by time how much of it was right."""
        typed: str = self.cleaned_data["code"]
        wanted = settings.SETUP_CODE
        if not wanted or not hmac.compare_digest(typed.encode(), wanted.encode()):
            raise forms.ValidationError(_("This is not the set-up code."))
        return typed


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Open the house: only while there is no office, and only with the set-up code."""
    if Office.objects.exists():
        return redirect("home:landing")
    if not settings.SETUP_CODE:
        return render(request, "home/setup_shut.html", status=503)
    form = SetupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "look" not in request.POST:
        if not within(request, "setup", 10, 600):
            return render(request, "429.html", status=429)
        if form.is_valid():
            data = form.cleaned_data
            with refusals_in(form):
                hub = {"name": data["hub"]} | {
                    name: data[name] for name in ("regency", "district", "address")
                }
                opened = set_up(
                    data["office"], by=SYSTEM, hub=hub, manager=data["manager"], email=data["email"]
                )
                login(request, opened[2].user, backend=BACKEND)
                messages.success(request, _("The house is open. Next: opening hours, spaces, staff."))
                return redirect("hubs:settings", opened[1].slug)
    return answer(request, "home/setup.html", {"form": form}, form)
