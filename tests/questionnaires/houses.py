"""Questionnaires ready to answer."""

from heterospace.core.deeds import SYSTEM
from heterospace.questionnaires import actions
from heterospace.questionnaires.models import Questionnaire


def registration(office, hub=None, **facts) -> Questionnaire:
    """How people come to an event; who comes by bus is asked from where."""
    made = actions.make_questionnaire(
        office, by=SYSTEM, title="Pendaftaran", purpose="registration", hub=hub, **facts
    )
    add = lambda text, kind, **more: actions.add_question(made, by=SYSTEM, text=text, kind=kind, **more)  # noqa: E731
    add("Datang naik apa?", "one", key="naik", options=["Motor", "Bus", "Jalan kaki"], required=True)
    add("Naik bus dari mana?", "text", key="dari", required=True, shown_if="naik", shown_values=["Bus"])
    add("Perlu jemputan dari halte?", "yes_no", key="jemput", shown_if="naik", shown_values=["Bus"])
    add(
        "Jam berapa tiba di halte?", "text", key="jam", required=True, shown_if="jemput", shown_values=["yes"]
    )
    return actions.open_questionnaire(made, by=SYSTEM)


def named_feedback(office, hub=None) -> Questionnaire:
    """Two questions answered by name."""
    made = actions.make_questionnaire(
        office, by=SYSTEM, title="Kesan", purpose="feedback", hub=hub, is_anonymous=False
    )
    actions.add_question(made, by=SYSTEM, text="Suka?", kind="yes_no", key="suka", required=True)
    actions.add_question(made, by=SYSTEM, text="Apa lagi?", kind="long", key="lagi")
    return actions.open_questionnaire(made, by=SYSTEM)


def survey(office, hub=None, **facts) -> Questionnaire:
    """An open service survey."""
    made = actions.make_questionnaire(
        office, by=SYSTEM, title="Survei layanan", purpose="skm", hub=hub, **facts
    )
    return actions.open_questionnaire(made, by=SYSTEM)


def tell(questionnaire, values=3, *, subject="", hub=None, comment=""):
    """One anonymous answer to a service survey: nine times a number, or nine numbers."""
    nine = [values] * 9 if isinstance(values, int) else list(values)
    cleaned = {f"u{place}": value for place, value in enumerate(nine, start=1)}
    if comment:
        cleaned["saran"] = comment
    return actions.save_answers(questionnaire, cleaned, by=SYSTEM, subject=subject, hub=hub)
