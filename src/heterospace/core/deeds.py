"""What every deed shares: one transaction, a known author, a permission asked inside, a log row.

A deed is a function in an app's `actions.py`. Pages, API, commands and the demo all call it, so no door drifts.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, ParamSpec, TypeVar

import rules
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from . import clock
from .models import LogEntry, User
from .refusals import Forbidden, Refused

P = ParamSpec("P")
R = TypeVar("R")


class _System:
    """The author of deeds nobody clicks: the clock, the first set-up, the demo's history."""

    id = pk = None
    is_authenticated = True

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = _System()
Author = User | _System
_door: ContextVar[str] = ContextVar("door", default="command")


@contextmanager
def through(door: str) -> Iterator[None]:
    """Name the door (`page`, `api`, `command`, `task`, `demo`) the deeds inside the block come through."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)


_refusals: dict[str, Callable[[], Refused]] = {}


def constraint_refuses(name: str, refusal: Callable[[], Refused]) -> None:
    """Let a deed that breaks the database constraint `name` refuse with `refusal()` instead of failing."""
    _refusals[name] = refusal


def deed(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` a deed: atomic, and never without an author (`by=`, a User or SYSTEM).

    Raises TypeError when `by` is missing, None or a stranger's.
    """

    @functools.wraps(function)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        by = kwargs.get("by")
        if by is None or not getattr(by, "is_authenticated", False):
            raise TypeError(f"{function.__name__} needs by=, a signed-in user or SYSTEM")
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except IntegrityError as error:
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
            if name in _refusals:
                raise _refusals[name]() from error
            raise

    return done


def human(by: Author) -> User:
    """The user behind a deed that only people do. Raises TypeError for SYSTEM."""
    if not isinstance(by, User):
        raise TypeError("Only people do this")
    return by


def allowed(by: Any, permission: str, thing: Any = None) -> bool:
    """Whether `by` (a User, SYSTEM or a stranger) may do `permission` to `thing`."""
    return by is SYSTEM or rules.has_perm(permission, by, thing)


def require(by: Author, permission: str, thing: Any = None) -> None:
    """Go on only when `by` may do `permission` to `thing`; raises Forbidden (code `forbidden`)."""
    if not allowed(by, permission, thing):
        raise Forbidden("forbidden", _("You may not do this. Ask the hub's staff if you think you should."))


def log(
    by: Author,
    deed_name: str,
    thing: models.Model,
    *,
    office: int | None,
    organisation: int | None = None,
    **facts: Any,
) -> None:
    """Record who did what to `thing`, for which organisation, when and through which door.

    `facts` are keys and figures only, never names or other personal data: the log outlives an erased person.
    """
    log_each(by, deed_name, [thing], office=office, organisation=organisation, **facts)


def log_each(
    by: Author,
    deed_name: str,
    things: Iterable[models.Model],
    *,
    office: int | None,
    organisation: int | None = None,
    **facts: Any,
) -> None:
    """`log` for many things of one deed: one row each."""
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                at=clock.now(),
                by_id=by.pk,
                office=office,
                organisation=organisation,
                deed=deed_name,
                thing=thing._meta.label_lower,
                thing_id=thing.pk,
                door=_door.get(),
                facts=facts,
            )
            for thing in things
        ],
        batch_size=2000,
    )


__all__ = [
    "SYSTEM",
    "Author",
    "allowed",
    "constraint_refuses",
    "deed",
    "human",
    "log",
    "log_each",
    "require",
    "through",
]
