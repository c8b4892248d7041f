"""People, their organisations, and what they may do here. No identity number (NIK) is kept."""

import datetime as dt

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..core import clock
from ..core.models import User
from ..core.notify import Addressee
from ..hubs.models import Hub, Office
from . import enums
from .scale import ScaleFound, scale_of


class Person(models.Model):
    """A human being known to an office. Erasing blanks the row; ledgers keep its key."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="people")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="people")
    name = models.CharField(_("full name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    whatsapp = models.CharField(_("WhatsApp number"), max_length=20, blank=True)
    regency = models.CharField(_("kabupaten or kota"), max_length=5, blank=True)
    district = models.CharField(_("kecamatan"), max_length=8, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=1, choices=enums.Gender.choices, blank=True)
    access_needs = models.CharField(_("accessibility needs"), max_length=300, blank=True)
    guardian_name = models.CharField(_("parent or guardian"), max_length=200, blank=True)
    guardian_whatsapp = models.CharField(_("their WhatsApp number"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=5, default="id")
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)  # the account is closed: history stays, nothing new
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "user"], condition=Q(user__isnull=False), name="one_person_per_sign_in"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(user=None, email="", whatsapp="", access_needs=""),
                name="erased_is_blank",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "whatsapp"]),
            models.Index("office", Lower("email"), name="person_email"),
        ]

    def __str__(self) -> str:
        return self.name or gettext("Erased person")

    @property
    def is_active(self) -> bool:
        """Whether new things may be done in this person's name."""
        return self.closed_at is None and self.erased_at is None and self.merged_into_id is None

    @property
    def addressee(self) -> Addressee:
        """Where messages to this person go."""
        return Addressee(self.pk, self.name, self.email, self.whatsapp, self.language)


class Organisation(models.Model):
    """A business, community, campus, company or agency that people act for."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="organisations")
    slug = models.SlugField(max_length=80)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=enums.Kind.choices)
    sector = models.GeneratedField(
        expression=Case(
            *(When(kind=kind.value, then=Value(sector.value)) for kind, sector in enums.SECTOR_OF.items()),
            default=Value(enums.Sector.OTHER.value),
        ),
        output_field=models.CharField(max_length=12, choices=enums.Sector.choices),
        db_persist=True,
    )
    about = models.TextField(_("what you do"), max_length=2000, blank=True)
    regency = models.CharField(_("kabupaten or kota"), max_length=5, blank=True)
    district = models.CharField(_("kecamatan"), max_length=8, blank=True)
    whatsapp = models.CharField(_("WhatsApp number"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website or shop"), blank=True)
    founded_year = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    workers = models.PositiveIntegerField(_("workers"), null=True, blank=True)
    yearly_sales = models.BigIntegerField(_("yearly sales (Rp)"), null=True, blank=True)
    capital = models.BigIntegerField(_("capital without land and buildings (Rp)"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], name="organisation_slug_once"),
            models.CheckConstraint(
                condition=Q(yearly_sales=None) | Q(yearly_sales__gte=0), name="sales_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(capital=None) | Q(capital__gte=0), name="capital_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["office", "kind"])]

    def __str__(self) -> str:
        return self.name

    @property
    def sector_label(self) -> str:
        """The sector in the reader's words (a generated field has no display of its own)."""
        return str(enums.Sector(self.sector).label)

    @property
    def scale(self) -> ScaleFound | None:
        """Size class by PP 7/2021 with the measure used, for businesses that told one."""
        return scale_of(self.yearly_sales, self.capital)


class Legality(models.Model):
    """A permit or registration of a business, as told, with its expiry."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="legalities")
    kind = models.CharField(_("kind"), max_length=8, choices=enums.LegalityKind.choices)
    number = models.CharField(_("number or code"), max_length=60)
    version = models.CharField(_("edition"), max_length=10, blank=True, help_text=_("KBLI: 2020 or 2025"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "number"], name="legality_once"),
            models.CheckConstraint(
                condition=~Q(kind="kbli") | Q(version__in=["2020", "2025"]), name="kbli_says_its_edition"
            ),
        ]
        ordering = ["kind", "number"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Agreement(models.Model):
    """A signed agreement between organisations, kept in the office's register."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="agreements")
    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=5, choices=enums.AgreementKind.choices)
    number = models.CharField(_("number"), max_length=80, blank=True)
    title = models.CharField(_("what it is about"), max_length=200)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="agreements/", blank=True)
    entered_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)  # ended early
    reminded_at = models.DateTimeField(null=True)  # that it ends soon

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="agreement_span"),
            models.UniqueConstraint(
                fields=["office", "number"], condition=~Q(number=""), name="agreement_number_once"
            ),
        ]
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return self.title

    def stands_on(self, day: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and self.ended_at is None and (self.until is None or day <= self.until)

    @property
    def standing(self) -> str:
        """Where it stands today: `current`, `planned` (not begun), `ending` (within sixty days) or `ended`."""
        today = clock.today("Asia/Jakarta")
        if self.since > today and self.ended_at is None:
            return "planned"
        if not self.stands_on(today):
            return "ended"
        soon = self.until is not None and self.until <= today + dt.timedelta(days=60)
        return "ending" if soon else "current"


class AgreementParty(models.Model):
    """An organisation that signed an agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="agreement_party_once")
        ]
        ordering = ["id"]
        verbose_name_plural = "agreement parties"

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.agreement_id}"


class Affiliation(models.Model):
    """A person in an organisation; acting for it needs one that is confirmed and current."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="affiliations")
    role = models.CharField(_("role"), max_length=10, choices=enums.AffiliationRole.choices)
    state = models.CharField(max_length=10, choices=enums.AffiliationState.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(until=None) & ~Q(state="declined"),
                name="one_current_affiliation",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="affiliation_span"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"])]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id}"


class HubRole(models.Model):
    """What a person does at a hub; ended roles stay as history."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="hub_roles")
    hub = models.ForeignKey(Hub, models.CASCADE, related_name="roles")
    role = models.CharField(_("role"), max_length=12, choices=enums.HubRoleName.choices)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "hub", "role"], condition=Q(until=None), name="hub_role_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} at {self.hub_id}"


class OfficeRole(models.Model):
    """What a person does at the office, over all its hubs."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="office_roles")
    office = models.ForeignKey(Office, models.CASCADE, related_name="roles")
    role = models.CharField(_("role"), max_length=12, choices=enums.OfficeRoleName.choices)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "office", "role"], condition=Q(until=None), name="office_role_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class HubParty(models.Model):
    """The organisation that owns a hub and the one that runs it."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="hubs")
    part = models.CharField(
        pgettext_lazy("of an organisation", "part"), max_length=10, choices=enums.Part.choices
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hub", "organisation", "part"], name="hub_party_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.part} of {self.hub_id}"


class Consent(models.Model):
    """A person's yes to one purpose, and when it was taken back. Rows are never changed otherwise."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=enums.Purpose.choices)
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    by_guardian = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"


class DeskCode(models.Model):
    """A one-time code (or its QR) the front desk gives to somebody without e-mail."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="desk_codes")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.pk}"


class Merge(models.Model):
    """Two records that were one person, joined; `moved` says which rows, so that it can be undone."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dropped = models.ForeignKey(Person, models.PROTECT, related_name="+")
    moved = models.JSONField()  # {"app.model.field": [ids]}, and the blanks of `kept` that were filled
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.dropped_id} into {self.kept_id}"


class PersonalView(models.Model):
    """Staff looked at somebody's personal data: who, whose, when. The person may read it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="views")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    page = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.by_id} saw {self.person_id}"
