"""The timeline in words: one sentence a step, in the reader's language. Facts hold keys and titles, never a person."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..core import formats
from ..members.enums import Sector
from .counting import DECIDES
from .enums import Mark, ProposalState, StageKind, StepKind
from .models import Step
from .outcomes import phrase

Facts = dict[str, Any]
TONES = {
    StepKind.ANSWERED: "act", StepKind.STAGE_OPENED: "act", StepKind.STAGE_CLOSED: "good", StepKind.ALARM: "bad",
    StepKind.DECIDED: "good", StepKind.KEPT: "good", StepKind.BROKEN: "bad", StepKind.STOPPED: "bad",
    StepKind.RULES_CHANGED: "wait", StepKind.RENEGOTIATED: "wait", StepKind.PROPOSAL_ANSWERED: "good",
    StepKind.REVIEW: "wait",
}  # fmt: skip


def _stage(facts: Facts) -> str:
    return str(StageKind(facts["stage_kind"]).label)


def _sector(facts: Facts) -> str:
    return str(Sector(facts["sector"]).label) if facts.get("sector") else ""


def _day(text: str) -> str:
    return formats.date_medium(dt.date.fromisoformat(text))


def _because(sentence: str, facts: Facts) -> str:
    return f"{sentence} {_('The reason:')} {facts['reason']}" if facts.get("reason") else sentence


def _proposed(facts: Facts) -> str:
    if facts.get("organisation"):
        return _("Proposed by %(organisation)s.") % facts
    return _("Proposed by somebody in their own name.")


def _answered(facts: Facts) -> str:
    said = _("The hub takes it up.") if facts["accepted"] else _("The hub does not take it up.")
    return f"{said} {_('The answer came after the promised day.')}" if facts.get("late") else said


def _opened(facts: Facts) -> str:
    said = _("“%(stage)s” begins, until %(day)s. Its rules are frozen under the fingerprint %(digest)s.") % {
        "stage": _stage(facts),
        "day": _day(facts["until"]),
        "digest": facts["digest"],
    }
    return _because(said, facts)


def _closed(facts: Facts) -> str:
    return _because(_("“%(stage)s” is closed, its result is published.") % {"stage": _stage(facts)}, facts)


def _rules(facts: Facts) -> str:
    told = {"stage": _stage(facts), "version": facts["version"]}
    return _because(
        _("The rules of “%(stage)s” changed while it is open (version %(version)s).") % told, facts
    )


def _steward(facts: Facts) -> str:
    told = {"organisation": facts["organisation"], "sector": _sector(facts)}
    if facts["joined"]:
        return _("%(organisation)s (%(sector)s) guides it too.") % told
    return _("%(organisation)s (%(sector)s) no longer guides it.") % told


def _alarm(facts: Facts) -> str:
    told = {
        "stage": _stage(facts),
        "sector": _sector(facts),
        "mark": str(Mark(facts["mark"]).label),
        "framed": facts["framed"],
        "n": facts["framed"] - facts["invited"],
    }
    said = (
        _("%(sector)s is missing in “%(stage)s” (%(mark)s): %(framed)s of its organisations framed it.")
        % told
    )
    if not told["n"]:
        return f"{said} {_('All of them were invited.')}"
    more = ngettext("%(n)s of them was not invited.", "%(n)s of them were not invited.", told["n"]) % told
    return f"{said} {more}"


def _proposal(facts: Facts) -> str:
    if facts.get("organisation"):
        return _("A proposal of %(organisation)s: %(title)s.") % facts
    return _("A proposal: %(title)s.") % facts


def _proposal_changed(facts: Facts) -> str:
    if facts.get("withdrawn"):
        return _("The proposal “%(title)s” was withdrawn by its authors.") % facts
    if facts.get("organisation"):
        return _("The proposal “%(title)s” took up an amendment of %(organisation)s.") % facts
    return _("The proposal “%(title)s” took up an amendment.") % facts


def _proposal_answered(facts: Facts) -> str:
    told = {"title": facts["title"], "answer": str(ProposalState(facts["state"]).label)}
    said = _("The proposal “%(title)s” was answered: %(answer)s.") % told
    return f"{said} {_('The answer came after the promised day.')}" if facts.get("late") else said


def _minutes(facts: Facts) -> str:
    if not facts.get("approved"):
        return _("Minutes of “%(title)s” can be read.") % facts
    sectors = ", ".join(str(Sector(one).label) for one in facts["approved"])
    return _("Minutes of “%(title)s” are approved by people who were there (%(sectors)s).") % {
        "title": facts["title"],
        "sectors": sectors,
    }


def _decided(facts: Facts) -> str:
    outcome = phrase(facts["result"], facts.get("option", ""), facts.get("lacking", ()))
    told = {"title": facts["title"], "outcome": outcome}
    if facts["result"] in DECIDES:
        return _("Decided, “%(title)s”: %(outcome)s.") % told
    return _("Not decided, “%(title)s”: %(outcome)s.") % told


def _named(sentence: Callable[[], str]) -> Callable[[Facts], str]:
    """A sentence with the facts in it."""
    return lambda facts: _because(sentence() % {**facts, "sector": _sector(facts)}, facts)


SENTENCES: dict[StepKind, Callable[[Facts], str]] = {
    StepKind.PROPOSED: _proposed,
    StepKind.ANSWERED: _answered,
    StepKind.WITHDRAWN: _named(lambda: _("Its proposer took it back.")),
    StepKind.STOPPED: _named(lambda: _("It was stopped before its evaluation.")),
    StepKind.STAGE_OPENED: _opened,
    StepKind.STAGE_CLOSED: _closed,
    StepKind.RULES_CHANGED: _rules,
    StepKind.STEWARD: _steward,
    StepKind.ALARM: _alarm,
    StepKind.MEETING: _named(lambda: _("A meeting is called: %(title)s.")),
    StepKind.MINUTES: _minutes,
    StepKind.DIALOGUE: _named(lambda: _("A dialogue is open: %(title)s.")),
    StepKind.DIALOGUE_CLOSED: _named(lambda: _("The dialogue “%(title)s” is closed.")),
    StepKind.PROPOSAL: _proposal,
    StepKind.PROPOSAL_CHANGED: _proposal_changed,
    StepKind.PROPOSAL_ANSWERED: _proposal_answered,
    StepKind.DECISION: _named(lambda: _("To be decided: %(title)s.")),
    StepKind.DECIDED: _decided,
    StepKind.REVIEW: _named(lambda: _("“%(title)s” is to be looked at again.")),
    StepKind.PROMISED: _named(lambda: _("%(organisation)s promises: %(what)s.")),
    StepKind.DELIVERED: _named(lambda: _("%(organisation)s delivered: %(what)s.")),
    StepKind.KEPT: _named(lambda: _("%(organisation)s kept its promise: %(what)s.")),
    StepKind.RENEGOTIATED: _named(lambda: _("%(organisation)s asked for more time: %(what)s.")),
    StepKind.BROKEN: _named(lambda: _("%(organisation)s did not keep its promise: %(what)s.")),
    StepKind.AGREEMENT: _named(lambda: _("An agreement is attached: %(title)s.")),
    StepKind.JUDGED: _named(lambda: _("%(organisation)s judged what became of it.")),
    StepKind.COPIED: _named(lambda: _("It is proposed again at %(hub)s.")),
}


def sentence(step: Step) -> str:
    """What a step says, in the reader's language."""
    return SENTENCES[StepKind(step.kind)](step.facts)


def tone(step: Step) -> str:
    """Its colour on the timeline."""
    if step.kind == StepKind.DECIDED and step.facts["result"] not in DECIDES:
        return "wait"
    return TONES.get(StepKind(step.kind), "")
