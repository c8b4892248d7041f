"""The list of questionnaires and the builder: for managers and program staff of the hubs, and officers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ...core import phones, qr
from ...core.deeds import allowed, require
from ...core.forms import answer, refusals_in
from ...core.refusals import NotFound, Refused
from ...hubs.models import Hub
from ...hubs.queries import hubs_of
from ...members.doors import needs, signed_in
from .. import actions, queries
from ..engine import condition_in_words, labels_of
from ..enums import Purpose
from ..forms import QuestionForm, QuestionnaireForm, form_for
from ..models import Link, Question, Questionnaire

PAGE = 30
LINKS = 20  # an event has one each; its own page leads to the older ones


def seen(request: HttpRequest, key: str) -> Questionnaire:
    """The questionnaire with this key, for who may read its answers. Raises NotFound, Forbidden."""
    found = queries.questionnaire_at(request.office, key)  # type: ignore[attr-defined]
    require(request.user, "questionnaires.see", found)  # type: ignore[arg-type]
    return found


def making_at(request: HttpRequest) -> list[Hub]:
    """The hubs at which this person may make questionnaires."""
    hubs = hubs_of(request.office)  # type: ignore[attr-defined]
    return [hub for hub in hubs if allowed(request.user, "questionnaires.make", hub)]


@require_GET
@needs("questionnaires.list")
def index(request: HttpRequest) -> HttpResponse:
    """The questionnaires she may see, newest first; of one hub when it is named."""
    roles, office = request.roles, request.office  # type: ignore[attr-defined]
    rows = queries.visible_to(roles, office)
    hubs = [
        hub for hub in hubs_of(office) if roles.office or allowed(request.user, "questionnaires.make", hub)
    ]
    hub = next((one for one in hubs if one.slug == request.GET.get("hub")), None)
    if hub is not None:
        rows = rows.filter(Q(hub=hub) | Q(hub=None))  # what is asked there
    context = {
        "page": Paginator(queries.with_counts(rows), PAGE).get_page(request.GET.get("page")),
        "hubs": hubs,
        "hub": hub,
        "survey_hub": hub or (hubs[0] if hubs else None),
        "may_make": bool(_places(request)),
    }
    return render(request, "questionnaires/index.html", context)


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    office = request.office  # type: ignore[attr-defined]
    found = [(hub.slug, hub.name) for hub in making_at(request)]
    if allowed(request.user, "questionnaires.make_for_office", office):
        found.append(("", _("All hubs of the office")))
    return found


@require_http_methods(["GET", "POST"])
@needs("questionnaires.list")
def new(request: HttpRequest) -> HttpResponse:
    """Begin one; its questions come on the next page."""
    places = _places(request)
    form = QuestionnaireForm(request.POST if request.method == "POST" else None, places=places)
    if not form.is_bound:
        form.initial = {"place": request.GET.get("hub", places[0][0] if places else "")}
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        slug = data.pop("place")
        hub = next((one for one in making_at(request) if one.slug == slug), None)
        with refusals_in(form):
            made = actions.make_questionnaire(request.office, by=request.user, hub=hub, **data)  # type: ignore[attr-defined, arg-type]
            return redirect("questionnaires:build", made.key)
    return answer(request, "questionnaires/new.html", {"form": form, "has_places": bool(places)}, form)


def _described(questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Each question with its condition and answers in words."""
    listed = queries.questions_of(questionnaire)
    by_id = {question.pk: question for question in listed}
    return [
        {
            "question": question,
            "condition": condition_in_words(
                question, by_id.get(question.shown_if_id) if question.shown_if_id else None
            ),
            "labels": [label for _value, label in labels_of(question)],
        }
        for question in listed
    ]


@require_GET
@signed_in
def build(request: HttpRequest, key: str) -> HttpResponse:
    """One questionnaire: its questions, where it is asked, and what can be done with it."""
    found = seen(request, key)
    described = _described(found)
    links = queries.links_of(found)
    context = {
        "questionnaire": found,
        "questions": described,
        "may_change": allowed(request.user, "questionnaires.change", found),
        "answered": queries.has_answers(found),
        "links": links[:LINKS],
        "more_links": max(0, links.count() - LINKS),
    }
    return render(request, "questionnaires/build.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Its words and what people are promised."""
    found = seen(request, key)
    require(request.user, "questionnaires.change", found)  # type: ignore[arg-type]
    form = QuestionnaireForm(request.POST if request.method == "POST" else None, made=found)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.change_questionnaire(found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("Saved."))
            return redirect("questionnaires:build", found.key)
    return answer(request, "questionnaires/change.html", {"questionnaire": found, "form": form}, form)


def _question(questionnaire: Questionnaire, key: str) -> Question:
    found = questionnaire.questions.select_related("questionnaire", "shown_if").filter(key=key).first()
    if found is None:
        raise NotFound("unknown_question", _("There is no such question here."))
    return found


@require_http_methods(["GET", "POST"])
@signed_in
def question(request: HttpRequest, key: str, question_key: str = "") -> HttpResponse:
    """One question, a new one when none is named."""
    found = seen(request, key)
    require(request.user, "questionnaires.change", found)  # type: ignore[arg-type]
    made = _question(found, question_key) if question_key else None
    if not found.is_draft or (made is not None and made.element):
        return redirect("questionnaires:build", found.key)
    earlier = [one for one in queries.questions_of(found) if made is None or one.position < made.position]
    form = QuestionForm(request.POST if request.method == "POST" else None, earlier=earlier, made=made)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            if made is None:
                actions.add_question(found, by=request.user, **form.facts())  # type: ignore[arg-type]
            else:
                actions.change_question(made, by=request.user, **form.facts())  # type: ignore[arg-type]
            messages.success(request, _("Saved."))
            if "again" in request.POST:
                return redirect("questionnaires:question_new", found.key)
            return redirect("questionnaires:build", found.key)
    context = {"questionnaire": found, "question": made, "form": form}
    return answer(request, "questionnaires/question.html", context, form)


@require_POST
@signed_in
def question_act(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    """Up, down or away."""
    found = seen(request, key)
    about, act = _question(found, question_key), request.POST.get("act")
    _try(
        request,
        lambda: (
            actions.delete_question(about, by=request.user)  # type: ignore[arg-type]
            if act == "delete"
            else actions.move_question(about, by=request.user, up=act == "up")  # type: ignore[arg-type]
        ),
    )
    return redirect("questionnaires:build", found.key)


ACTS = {
    "open": actions.open_questionnaire,
    "close": actions.close_questionnaire,
    "redraft": actions.redraft_questionnaire,
    "copy": actions.copy_questionnaire,
    "delete": actions.delete_questionnaire,
}


@require_POST
@signed_in
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Open, close, draft again, copy, throw away."""
    found = seen(request, key)
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise NotFound("not_found", _("There is nothing here, or nothing you may see."))
    done = _try(request, lambda: ACTS[name](found, by=request.user) or True)  # type: ignore[arg-type]
    if done and name == "delete":
        messages.success(request, _("Thrown away."))
        return redirect("questionnaires:index")
    if isinstance(done, Questionnaire) and name == "copy":
        messages.success(
            request, _("A new version, as a draft. When you open it, it takes over the addresses.")
        )
        return redirect("questionnaires:build", done.key)
    if done and name == "open":
        messages.success(request, _("It can be answered now."))
    return redirect("questionnaires:build", found.key)


def _try(request: HttpRequest, deed: Callable[[], Any]) -> Any:
    """What the deed answers; a refusal that is no matter of rights is said on the next page."""
    try:
        return deed()
    except Refused as refusal:
        if refusal.status not in {409, 422}:
            raise
        messages.warning(request, str(refusal))
        return None


@require_http_methods(["GET", "POST"])
@signed_in
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """How it looks and checks; nothing is kept."""
    found = seen(request, key)
    form = form_for(found, request.POST if request.method == "POST" else None)
    taken = request.method == "POST" and form.is_valid()
    return answer(
        request, "questionnaires/preview.html", {"questionnaire": found, "form": form, "taken": taken}, form
    )


@require_GET
@signed_in
def share(request: HttpRequest, link_key: str) -> HttpResponse:
    """One address of a questionnaire: to print, to send, to open on a tablet. For all who work at its hub."""
    office = request.office  # type: ignore[attr-defined]
    link = (
        Link.objects.select_related("questionnaire__office", "questionnaire__hub", "hub")
        .filter(questionnaire__office=office, key=link_key)
        .first()
    )
    if link is None:
        raise NotFound("unknown_questionnaire", _("There is no such questionnaire here."))
    hub = link.hub or link.questionnaire.hub
    if hub is None or not allowed(request.user, "questionnaires.figures", hub):
        require(request.user, "questionnaires.see", link.questionnaire)  # type: ignore[arg-type]
    address = f"{settings.BASE_URL}{link.path}"
    text = _("%(title)s: please tell us here, it takes two minutes. %(link)s") % {
        "title": link.questionnaire.title,
        "link": address,
    }
    context = {
        "link": link,
        "questionnaire": link.questionnaire,
        "hub": hub,
        "address": address,
        "qr": qr.svg(address),
        "chat": phones.wa_link("", text),
        "may_see": allowed(request.user, "questionnaires.see", link.questionnaire),
        "is_skm": link.questionnaire.purpose == Purpose.SKM,
        "about": about_of(link),
    }
    return render(request, "questionnaires/share.html", context)


def about_of(link: Link) -> str:
    """What a link asks about, in words."""
    if link.subject == queries.COUNTER:
        return pgettext("survey", "The counter")
    return link.title or link.subject or _("Nothing in particular")
