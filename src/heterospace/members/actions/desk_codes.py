"""One-time codes for people without e-mail."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import Author, deed, human, log, require
from ...core.models import User
from ...core.refusals import Invalid, Refused
from ...hubs.models import Office
from ..models import (
    DeskCode,
    Person,
)
from ..queries import roles_count

DESK_CODE_MINUTES = 30


@deed
def give_desk_code(person: Person, *, by: Author) -> str:
    """A one-time code with which somebody without e-mail signs in on her own phone; older ones stop working.

    The code is answered once and only its digest is kept. Raises Forbidden, Refused (`account_closed`).
    """
    require(by, "members.give_desk_code", person)
    if not person.is_active:
        raise Refused("account_closed", _("This account is closed. Open it again first."))
    if person.user_id is not None and roles_count(person):
        raise Refused("staff_code", _("Staff sign in with their own e-mail, password or passkey."))
    now = clock.now()
    person.desk_codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = codes.short_code()
    DeskCode.objects.create(
        person=person,
        digest=codes.digest(code),
        made_by=human(by),
        made_at=now,
        expires_at=now + dt.timedelta(minutes=DESK_CODE_MINUTES),
    )
    log(by, "give_desk_code", person, office=person.office_id)
    return code


@deed
def use_desk_code(office: Office, typed: str, *, by: Author) -> User:
    """The sign-in behind a desk code, made on first use. Raises Invalid (`desk_code`) for a wrong, old or used one."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    code = (
        DeskCode.objects.select_for_update(of=["self"])
        .select_related("person")
        .filter(digest=codes.digest(f"{signs[:4]}-{signs[4:]}"), person__office=office)
        .first()
    )
    if code is None or code.used_at or code.expires_at <= clock.now() or not code.person.is_active:
        sentence = _("This code is wrong or too old. Ask the front desk for a new one.")
        raise Invalid("desk_code", sentence, fields={"code": sentence})
    if roles_count(code.person):
        raise Refused("staff_code", _("Staff sign in with their own e-mail, password or passkey."))
    code.used_at = clock.now()
    code.save(update_fields=["used_at"])
    person = code.person
    if person.user_id is None:
        person.user = User.objects.create_user(None)
        person.save(update_fields=["user"])
    log(by, "use_desk_code", person, office=office.pk)
    return person.user  # type: ignore[return-value]
