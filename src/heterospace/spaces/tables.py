"""The sheet of a hub's spaces: its columns, and lines for an export."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..core.sheets import Column, Table
from ..core.sheets.cells import choice, paragraphs, plain, text, whole, yes
from ..hubs.models import Hub
from .enums import Approval, SpaceKind, Unit, WhoMay
from .models import Space
from .queries import FEATURE_ROWS, tree


def listed(value: Any) -> list[str]:
    """Words with commas or semicolons between."""
    return [word for part in plain(value).replace(";", ",").split(",") if (word := part.strip())]


def labels(choices: Any) -> list[str]:
    """The words of a list in the reader's language."""
    return [str(label) for label in choices.labels]


YES_NO = lambda: [str(_("yes")), str(_("no"))]  # noqa: E731
SPACES = Table(
    "spaces",
    _("Spaces"),
    (
        Column("slug", _("Code"), text(60), ("kode", "kode ruang"), help=_("Leave it empty for a new one; an export fills it."), width=20),
        Column("name", _("Name"), text(120), ("nama", "nama ruang", "ruang", "paket", "nama paket"), needed=True,
               example=("Gatra", "Gatra Sisi Timur"), width=28),
        Column("parent", _("Part of"), text(120), ("bagian dari", "induk"), example=("", "Gatra"),
               help=_("Name or code of the whole; it may stand in a line above."), width=22),
        Column("kind", _("Kind of space"), choice(SpaceKind, aula="event", ruangrapat="meeting"), ("jenis", "jenis ruang", "kategori"), needed=True,
               example=("Ruang acara", "Ruang acara"), choices=lambda: labels(SpaceKind), width=20),
        Column("capacity", _("People at most"), whole(1, 100_000), ("kapasitas", "daya tampung"), needed=True, example=(100, 50), width=12),
        Column("floor_area", _("Floor area (m²)"), whole(1, 1_000_000), ("luas",), example=(180,), width=12),
        Column("about", _("Description"), paragraphs(2000), ("keterangan", "deskripsi"), width=40),
        Column("features", _("What it has"), listed, ("fasilitas", "sarana"), example=("Wi-Fi, Proyektor",),
               help=_("Names or codes with commas between."), width=30),
        Column("who_may", _("Who may book"), choice(WhoMay), ("siapa boleh memesan",), choices=lambda: labels(WhoMay), width=26),
        Column("unit", pgettext_lazy("of a booking", "Unit"), choice(Unit), ("satuan",), example=("jam", "jam"), choices=lambda: labels(Unit), width=10),
        Column("min_length", _("Shortest"), whole(1, 527_040), ("paling singkat", "minimal"), example=(120, 120),
               help=_("In minutes for spaces booked by the hour, else in days, nights or months."), width=12),
        Column("max_length", _("Longest"), whole(1, 527_040), ("paling lama", "maksimal"), example=(540, 540), width=12),
        Column("step_minutes", _("Starts every (minutes)"), whole(5, 1440), ("mulai tiap",), width=12),
        Column("turnaround_minutes", _("Tidying time after (minutes)"), whole(0, 1440), ("waktu beres beres",), example=(60, 60), width=12),
        Column("lead_minutes", _("Book at least this long before (minutes)"), whole(0, 527_040), width=14),
        Column("horizon_days", _("Book at most this far ahead (days)"), whole(0, 3660), width=14),
        Column("cancel_minutes", _("Cancel until this long before (minutes)"), whole(0, 527_040), width=14),
        Column("grace_minutes", _("Kept without check-in for (minutes)"), whole(0, 240), width=14),
        Column("is_shared", _("By the desk"), yes, ("per meja", "bersama"), choices=YES_NO, width=10),
        Column("approval", _("Approval"), choice(Approval), ("persetujuan",), choices=lambda: labels(Approval), width=26),
        Column("hold_hours", _("Kept while asked for (hours)"), whole(1, 336), width=14),
        Column("is_bookable", _("Can be booked"), yes, ("dapat dipesan",), choices=YES_NO, width=10),
        Column("is_active", _("In use"), yes, ("dipakai", "aktif"), choices=YES_NO, width=10),
    ),
    {
        "no": _("Only the number of the line."),
        "nomor": _("Only the number of the line."),
        "harga": _("Tariffs come later."),
        "tarif": _("Tariffs come later."),
        "foto": _("Upload photos on the page of the space."),
    },
)  # fmt: skip
PLAIN = tuple(column.key for column in SPACES.columns if column.key not in {"slug", "parent", "features"})


def space_lines(hub: Hub) -> Iterator[dict[str, Any]]:
    """The hub's spaces as their sheet has them, wholes before their parts."""
    slugs = dict(Space.objects.filter(hub=hub).order_by("id").values_list("pk", "slug"))
    has = {
        space.pk: ", ".join(row.feature.name for row in space.feature_rows.all())
        for space in Space.objects.filter(hub=hub).order_by("id").prefetch_related(FEATURE_ROWS)
    }
    for _depth, space in tree(hub):
        yield {
            **{key: getattr(space, key) for key in PLAIN},
            "slug": space.slug,
            "parent": slugs.get(space.parent_id or 0, ""),
            "features": has[space.pk],
            "kind": space.get_kind_display(),
            "who_may": space.get_who_may_display(),
            "unit": space.get_unit_display(),
            "approval": space.get_approval_display(),
        }
