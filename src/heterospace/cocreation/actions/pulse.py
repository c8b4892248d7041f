"""The pulse of trust: asked in waves, without a name, of everybody who took part."""

from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, deed, require
from ...core.refusals import Refused
from ...hubs.models import Office
from ...questionnaires import actions as questionnaires
from ...questionnaires.enums import Purpose, State
from ...questionnaires.models import Link, Questionnaire
from ..models import Following, Initiative, PulseWave
from ..queries import people_of
from ..trust import LONGEST
from .telling import held, note, require_running, tell


def _questionnaire(office: Office) -> Questionnaire:
    """The office's nine questions, the same for all its initiatives; made at the first wave."""
    Office.objects.select_for_update().get(pk=office.pk)
    found = (
        Questionnaire.objects.filter(office=office, hub=None, purpose=Purpose.PULSE, state=State.OPEN)
        .order_by("pk")
        .last()
    )
    if found is not None:
        return found
    made = questionnaires.make_questionnaire(
        office,
        by=SYSTEM,
        title=gettext("How much do we trust each other?"),
        purpose=Purpose.PULSE,
        intro=gettext(
            "Nine short sentences, without your name. Nothing is shown before ten people have answered."
        ),
    )
    return questionnaires.open_questionnaire(made, by=SYSTEM)


@deed
def open_wave(initiative: Initiative, *, by: Author) -> PulseWave:
    """Ask everybody who took part how far they trust those who run it; each is told the address, nobody's answer has a name.

    Raises Forbidden, Refused (`not_running`, `wave_open`).
    """
    require(by, "cocreation.steer", initiative)
    initiative = held(initiative)
    require_running(initiative)
    if initiative.waves.filter(closed_at=None).exists():
        raise Refused("wave_open", _("A wave is being asked already. Close it first."))
    last = initiative.waves.aggregate(last=Max("number"))["last"] or 0
    wave = PulseWave.objects.create(
        initiative=initiative,
        number=last + 1,
        questionnaire=_questionnaire(initiative.office),
        opened_at=clock.now(),
    )
    link = questionnaires.link_to(
        wave.questionnaire, by=by, subject=wave.subject, hub=initiative.hub, title=initiative.title
    )
    note(by, "open_wave", wave, initiative, number=wave.number)
    away = Following.objects.filter(initiative=initiative, wants_invitations=False)
    for person in people_of(initiative).exclude(pk__in=away.values("person")):
        tell(person, "pulse_asked", initiative, link=link.path)
    return wave


@deed
def close_wave(wave: PulseWave, *, by: Author) -> PulseWave:
    """End the asking: its address is closed, and what was answered may be read together. Raises Forbidden, Refused (`closed`)."""
    require(by, "cocreation.steer", wave.initiative)
    initiative = held(wave.initiative)
    return _close(wave, initiative, by)


def _close(wave: PulseWave, initiative: Initiative, by: Author) -> PulseWave:
    row = PulseWave.objects.select_for_update().get(pk=wave.pk)
    row.initiative = initiative
    if row.closed_at is not None:
        raise Refused("closed", _("This wave is closed already."))
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    links = Link.objects.filter(subject=row.subject).select_related("questionnaire").order_by("pk")
    for link in links:  # a new version of the questions may have taken the address over
        questionnaires.unlink(link.questionnaire, by=by, subject=row.subject)
    note(by, "close_wave", row, initiative, number=row.number)
    return row


@deed
def close_old_waves(*, by: Author) -> int:
    """Close waves that were asked for thirty days, or whose initiative has ended; answers how many. For `tick`."""
    require(by, "cocreation.tidy")
    rows = PulseWave.objects.filter(closed_at=None).select_related("initiative__hub", "initiative__office")
    old = [
        wave
        for wave in rows.order_by("pk")
        if wave.initiative.ended_at is not None or wave.opened_at < clock.now() - LONGEST
    ]
    for wave in old:
        _close(wave, wave.initiative, by)
    return len(old)
