"""Sheets of paper: the fonts they are set in come with the house."""

import re
from pathlib import Path

import pytest

from heterospace.core.pdf import typeset

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set text(font: ("Plus Jakarta Sans", "Noto Sans Javanese"), fallback: false)
#data.name
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.typ"
    path.write_text(TEMPLATE)
    return path


def fonts(pdf: bytes) -> set[str]:
    return {name.decode() for name in re.findall(rb"/FontName ?/[A-Z]{6}\+([A-Za-z-]+)", pdf)}


def test_latin_letters_are_set_in_the_fonts_of_the_house(sheet):
    assert fonts(typeset(sheet, {"name": "Sari Wulandari"})) == {"PlusJakartaSans-Regular"}


def test_javanese_letters_have_a_font_and_are_embedded(sheet):
    pdf = typeset(sheet, {"name": "Sari ꦲꦤꦕꦫꦏ"})
    assert fonts(pdf) == {"PlusJakartaSans-Regular", "NotoSansJavanese-Regular"}


def test_what_was_typed_is_no_markup(sheet):
    assert typeset(sheet, {"name": "#panic() *Sari* $x$"}).startswith(b"%PDF-")
