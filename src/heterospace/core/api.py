"""What every API endpoint shares: who asks, problems, idempotent answers, lists, times with offset."""

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.utils import check_csrf
from pydantic import AfterValidator, AwareDatetime

from . import clock, errors
from .models import AnsweredRequest, User
from .refusals import Forbidden, Invalid, Refused, TooOften
from .tokens import token_user

T = TypeVar("T")
FIRST, LAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def within_reach(moment: dt.datetime) -> dt.datetime:
    """The moment, when calendars can count on from it; else a ValueError that becomes a field's message."""
    if not FIRST <= moment < LAST:
        raise ValueError(_("Give a time between the years 2000 and 2199."))
    return moment


# ISO 8601 with an offset; a time without one could mean any
Moment = Annotated[AwareDatetime, AfterValidator(within_reach)]


class Reader(Parser):
    """JSON whose texts the database can hold: no NUL, no half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python. Raises ValueError for anything else."""
        body = json.loads(request.body)
        _check_texts(body)
        return body


def _check_texts(part: Any) -> None:
    if isinstance(part, str):
        part.encode()
        if "\0" in part:
            raise ValueError("NUL")
    elif isinstance(part, dict | list):
        for each in [*part, *part.values()] if isinstance(part, dict) else part:
            _check_texts(each)


class Items(Schema, Generic[T]):
    """A list and how many there are."""

    items: list[T]
    count: int


def items(rows: Iterable[Any]) -> dict[str, Any]:
    """The `{items, count}` of rows that were all read."""
    listed = list(rows)
    return {"items": listed, "count": len(listed)}


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """An RFC 9457 problem. `code` is stable; `title`, `detail` and `errors` are for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem]


class Unauthorised(Refused):
    """No valid sign-in came with the request (401)."""

    status = 401


def who_asks(request: HttpRequest) -> User | None:
    """The user of a bearer token or, with the CSRF token on writes, of the browser's session.

    A bearer that is not valid is refused even when a session is there. Raises Unauthorised (`bad_token`),
    Forbidden (`csrf`).
    """
    header = request.headers.get("Authorization", "")
    if header:
        kind, _space, secret = header.partition(" ")
        user = token_user(secret.strip()) if kind.lower() == "bearer" else None
        if user is None:
            raise Unauthorised("bad_token", _("This token is unknown or no longer valid."))
        return user
    session_user = request.user
    if not isinstance(session_user, User) or not session_user.is_authenticated:
        return None
    if request.method not in {"GET", "HEAD", "OPTIONS"} and check_csrf(request) is not None:
        raise Forbidden("csrf", _("Send the CSRF token, or use a bearer token."))
    return session_user


def build_api(recognise: Callable[[HttpRequest, User], None], **about: Any) -> NinjaAPI:
    """The API with its problem+json answers. `recognise` tells the members' side who asks."""

    def signed_in(request: HttpRequest) -> User:
        user = who_asks(request)
        if user is None:
            raise Unauthorised("sign_in", _("Send a bearer token; `heterospace token EMAIL` prints one."))
        recognise(request, user)
        return user

    api = NinjaAPI(auth=signed_in, parser=Reader(), docs_url=None, openapi_url="openapi.json", **about)

    @api.exception_handler(Refused)
    def on_refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
        response = errors.refused(request, refusal)
        if refusal.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(ValidationError)
    def on_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [
            {
                "field": ".".join(
                    str(part) for part in row["loc"] if part not in {"body", "query", "path", "data"}
                ),
                "message": row["msg"],
            }
            for row in error.errors
        ]
        detail = _("Some fields are missing or have the wrong shape.")
        return errors.problem(422, "invalid", errors.titles()[422], detail, found)

    @api.exception_handler(HttpError)
    def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        title = errors.titles().get(error.status_code, str(error))
        return errors.problem(error.status_code, "bad_request", title, str(error))

    @api.exception_handler(Http404)
    def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return errors.not_found(request)

    return api


def public(request: HttpRequest) -> bool:
    """The `auth` of endpoints that strangers may read."""
    return True


def idempotent(view: Callable[..., tuple[int, Schema]]) -> Callable[..., HttpResponse]:
    """Let a POST be repeated with its `Idempotency-Key`: the same body gets the first answer again.

    The answer is written in the transaction of the deed. Two requests with one key wait for each other. The
    same key with another body is refused (422, `key_reused`). Without the header nothing is kept, nor of a request that
    came too often.
    """

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or not isinstance(request.auth, User):  # type: ignore[attr-defined]  # a stranger owns no keys
            status, body = view(request, *args, **kwargs)
            return as_json(status, body)
        if len(key) > 200:
            raise Invalid("key_too_long", _("An Idempotency-Key has at most 200 characters."))
        fingerprint = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
        with transaction.atomic():
            row = AnsweredRequest(user=request.auth, key=key, fingerprint=fingerprint, at=clock.now())  # type: ignore[attr-defined]
            AnsweredRequest.objects.bulk_create([row], ignore_conflicts=True)
            kept = AnsweredRequest.objects.get(user=request.auth, key=key)  # type: ignore[attr-defined]
            if kept.fingerprint != fingerprint:
                raise Invalid("key_reused", _("This Idempotency-Key was used for another request."))
            if kept.answer is not None:
                return replay(kept)
            try:
                with transaction.atomic():
                    status, body = view(request, *args, **kwargs)
                response: HttpResponse = as_json(status, body)
            except TooOften:
                raise
            except Refused as refusal:
                response = errors.refused(request, refusal)
            kept.status = response.status_code
            kept.answer = {"type": response["Content-Type"], "body": json.loads(response.content)}
            kept.save(update_fields=["status", "answer"])
            return response

    return answered


def replay(kept: AnsweredRequest) -> HttpResponse:
    """The first answer again, marked as a repeat."""
    answer = kept.answer or {}
    response = JsonResponse(answer["body"], status=kept.status, content_type=answer["type"])
    response.headers["Idempotency-Replayed"] = "true"
    return response


def as_json(status: int, body: Schema) -> HttpResponse:
    """A schema as the API's JSON."""
    return HttpResponse(body.model_dump_json(), status=status, content_type="application/json")


def in_zone(moment: dt.datetime, timezone: str) -> dt.datetime:
    """The moment with the offset of its hub, as people there read it."""
    return moment.astimezone(ZoneInfo(timezone))


__all__ = [
    "FieldProblem",
    "Items",
    "Moment",
    "Problem",
    "as_json",
    "build_api",
    "idempotent",
    "in_zone",
    "items",
    "public",
    "who_asks",
]
