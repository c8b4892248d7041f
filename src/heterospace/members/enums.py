"""Words of the members: kinds, sectors, roles, purposes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sector(models.TextChoices):
    """Who sits at the table. The pentahelix is a roll-up for reports: a batik maker is never a telecom."""

    GOVERNMENT = "government", _("Government")
    MSME = "msme", _("Small business")
    COMMUNITY = "community", _("Community")
    COMPANY = "company", _("Company")
    CAMPUS = "campus", _("Campus")
    MEDIA = "media", _("Media")
    OTHER = "other", pgettext_lazy("sector", "Other")


class Kind(models.TextChoices):
    UMKM = "umkm", _("Micro, small or medium business (UMKM)")
    STARTUP = "startup", _("Start-up")
    COOPERATIVE = "cooperative", _("Cooperative")
    COMMUNITY = "community", pgettext_lazy("organisation", "Community")
    AGENCY = "agency", _("Government agency")
    COMPANY = "company", pgettext_lazy("organisation", "Company")
    BANK = "bank", _("Bank")
    CAMPUS = "campus", pgettext_lazy("organisation", "Campus")
    MEDIA = "media", pgettext_lazy("organisation", "Media")
    OTHER = "other", pgettext_lazy("organisation", "Other")


SECTOR_OF = {
    Kind.UMKM: Sector.MSME,
    Kind.STARTUP: Sector.MSME,
    Kind.COOPERATIVE: Sector.MSME,
    Kind.COMMUNITY: Sector.COMMUNITY,
    Kind.AGENCY: Sector.GOVERNMENT,
    Kind.COMPANY: Sector.COMPANY,
    Kind.BANK: Sector.COMPANY,
    Kind.CAMPUS: Sector.CAMPUS,
    Kind.MEDIA: Sector.MEDIA,
    Kind.OTHER: Sector.OTHER,
}


class Gender(models.TextChoices):
    FEMALE = "f", _("Female")
    MALE = "m", _("Male")


class HubRoleName(models.TextChoices):
    FRONT_DESK = "front_desk", _("Front desk")
    PROGRAM = "program", _("Programs")
    COMMUNITY = "community", _("Community team")
    MANAGER = "manager", _("Manager")


class OfficeRoleName(models.TextChoices):
    OFFICER = "officer", _("Officer")
    AUDITOR = "auditor", _("Auditor")


class AffiliationRole(models.TextChoices):
    OWNER = "owner", _("Owner or leader")
    MANAGER = "manager", _("Person in charge")
    STAFF = "staff", _("Staff")
    MEMBER = "member", _("Member")


class AffiliationState(models.TextChoices):
    ASKED = "asked", _("Waiting for the organisation")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")


class Purpose(models.TextChoices):
    """What a person agrees to, each on its own."""

    SERVICE = "service", _("Run my membership and bookings")
    NEWS = "news", _("Send me news of the hub")
    DIRECTORY = "directory", _("Show me in the members' directory")
    STATISTICS = "statistics", _("Count my gender and birth year in statistics")
    DISABILITY = "disability", _("Keep my accessibility needs, to prepare the room")


PURPOSE_SENTENCES = {
    Purpose.SERVICE: _(
        "Needed: your name and contact, so that bookings are yours. Taking it back closes your account."
    ),
    Purpose.NEWS: _("Classes, events and offers, at most a few a month. Switch it off at any time."),
    Purpose.DIRECTORY: _("Your name stands on the pages of your organisations, so that others find you."),
    Purpose.STATISTICS: _(
        "Only counted together with others, never shown alone. Taking it back deletes both."
    ),
    Purpose.DISABILITY: _("Only the front desk reads it before you come. Taking it back deletes it."),
}


class Part(models.TextChoices):
    OWNER = "owner", pgettext_lazy("hub", "Owner")
    OPERATOR = "operator", pgettext_lazy("hub", "Operator")


class LegalityKind(models.TextChoices):
    NIB = "nib", "NIB"
    KBLI = "kbli", "KBLI"
    PIRT = "pirt", "P-IRT"
    HALAL = "halal", _("Halal certificate")
    BPOM = "bpom", "BPOM"
    MEREK = "merek", _("Trademark (merek)")


class AgreementKind(models.TextChoices):
    MOU = "mou", _("Memorandum of understanding (MoU)")
    PKS = "pks", _("Cooperation agreement (PKS)")
    OTHER = "other", pgettext_lazy("agreement", "Other")


class Scale(models.TextChoices):
    """Size classes of PP 7/2021 article 35."""

    MICRO = "micro", _("Micro")
    SMALL = "small", pgettext_lazy("scale", "Small")
    MEDIUM = "medium", pgettext_lazy("scale", "Medium")
    LARGE = "large", pgettext_lazy("scale", "Large")


class ScaleBasis(models.TextChoices):
    SALES = "sales", _("yearly sales")
    CAPITAL = "capital", _("business capital")
