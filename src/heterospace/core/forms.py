"""How a form and a refusal meet: nothing the person typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .refusals import Forbidden, NotFound, Refused


def show(refusal: Refused, form: BaseForm) -> int:
    """Write `refusal` into the bound `form`, beside its field where it has one; answers the page's status."""
    unplaced = dict(refusal.fields) or {"": refusal.sentence}
    for field, sentence in unplaced.items():
        form.add_error(field if field in form.fields else None, str(sentence))
    form.refused_with = refusal.status  # type: ignore[attr-defined]
    return refusal.status


@contextmanager
def refusals_in(form: BaseForm) -> Iterator[None]:
    """Let a deed inside the block refuse into `form`. What the person may not do or see is no matter of a form."""
    try:
        yield
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        show(refusal, form)


def status_of(*forms: BaseForm) -> int:
    """200, or the status of the first form that was sent and is not right."""
    for form in forms:
        if form.is_bound and form.errors:
            return getattr(form, "refused_with", 422)
    return 200


def answer(request: HttpRequest, template: str, context: dict[str, Any], *forms: BaseForm) -> HttpResponse:
    """The page with its forms, shown again with what was typed when one was refused."""
    return render(request, template, context, status=status_of(*forms))


__all__ = ["answer", "refusals_in", "show", "status_of"]
