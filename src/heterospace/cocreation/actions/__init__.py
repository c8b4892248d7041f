"""The deeds of co-creation, by what they are about."""

from .acts import annul_act, record_act
from .alarms import raise_alarms
from .digests import send_digests
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
from .stages import close_stage, open_stage, plan_stage, remind_of_results

__all__ = [
    "accept_initiative",
    "add_steward",
    "annul_act",
    "answer_invite",
    "change_initiative",
    "close_stage",
    "decline_initiative",
    "end_steward",
    "follow",
    "invite_again",
    "open_stage",
    "plan_stage",
    "propose_initiative",
    "raise_alarms",
    "record_act",
    "remind_of_answers",
    "remind_of_results",
    "replicate",
    "send_digests",
    "stop_initiative",
    "unfollow",
    "withdraw_initiative",
]
