"""Doors into the house: joining, the code from the front desk, the demonstration's one click."""

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core.deeds import SYSTEM
from ...core.forms import answer, refusals_in
from ...core.models import User
from .. import actions, demo, limits
from ..doors import at_office
from ..forms import DeskCodeForm, JoinFields

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
join = at_office(allauth_views.signup)


def onward(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is on this site; else her own page."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe and target.startswith("/") and not target.startswith("//") else "/me/"


@require_http_methods(["GET", "POST"])
@at_office
def join_finish(request: HttpRequest) -> HttpResponse:
    """Somebody signed in who is not a member of this office yet: what joining asks, without the e-mail."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.person is not None:  # type: ignore[attr-defined]
        return redirect(onward(request))
    form = JoinFields(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            form.signup(request, request.user)
            messages.success(request, _("Welcome! You are a member now."))
            return redirect(onward(request))
    return answer(request, "members/join_finish.html", {"form": form, "next": onward(request)}, form)


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def desk_code(request: HttpRequest) -> HttpResponse:
    """Sign in with the one-time code of the front desk. A QR code only fills it in: signing in takes a click."""
    if request.method == "GET":
        form = DeskCodeForm(initial={"code": request.GET.get("code", "")[:40]})
        return render(request, "members/desk_code.html", {"form": form, "scanned": "code" in request.GET})
    form = DeskCodeForm(request.POST)
    if not limits.within(request, "desk_code", 10, 600):
        return render(request, "429.html", status=429)
    if form.is_valid():
        with refusals_in(form):
            user = actions.use_desk_code(request.office, form.cleaned_data["code"], by=SYSTEM)  # type: ignore[attr-defined]
            login(request, user, backend=BACKEND)
            messages.success(request, _("Welcome! Add a passkey, and next time you need no code."))
            return redirect("members:me")
    return answer(request, "members/desk_code.html", {"form": form, "scanned": False}, form)


@require_GET
def demo_page(request: HttpRequest) -> HttpResponse:
    """Who do you want to be? Only in the demonstration."""
    if not demo.is_open(request.office):  # type: ignore[attr-defined]
        raise Http404
    return render(request, "members/demo.html", {"actors": demo.CAST, "next": onward(request)})


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click and you are one of the six invented people; impossible outside the demonstration."""
    office = request.office  # type: ignore[attr-defined]
    email = request.POST.get("email", "")
    if not demo.is_open(office) or email not in {actor.email for actor in demo.CAST}:
        raise Http404
    user = User.objects.filter(email=email, people__office=office, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    return redirect(onward(request))
