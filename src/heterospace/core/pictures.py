"""Pictures drawn by the server in the look of the house: what a chat shows of a link, a ticket to keep in a phone."""

import functools
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

PAPER, INK, SOFT, SOGA, INDIGO, LINE = "#fbf7f0", "#1c2230", "#565c6b", "#8a4b24", "#24407a", "#e7dfd2"
GROUNDS = (("#8a4b24", "#f8ecd9"), ("#24407a", "#f8ecd9"), ("#2f6b4a", "#f8ecd9"), ("#9d3a34", "#f8ecd9"))
FONT = "core/plus-jakarta-sans.woff2"


@functools.lru_cache(64)
def font(size: int, weight: int = 500) -> Any:
    """The house's own letters, `size` pixels high, weight 200 to 800."""
    from PIL import ImageFont

    for folder in (Path(settings.STATIC_ROOT), settings.PACKAGE / "core" / "assets"):
        if (folder / FONT).exists():
            found = ImageFont.truetype(str(folder / FONT), size)
            found.set_variation_by_axes([weight])
            return found
    return ImageFont.load_default(size)


def canvas(width: int, height: int) -> tuple[Any, Any]:
    """(picture, pen) on the house's paper."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), PAPER)
    return picture, ImageDraw.Draw(picture)


def lines(text: str, letters: Any, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines of `width` pixels; what does not fit ends in an ellipsis, a long word is cut."""
    done: list[str] = []
    line = ""
    for word in text.split():
        tried = f"{line} {word}".strip()
        if letters.getlength(tried) <= width:
            line = tried
            continue
        if line:
            done.append(line)
        line = word
        while letters.getlength(line) > width and len(line) > 1:
            cut = max(1, int(len(line) * width / letters.getlength(line)) - 1)
            done.append(line[:cut])
            line = line[cut:]
    done.append(line)
    if len(done) <= most:
        return done
    last = done[most - 1]
    while last and letters.getlength(f"{last}…") > width:
        last = last[:-1]
    return [*done[: most - 1], f"{last.rstrip()}…"]


def write(pen: Any, at: tuple[int, int], rows: Sequence[str], letters: Any, fill: str, leading: float) -> int:
    """Write rows below each other; answers the y below the last one."""
    x, y = at
    for row in rows:
        pen.text((x, y), row, font=letters, fill=fill)
        y += round(letters.size * leading)
    return y


def _petals(pen: Any, x: float, y: float, radius: float, fill: str, turn: float) -> None:
    """Four petals of kawung around a point: our mark and our pattern."""
    sides = [(share / 20, 1) for share in range(21)] + [(share / 20, -1) for share in range(20, -1, -1)]
    for quarter in range(4):
        angle = math.radians(turn + 90 * quarter)
        cos, sin = math.cos(angle), math.sin(angle)
        outline = []
        for share, side in sides:
            along = radius * (0.13 + 0.87 * share)
            across = side * radius * 0.3 * math.sin(math.pi * share)
            outline.append((x + along * cos - across * sin, y + along * sin + across * cos))
        pen.polygon(outline, fill=fill)


def cloth(picture: Any, box: tuple[int, int, int, int], square: int, seed: int) -> None:
    """Kawung squares filling a box, always the same for the same seed; drawn large and made small for smooth edges."""
    from PIL import Image, ImageDraw

    left, top, right, bottom = box
    big = Image.new("RGB", ((right - left) * 3, (bottom - top) * 3))
    pen = ImageDraw.Draw(big)
    side = square * 3
    first = seed % len(GROUNDS)
    second = (first + 1 + seed // 7 % (len(GROUNDS) - 1)) % len(GROUNDS)
    for row, y in enumerate(range(0, big.height, side)):
        for column, x in enumerate(range(0, big.width, side)):
            even = (row + column) % 2 == 0
            ground, petal = GROUNDS[first if even else second]
            pen.rectangle((x, y, x + side - 1, y + side - 1), fill=ground)
            _petals(pen, x + side / 2, y + side / 2, side * 0.5, petal, 45 if even else 0)
    picture.paste(big.resize((right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))


def mark(picture: Any, at: tuple[int, int], size: int) -> None:
    """Our sign, `size` pixels wide."""
    from PIL import Image, ImageDraw

    big = Image.new("RGB", (size * 4, size * 4), PAPER)
    _petals(ImageDraw.Draw(big), size * 2, size * 2, size * 2, SOGA, 45)
    picture.paste(big.resize((size, size), Image.Resampling.LANCZOS), at)


def png(picture: Any) -> bytes:
    """The picture as a file, few colours, small enough for a chat."""
    out = io.BytesIO()
    picture.quantize(96, dither=0).save(out, "PNG", optimize=True)
    return out.getvalue()
