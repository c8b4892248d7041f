"""The pages of proposals: the list, a new one, one with all that is said of it, an amendment, and its earlier texts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ...core.deeds import allowed
from ...core.forms import answer, refusals_in
from ...members.doors import at_office, signed_in
from ...members.queries import acts_for
from .. import actions, proposals
from ..enums import OutReason
from ..models import Amendment, Comment, Proposal
from ..names import name_all
from ..proposal_forms import AmendmentForm, AnswerForm, AuthorForm, CommentForm, HatForm, ProposalForm
from ..queries import initiative_at
from .doing import done

PAGE = 30


@require_GET
@at_office
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What was proposed, what still waits for its answer, and how the promise of answers is kept."""
    initiative = initiative_at(request.office, slug)
    show = request.GET.get("show", "")
    page = Paginator(proposals.listed(initiative, show=show), PAGE).get_page(request.GET.get("page"))
    name_all([author for one in page for author in one.authors.all()], request.person)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "page": page,
        "show": show,
        "shows": [
            ("", _("All")),
            ("waiting", _("Waiting for an answer")),
            ("answered", _("Answered")),
            ("withdrawn", _("Withdrawn")),
        ],
        "kept": proposals.answering(initiative=initiative),
        "may_make": proposals.making_stage(initiative) is not None,
    }
    return render(request, "cocreation/proposals.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose something, perhaps from a statement of a dialogue."""
    initiative = initiative_at(request.office, slug)
    if proposals.making_stage(initiative) is None:
        messages.warning(request, _("Proposals are made while the problem is framed and the design is open."))
        return redirect("cocreation:proposals", initiative.slug)
    key = request.GET.get("statement", "")
    statement = proposals.statement_at(initiative, key) if key else None
    form = ProposalForm(request.POST or None, person=request.person, initiative=initiative)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = actions.make_proposal(
                initiative,
                by=request.user,
                title=data["title"],
                text=data["text"],
                organisation=form.hat,
                statement=statement,
            )
            messages.success(request, _("Your proposal stands. You are told its answer."))
            return redirect("cocreation:proposal", initiative.slug, made.reference)
    context = {
        "initiative": initiative,
        "hub": initiative.hub,
        "form": form,
        "statement": statement,
    }
    return answer(request, "cocreation/proposal_new.html", context, form)


def _found(request: HttpRequest, slug: str, reference: str) -> Proposal:
    return proposals.proposal_at(initiative_at(request.office, slug), reference)


@require_http_methods(["GET", "POST"])
@at_office
def proposal(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One proposal: its text, who wants it, amendments, what is said of it, and its answer."""
    if request.method == "POST":
        return _act(request, slug, reference)
    return _page(request, _found(request, slug, reference))


@signed_in
def _act(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Do what a button of the page says; a form that was refused is shown again with what was typed."""
    found = _found(request, slug, reference)
    act = request.POST.get("act", "")
    if act in {"support", "unsupport"}:
        return _support(request, found, act == "support")
    if act == "comment":
        return _comment(request, found)
    if act == "answer":
        return _answer(request, found)
    if act in ACTS:
        ACTS[act](request, found)
    return redirect("cocreation:proposal", found.initiative.slug, found.reference)


def _support(request: HttpRequest, found: Proposal, wanted: bool) -> HttpResponse:
    form = HatForm(request.POST, person=request.person, initiative=found.initiative)
    hat = form.hat if form.is_valid() else None
    done(
        request,
        lambda: actions.support_proposal(found, by=request.user, support=wanted, organisation=hat),
        _("You support this. You are told its answer.") if wanted else _("You no longer support this."),
    )
    if request.htmx:
        list(messages.get_messages(request))  # said by the button itself
        return render(request, "cocreation/proposal.html#support", _context(request, found))
    return redirect("cocreation:proposal", found.initiative.slug, found.reference)


def _comment(request: HttpRequest, found: Proposal) -> HttpResponse:
    form = CommentForm(request.POST, person=request.person, initiative=found.initiative)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            actions.comment(found, data["kind"], data["text"], by=request.user, organisation=form.hat)
            messages.success(request, _("It is said."))
            return redirect("cocreation:proposal", found.initiative.slug, found.reference)
    return _page(request, found, commenting=form)


def _answer(request: HttpRequest, found: Proposal) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            actions.answer_proposal(found, by=request.user, **form.cleaned_data)
            messages.success(
                request, _("Answered. Everybody who wrote, supported or spoke about it is told.")
            )
            return redirect("cocreation:proposal", found.initiative.slug, found.reference)
    return _page(request, found, answering=form)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 18 else 0


def _amendment(request: HttpRequest, found: Proposal) -> Amendment:
    row = get_object_or_404(
        Amendment.objects.select_related("person", "organisation"),
        proposal=found,
        pk=_number(request, "amendment"),
    )
    row.proposal = found
    return row


def _said(request: HttpRequest, found: Proposal) -> Comment:
    row = get_object_or_404(Comment, proposal=found, pk=_number(request, "comment"))
    row.proposal = found
    return row


def _promote(request: HttpRequest, found: Proposal) -> None:
    title = request.POST.get("title", "")
    amendment = _amendment(request, found)
    done(
        request,
        lambda: actions.promote_amendment(amendment, by=request.user, title=title),
        _("It is a proposal of its own now, and gets its own answer."),
    )


def _add_author(request: HttpRequest, found: Proposal) -> None:
    form = AuthorForm(request.POST, people=proposals.co_authors(found))
    if not form.is_valid():
        messages.warning(request, _("Choose who else wrote it."))
        return
    person = form.cleaned_data["person"]
    hat = acts_for(person).filter(pk=person.hat_organisation or 0).first()
    done(
        request,
        lambda: actions.add_author(found, person, by=request.user, organisation=hat),
        _("Named, and told."),
    )


ACTS: dict[str, Callable[[HttpRequest, Proposal], Any]] = {
    "accept": lambda request, found: done(
        request,
        lambda: actions.accept_amendment(_amendment(request, found), by=request.user),
        _("Taken up: the text reads as you see it now."),
    ),
    "reject": lambda request, found: done(
        request,
        lambda: actions.reject_amendment(
            _amendment(request, found), request.POST.get("reason", ""), by=request.user
        ),
        _("Not taken up, with your reason."),
    ),
    "withdraw_amendment": lambda request, found: done(
        request,
        lambda: actions.withdraw_amendment(_amendment(request, found), by=request.user),
        _("Taken back."),
    ),
    "promote": _promote,
    "reply": lambda request, found: done(
        request,
        lambda: actions.reply_to(_said(request, found), request.POST.get("reply", ""), by=request.user),
        _("Answered. Whoever asked is told."),
    ),
    "hide": lambda request, found: done(
        request,
        lambda: actions.hide_comment(_said(request, found), request.POST.get("reason", ""), by=request.user),
        _("Hidden, with the reason."),
    ),
    "show": lambda request, found: done(
        request,
        lambda: actions.show_comment(_said(request, found), by=request.user),
        _("Shown again."),
    ),
    "withdraw": lambda request, found: done(
        request,
        lambda: actions.withdraw_proposal(found, by=request.user),
        _("Withdrawn. It stays readable."),
    ),
    "add_author": _add_author,
    "leave": lambda request, found: done(
        request,
        lambda: actions.leave_proposal(found, by=request.user),
        _("You are no longer named as its author."),
    ),
}


def _context(
    request: HttpRequest,
    found: Proposal,
    *,
    commenting: CommentForm | None = None,
    answering: AnswerForm | None = None,
) -> dict[str, Any]:
    initiative, person = found.initiative, request.person
    told = proposals.read(found, person)
    steers = allowed(request.user, "cocreation.answer_proposal", found)
    is_author = told["is_author"]
    is_lively = found.is_open and initiative.is_running
    return {
        "initiative": initiative,
        "hub": initiative.hub,
        "proposal": found,
        **told,
        "steers": steers,
        "may_answer": steers and found.is_open and not is_author,
        "may_take_part": is_lively and (person is None or person.is_active),
        "decides": is_author and found.is_open,
        "may_promote": proposals.making_stage(initiative) is not None,
        "hat_form": HatForm(person=person, initiative=initiative, auto_id="support_%s"),
        "commenting": commenting or CommentForm(person=person, initiative=initiative, auto_id="comment_%s"),
        "answering": answering or AnswerForm(),
        "author_form": AuthorForm(people=proposals.co_authors(found))
        if is_author and found.is_open
        else None,
        "reasons": OutReason.choices,
    }


def _page(request: HttpRequest, found: Proposal, **forms: Any) -> HttpResponse:
    context = _context(request, found, **forms)
    return answer(request, "cocreation/proposal.html", context, context["commenting"], context["answering"])


@require_http_methods(["GET", "POST"])
@signed_in
def amend(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say how a proposal should read instead."""
    found = _found(request, slug, reference)
    form = AmendmentForm(
        request.POST or None,
        person=request.person,
        initiative=found.initiative,
        initial={"text": found.text, "base": found.version},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = actions.amend(
                found, data["text"], data["why"], by=request.user, base=data["base"], organisation=form.hat
            )
            if made.state == "accepted":
                messages.success(request, _("Changed: you are one of its authors, so it stands at once."))
            else:
                messages.success(request, _("Its authors decide about it. You are told."))
            return redirect("cocreation:proposal", found.initiative.slug, found.reference)
    context = {
        "initiative": found.initiative,
        "hub": found.initiative.hub,
        "proposal": found,
        "form": form,
        "is_author": allowed(request.user, "cocreation.change_proposal", found),
    }
    return answer(request, "cocreation/proposal_amend.html", context, form)


@require_GET
@at_office
def versions(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """How its text came about."""
    found = _found(request, slug, reference)
    context = {
        "initiative": found.initiative,
        "hub": found.initiative.hub,
        "proposal": found,
        "versions": proposals.versions(found, request.person),
    }
    return render(request, "cocreation/proposal_versions.html", context)


__all__ = ["amend", "listing", "new", "proposal", "versions"]
