"""How people are named in public: by name only where they agreed to the directory, else by the organisation they speak for."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..members.enums import Purpose
from ..members.models import Consent, Person


def agreed(people: Iterable[int | None]) -> dict[int, str]:
    """The names of those of these people who agreed to be shown in the directory. One query."""
    ids = {pk for pk in people if pk is not None}
    yes = Consent.objects.filter(person__in=ids, purpose=Purpose.DIRECTORY, withdrawn_at=None)
    rows = Person.objects.filter(pk__in=yes.values("person"), erased_at=None).order_by("pk")
    return dict(rows.values_list("pk", "name"))


def name_all(rows: Iterable[Any], viewer: Person | None = None) -> list[Any]:
    """Give each row with `person_id` and `organisation` (loaded) what a page shows of who it is: `who` and `who_more`.

    `who` is the organisation where there is one, else the person's agreed name, else "a member"; `who_more` is the
    person's agreed name beside an organisation. Somebody always reads her own name. One query for all rows.
    """
    listed = list(rows)
    names = agreed(row.person_id for row in listed)
    if viewer is not None:
        names[viewer.pk] = viewer.name
    for row in listed:
        name = names.get(row.person_id, "")
        row.who = row.organisation.name if row.organisation else name or _("a member")
        row.who_more = name if row.organisation else ""
    return listed
