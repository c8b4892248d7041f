"""The public page on which a questionnaire is answered: at home by link, or on a tablet at the counter."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...core.deeds import SYSTEM
from ...core.forms import answer, refusals_in
from ...members import limits
from ...members.doors import at_office
from .. import actions, queries
from ..forms import form_for
from ..queries import Asking

PER_HOUR = 1200  # answers to one address from one place: a whole hall sits behind it
FRAME, TABLET = "base.html", "questionnaires/tablet.html"


def _on_tablet(request: HttpRequest, asked: Asking) -> bool:
    return request.GET.get("tablet") == "1" and asked.questionnaire.is_anonymous


def _context(request: HttpRequest, key: str, asked: Asking) -> dict[str, object]:
    on_tablet = _on_tablet(request, asked)
    return {
        "key": key,
        "asked": asked,
        "questionnaire": asked.questionnaire,
        "hub": asked.hub,
        "about": asked.title if asked.subject != queries.COUNTER else "",
        "on_tablet": on_tablet,
        "frame": TABLET if on_tablet else FRAME,
        "again": reverse("questionnaires:answer", args=[key]) + ("?tablet=1" if on_tablet else ""),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """The questions. Of an anonymous answer nothing about who gave it is kept or looked at."""
    asked = queries.asked_at(request.office, key)  # type: ignore[attr-defined]
    questionnaire = asked.questionnaire
    context = _context(request, key, asked)
    if not questionnaire.is_open:
        return render(request, "questionnaires/shut.html", context)
    person = None
    initial = {}
    if not questionnaire.is_anonymous:
        if request.person is None:  # type: ignore[attr-defined]
            return redirect_to_login(request.get_full_path())
        person = request.person  # type: ignore[attr-defined]
        before = queries.submission_of(questionnaire, person, asked.subject)
        context["before"] = before
        initial = queries.answers_of([before])[before.pk] if before else {}
    form = form_for(questionnaire, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        place = f"{request.META.get('REMOTE_ADDR', '')} {key}"
        if not limits.within_for(request, "answer", place, PER_HOUR, 3600):
            return render(request, "429.html", status=429)
        with refusals_in(form):
            actions.save_answers(
                questionnaire,
                form.answers,
                by=request.user if person else SYSTEM,  # type: ignore[arg-type]
                subject=asked.subject,
                hub=asked.hub,
                person=person,
                replace=person is not None,
            )
            done = reverse("questionnaires:thanks", args=[key])
            return redirect(f"{done}?tablet=1" if context["on_tablet"] else done)
    return answer(request, "questionnaires/answer.html", {**context, "form": form}, form)


@require_GET
@at_office
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """It has arrived. A tablet goes back to the start by itself."""
    asked = queries.asked_at(request.office, key)  # type: ignore[attr-defined]
    return render(request, "questionnaires/thanks.html", _context(request, key, asked))
