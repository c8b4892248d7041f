"""Dialogues in public: the list, voting one statement at a time, the results, the log of moderation."""

import csv
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...core import codes, phones
from ...core.deeds import SYSTEM, allowed
from ...core.forms import refusals_in, status_of
from ...core.refusals import Forbidden, NotFound, Refused
from ...members import limits
from ...members.doors import at_office
from .. import actions, dialogue_results, dialogues, queries
from ..actions.voting import browser_digest
from ..dialogue_forms import HatForm, OutForm, SayForm
from ..enums import POLICY, DialogueState, StatementState
from ..models import Dialogue, Initiative, Statement, Voter
from .initiatives import found as initiative_found

COOKIE = "voice"
HALF_A_YEAR = 180 * 24 * 3600
VOICES = 50  # new browsers an hour, times sixty from one address: whole schools vote from behind one
LINES = 60


@dataclass
class Table:
    """Who sits at a dialogue: its page's visitor as a voter, by her account or her browser."""

    initiative: Initiative
    dialogue: Dialogue
    person: Any
    browser: str
    voter: Voter | None
    may_run: bool
    may_help: bool

    @property
    def may_speak(self) -> bool:
        """Whether she may vote and say something, as far as who she is decides it."""
        return self.person is not None or self.dialogue.allows_strangers

    @property
    def is_open(self) -> bool:
        """Whether it takes votes now."""
        return self.dialogue.is_open and not dialogues.is_over(self.dialogue)


def found(request: HttpRequest, slug: str, reference: str) -> tuple[Initiative, Dialogue]:
    """The initiative and its dialogue; one that is being prepared only for who runs it. Raises NotFound."""
    it = initiative_found(request, slug)
    dialogue = dialogues.dialogue_at(request.office, reference, it)
    dialogue.initiative = dialogue.stage.initiative = it
    if dialogue.state == DialogueState.DRAFT and not may(request, "cocreation.run_dialogue", dialogue):
        raise NotFound("unknown_dialogue", _("There is no such dialogue here."))
    return it, dialogue


def may(request: HttpRequest, permission: str, thing: Any) -> bool:
    """Whether the visitor, if signed in, may do this."""
    return request.user.is_authenticated and allowed(request.user, permission, thing)


def seated(request: HttpRequest, slug: str, reference: str) -> Table:
    """The dialogue with its visitor. Raises NotFound."""
    it, dialogue = found(request, slug, reference)
    person = request.person if request.user.is_authenticated else None
    browser = request.COOKIES.get(COOKIE, "")[:64] if person is None else ""
    digest = browser_digest(dialogue, browser) if browser and dialogue.allows_strangers else ""
    return Table(
        it,
        dialogue,
        person,
        browser,
        dialogues.voter_of(dialogue, person, digest),
        may(request, "cocreation.run_dialogue", dialogue),
        may(request, "cocreation.help_dialogue", dialogue),
    )


@require_GET
@at_office
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What is and was talked about in an initiative."""
    it = initiative_found(request, slug)
    may_steer = may(request, "cocreation.steer", it)
    stage = queries.open_stage(it) if it.is_running else None
    context = {
        "initiative": it,
        "dialogues": list(dialogues.listed(it, drafts=may_steer)),
        "may_steer": may_steer,
        "may_make": may_steer and stage is not None,
    }
    return render(request, "cocreation/dialogues.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def dialogue(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One statement at a time, with three buttons; saying something oneself; thanks at the end."""
    at = seated(request, slug, reference)
    if request.method == "POST":
        return _post(request, at)
    return _page(request, at, _asked(request, at, "s"), said=_said_before(request, at))


def _said_before(request: HttpRequest, at: Table) -> tuple[Statement, int] | None:
    """What she has just said, to be shown with a way to change it."""
    row = _asked(request, at, "was")
    value = dialogues.vote_on(at.voter, row) if row is not None else None
    return (row, value) if row is not None and value is not None else None


def _asked(request: HttpRequest, at: Table, name: str) -> Statement | None:
    """The statement asked for by number, to look at again or change one's vote on it."""
    number = request.GET.get(name, "")
    if not number.isdecimal() or len(number) > 6:
        return None
    return at.dialogue.statements.filter(number=int(number), state=StatementState.SHOWN).first()


def _page(
    request: HttpRequest,
    at: Table,
    chosen: Statement | None = None,
    *,
    said: tuple[Statement, int] | None = None,
    say: SayForm | None = None,
    trouble: str = "",
) -> HttpResponse:
    """The whole page, or the part of it that changes when htmx asks."""
    waiting = dialogues.unseen(at.dialogue, at.voter)
    whole = dialogues.shown_count(at.dialogue)
    if chosen is None and at.is_open:
        chosen = dialogues.next_statement(at.dialogue, waiting)
    guess = queries.own_hat(at.initiative, at.person) if at.person is not None and at.voter is None else None
    hat = HatForm(person=at.person, hat=guess) if at.person is not None and at.voter is None else None
    say = say or SayForm(
        person=at.person if at.voter is None else None, hat=guess, initial={"language": get_language()}
    )
    address = settings.BASE_URL + reverse(
        "cocreation:dialogue", args=[at.initiative.slug, at.dialogue.reference]
    )
    context = {
        "at": at,
        "initiative": at.initiative,
        "hub": at.initiative.hub,
        "dialogue": at.dialogue,
        "statement": chosen,
        "mine": dialogues.vote_on(at.voter, chosen) if chosen is not None else None,
        "seen": whole - len(waiting),
        "whole": whole,
        "place": min(whole, whole - len(waiting) + 1),
        "said": said,
        "hat": hat if hat is not None and "organisation" in hat.fields else None,
        "say": say,
        "trouble": trouble,
        "share": phones.wa_link("", f"{at.dialogue.question} {address}"),
        "results_at": dialogues.figures_of(at.dialogue) is not None,
    }
    template = "cocreation/dialogue.html#talk" if request.htmx else "cocreation/dialogue.html"
    return render(request, template, context, status=409 if trouble else status_of(say))


def _post(request: HttpRequest, at: Table) -> HttpResponse:
    """A vote, or a statement of one's own. A stranger's browser gets its secret with her first word."""
    if not at.may_speak:
        raise Forbidden("no_strangers", _("Sign in to take part: this dialogue is for members."))
    fresh = ""
    if at.person is None and not at.browser:
        if not limits.within_for(request, "voice", codes.secret(), VOICES, 3600):
            return render(request, "429.html", status=429)
        at.browser = fresh = codes.secret()
    response = _say(request, at) if request.POST.get("act") == "say" else _vote(request, at)
    if fresh:
        response.set_cookie(
            COOKIE, fresh, max_age=HALF_A_YEAR, httponly=True, samesite="Lax", secure=settings.SECURE
        )
    return response


def _who(request: HttpRequest, at: Table) -> actions.Who:
    """As whom she speaks: what the form says of the hat counts with the first vote."""
    if at.person is None:
        return actions.Who(browser=at.browser)
    form = HatForm(request.POST, person=at.person)
    if "organisation" in request.POST and "organisation" in form.fields and form.is_valid():
        return actions.Who(organisation=form.hat)
    return actions.Who()


def _by(request: HttpRequest, at: Table) -> Any:
    return request.user if at.person is not None else SYSTEM


def _vote(request: HttpRequest, at: Table) -> HttpResponse:
    number, value = request.POST.get("statement", ""), request.POST.get("value", "")
    statement = (
        at.dialogue.statements.filter(number=int(number)).first()
        if number.isdecimal() and len(number) < 7
        else None
    )
    if statement is None or value not in {"1", "0", "-1"}:
        return _page(request, at, trouble=_("Please choose again."))
    statement.dialogue = at.dialogue
    try:
        actions.vote(statement, int(value), by=_by(request, at), who=_who(request, at))
    except Forbidden:
        raise
    except Refused as refusal:
        return _page(request, at, trouble=str(refusal))
    here = reverse("cocreation:dialogue", args=[at.initiative.slug, at.dialogue.reference])
    if not request.htmx:
        return redirect(f"{here}?was={statement.number}#talk")
    return _page(request, _again(request, at), said=(statement, int(value)))


def _again(request: HttpRequest, at: Table) -> Table:
    """The same table after a deed made its visitor a voter."""
    if at.voter is None:
        digest = browser_digest(at.dialogue, at.browser) if at.browser else ""
        at.voter = dialogues.voter_of(at.dialogue, at.person, digest)
    return at


def _say(request: HttpRequest, at: Table) -> HttpResponse:
    form = SayForm(request.POST, person=at.person if at.voter is None else None)
    who = f"{at.dialogue.pk}:{at.person.pk if at.person else at.browser}"
    if not at.may_run and not limits.within_for(request, "statement", who, 10, 600):
        return render(request, "429.html", status=429)
    if form.is_valid():
        with refusals_in(form):
            made = actions.say_statement(
                at.dialogue,
                form.cleaned_data["text"],
                by=_by(request, at),
                language=form.cleaned_data["language"],
                who=_who(request, at),
            )
            here = reverse("cocreation:dialogue", args=[at.initiative.slug, at.dialogue.reference])
            return redirect(f"{here}?was={made.number}#talk")
    return _page(request, at, say=form)


@require_GET
@at_office
def results(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The figures as they were last computed: sectors first, then every statement, then what divides."""
    it, dialogue = found(request, slug, reference)
    stored = dialogues.figures_of(dialogue)
    told = dialogue_results.tell(stored, dialogues.texts_of(dialogue)) if stored is not None else None
    page = None
    if told is not None:
        from django.core.paginator import Paginator

        page = Paginator(told.lines, LINES).get_page(request.GET.get("page"))
    context = {
        "initiative": it,
        "hub": it.hub,
        "dialogue": dialogue,
        "is_open": dialogue.is_open and not dialogues.is_over(dialogue),
        "results": told,
        "page": page,
    }
    return render(request, "cocreation/dialogue_results.html", context)


@require_GET
@at_office
def results_file(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The same as a CSV file: sums only, never the votes of somebody."""
    _it, dialogue = found(request, slug, reference)
    stored = dialogues.figures_of(dialogue)
    if stored is None:
        raise NotFound("no_figures", _("Nothing was computed yet."))
    told = dialogue_results.tell(stored, dialogues.texts_of(dialogue))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue.reference}.csv"'
    writer = csv.writer(response)
    for row in dialogue_results.rows(dialogue, told):
        writer.writerow([_plain(cell) for cell in row])
    return response


def _plain(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t" else cell


@require_http_methods(["GET", "POST"])
@at_office
def moderation(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The policy and what was done by it, for everybody; the statements with their buttons for who moderates."""
    it, dialogue = found(request, slug, reference)
    may_run = may(request, "cocreation.run_dialogue", dialogue)
    if request.method == "POST":
        return _moderate(request, it, dialogue)
    rows = list(dialogue.statements.order_by("number")) if may_run else []
    context = {
        "initiative": it,
        "hub": it.hub,
        "dialogue": dialogue,
        "policy": [one.label for one in POLICY],
        "log": list(dialogues.moderated(dialogue)[:200]),
        "may_run": may_run,
        "waiting": [one for one in rows if one.state == StatementState.WAITING],
        "shown": [one for one in rows if one.state == StatementState.SHOWN],
        "out": [one for one in rows if one.state == StatementState.OUT],
        "out_form": OutForm(),
    }
    return render(request, "cocreation/dialogue_moderation.html", context)


def _moderate(request: HttpRequest, it: Initiative, dialogue: Dialogue) -> HttpResponse:
    from django.contrib import messages

    number = request.POST.get("statement", "")
    row = (
        dialogue.statements.filter(number=int(number)).first()
        if number.isdecimal() and len(number) < 7
        else None
    )
    if row is None:
        raise NotFound("unknown_statement", _("There is no such statement here."))
    row.dialogue = dialogue
    if not request.user.is_authenticated:
        raise Forbidden("forbidden", _("You may not do this. Ask the hub's staff if you think you should."))
    state = StatementState.SHOWN if request.POST.get("act") == "show" else StatementState.OUT
    try:
        actions.moderate(row, state, by=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, _("Done. It stands in the public log."))
    except Forbidden:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cocreation:dialogue_moderation", it.slug, dialogue.reference)
