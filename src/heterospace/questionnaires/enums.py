"""Words of questionnaires: what they are for, their states, the kinds of questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    SKM = "skm", _("Service survey (SKM)")
    FEEDBACK = "feedback", _("Feedback")
    REGISTRATION = "registration", _("Registration")
    PULSE = "pulse", _("Trust pulse")
    OTHER = "other", pgettext_lazy("questionnaire", "Something else")


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("questionnaire", "Draft")
    OPEN = "open", pgettext_lazy("questionnaire", "Open")
    CLOSED = "closed", pgettext_lazy("questionnaire", "Closed")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("Short text")
    LONG = "long", _("Long text")
    ONE = "one", _("One of several")
    SEVERAL = "several", _("Any of several")
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    SCALE4 = "scale4", _("Scale 1 to 4")
    SCALE5 = "scale5", _("Scale 1 to 5")


class Element(models.TextChoices):
    """The nine elements of the public service survey (Permen PANRB 14/2017)."""

    U1 = "u1", _("Requirements")
    U2 = "u2", _("Procedure")
    U3 = "u3", _("Time")
    U4 = "u4", _("Cost")
    U5 = "u5", _("Product")
    U6 = "u6", _("Competence of staff")
    U7 = "u7", _("Behaviour of staff")
    U8 = "u8", _("Facilities")
    U9 = "u9", _("Handling of complaints")


class Dimension(models.TextChoices):
    """What trust in those who run something is made of (Grimmelikhuijsen and Knies 2017)."""

    COMPETENCE = "competence", _("They can do it")
    BENEVOLENCE = "benevolence", _("They mean us well")
    INTEGRITY = "integrity", _("They are honest")


class TrustItem(models.TextChoices):
    """The nine items of the trust pulse, three for each dimension."""

    T1 = "t1", _("Know what they do")
    T2 = "t2", _("Get it done")
    T3 = "t3", _("Use our knowledge")
    T4 = "t4", _("Care about our needs")
    T5 = "t5", _("Help in difficulty")
    T6 = "t6", _("Act for all")
    T7 = "t7", _("Tell the truth")
    T8 = "t8", _("Keep promises")
    T9 = "t9", _("Same rules for all")


WITH_OPTIONS = (QuestionKind.ONE, QuestionKind.SEVERAL)
SCALES = {QuestionKind.SCALE4: 4, QuestionKind.SCALE5: 5}
IN_WORDS = (QuestionKind.TEXT, QuestionKind.LONG)  # what somebody wrote, never a distribution
KEPT_AS_TEXT = (*IN_WORDS, QuestionKind.ONE, QuestionKind.DATE)
KEPT_AS_NUMBER = (QuestionKind.NUMBER, QuestionKind.YES_NO, *SCALES)
DECIDING = (*WITH_OPTIONS, QuestionKind.YES_NO, *SCALES)  # answers another question may depend on
