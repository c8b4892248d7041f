"""Every no in one place: pages for people, problem+json (RFC 9457) for programs."""

import errno
import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from .refusals import Refused

DISK_FULL = "53100"  # PostgreSQL's own code
AWAY = (OperationalError, InterfaceError, PoolTimeout)  # the database does not answer


def wants_problem(request: HttpRequest) -> bool:
    """Whether the answer goes to a program."""
    return request.path.startswith("/api/")


def problem(
    status: int, code: str, title: str, detail: str, errors: list[dict[str, str]] | None = None, **extra: Any
) -> JsonResponse:
    """An RFC 9457 answer; `code` is stable, the words are for people."""
    body = {
        "type": f"{settings.BASE_URL}/api/v1/docs#problems",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
        **extra,
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def titles() -> dict[int, str]:
    """The short name of each status, for people."""
    return {
        400: _("This request cannot be understood"),
        401: _("Please sign in"),
        403: _("This is not for you"),
        404: _("Not found"),
        405: _("Not possible here"),
        409: _("Not possible now"),
        413: _("Too large"),
        422: _("Please check what was typed"),
        429: _("Too many tries"),
        500: _("Something broke here"),
        503: _("One moment, please"),
    }


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The answer to a refusal that no form showed."""
    title = titles().get(refusal.status, titles()[409])
    if wants_problem(request):
        return problem(
            refusal.status,
            refusal.code,
            title,
            str(refusal),
            [{"field": field, "message": str(sentence)} for field, sentence in refusal.fields.items()],
            **refusal.extra,
        )
    template = {403: "403.html", 404: "404.html"}.get(refusal.status, "refused.html")
    context = {"title": title, "sentence": str(refusal), "code": refusal.code}
    return render(request, template, context, status=refusal.status)


def no_answer_from(exception: BaseException | None) -> bool:
    """Whether the database or the disk, not we, broke: nothing was half-written, a retry may work."""
    return isinstance(exception, AWAY) or disk_is_full(exception)


def disk_is_full(exception: BaseException | None) -> bool:
    """Whether there was no room left to write, for the database or for a file of ours."""
    told = getattr(exception.__cause__, "sqlstate", "") if exception else ""
    return told == DISK_FULL or (isinstance(exception, OSError) and exception.errno == errno.ENOSPC)


def database_away(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """503: nothing can be read or written now; nothing was half-written, a retry works."""
    code, seconds = "database_away", 5
    detail = _("Our records cannot be reached right now. Nothing was lost; please try again in a moment.")
    if disk_is_full(exception):
        code, seconds = "disk_full", 300
        detail = _(
            "There is no room left to write on our machine. Nothing of this was kept; please tell us, and try again later."
        )
    if wants_problem(request):
        response: HttpResponse = problem(503, code, titles()[503], detail)
    else:
        response = HttpResponse(render_to_string("503.html", {"sentence": detail, "code": code}), status=503)
    response.headers["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is too old or came from elsewhere."""
    detail = _("This page was open too long. Go back, reload it and send it once more.")
    if wants_problem(request):
        return problem(403, "csrf", titles()[403], detail)
    context = {"title": titles()[403], "sentence": detail, "code": "csrf"}
    return render(request, "refused.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _plain(request, 400, "bad_request", _("Something in this request cannot be understood."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _plain(request, 404, "not_found", _("There is nothing here, or nothing you may see."))


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: a program with the wrong method, or a person led back to the address of a form after signing in."""
    if wants_problem(request):
        detail = _("This address does not know that method; the Allow header names those it knows.")
        return problem(405, "method_not_allowed", titles()[405], detail)
    detail = _("This address only takes what a form sends. Go back to the page before and try once more.")
    context = {"title": titles()[405], "sentence": detail, "code": "method_not_allowed"}
    return render(request, "refused.html", context, status=405)


def too_large(request: HttpRequest) -> HttpResponse:
    """413, before anything of the body was read."""
    detail = _("This is too large to send. A photo may have 8 MB.")
    if wants_problem(request):
        return problem(413, "too_large", titles()[413], detail)
    context = {"title": titles()[413], "sentence": detail, "code": "too_large"}
    return render(request, "refused.html", context, status=413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _plain(request, 403, "forbidden", _("You may not see this."))


def broken(request: HttpRequest) -> HttpResponse:
    """500: says so without asking the database anything. A database that went away inside a middleware ends here too."""
    if no_answer_from(sys.exc_info()[1]):
        return database_away(request, sys.exc_info()[1])
    detail = _("This is our mistake, not yours. It has been written down.")
    if wants_problem(request):
        return problem(500, "broken", titles()[500], detail)
    return HttpResponse(render_to_string("500.html", {"sentence": detail}), status=500)


def _plain(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    title = titles()[status]
    if wants_problem(request):
        return problem(status, code, title, detail)
    context = {"title": title, "sentence": detail, "code": code}
    return render(request, f"{status}.html", context, status=status)
