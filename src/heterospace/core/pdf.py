"""Sheets of paper: typst templates filled with data, as PDF."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(settings.STATIC_ROOT) / "core" / "fonts")]
    )


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a typst template, which reads `data` (JSON) from its input of that name.

    Set in the house's own fonts, with Javanese letters to fall back on; no font of the machine is asked. What people
    typed is data, never markup. A page takes about 50 ms the first time, then less.
    """
    import typst  # 40 MB that only those pay for who ask for paper

    return typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        font_paths=_fonts(),
    )
