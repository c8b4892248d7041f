"""The deeds of co-creation, by what they are about."""

from .acts import annul_act, record_act
from .agreements import attach_agreement, detach_agreement
from .alarms import raise_alarms
from .amending import accept_amendment, amend, promote_amendment, reject_amendment, withdraw_amendment
from .comments import comment, hide_comment, reply_to, show_comment
from .digests import send_digests
from .evaluation import add_criterion, change_criterion, judge, measure_criterion, remove_criterion
from .initiatives import (
    accept_initiative,
    add_steward,
    change_initiative,
    decline_initiative,
    end_steward,
    follow,
    propose_initiative,
    remind_of_answers,
    replicate,
    stop_initiative,
    unfollow,
    withdraw_initiative,
)
from .invitations import answer_invite, invite_again
from .lists import Line, record_list, record_named
from .meetings import (
    Point,
    Said,
    annul_attendance,
    approve_minutes,
    call_meeting,
    enter_attendance,
    set_agenda,
    write_minutes,
)
from .proposals import (
    add_author,
    answer_proposal,
    leave_proposal,
    make_proposal,
    remind_of_proposals,
    support_proposal,
    withdraw_proposal,
)
from .pulse import close_old_waves, close_wave, open_wave
from .stages import close_stage, open_stage, plan_stage, remind_of_results

__all__ = [
    "Line",
    "Point",
    "Said",
    "accept_amendment",
    "accept_initiative",
    "add_author",
    "add_criterion",
    "add_steward",
    "amend",
    "annul_act",
    "annul_attendance",
    "answer_invite",
    "answer_proposal",
    "approve_minutes",
    "attach_agreement",
    "call_meeting",
    "change_criterion",
    "change_initiative",
    "close_old_waves",
    "close_stage",
    "close_wave",
    "comment",
    "decline_initiative",
    "detach_agreement",
    "end_steward",
    "enter_attendance",
    "follow",
    "hide_comment",
    "invite_again",
    "judge",
    "leave_proposal",
    "make_proposal",
    "measure_criterion",
    "open_stage",
    "open_wave",
    "plan_stage",
    "promote_amendment",
    "propose_initiative",
    "raise_alarms",
    "record_act",
    "record_list",
    "record_named",
    "reject_amendment",
    "remind_of_answers",
    "remind_of_proposals",
    "remind_of_results",
    "remove_criterion",
    "replicate",
    "reply_to",
    "send_digests",
    "set_agenda",
    "show_comment",
    "stop_initiative",
    "support_proposal",
    "unfollow",
    "withdraw_amendment",
    "withdraw_initiative",
    "withdraw_proposal",
    "write_minutes",
]
