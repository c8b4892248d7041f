"""The deeds of members, by what they are about."""

from .affiliations import ask_affiliation, decide_affiliation, end_affiliation, leaders_of
from .agreements import (
    attach_paper,
    change_agreement,
    end_agreement,
    enter_agreement,
    remind_of_agreements,
)
from .desk_codes import DESK_CODE_MINUTES, give_desk_code, use_desk_code
from .importing import import_organisations, import_people, note_exported
from .merging import merge_people, undo_merge
from .organisations import (
    ORGANISATION_FIELDS,
    add_legality,
    change_organisation,
    create_organisation,
    free_slug,
    remove_legality,
)
from .outbox import mark_sent, retry_message
from .people import (
    ADULT,
    PERSON_FIELDS,
    change_person,
    close_account,
    enter_guest,
    erase_person,
    is_minor,
    join,
    note_view,
    register_person,
    reopen_account,
    set_consents,
    take_email,
    withdraw_news,
)
from .roles import (
    end_hub_party,
    end_hub_role,
    end_office_role,
    give_hub_role,
    give_office_role,
    set_hub_party,
)

__all__ = [
    "ADULT",
    "DESK_CODE_MINUTES",
    "ORGANISATION_FIELDS",
    "PERSON_FIELDS",
    "add_legality",
    "ask_affiliation",
    "attach_paper",
    "change_agreement",
    "change_organisation",
    "change_person",
    "close_account",
    "create_organisation",
    "decide_affiliation",
    "end_affiliation",
    "end_agreement",
    "end_hub_party",
    "end_hub_role",
    "end_office_role",
    "enter_agreement",
    "enter_guest",
    "erase_person",
    "free_slug",
    "give_desk_code",
    "give_hub_role",
    "give_office_role",
    "import_organisations",
    "import_people",
    "is_minor",
    "join",
    "leaders_of",
    "mark_sent",
    "merge_people",
    "note_exported",
    "note_view",
    "register_person",
    "remind_of_agreements",
    "remove_legality",
    "reopen_account",
    "retry_message",
    "set_consents",
    "set_hub_party",
    "take_email",
    "undo_merge",
    "use_desk_code",
    "withdraw_news",
]
