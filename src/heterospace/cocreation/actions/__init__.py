"""The deeds of co-creation, by what they are about."""

from .acts import annul_act, record_act
from .alarms import raise_alarms
from .dialogues import (
    add_seeds,
    change_dialogue,
    close_dialogue,
    close_dialogues,
    draft_dialogue,
    moderate,
    open_dialogue,
)
from .digests import send_digests
from .figures import compute_figures, import_conversation, refresh_figures
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
from .voting import ANY_HAT, Who, enter_sheet, give_sheets, say_statement, vote

__all__ = [
    "ANY_HAT",
    "Who",
    "accept_initiative",
    "add_seeds",
    "add_steward",
    "annul_act",
    "answer_invite",
    "change_dialogue",
    "change_initiative",
    "close_dialogue",
    "close_dialogues",
    "close_stage",
    "compute_figures",
    "decline_initiative",
    "draft_dialogue",
    "end_steward",
    "enter_sheet",
    "follow",
    "give_sheets",
    "import_conversation",
    "invite_again",
    "moderate",
    "open_dialogue",
    "open_stage",
    "plan_stage",
    "propose_initiative",
    "raise_alarms",
    "record_act",
    "refresh_figures",
    "remind_of_answers",
    "remind_of_results",
    "replicate",
    "say_statement",
    "send_digests",
    "stop_initiative",
    "unfollow",
    "vote",
    "withdraw_initiative",
]
