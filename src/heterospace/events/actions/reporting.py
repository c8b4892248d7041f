"""What is done for an event's report: asking how it was, saying which needs were met, freezing the figures."""

from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...core.deeds import SYSTEM, Author, deed, human, log, require
from ...core.refusals import Refused
from ...members.models import PersonalView
from ...questionnaires import actions as questionnaires
from ...questionnaires.enums import Purpose
from ...questionnaires.models import Link
from ...questionnaires.queries import skm_of, survey_link
from ..models import Event, Registration, Report
from ..report import SURVEY_TITLE, figures_of, subject_of

NO_NEEDS = _("This person told us of no needs.")
NOTHING = _("There is nothing to export yet.")


@deed
def ask_survey(event: Event, *, by: Author) -> Link:
    """The address at which who was there answers the service survey (SKM), made at the first call.

    A hub that asks nothing yet gets the standard survey with its nine questions. Raises Forbidden.
    """
    require(by, "events.manage", event)
    there = survey_link(event.hub, subject_of(event))
    if there is not None:
        return there
    survey = skm_of(event.hub)
    if survey is None:
        made = questionnaires.make_questionnaire(
            event.office, by=SYSTEM, hub=event.hub, title=str(SURVEY_TITLE), purpose=Purpose.SKM
        )
        survey = questionnaires.open_questionnaire(made, by=SYSTEM)
    link = questionnaires.link_to(survey, by=by, subject=subject_of(event), hub=event.hub, title=event.title)
    log(by, "ask_survey", event, office=event.office_id)
    return link


@deed
def mark_access(registration: Registration, met: bool | None, *, by: Author) -> Registration:
    """Say afterwards whether what a person needed to take part was there; None takes it back.

    Raises Forbidden and Refused (`no_needs`).
    """
    require(by, "events.manage", registration.event)
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("event__hub", "person")
        .get(pk=registration.pk)
    )
    if not registration.access_needs:
        raise Refused("no_needs", NO_NEEDS)
    if registration.access_met != met:
        registration.access_met = met
        registration.save(update_fields=["access_met"])
        log(by, "mark_access", registration, office=registration.event.office_id, met=met)
    return registration


def freeze(event: Event, by: Author) -> Report:
    """Keep the figures of an event as they stand now; once."""
    report, _new = Report.objects.get_or_create(
        event=event, defaults={"figures": figures_of(event), "at": clock.now(), "by_id": by.pk}
    )
    return report


@deed
def take_registrations(event: Event, *, by: Author) -> list[Registration]:
    """Everybody who registered for an event, for a file that leaves the house; written down, each may read who took it.

    Raises Forbidden and Refused (`nothing_to_export`).
    """
    require(by, "events.manage", event)
    rows = list(
        event.registrations.select_related("person", "seats", "organisation").order_by("person__name", "pk")
    )
    if not rows:
        raise Refused("nothing_to_export", NOTHING)
    if by is not SYSTEM:
        PersonalView.objects.bulk_create(
            [
                PersonalView(person_id=pk, by=human(by), page="export", at=clock.now())
                for pk in sorted({row.person_id for row in rows})
            ],
            batch_size=2000,
        )
    log(by, "export_registrations", event, office=event.office_id, lines=len(rows))
    return rows
