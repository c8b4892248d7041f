"""What the doors of every app share: who must be signed in, and what is not for everybody's eyes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..core.deeds import allowed, require
from ..core.refusals import Forbidden, NotFound
from .models import Person

View = Callable[..., HttpResponse]


def at_office(view: View) -> View:
    """Before an office is opened there is only one page to go to: the set-up."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.office is None:  # type: ignore[attr-defined]
            return redirect("home:setup")
        return view(request, *args, **kwargs)

    return door


def signed_in(view: View) -> View:
    """Only for members: strangers sign in first, sign-ins without a person here finish joining first."""

    @at_office
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.person is None:  # type: ignore[attr-defined]
            return redirect(
                f"{reverse('members:join_finish')}?{urlencode({'next': request.get_full_path()})}"
            )
        return view(request, *args, **kwargs)

    return door


def needs(permission: str) -> Callable[[View], View]:
    """Only for those who have `permission` over the office of the page. Raises Forbidden."""

    def wrapped(view: View) -> View:
        @signed_in
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, permission, request.office)  # type: ignore[arg-type, attr-defined]
            return view(request, *args, **kwargs)

        return door

    return wrapped


def hide_unless(user: Any, permission: str, thing: Any) -> None:
    """Go on only when `user` may; raises NotFound, because that the thing exists is nobody else's business."""
    if not allowed(user, permission, thing):
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))


def member_of(request: HttpRequest) -> Person:
    """The person who asks, at this office. Raises Forbidden (`not_a_member`)."""
    if request.person is None:  # type: ignore[attr-defined]
        raise Forbidden("not_a_member", _("Join first: this sign-in has no account at this office."))
    return request.person  # type: ignore[attr-defined]


__all__ = ["at_office", "hide_unless", "member_of", "needs", "signed_in"]
