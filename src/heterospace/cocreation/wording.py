"""Words of messages that depend on who reads them."""

import datetime as dt
from typing import Any

from ..core import formats
from ..core.models import Message
from ..members.enums import Sector
from .enums import OutReason, ProposalState, Result, StageKind
from .models import Step
from .outcomes import phrase
from .timeline import sentence


def of_stage(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """The names of stage, sector and outcome in the reader's language."""
    more: dict[str, Any] = {}
    if told.get("stage"):
        more["stage_label"] = str(StageKind(told["stage"]).label)
    if told.get("sector"):
        more["sector_label"] = str(Sector(told["sector"]).label)
    if told.get("outcome"):
        more["outcome_label"] = str(Result(told["outcome"]).label)
    return more


def of_decision(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """What came of a decision."""
    return {"outcome": phrase(told["result"], told.get("option", ""), told.get("lacking", ()))}


def of_commitment(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """Its days in the reader's language."""
    days = {"due_text": told.get("due"), "old_text": told.get("old")}
    return {name: formats.date_long(dt.date.fromisoformat(day)) for name, day in days.items() if day}


def of_news(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """The steps of a digest as sentences."""
    ids = [pk for one in told["news"] for pk in one["steps"]]
    said = {step.pk: sentence(step) for step in Step.objects.filter(pk__in=ids).order_by("pk")}
    return {
        "news": [{**one, "lines": [said[pk] for pk in one["steps"] if pk in said]} for one in told["news"]]
    }


def of_proposal(message: Message, told: dict[str, Any]) -> dict[str, Any]:
    """The answer, or why a comment was hidden, in the reader's language."""
    more: dict[str, Any] = {}
    if told.get("state"):
        more["state_label"] = str(ProposalState(told["state"]).label)
    if message.kind == "comment_hidden":
        more["why_label"] = str(OutReason(told["why"]).label)
    return more
