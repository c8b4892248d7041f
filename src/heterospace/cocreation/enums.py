"""Words of co-creation: stages and states with their allowed moves, kinds of acts, methods of deciding."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StageKind(models.TextChoices):
    """The four stages every initiative goes through, in this order."""

    FRAME = "frame", pgettext_lazy("stage", "Frame")
    DESIGN = "design", pgettext_lazy("stage", "Design")
    DELIVER = "deliver", pgettext_lazy("stage", "Deliver")
    EVALUATE = "evaluate", pgettext_lazy("stage", "Evaluate")

    @property
    def place(self) -> int:
        """0 for frame to 3 for evaluate."""
        return list(StageKind).index(self)

    @property
    def next(self) -> "StageKind | None":
        """The stage after it."""
        later = list(StageKind)[self.place + 1 :]
        return later[0] if later else None

    @property
    def about(self) -> str:
        """What happens in it, in a sentence."""
        return str(STAGE_ABOUT[self])


STAGE_ABOUT = {
    StageKind.FRAME: _("What exactly is the problem, for whom, and how would we know that it is solved?"),
    StageKind.DESIGN: _("What do we do about it, who promises what, and what do we decide?"),
    StageKind.DELIVER: _("It is done, by those who promised it, in the open."),
    StageKind.EVALUATE: _("What became of it? Everybody who shaped it judges for themselves."),
}


class StageState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("stage", "Planned")
    OPEN = "open", pgettext_lazy("stage", "Open")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")


STAGE_MOVES: dict[StageState, frozenset[StageState]] = {
    StageState.PLANNED: frozenset({StageState.OPEN}),
    StageState.OPEN: frozenset({StageState.CLOSED}),
    StageState.CLOSED: frozenset(),
}


class InitiativeState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("initiative", "Waiting for the hub's answer")
    RUNNING = "running", pgettext_lazy("initiative", "Running")
    DECLINED = "declined", pgettext_lazy("initiative", "Not taken up")
    WITHDRAWN = "withdrawn", pgettext_lazy("initiative", "Withdrawn")
    STOPPED = "stopped", pgettext_lazy("initiative", "Stopped early")
    CLOSED = "closed", pgettext_lazy("initiative", "Evaluated")


INITIATIVE_MOVES: dict[InitiativeState, frozenset[InitiativeState]] = {
    InitiativeState.PROPOSED: frozenset(
        {InitiativeState.RUNNING, InitiativeState.DECLINED, InitiativeState.WITHDRAWN}
    ),
    InitiativeState.RUNNING: frozenset({InitiativeState.CLOSED, InitiativeState.STOPPED}),
    InitiativeState.DECLINED: frozenset(),
    InitiativeState.WITHDRAWN: frozenset(),
    InitiativeState.STOPPED: frozenset(),
    InitiativeState.CLOSED: frozenset(),
}
ENDED = frozenset({state for state, moves in INITIATIVE_MOVES.items() if not moves})


class Influence(models.TextChoices):
    """What is promised to those who take part (after the usual ladder of participation)."""

    INFORM = "inform", pgettext_lazy("influence", "be informed")
    CONSULT = "consult", pgettext_lazy("influence", "be heard")
    COLLABORATE = "collaborate", pgettext_lazy("influence", "work together")
    DECIDE = "decide", pgettext_lazy("influence", "decide together")

    @property
    def promise(self) -> str:
        """What it means, in a sentence."""
        return str(PROMISES[self])


PROMISES = {
    Influence.INFORM: _("You learn in time what is planned and why."),
    Influence.CONSULT: _("You are asked before anything is decided, and told what became of what you said."),
    Influence.COLLABORATE: _("You work on it, and your proposals get a reasoned answer."),
    Influence.DECIDE: _("What is decided here is done."),
}


class Pattern(models.TextChoices):
    """What kind of thing is made together; each comes with first words for its stages (`patterns.py`)."""

    PROGRAM = "program", _("A program designed together")
    EVENT = "event", _("An event")
    SPACE = "space", _("A better space")
    POLICY = "policy", _("A question of policy")
    OTHER = "other", pgettext_lazy("initiative", "Something else")


class ActKind(models.TextChoices):
    """What counts as taking part. Logging in, reading and being invited never do."""

    ATTENDED = "attended", pgettext_lazy("act", "attended")
    PROPOSED = "proposed", pgettext_lazy("act", "proposed")
    AMENDED = "amended", pgettext_lazy("act", "amended")
    COMMENTED = "commented", pgettext_lazy("act", "commented")
    VOTED = "voted", pgettext_lazy("act", "voted")
    PROMISED = "promised", pgettext_lazy("act", "promised")
    DELIVERED = "delivered", pgettext_lazy("act", "delivered")
    EVALUATED = "evaluated", pgettext_lazy("act", "evaluated")


class Channel(models.TextChoices):
    ONLINE = "online", pgettext_lazy("channel", "online")
    MEETING = "meeting", pgettext_lazy("channel", "at a meeting")
    DESK = "desk", pgettext_lazy("channel", "at the desk")
    PAPER = "paper", pgettext_lazy("channel", "on paper")


class InviteKind(models.TextChoices):
    MEETING = "meeting", pgettext_lazy("invitation", "Meeting")
    DECISION = "decision", pgettext_lazy("invitation", "Decision")
    EVALUATION = "evaluation", pgettext_lazy("invitation", "Evaluation")


class Reply(models.TextChoices):
    YES = "yes", pgettext_lazy("invitation", "I take part")
    NO = "no", pgettext_lazy("invitation", "Not this time")


class Mark(models.TextChoices):
    """When the alarm looks at an open stage."""

    THIRD = "third", _("one third into the stage")
    WEEK = "week", _("7 days before its end")


class Result(models.TextChoices):
    """What becomes of an initiative after its evaluation."""

    CONTINUE = "continue", pgettext_lazy("outcome", "Continue")
    ADAPT = "adapt", pgettext_lazy("outcome", "Adapt")
    STOP = "stop", pgettext_lazy("outcome", "Stop")
    REPLICATE = "replicate", pgettext_lazy("outcome", "Repeat at another hub")


class StepKind(models.TextChoices):
    """A line of the timeline."""

    PROPOSED = "proposed", _("The initiative was proposed")
    ANSWERED = "answered", _("The hub answered")
    WITHDRAWN = "withdrawn", _("The proposers withdrew it")
    STOPPED = "stopped", _("It was stopped early")
    STAGE_OPENED = "stage_opened", _("A stage opened")
    STAGE_CLOSED = "stage_closed", _("A stage closed with a result")
    RULES_CHANGED = "rules_changed", _("The rules of a stage changed")
    STEWARD = "steward", _("The stewards changed")
    ALARM = "alarm", _("Somebody is missing")
    MEETING = "meeting", _("A meeting was called")
    MINUTES = "minutes", _("Minutes were published")
    DIALOGUE = "dialogue", _("A dialogue opened")
    DIALOGUE_CLOSED = "dialogue_closed", _("A dialogue closed")
    PROPOSAL = "proposal", _("A proposal was made")
    PROPOSAL_CHANGED = "proposal_changed", _("A proposal changed")
    PROPOSAL_ANSWERED = "proposal_answered", _("A proposal was answered")
    DECISION = "decision", _("A decision opened")
    DECIDED = "decided", _("It was decided")
    REVIEW = "review", _("A decision came back for review")
    PROMISED = "promised", _("Somebody promised something")
    DELIVERED = "delivered", _("A promise was delivered")
    KEPT = "kept", _("A promise was confirmed as kept")
    RENEGOTIATED = "renegotiated", _("A promise was renegotiated")
    BROKEN = "broken", _("A promise was broken")
    AGREEMENT = "agreement", _("An agreement was attached")
    JUDGED = "judged", _("A party judged the result")
    COPIED = "copied", _("It is repeated at another hub")


# --- proposals


class ProposalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
    PARTLY = "partly", pgettext_lazy("proposal", "Partly accepted")
    NOT_FEASIBLE = "not_feasible", pgettext_lazy("proposal", "Not feasible")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")


ANSWERS = (ProposalState.ACCEPTED, ProposalState.PARTLY, ProposalState.NOT_FEASIBLE)
PROPOSAL_MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.OPEN: frozenset({*ANSWERS, ProposalState.WITHDRAWN}),
    ProposalState.ACCEPTED: frozenset(),
    ProposalState.PARTLY: frozenset(),
    ProposalState.NOT_FEASIBLE: frozenset(),
    ProposalState.WITHDRAWN: frozenset(),
}


class AmendmentState(models.TextChoices):
    OPEN = "open", pgettext_lazy("amendment", "Waiting for the authors")
    ACCEPTED = "accepted", pgettext_lazy("amendment", "Taken up")
    REJECTED = "rejected", pgettext_lazy("amendment", "Not taken up")
    PROMOTED = "promoted", pgettext_lazy("amendment", "Became a proposal of its own")
    WITHDRAWN = "withdrawn", pgettext_lazy("amendment", "Withdrawn")


AMENDMENT_MOVES: dict[AmendmentState, frozenset[AmendmentState]] = {
    AmendmentState.OPEN: frozenset(
        {AmendmentState.ACCEPTED, AmendmentState.REJECTED, AmendmentState.WITHDRAWN}
    ),
    AmendmentState.REJECTED: frozenset({AmendmentState.PROMOTED}),
    AmendmentState.ACCEPTED: frozenset(),
    AmendmentState.PROMOTED: frozenset(),
    AmendmentState.WITHDRAWN: frozenset(),
}


class CommentKind(models.TextChoices):
    FOR = "for", pgettext_lazy("comment", "For")
    AGAINST = "against", pgettext_lazy("comment", "Against")
    QUESTION = "question", pgettext_lazy("comment", "Question")


# --- meetings


class MeetingState(models.TextChoices):
    CALLED = "called", pgettext_lazy("meeting", "Called")
    MINUTED = "minuted", pgettext_lazy("meeting", "Minutes wait for approval")
    APPROVED = "approved", pgettext_lazy("meeting", "Minutes approved")


MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.CALLED: frozenset({MeetingState.MINUTED}),
    MeetingState.MINUTED: frozenset({MeetingState.APPROVED}),
    MeetingState.APPROVED: frozenset(),
}


# --- decisions


class Method(models.TextChoices):
    CONSENT = "consent", pgettext_lazy("method", "Consent: nobody has a reasoned objection left")
    MAJORITY = "majority", pgettext_lazy("method", "Majority: yes or no")
    APPROVAL = "approval", pgettext_lazy("method", "Approval: everybody ticks what they can live with")
    SCORE = "score", pgettext_lazy("method", "Score: everybody gives each option 0 to 5")

    @property
    def is_secret(self) -> bool:
        """Whether it is decided by secret ballot; objections to a consent are public and have a name."""
        return self != Method.CONSENT


class DecisionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("decision", "Being prepared")
    OPEN = "open", pgettext_lazy("decision", "Open")
    DECIDED = "decided", pgettext_lazy("decision", "Decided")
    FAILED = "failed", pgettext_lazy("decision", "Not decided")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "Withdrawn")


DECISION_MOVES: dict[DecisionState, frozenset[DecisionState]] = {
    DecisionState.DRAFT: frozenset({DecisionState.OPEN, DecisionState.WITHDRAWN}),
    DecisionState.OPEN: frozenset({DecisionState.DECIDED, DecisionState.FAILED}),
    DecisionState.DECIDED: frozenset(),
    DecisionState.FAILED: frozenset(),
    DecisionState.WITHDRAWN: frozenset(),
}


class Franchise(models.TextChoices):
    """Who may vote, by rule; the roll is made when the decision opens."""

    ACTED = "acted", _("Everybody who took part in this initiative")
    ORGANISATIONS = "organisations", _("One voice for each organisation that took part")
    STEWARDS = "stewards", _("The stewards")


class Stance(models.TextChoices):
    """What one says to a proposal decided by consent."""

    CONSENT = "consent", pgettext_lazy("stance", "I consent")
    ASIDE = "aside", pgettext_lazy("stance", "I stand aside")
    OBJECT = "object", pgettext_lazy("stance", "I object")


class ObjectionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("objection", "Not answered yet")
    INTEGRATED = "integrated", pgettext_lazy("objection", "Integrated")
    WITHDRAWN = "withdrawn", pgettext_lazy("objection", "Withdrawn")


# --- commitments


class CommitmentState(models.TextChoices):
    DUE = "due", pgettext_lazy("commitment", "Promised")
    DELIVERED = "delivered", pgettext_lazy("commitment", "Delivered, waits for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("commitment", "Kept")
    BROKEN = "broken", pgettext_lazy("commitment", "Broken")
    RELEASED = "released", pgettext_lazy("commitment", "Released by the receiver")


COMMITMENT_MOVES: dict[CommitmentState, frozenset[CommitmentState]] = {
    CommitmentState.DUE: frozenset(
        {CommitmentState.DELIVERED, CommitmentState.BROKEN, CommitmentState.RELEASED}
    ),
    CommitmentState.DELIVERED: frozenset({CommitmentState.CONFIRMED, CommitmentState.DUE}),
    CommitmentState.BROKEN: frozenset({CommitmentState.DELIVERED}),
    CommitmentState.CONFIRMED: frozenset(),
    CommitmentState.RELEASED: frozenset(),
}


# --- dialogues


class DialogueState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("dialogue", "Being prepared")
    OPEN = "open", pgettext_lazy("dialogue", "Open")
    CLOSED = "closed", pgettext_lazy("dialogue", "Closed")


DIALOGUE_MOVES: dict[DialogueState, frozenset[DialogueState]] = {
    DialogueState.DRAFT: frozenset({DialogueState.OPEN}),
    DialogueState.OPEN: frozenset({DialogueState.CLOSED}),
    DialogueState.CLOSED: frozenset({DialogueState.OPEN}),
}


class StatementState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("statement", "Waiting for a moderator")
    SHOWN = "shown", pgettext_lazy("statement", "Shown")
    OUT = "out", pgettext_lazy("statement", "Taken out")


class OutReason(models.TextChoices):
    """Why a statement is not shown: the published policy of moderation."""

    PERSON = "person", _("names or attacks a person")
    HATE = "hate", _("insults a group")
    OFF_TOPIC = "off_topic", _("has nothing to do with the question")
    TWICE = "twice", _("says what another statement says already")
    SEVERAL = "several", _("says more than one thing")
    PRIVATE = "private", _("tells private data")
    ADVERT = "advert", _("advertises")
    IMPORTED = "imported", _("was taken out where it was said first")


POLICY = [reason for reason in OutReason if reason != OutReason.IMPORTED]


class Language(models.TextChoices):
    INDONESIAN = "id", "Bahasa Indonesia"
    ENGLISH = "en", "English"
    JAVANESE = "jv", "Basa Jawa"


# --- evaluation


class MeasuredBy(models.TextChoices):
    FIGURE = "figure", _("a figure")
    SURVEY = "survey", _("a survey")
    JUDGEMENT = "judgement", _("the judgement of those concerned")


class Met(models.TextChoices):
    MET = "met", pgettext_lazy("criterion", "Met")
    PARTLY = "partly", pgettext_lazy("criterion", "Partly met")
    MISSED = "missed", pgettext_lazy("criterion", "Not met")
    UNKNOWN = "unknown", pgettext_lazy("criterion", "Cannot be said")
