"""Two records of one person, joined and parted."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import Author, deed, log, require
from ...core.refusals import Refused
from .. import personal_data
from ..models import (
    Merge,
    Person,
)
from ..queries import roles_count


@deed
def merge_people(kept: Person, dropped: Person, *, by: Author) -> Merge:
    """Two records are one person: everything of `dropped` becomes `kept`'s. Logged, and undone by `undo_merge`.

    Raises Forbidden, Refused (`cannot_merge`).
    """
    require(by, "members.merge", kept.office)
    rows = {
        row.pk: row
        for row in Person.objects.select_for_update().filter(pk__in=[kept.pk, dropped.pk]).order_by("pk")
    }
    kept, dropped = rows[kept.pk], rows[dropped.pk]
    same = kept.pk == dropped.pk or kept.office_id != dropped.office_id
    gone = any(row.merged_into_id or row.erased_at for row in (kept, dropped))
    # Two sign-ins become one person: if either is staff, the other would gain or carry off her roles.
    two_sign_ins = bool(dropped.user_id and kept.user_id)
    if same or gone or (two_sign_ins and (roles_count(dropped) or roles_count(kept))):
        raise Refused("cannot_merge", _("These two records cannot be merged."))
    moved = personal_data.move(kept, dropped)
    merge = Merge.objects.create(kept=kept, dropped=dropped, moved=moved, by_id=by.pk, at=clock.now())
    log(by, "merge_people", kept, office=kept.office_id, dropped=dropped.pk)
    return merge


@deed
def undo_merge(merge: Merge, *, by: Author) -> None:
    """Part two records again that were not the same person. Raises Forbidden, Refused (`already_undone`)."""
    require(by, "members.merge", merge.kept.office)
    merge = Merge.objects.select_for_update(of=["self"]).select_related("kept", "dropped").get(pk=merge.pk)
    later = Merge.objects.filter(
        Q(kept__in=[merge.kept_id, merge.dropped_id]) | Q(dropped=merge.kept_id),
        pk__gt=merge.pk,
        undone_at=None,
    )
    if merge.undone_at is not None or later.exists() or merge.kept.erased_at:
        raise Refused("already_undone", _("This merge cannot be undone any more."))
    personal_data.move_back(merge)
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    log(by, "undo_merge", merge.kept, office=merge.kept.office_id, dropped=merge.dropped_id)
