"""First words for an initiative of each kind: how long its stages last, what is promised in each, and their rules.

They are only a beginning: whoever steers it changes them until a stage opens.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .enums import Influence, Pattern, StageKind

Words = str | Promise
RULES: dict[StageKind, Words] = {
    StageKind.FRAME: _(
        "Anybody may take part, for an organisation or in their own name.\n"
        "We listen before we answer, and we speak about the matter, not about persons.\n"
        "What we agree on is the problem, for whom it is one, and how we will know that it is solved.\n"
        "Whoever took part is invited to everything that follows."
    ),
    StageKind.DESIGN: _(
        "Proposals are open to everybody and may be amended.\n"
        "Every proposal gets an answer with a reason by the promised day.\n"
        "Who promises something says what, for whom and by when.\n"
        "We decide by the rules that stand on each decision, and nobody decides alone."
    ),
    StageKind.DELIVER: _(
        "Everybody does what they promised, and shows it.\n"
        "Who cannot keep a promise says so before its day.\n"
        "Who receives a thing confirms it, not who gave it.\n"
        "We meet at least once to see how it goes."
    ),
    StageKind.EVALUATE: _(
        "Every party judges for itself: the result, its own influence, and whether it would do it again.\n"
        "Differences stay visible.\n"
        "It is not closed without the sectors that framed it, or without a reason everybody may read."
    ),
}


@dataclass(frozen=True)
class StagePlan:
    """How long a stage lasts and what is promised in it."""

    days: int
    influence: Influence


C, D, N = Influence.COLLABORATE, Influence.DECIDE, Influence.CONSULT
PLANS: dict[Pattern, dict[StageKind, StagePlan]] = {
    Pattern.PROGRAM: {
        StageKind.FRAME: StagePlan(30, C), StageKind.DESIGN: StagePlan(45, D),
        StageKind.DELIVER: StagePlan(120, C), StageKind.EVALUATE: StagePlan(30, C),
    },
    Pattern.EVENT: {
        StageKind.FRAME: StagePlan(14, C), StageKind.DESIGN: StagePlan(21, D),
        StageKind.DELIVER: StagePlan(30, C), StageKind.EVALUATE: StagePlan(14, C),
    },
    Pattern.SPACE: {
        StageKind.FRAME: StagePlan(21, C), StageKind.DESIGN: StagePlan(30, D),
        StageKind.DELIVER: StagePlan(60, C), StageKind.EVALUATE: StagePlan(21, C),
    },
    Pattern.POLICY: {
        StageKind.FRAME: StagePlan(30, C), StageKind.DESIGN: StagePlan(60, N),
        StageKind.DELIVER: StagePlan(180, N), StageKind.EVALUATE: StagePlan(30, C),
    },
    Pattern.OTHER: {
        StageKind.FRAME: StagePlan(21, C), StageKind.DESIGN: StagePlan(30, C),
        StageKind.DELIVER: StagePlan(60, C), StageKind.EVALUATE: StagePlan(21, C),
    },
}  # fmt: skip
