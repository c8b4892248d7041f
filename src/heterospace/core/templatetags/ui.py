"""What templates need beyond Django: icons, cloth, dates and money. Built in everywhere; no {% load %}."""

import datetime as dt
import functools
import hashlib
import html
from collections.abc import Iterator
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from heterospace.core import formats

register = template.Library()

CLOTH = ("kawung", "silang", "daun", "sisik", "cakra", "cecek")
COLOURS = (1, 2, 3, 4, 5, 6, 3, 2, 1, 7, 9, 8)
FAMILIES = ((3, 4, 6), (2, 1, 9), (9, 1, 5), (8, 11, 5), (7, 10, 9), (3, 1, 6), (4, 2, 5), (6, 4, 9))
STATES = {
    # tone, icon: one picture of every state in the house, whatever table it comes from
    "confirmed": ("good", "circle-check"), "active": ("good", "circle-check"), "accepted": ("good", "circle-check"),
    "approved": ("good", "circle-check"), "done": ("good", "circle-check"), "checked_in": ("good", "user-check"),
    "arrived": ("good", "user-check"), "sent": ("good", "check"), "current": ("good", "circle-check"), "free": ("good", "check"),
    "finished": ("neutral", "check"), "completed": ("neutral", "check"), "ended": ("neutral", "circle-check"),
    "requested": ("wait", "hourglass"), "waitlisted": ("wait", "hourglass"), "pending": ("wait", "hourglass"), "held": ("wait", "hourglass"), "waiting": ("wait", "hourglass"),
    "competing": ("wait", "hourglass"), "offered": ("wait", "bell"), "late": ("wait", "alarm-clock"), "by_hand": ("wait", "message-circle"), "overtime": ("wait", "timer"), "unclear": ("neutral", "circle-help"),
    "invited": ("wait", "mail"), "queued": ("wait", "clock"), "in_hand": ("act", "user-check"), "answered": ("good", "message-circle"),
    "cancelled": ("neutral", "ban"), "expired": ("neutral", "timer"), "released": ("neutral", "undo-2"), "withdrawn": ("neutral", "undo-2"),
    "rejected": ("bad", "circle-x"), "refused": ("bad", "circle-x"), "no_show": ("bad", "user-round"), "failed": ("bad", "circle-alert"),
    "open": ("wait", "wrench"), "blocked": ("wait", "ban"), "fixed": ("good", "check"), "dismissed": ("neutral", "circle-x"),
    "reviewed": ("act", "check"), "sending": ("wait", "send"),
    "draft": ("neutral", "square-pen"), "submitted": ("wait", "hourglass"), "published": ("good", "megaphone"), "reported": ("good", "badge-check"),
    "proposed": ("wait", "hourglass"), "running": ("act", "footprints"), "declined": ("bad", "circle-x"), "stopped": ("neutral", "ban"), "planned": ("neutral", "calendar"),
    "due": ("wait", "clock"), "delivered": ("act", "check"), "broken": ("bad", "circle-x"), "decided": ("good", "circle-check"), "partly": ("wait", "circle-dashed"), "not_feasible": ("bad", "circle-x"),
    "promoted": ("act", "sprout"), "called": ("act", "calendar-days"), "minuted": ("wait", "hourglass"),
    "lapsed": ("neutral", "timer"), "closed": ("neutral", "lock"), "taken": ("neutral", "ban"), "mine": ("act", "user-check"),
}  # fmt: skip


@register.simple_tag
@functools.lru_cache(1024)
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """One icon of the sprite. Silent for screen readers unless `label` says what it means."""
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"/></svg>',
        f" {classes}" if classes else "", said, static("core/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def batik(seed: Any, cols: int = 6, rows: int = 3, kind: str = "") -> SafeString:
    """A cloth of kawung squares, always the same for the same seed: decoration only.

    Ordinarily calm: two squares in turn, a third now and then, in one family of colours. `patch` mixes all of them.
    """
    return _cloth(str(seed), int(cols), int(rows), kind)


@functools.lru_cache(512)  # a list of spaces shows the same cloths again and again
def _cloth(seed: str, cols: int, rows: int, kind: str) -> SafeString:
    draw = _draws(f"{seed}:{cols}x{rows}")
    squares = _patchwork(draw, cols, rows) if kind == "patch" else _weave(draw, cols, rows)
    path = static("core/art/cloth.svg")
    drawn = format_html_join(
        "",
        '<use href="{}#{}" class="k{}" width="48" height="48" transform="translate({} {}){}"/>',
        (
            (path, square, colour, x * 48, y * 48, f"rotate({turn * 90} 24 24)" if turn else "")
            for x, y, square, colour, turn in squares
        ),
    )
    return format_html(
        '<svg class="batik" viewBox="0 0 {} {}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">{}</svg>',
        cols * 48, rows * 48, drawn,
    )  # fmt: skip


Square = tuple[int, int, str, int, int]  # column, row, square, colours, quarter turns


def _patchwork(draw: Iterator[int], cols: int, rows: int) -> Iterator[Square]:
    """Any square in any colours, no two neighbours in the same."""
    below = [0] * cols
    for y in range(rows):
        before = 0
        for x in range(cols):
            square, turn = CLOTH[next(draw) % len(CLOTH)], next(draw) % 4
            colour = COLOURS[next(draw) % len(COLOURS)]
            while colour in {before, below[x]}:
                colour = COLOURS[next(draw) % len(COLOURS)]
            before = below[x] = colour
            yield x, y, square, colour, turn


def _weave(draw: Iterator[int], cols: int, rows: int) -> Iterator[Square]:
    """Two squares like a chessboard, an accent now and then."""
    main, other, accent = FAMILIES[next(draw) % len(FAMILIES)]
    first = next(draw) % len(CLOTH)
    second = (first + 1 + next(draw) % (len(CLOTH) - 1)) % len(CLOTH)
    third = next(square for square in range(len(CLOTH)) if square not in {first, second})
    since = 0
    for y in range(rows):
        for x in range(cols):
            even, since = (x + y) % 2 == 0, since + 1
            if since > 3 and next(draw) % 4 == 0:
                since = 0
                yield x, y, CLOTH[third], accent, next(draw) % 4
            else:
                yield (
                    x,
                    y,
                    CLOTH[first if even else second],
                    main if even else other,
                    (x % 2) + 2 * (y % 2) * (x % 2),
                )


def _draws(seed: str) -> Iterator[int]:
    """An endless row of bytes from a text."""
    count = 0
    while True:
        yield from hashlib.sha256(f"{seed}/{count}".encode()).digest()
        count += 1


@register.filter
def tone(state: Any) -> str:
    """The colour word of a state (`good`, `wait`, `bad`, `act`, `neutral`)."""
    return STATES.get(str(state).lower(), ("neutral", "circle"))[0]


@register.filter
def state_icon(state: Any) -> str:
    """The icon of a state."""
    return STATES.get(str(state).lower(), ("neutral", "circle"))[1]


@register.filter
def rupiah(value: int | None) -> str:
    """`Rp1.250.000`, or the word for free."""
    return formats.rupiah(value)


@register.filter
def number(value: float) -> str:
    """`18.204`."""
    return formats.number(value)


@register.filter
def date_long(value: dt.date, tz: str = "") -> str:
    """`Sabtu, 21 November 2026`."""
    return formats.date_long(value, tz)


@register.filter
def date_medium(value: dt.date, tz: str = "") -> str:
    """`21 November 2026`."""
    return formats.date_medium(value, tz)


@register.filter
def date_short(value: dt.date, tz: str = "") -> str:
    """`Sab, 21 Nov`."""
    return formats.date_short(value, tz)


@register.filter
def weekday(value: dt.date, tz: str = "") -> str:
    """`Sabtu`."""
    return formats.weekday(value, tz)


@register.filter
def weekday_short(value: dt.date, tz: str = "") -> str:
    """`Sab`."""
    return formats.weekday(value, tz, short=True)


@register.filter
def month_short(value: dt.date, tz: str = "") -> str:
    """`Nov`."""
    return formats.month_short(value, tz)


@register.filter
def month_year(value: dt.date, tz: str = "") -> str:
    """`November 2026`."""
    return formats.month_year(value, tz)


@register.filter
def day_number(value: dt.date, tz: str = "") -> int:
    """The day of the month at a place."""
    return formats.day(value, tz).day


@register.filter
def clock_time(value: dt.datetime, tz: str = "") -> str:
    """`09.00`, without zone."""
    return formats.clock_time(value, tz)


@register.filter
def moment(value: dt.datetime, tz: str = "") -> str:
    """`21 November 2026, 09.00 WIB`."""
    return formats.moment(value, tz)


@register.filter
def moment_long(value: dt.datetime, tz: str = "") -> str:
    """`Sabtu, 21 November 2026, 09.00 WIB`."""
    return formats.moment_long(value, tz)


@register.filter
def duration(minutes: int) -> str:
    """`2 jam 30 menit`."""
    return formats.duration(minutes)


@register.simple_tag
def time_range(start: dt.datetime, end: dt.datetime, tz: str = "") -> str:
    """`09.00-12.00 WIB`."""
    return formats.time_range(start, end, tz)


@register.simple_tag
def when(start: dt.datetime, end: dt.datetime, tz: str = "") -> str:
    """`Sabtu, 21 November 2026, 09.00-12.00 WIB`."""
    return formats.when(start, end, tz)


@register.filter
def bars(blocks: Any) -> list[SafeString]:
    """The bars of one space on c-board; hundreds of them are drawn here quicker than by a template."""
    return [_bar(block) for block in blocks]


def _bar(block: Any) -> SafeString:
    label, sub, time, url = (
        html.escape(str(word)) for word in (block.label, block.sub, block.time, block.url)
    )
    open_, close = (f'a href="{url}"', "a") if url else ("div", "div")
    look, picture = tone(block.state), icon(state_icon(block.state))
    return mark_safe(  # noqa: S308 - every word is escaped above
        f'<li class="q{block.row} w{block.span}"><{open_} class="bar {look}" title="{label} · {time} · {sub}">'
        f'<b>{picture} {label}</b> <small>{sub}<span class="sr"> {time}</span></small></{close}></li>'
    )


@register.filter
def initials(name: str) -> str:
    """Up to two letters of a name."""
    return formats.initials(str(name))


@register.filter
def shade(text: Any, count: int = 5) -> int:
    """A steady number 1..count for a text."""
    return formats.shade(str(text), int(count))


@register.filter
def kind_of_widget(field: Any) -> str:
    """`checkbox`, `options`, `code`, `hidden` or `text`: how our field component lays a form field out."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    name = type(widget).__name__
    if name == "CheckboxInput":
        return "checkbox"
    if name in {"RadioSelect", "CheckboxSelectMultiple"}:
        return "options"
    return "code" if widget.attrs.get("autocomplete") == "one-time-code" else "text"


@register.filter
def iso(value: dt.date) -> str:
    """ISO 8601 for machines: `2026-11-21` or with time and offset."""
    return value.isoformat()


@register.filter
def plain(value: float) -> str:
    """A number as HTML wants it: with a point, whatever the language."""
    return repr(value)


@register.filter
def near(paginator: Any, page: int) -> list[int | None]:
    """The pages worth showing around `page`; None where some are left out."""
    last = paginator.num_pages
    shown = sorted({1, last, *range(max(1, page - 1), min(last, page + 1) + 1)})
    pages: list[int | None] = []
    for number_ in shown:
        if pages and pages[-1] is not None and number_ - pages[-1] > 1:
            pages.append(None)
        pages.append(number_)
    return pages


@register.simple_tag
def page_query(request: Any, **changes: Any) -> str:
    """The address of this page with some keys of its query changed; `None` or empty takes a key away."""
    query = request.GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}" if query else request.path


@register.simple_tag
def page_link(request: Any, key: str, value: Any) -> str:
    """The address of this page with one key of its query changed."""
    return page_query(request, **{key: value})


@register.simple_tag(takes_context=True)
def here(context: Any, address: str) -> SafeString:
    """` aria-current="page"` when this page is `address` or lies beneath it."""
    request = context.get("request")
    on_it = bool(
        request
        and address
        and (request.path == address or (address != "/" and request.path.startswith(address)))
    )
    return mark_safe(' aria-current="page"' if on_it else "")  # noqa: S308 - our own words


@register.filter
def message_tone(level: str) -> str:
    """The colour word of a Django message."""
    return {"success": "good", "warning": "wait", "error": "bad"}.get(level, "act")
