"""Where a person's data is: one entry per foreign key to Person, known to export, erasure and merge alike.

An app above adds its own entries with `know`. A test fails on a foreign key to Person that is not here.
Messages of the outbox name their addressee by number and are handled here too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Greatest

from ..core import clock
from ..core.models import LogEntry, Message
from .models import Merge, Person

Row = dict[str, Any]
Forget = Callable[[models.QuerySet[Any]], None]


@dataclass(frozen=True)
class Trace:
    """One foreign key to Person: what of its rows a person gets, and what stays when she leaves."""

    field: str  # "app.model.field"
    export: Callable[[Any], Row] | None  # None: says nothing about her that another entry does not
    erase: str | Forget  # "keep" (a ledger's key), "delete", or what blanks the rows
    merge: str = "move"  # "move" to the kept record, or "stay" with the dropped one


TRACES: dict[str, Trace] = {}


def know(
    field: str, *, export: Callable[[Any], Row] | None, erase: str | Forget = "keep", merge: str = "move"
) -> None:
    """Register a foreign key to Person (`app.model.field`, small letters)."""
    TRACES[field] = Trace(field, export, erase, merge)


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


know(
    "members.affiliation.person",
    export=lambda row: {
        "organisation": row.organisation.name,
        "role": row.role,
        "state": row.state,
        "since": _moment(row.since),
        "until": _moment(row.until),
    },
)
know("members.affiliation.decided_by", export=None)
know(
    "members.hubrole.person",
    export=lambda row: {
        "hub": row.hub.name,
        "role": row.role,
        "since": _moment(row.since),
        "until": _moment(row.until),
    },
)
know(
    "members.officerole.person",
    export=lambda row: {"role": row.role, "since": _moment(row.since), "until": _moment(row.until)},
)
know(
    "members.consent.person",
    export=lambda row: {
        "purpose": row.purpose,
        "given_at": _moment(row.given_at),
        "withdrawn_at": _moment(row.withdrawn_at),
        "by_guardian": row.by_guardian,
    },
)
know("members.deskcode.person", export=None, erase="delete", merge="stay")
know("members.personalview.person", export=lambda row: {"page": row.page, "at": _moment(row.at)})
know("members.merge.kept", export=None, merge="stay")
know("members.merge.dropped", export=None, merge="stay")
know("members.person.merged_into", export=None, merge="stay")

BLANK = {
    "name": "",
    "email": "",
    "whatsapp": "",
    "regency": "",
    "district": "",
    "birth_year": None,
    "gender": "",
    "access_needs": "",
    "guardian_name": "",
    "guardian_whatsapp": "",
}


def _rows(trace: Trace, person_ids: Iterable[int]) -> models.QuerySet[Any]:
    app, model, field = trace.field.split(".")
    return (
        apps.get_model(app, model)._base_manager.filter(**{f"{field}__in": list(person_ids)}).order_by("pk")
    )


def export(person: Person) -> dict[str, Any]:
    """Everything known about the person, as JSON: her own copy (UU PDP 27/2022)."""
    mine = [person.pk, *Person.objects.filter(merged_into=person).order_by("pk").values_list("pk", flat=True)]
    known = {field: getattr(person, field) for field in (*BLANK, "language")}
    known["created_at"] = _moment(person.created_at)
    messages = Message.objects.filter(addressee__in=mine).order_by("pk")
    return {
        "exported_at": _moment(clock.now()),
        "person": known,
        "sign_in": _sign_in(person),
        "records": {
            trace.field: [trace.export(row) for row in _rows(trace, mine)]
            for trace in TRACES.values()
            if trace.export is not None
        },
        "messages": [
            {
                "kind": m.kind,
                "to": m.to_address,
                "subject": m.subject,
                "body": m.body,
                "at": _moment(m.created_at),
            }
            for m in messages
        ],
    }


def _sign_in(person: Person) -> Row | None:
    if person.user is None:
        return None
    user = person.user
    return {
        "email": user.email,
        "since": _moment(user.date_joined),
        "last": _moment(user.last_login),
        "emails": list(EmailAddress.objects.filter(user=user).order_by("pk").values_list("email", flat=True)),
        "deeds": [
            {"at": _moment(row.at), "deed": row.deed, "thing": row.thing, "door": row.door}
            for row in LogEntry.objects.filter(by=user, office=person.office_id).order_by("pk")
        ],
    }


def erase(person: Person) -> None:
    """Blank the person (and records merged into her), end her sign-in, and delete what no ledger needs."""
    people = [person, *Person.objects.select_for_update().filter(merged_into=person).order_by("pk")]
    ids = [row.pk for row in people]
    for trace in TRACES.values():
        if callable(trace.erase):
            trace.erase(_rows(trace, ids))
        elif trace.erase == "delete":
            _rows(trace, ids).delete()
    now = clock.now()
    for row in people:
        row.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
        row.affiliations.filter(until=None).update(until=Greatest("since", models.Value(now.date())))
        user = row.user
        for field, value in BLANK.items():
            setattr(row, field, value)
        row.user, row.closed_at, row.erased_at = None, row.closed_at or now, now
        row.save()
        if user is not None and not Person.objects.filter(user=user).exists():
            _end_sign_in(user)
    Message.objects.filter(addressee__in=ids).update(
        to_name="", to_address="", subject="", body="", context={}
    )


def _end_sign_in(user: Any) -> None:
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.tokens.all().delete()
    user.email, user.is_active = None, False
    user.set_unusable_password()
    user.save()
    for session in Session.objects.filter(expire_date__gt=clock.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def move(kept: Person, dropped: Person) -> dict[str, Any]:
    """Give `kept` all rows of `dropped` and fill its blanks; answers what moved, for `move_back`.

    A row `kept` already has its like of (the same affiliation, the same consent) stays with `dropped`.
    """
    moved: dict[str, Any] = {}
    for trace in TRACES.values():
        if trace.merge != "move":
            continue
        field = trace.field.rsplit(".", 1)[1]
        for row in _rows(trace, [dropped.pk]):
            setattr(row, field, kept)
            try:
                with transaction.atomic():
                    row.save(update_fields=[field])
            except IntegrityError:
                continue
            moved.setdefault(trace.field, []).append(row.pk)
    filled = [
        field for field in BLANK if field != "name" and not getattr(kept, field) and getattr(dropped, field)
    ]
    for field in filled:
        setattr(kept, field, getattr(dropped, field))
    user_id = None
    if kept.user_id is None and dropped.user_id is not None:
        user_id, dropped.user = dropped.user_id, None
    dropped.merged_into = kept
    dropped.save()
    if user_id is not None:
        kept.user_id = user_id
    kept.save()
    return {"rows": moved, "filled": filled, "user": user_id}


def move_back(merge: Merge) -> None:
    """Undo `move`: the rows, the filled blanks and the sign-in go back."""
    kept, dropped = merge.kept, merge.dropped
    for name, ids in merge.moved["rows"].items():
        app, model, field = name.split(".")
        apps.get_model(app, model)._base_manager.filter(pk__in=ids).update(**{field: dropped})
    for field in merge.moved["filled"]:
        if getattr(kept, field) == getattr(dropped, field):
            setattr(kept, field, BLANK[field])
    if merge.moved["user"] is not None and kept.user_id == merge.moved["user"]:
        kept.user = None
        kept.save()
        dropped.user_id = merge.moved["user"]
    kept.save()
    dropped.merged_into = None
    dropped.save()
