"""Which office a request is at, and who asks."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from ..core.models import User
from ..hubs.models import Office
from ..hubs.queries import office_for_host
from . import queries

Answer = Callable[[HttpRequest], HttpResponse]
OFFICE_SECONDS = 5


def office_of(request: HttpRequest) -> Office | None:
    """The office of this request's host; remembered for seconds, it hardly ever changes."""
    host = request.get_host().rsplit(":", 1)[0]
    local = caches["local"]
    office = local.get(f"office:{host}")
    if office is None:
        office = office_for_host(host)
        if office is not None and not (office.is_demo and office.demo_progress is not None):
            local.set(f"office:{host}", office, OFFICE_SECONDS)
    return office


def at_office(request: HttpRequest, office: Office | None) -> None:
    """Let `request` be at `office`, asked by nobody yet."""
    request.office = office
    request.person = None
    request.roles = queries.Roles()


def recognise(request: HttpRequest, user: User | AnonymousUser) -> None:
    """Let `request` be `user`'s: gives the user a memory that lasts as long as the request, and knows the person."""
    if not user.is_authenticated or request.office is None:
        return
    user.request_memory = {}
    request.user = user
    request.person = queries.person_of(user, request.office.pk)
    if request.person is not None:  # two queries that most programs never need
        request.roles = SimpleLazyObject(lambda: queries.roles_of(user, request.office.pk))


class who_and_where:  # noqa: N801 - named in settings like its neighbours
    """Set `request.office` and `request.person` (each may be None) and `request.roles`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/static/", "/healthz")):
            at_office(request, office_of(request))
            if not request.path.startswith("/api/"):
                recognise(request, request.user)
                return self._kept_private(request)
        return self.get_response(request)

    def _kept_private(self, request: HttpRequest) -> HttpResponse:
        """A member's pages stay in her browser, and leave it with her: many share the computer of the hall."""
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            if not request.user.is_authenticated:
                response.headers["Clear-Site-Data"] = '"cache"'
        return response
