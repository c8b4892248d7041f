"""Files that people hand in: which are taken, how they are stored, how they are handed out again."""

import zipfile
from typing import Any

from django.http import FileResponse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from . import codes
from .photos import reencode
from .refusals import Invalid

MOST_BYTES = 15_000_000
LEGIBLE = 2400  # pixels: a photographed list must stay readable
TYPES = {
    "pdf": "application/pdf",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx"  # what a browser offers to choose


def checked(file: Any, field: str = "files") -> tuple[str, Any]:
    """The name to store a file under and what to store: by its content, whatever it calls itself.

    PDF, DOCX and XLSX as they are (no macros), pictures encoded anew without metadata. Raises Invalid (`file`) beside `field`.
    """
    sentence = _("%(name)s: send a PDF, photo (JPEG, PNG, WebP), DOCX or XLSX under 15 MB.") % {
        "name": file.name
    }
    refusal = Invalid("file", sentence, fields={field: sentence})
    if not file.size or file.size > MOST_BYTES:
        raise refusal
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return f"{codes.secret()}.pdf", file
    if head.startswith(b"PK\x03\x04"):
        ending = _office(file)
        file.seek(0)
        if ending:
            return f"{codes.secret()}.{ending}", file
        raise refusal
    try:
        return reencode(file, longest=LEGIBLE)
    except Invalid as error:
        raise refusal from error


def _office(file: Any) -> str:
    """Which kind of document a ZIP is; "" for any other, and for one with macros."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return ""
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return ""
    return next((ending for part, ending in OFFICE.items() if part in names), "")


def ending_of(stored: Any) -> str:
    """What kind of file it is, by its name in the store."""
    return str(stored.name).rpartition(".")[2]


def handed_out(stored: Any, title: str) -> FileResponse:
    """A stored file to take home under a tidy name; never shown inside the house."""
    ending = ending_of(stored)
    response = FileResponse(
        stored.open("rb"),
        as_attachment=True,
        filename=f"{slugify(title) or 'berkas'}.{ending}",
        content_type=TYPES[ending],
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
