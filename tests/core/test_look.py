"""The look holds what it promises: contrast, no styling in pages, every icon and every component there."""

import json
import re
from itertools import product
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "heterospace"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
COTTON = PACKAGE / "core" / "templates" / "cotton"
TOKENS = (ROOT / "frontend" / "css" / "tokens.css").read_text()

TEXT, LINE = 4.5, 3.0
INKS = ["ink", "ink-soft", "act", "soga", "good", "wait", "bad"]
SECTORS = ["government", "msme", "community", "company", "campus", "media"]
PAIRS = [
    *((text, ground, TEXT) for text, ground in product(INKS, ["paper", "surface", "raised"])),
    *((text, ground, TEXT) for text, ground in product(SECTORS, ["paper", "surface"])),
    *((tone, f"{tone}-tint", TEXT) for tone in ["act", "soga", "good", "wait", "bad"]),
    *(("ink", f"{tone}-tint", TEXT) for tone in ["act", "soga", "good", "wait", "bad"]),
    ("ink", "sunk", TEXT),
    ("ink-soft", "sunk", TEXT),
    ("act", "sunk", TEXT),
    ("on-act", "act", TEXT),
    ("on-act", "act-hover", TEXT),
    ("on-bad", "bad", TEXT),
    ("paper", "soga", TEXT),  # the head of a calendar leaf
    ("surface", "good", TEXT),  # a free hour under the pointer
    ("on-night", "night", TEXT),
    ("night-soft", "night", TEXT),
    ("night-gold", "night", TEXT),
    ("night", "on-night", TEXT),
    ("line-strong", "surface", LINE),
    ("line-strong", "paper", LINE),
    ("act", "paper", LINE),  # the ring of the focus
]


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; dark changes what light says."""
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    return found if theme == "light" else {**found, **dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", dark))}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_every_text_can_be_read_on_its_ground(theme: str, text: str, ground: str, least: float) -> None:
    palette = tokens(theme)
    assert contrast(palette[text], palette[ground]) >= least


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_hold_no_styling_and_no_script_of_their_own(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert "<style" not in text, "inline style sheet"
    assert not re.search(r"\s(on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"']", text), "inline handler"
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or re.search(r'type="application/(ld\+)?json"', tag), tag


def test_every_icon_in_use_is_in_the_sprite() -> None:
    known = set(json.loads((ROOT / "frontend" / "icons.json").read_text()))
    used: dict[str, str] = {}
    for path in TEMPLATES:
        text = path.read_text()
        names = re.findall(r"\{%\s*icon\s+[\"']([\w-]+)[\"']", text)
        names += re.findall(r"<c-[^>]*?\s(?:icon|after)=\"([\w-]+)\"", text)
        names += re.findall(r"<c-icon[^>]*?\sname=\"([\w-]+)\"", text)
        used |= {name: str(path.relative_to(PACKAGE)) for name in names}
    for path in PACKAGE.rglob("*.py"):
        if "icon" in (text := path.read_text()):
            used |= dict.fromkeys(re.findall(r"\bicon(?:\(|=)[\"']([\w-]+)[\"']", text), path.name)
    from heterospace.core.templatetags.ui import STATES

    used |= {icon: "STATES" for _tone, icon in STATES.values()}
    assert {name: where for name, where in used.items() if name not in known} == {}


@pytest.mark.django_db
def test_the_page_of_components_shows_them_all(client: Client) -> None:
    page = (PACKAGE / "core" / "templates" / "core" / "ui.html").read_text()
    shown = set(re.findall(r"<c-([a-z_-]+)", page))
    parts = {path.stem.replace("_", "-") for path in COTTON.glob("*.html")}
    assert parts - shown == set()
    for language in ("id", "en"):
        response = client.get("/ui/", headers={"accept-language": language})
        assert response.status_code == 200
        assert "<c-" not in response.text


def test_every_template_compiles() -> None:
    for path in TEMPLATES:
        engines["django"].get_template(path.as_posix().split("/templates/", 1)[1])


@pytest.mark.django_db
def test_appearance_is_remembered_and_never_leads_elsewhere(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/ui/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/ui/")
    assert 'data-theme="dark"' in client.get("/ui/").text
    assert (
        client.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"}).headers["Location"]
        == "/"
    )
    client.post("/theme/", {"theme": "pink"})
    assert client.cookies["theme"].value == "dark"


@pytest.mark.django_db
def test_a_page_stays_within_its_budget(client: Client) -> None:
    import gzip

    assert len(gzip.compress(client.get("/ui/").content)) <= 20_000  # the longest page of all
    built = PACKAGE / "core" / "assets" / "core"
    if not built.exists():
        pytest.skip("assets are not built")
    assert len(gzip.compress((built / "app.css").read_bytes())) <= 20_000
    assert len(gzip.compress((built / "app.js").read_bytes())) <= 35_000
