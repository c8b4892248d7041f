"""What wraps every page: security headers, a clear page while the database is away, refusals as answers."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from . import deeds, errors
from .refusals import Refused

Answer = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self' https://wa.me; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def security_headers(get_response: Answer) -> Answer:
    """Say what a page may load: our own files and nothing inline."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response

    return middleware


class database_away:  # noqa: N801 - named in settings like its neighbours
    """Answer 503 with a clear page (or problem) when the database does not answer; a retry works.

    Where a middleware further in met it, Django asks handler500 instead, which knows the same answer.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except errors.AWAY as exception:
            return errors.database_away(request, exception)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.database_away(request, exception) if errors.no_answer_from(exception) else None


def readable(get_response: Answer) -> Answer:
    """Refuse what no keyboard types and no text column holds, a NUL (400), and what no photo needs (413), unread."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()) or int(length) > settings.MAX_REQUEST_BYTES:
            return errors.too_large(request)
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        asked = [request.GET]
        if not errors.wants_problem(request) and request.method == "POST":
            with suppress(UnreadablePostError):  # the line dropped: whoever reads next says so
                asked.append(request.POST)
        words = (word for given in asked for key, values in given.lists() for word in (key, *values))
        if "\0" in request.path or any("\0" in word for word in words):
            return errors.bad_request(request)
        return get_response(request)

    return middleware


def manners(get_response: Answer) -> Answer:
    """What every address can do: HEAD, OPTIONS, a slash too many below /api/, and no error without a sentence."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if errors.wants_problem(request) and request.path_info.count("/") > 3:  # /api/v1/ itself keeps it
            request.path_info = request.path_info.rstrip("/")
        method, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        response = get_response(request)
        request.method = method
        if response.status_code == 405:
            allowed = {*response.headers.get("Allow", "").replace(",", " ").split(), "OPTIONS"}
            allowed |= {"HEAD"} if "GET" in allowed else set()
            response = HttpResponse(status=204) if method == "OPTIONS" else errors.not_allowed(request)
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    return middleware


class refusals:  # noqa: N801
    """Turn a Refused that a page did not handle itself into its answer, and name the door of the deeds."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with deeds.through("api" if request.path.startswith("/api/") else "page"):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refused(request, exception) if isinstance(exception, Refused) else None
