"""What co-creation keeps, by what it is about."""

from .acts import Act, ActAnnulment, Alarm, Invite
from .commitments import Commitment, CommitmentChange
from .decisions import LEAST_SECRET, Box, Decision, Elector, Position
from .dialogues import LONGEST, Dialogue, DialogueFigures, Moderation, Statement, Vote, Voter
from .evaluation import Criterion, CriterionJudgement, InitiativeAgreement, Judgement, PulseWave
from .initiative import Following, Initiative, RulesVersion, Stage, Step, Steward
from .meetings import Meeting, MeetingItem, MinutesApproval
from .proposals import Amendment, Comment, Hat, Proposal, ProposalAuthor, ProposalText, Support

__all__ = [
    "LEAST_SECRET",
    "LONGEST",
    "Act",
    "ActAnnulment",
    "Alarm",
    "Amendment",
    "Box",
    "Comment",
    "Commitment",
    "CommitmentChange",
    "Criterion",
    "CriterionJudgement",
    "Decision",
    "Dialogue",
    "DialogueFigures",
    "Elector",
    "Following",
    "Hat",
    "Initiative",
    "InitiativeAgreement",
    "Invite",
    "Judgement",
    "Meeting",
    "MeetingItem",
    "MinutesApproval",
    "Moderation",
    "Position",
    "Proposal",
    "ProposalAuthor",
    "ProposalText",
    "PulseWave",
    "RulesVersion",
    "Stage",
    "Statement",
    "Step",
    "Steward",
    "Support",
    "Vote",
    "Voter",
]
