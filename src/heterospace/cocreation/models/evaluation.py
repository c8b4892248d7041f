"""Evaluation: criteria written in the first stage, judged by every party for itself; and the pulse of trust."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ...core import clock
from ...members.models import Agreement
from ...questionnaires.models import Questionnaire
from .. import enums
from .initiative import Initiative
from .proposals import Hat

SCALE = (1, 5)


class Criterion(models.Model):
    """How one would know that it worked, with how it stood before: written while the initiative is framed."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="criteria")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(_("we will know by"), max_length=200)
    measured_by = models.CharField(_("measured by"), max_length=10, choices=enums.MeasuredBy.choices)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    baseline = models.CharField(_("how it is before"), max_length=120)
    target = models.CharField(_("what we hope for"), max_length=120, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    value = models.CharField(_("how it is now"), max_length=120, blank=True)
    source = models.CharField(_("where that is known from"), max_length=300, blank=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "place"], name="criterion_place_once"),
            models.CheckConstraint(condition=~Q(baseline=""), name="criterion_has_a_baseline"),
            models.CheckConstraint(
                condition=Q(value="", measured_at=None)
                | ~Q(value="") & Q(measured_at__isnull=False) & ~Q(source=""),
                name="measured_says_where_from",
            ),
        ]
        ordering = ["place"]
        verbose_name_plural = "criteria"

    def __str__(self) -> str:
        return self.text


class Judgement(Hat):
    """How one party judges: the result, its own influence (1 to 5), and whether it would do it again.

    One an organisation, public under its name; one a person in her own name, only counted together with others.
    """

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="judgements")
    result = models.PositiveSmallIntegerField(_("the result"))
    influence = models.PositiveSmallIntegerField(_("our influence"))
    again = models.BooleanField(_("would do it again"))
    words = models.TextField(_("in your words"), max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "organisation"],
                condition=Q(organisation__isnull=False),
                name="one_judgement_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["initiative", "person"],
                condition=Q(organisation=None),
                name="one_judgement_a_person",
            ),
            models.CheckConstraint(
                condition=Q(result__gte=1, result__lte=5, influence__gte=1, influence__lte=5),
                name="judged_on_the_scale",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.result}"


class CriterionJudgement(models.Model):
    """What one party says of one criterion."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="of_criteria")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="judgements")
    met = models.CharField(max_length=8, choices=enums.Met.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judgement", "criterion"], name="criterion_judged_once")
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.met}"


class PulseWave(models.Model):
    """One asking of the trust pulse: a questionnaire answered without a name about this initiative."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField()
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="waves")
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="wave_once"),
            models.UniqueConstraint(fields=["initiative"], condition=Q(closed_at=None), name="one_open_wave"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"wave {self.number} of {self.initiative_id}"

    @property
    def subject(self) -> str:
        """What its answers are about, as questionnaires keep it."""
        return f"pulse:{self.initiative.reference}:{self.number}"


class InitiativeAgreement(models.Model):
    """A signed agreement (MoU, PKS) that belongs to an initiative."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="attached")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="initiatives")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "agreement"], name="agreement_attached_once")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.agreement_id} of {self.initiative_id}"
