"""Photos people upload: checked by being decoded, kept small, stripped of everything but the picture."""

import io
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from . import codes
from .refusals import Invalid

LONGEST = 1600  # pixels


def reencode(file: Any, *, longest: int = LONGEST) -> tuple[str, ContentFile[bytes]]:
    """A new file name and the picture as WebP, at most `longest` px wide or high, without metadata.

    Raises Invalid (code `photo`) for anything that is not a JPEG, PNG or WebP picture, or is too large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    sentence = _("This file is not a photo we can read. Send a JPEG, PNG or WebP under 8 MB.")
    refusal = Invalid("photo", sentence, fields={"photo": sentence})
    if file.size > settings.MAX_PHOTO_BYTES:
        raise refusal
    try:
        with Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as opened:
            if opened.width * opened.height > 60_000_000:
                raise refusal
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal from error
    picture.thumbnail((longest, longest))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80)
    return f"{codes.secret()}.webp", ContentFile(out.getvalue())
