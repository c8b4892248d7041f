"""What wraps every page: security headers, a clear page while the database is away, refusals as answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
        except errors.AWAY:
            return errors.database_away(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.database_away(request) if isinstance(exception, errors.AWAY) else None


class refusals:  # noqa: N801
    """Turn a Refused that a page did not handle itself into its answer, and name the door of the deeds."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with deeds.through("api" if request.path.startswith("/api/") else "page"):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refused(request, exception) if isinstance(exception, Refused) else None
