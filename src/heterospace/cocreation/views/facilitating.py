"""What facilitators do for a dialogue: prepare, open, close, add statements, take over a public one; print and enter paper."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...core.forms import answer, refusals_in
from ...core.refusals import Invalid, Refused
from ...members.doors import hide_unless, signed_in
from ...members.queries import find_person, known_number, organisations_of
from .. import actions, dialogues
from ..dialogue_forms import ChangeForm, ImportForm, NewForm, OpenAgainForm, PrintForm, SeedsForm, SheetForm
from ..enums import DialogueState, StatementState
from ..models import Dialogue, Voter
from ..tasks import compute_dialogue
from .dialogues import found
from .steering import steered


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a question: open it at once, or prepare it only."""
    it = steered(request, slug)
    form = NewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            made = actions.draft_dialogue(it, by=request.user, **form.facts)
            if request.POST.get("act") == "prepare":
                return redirect("cocreation:dialogue_manage", it.slug, made.reference)
            actions.open_dialogue(made, by=request.user)
            messages.success(
                request, _("It is open. Share its address, and print sheets for those without a phone.")
            )
            return redirect("cocreation:dialogue", it.slug, made.reference)
    return answer(
        request, "cocreation/dialogue_new.html", {"initiative": it, "hub": it.hub, "form": form}, form
    )


@require_http_methods(["GET", "POST"])
@signed_in
def manage(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Everything one runs a dialogue with; each form posts its act here."""
    it, dialogue = found(request, slug, reference)
    hide_unless(request.user, "cocreation.run_dialogue", dialogue)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = _forms(request, dialogue, act)
    if act in DEEDS and (act not in forms or forms[act].is_valid()):
        form = forms.get(act)
        try:
            said = DEEDS[act](request, dialogue, form)
        except Refused as refusal:
            if form is None or refusal.status == 403:
                messages.error(request, str(refusal))
                return redirect("cocreation:dialogue_manage", it.slug, dialogue.reference)
            with refusals_in(form):
                raise
        else:
            messages.success(request, said)
            return redirect("cocreation:dialogue_manage", it.slug, dialogue.reference)
    context = {
        "initiative": it,
        "hub": it.hub,
        "dialogue": dialogue,
        "forms": forms,
        "is_over": dialogues.is_over(dialogue),
        "seeds": list(dialogue.statements.filter(is_seed=True).order_by("number")),
        "waiting": dialogue.statements.filter(state=StatementState.WAITING).count(),
    }
    return answer(request, "cocreation/dialogue_manage.html", context, *forms.values())


def _forms(request: HttpRequest, dialogue: Dialogue, act: str) -> dict[str, Any]:
    def sent(name: str) -> Any:
        return request.POST if act == name else None

    forms: dict[str, Any] = {"change": ChangeForm(sent("change"), dialogue=dialogue, prefix="change")}
    if dialogue.state == DialogueState.CLOSED:
        forms["again"] = OpenAgainForm(sent("again"), prefix="again")
    else:
        forms["seeds"] = SeedsForm(sent("seeds"), prefix="seeds")
        if not dialogue.last_number:
            files = request.FILES if act == "import" else None
            forms["import"] = ImportForm(sent("import"), files, prefix="import")
    return forms


def _change(request: HttpRequest, dialogue: Dialogue, form: Any) -> str:
    actions.change_dialogue(dialogue, by=request.user, **form.cleaned_data)
    return _("Saved.")


def _seeds(request: HttpRequest, dialogue: Dialogue, form: Any) -> str:
    made = actions.add_seeds(
        dialogue,
        form.cleaned_data["seeds"].splitlines(),
        by=request.user,
        language=form.cleaned_data["language"],
    )
    return ngettext("%(n)s statement was added.", "%(n)s statements were added.", len(made)) % {
        "n": len(made)
    }


def _open(request: HttpRequest, dialogue: Dialogue, form: Any) -> str:
    actions.open_dialogue(dialogue, by=request.user)
    return _("It is open.")


def _again(request: HttpRequest, dialogue: Dialogue, form: Any) -> str:
    actions.open_dialogue(dialogue, by=request.user, closes_on=form.cleaned_data["closes_on"])
    return _("It is open again.")


def _close(request: HttpRequest, dialogue: Dialogue, form: Any) -> str:
    actions.close_dialogue(dialogue, by=request.user)
    compute_dialogue.enqueue(dialogue.pk)
    return _("It is closed. Its results are computed once more.")


def _import(request: HttpRequest, dialogue: Dialogue, form: Any) -> str:
    data = form.cleaned_data
    actions.import_conversation(
        dialogue,
        data["votes"],
        by=request.user,
        comments=data["comments"] or "",
        source=data["source"],
        language=data["language"],
    )
    compute_dialogue.enqueue(dialogue.pk)
    return _("It is taken over. Its figures follow in a moment.")


DEEDS: dict[str, Callable[[HttpRequest, Dialogue, Any], str]] = {
    "change": _change,
    "seeds": _seeds,
    "open": _open,
    "again": _again,
    "close": _close,
    "import": _import,
}


# --- paper


@require_GET
@signed_in
def paper(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Sheets to print, each with its number: statements with three boxes, and room for sector and organisation."""
    it, dialogue = found(request, slug, reference)
    hide_unless(request.user, "cocreation.help_dialogue", dialogue)
    first, last = _number(request.GET.get("from")), _number(request.GET.get("to"))
    sheets = range(max(1, first), min(last, dialogue.last_sheet) + 1)
    context = {
        "initiative": it,
        "hub": it.hub,
        "dialogue": dialogue,
        "sheets": list(sheets[:500]),
        "statements": list(dialogues.texts_of(dialogue).values()),
    }
    return render(request, "cocreation/dialogue_paper.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 0


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def sheets(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Enter what was ticked on paper, sheet after sheet, by keyboard; and number more sheets to print."""
    it, dialogue = found(request, slug, reference)
    hide_unless(request.user, "cocreation.help_dialogue", dialogue)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    printing = PrintForm(request.POST if act == "print" else None, prefix="print")
    if act == "print" and printing.is_valid():
        with refusals_in(printing):
            given = actions.give_sheets(dialogue, printing.cleaned_data["count"], by=request.user)
            here = reverse("cocreation:dialogue_paper", args=[it.slug, dialogue.reference])
            return redirect(f"{here}?from={given[0]}&to={given[-1]}")
    entered = set(
        Voter.objects.filter(dialogue=dialogue, sheet__isnull=False).values_list("sheet", flat=True)
    )
    number = _number(request.GET.get("sheet")) or _first_missing(entered, dialogue.last_sheet)
    before = Voter.objects.filter(dialogue=dialogue, sheet=number).select_related("organisation").first()
    form = SheetForm(request.POST if act == "enter" else None, initial=_written(number, before))
    ticks = _ticked(request.POST) if act == "enter" else dialogues.votes_of(before) if before else {}
    if act == "enter" and form.is_valid():
        with refusals_in(form):
            voter = _enter(request, dialogue, form, ticks)
            messages.success(request, _("Sheet %(n)s is counted.") % {"n": voter.sheet})
            return redirect("cocreation:dialogue_sheets", it.slug, dialogue.reference)
    rows = list(dialogue.statements.exclude(state=StatementState.WAITING).order_by("number"))
    for row in rows:
        row.tick = ticks.get(row.number)
    context = {
        "initiative": it,
        "hub": it.hub,
        "dialogue": dialogue,
        "form": form,
        "printing": printing,
        "rows": rows,
        "before": before,
        "entered": len(entered),
        "is_open": dialogue.is_open and not dialogues.is_over(dialogue),
        "parties": organisations_of(it.office).values_list("name", flat=True)[:500],
    }
    return answer(request, "cocreation/dialogue_sheets.html", context, form, printing)


def _first_missing(entered: set[int], last: int) -> int:
    return next((number for number in range(1, last + 1) if number not in entered), last)


def _written(number: int, before: Voter | None) -> dict[str, Any]:
    """What stands on the sheet as it was entered before."""
    if before is None:
        return {"sheet": number or None}
    return {
        "sheet": number,
        "sector": "" if before.organisation else before.sector,
        "organisation": before.organisation.name if before.organisation else "",
    }


def _ticked(sent: QueryDict) -> dict[int, int]:
    """The ticks of the table: votes by the number of the statement."""
    found = {}
    for name, value in sent.items():
        number = name.removeprefix("s-")
        if name.startswith("s-") and number.isdecimal() and len(number) < 7 and value in {"1", "0", "-1"}:
            found[int(number)] = int(value)
    return found


def _enter(request: HttpRequest, dialogue: Dialogue, form: SheetForm, ticks: dict[int, int]) -> Voter:
    data = form.cleaned_data
    office = dialogue.initiative.office
    organisation = person = None
    if data["organisation"].strip():
        organisation = organisations_of(office).filter(name__iexact=data["organisation"].strip()).first()
        if organisation is None:
            sentence = _("There is no such organisation.")
            raise Invalid("unknown_organisation", sentence, fields={"organisation": sentence})
    if contact := data["contact"].strip():
        person = find_person(
            office,
            email=contact if "@" in contact else "",
            whatsapp="" if "@" in contact else known_number(contact),
        )
        if person is None:
            sentence = _("Nobody here has this e-mail or number.")
            raise Invalid("unknown_person", sentence, fields={"contact": sentence})
    try:
        return actions.enter_sheet(
            dialogue,
            data["sheet"],
            ticks,
            by=request.user,
            sector=data["sector"],
            organisation=organisation,
            person=person,
        )
    except Refused as refusal:
        if "person" in refusal.fields:
            raise Refused(refusal.code, refusal.sentence, fields={"contact": refusal.sentence}) from refusal
        raise
