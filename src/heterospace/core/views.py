"""The doors of the kernel itself: every component on one page, the appearance, what a phone needs to install us."""

import datetime as dt

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from . import charts, clock, grids

A_YEAR = 31_536_000


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or auto in a cookie and go back."""
    choice = request.POST.get("theme", "auto")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if choice in {"light", "dark", "auto"}:
        response.set_cookie("theme", choice, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
@cache_control(max_age=86_400)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: our name and mark on the home screen of a phone."""
    return JsonResponse(
        {
            "name": "HeteroSpace",
            "short_name": "HeteroSpace",
            "start_url": "/",
            "display": "standalone",
            "background_color": "#fbf7f0",
            "theme_color": "#8a4b24",
            "icons": [
                {"src": static("core/favicon.svg"), "type": "image/svg+xml", "sizes": "any"},
                {
                    "src": static("core/icon-512.png"),
                    "type": "image/png",
                    "sizes": "512x512",
                    "purpose": "any maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )


@require_GET
@cache_control(max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines are welcome on the public pages; what needs signing in is not worth their visit."""
    private = (
        "account",
        "bookings",
        "calendars",
        "demo",
        "desk",
        "enquiries",
        "displays",
        "feeds",
        "me",
        "outbox",
        "people",
        "r",
        "search",
        "setup",
        "unsubscribe",
    )
    lines = ["User-agent: *", *(f"Disallow: /{path}/" for path in private), "Disallow: /*?*", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_GET
@cache_control(max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers ask for our sign beside answers that are no page."""
    return redirect(static("core/favicon.svg"))


class SampleForm(forms.Form):
    """Every kind of field once, for the page of components."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=80)
    whatsapp = forms.CharField(
        label=gettext_lazy("WhatsApp number"),
        required=False,
        help_text=gettext_lazy("For example 0812 3456 7890."),
    )
    hub = forms.ChoiceField(label=gettext_lazy("Hub"), choices=[("smg", "Semarang"), ("solo", "Solo")])
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    people = forms.IntegerField(label=gettext_lazy("How many people"), min_value=1)
    purpose = forms.CharField(label=gettext_lazy("What for"), widget=forms.Textarea(attrs={"rows": 3}))
    way = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        widget=forms.RadioSelect,
        choices=[("me", gettext_lazy("For myself")), ("org", "Batik Sekar Arum"), ("two", "Kawan Usaha")],
    )
    photo = forms.FileField(label=gettext_lazy("Photo"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("I keep the room as I found it."))


@require_GET
def ui(request: HttpRequest) -> HttpResponse:
    """The living page of components: each one in its states, with invented data; asks no table."""
    tz = "Asia/Jakarta"
    today = clock.today(tz)
    nine = clock.at(today, 540, tz)
    wrong = SampleForm(
        {
            "name": "",
            "whatsapp": "0812",
            "hub": "solo",
            "people": "0",
            "purpose": _("Class for 12"),
            "way": "org",
        }
    )
    context = {
        "today": today,
        "start": nine,
        "end": nine + dt.timedelta(hours=3),
        "ordinary": SampleForm(),
        "wrong": wrong,
        "page": Paginator(range(200), 10).get_page(7),
        "week": _sample_week(today),
        "board": _sample_board(),
        "bars": [
            charts.bar("Rembug 1", "62 %", [(0.4, "used"), (0.15, "kept"), (0.07, "missed")]),
            charts.bar("Gatra", "25 %", [(0.25, "part")], url="#charts"),
            charts.bar("Maneka", "0 %", []),
        ],
        "columns": charts.columns((str(n), f"{n * 6} %", [(n * 0.05, "used"), (n * 0.01, "missed")]) for n in range(1, 15)),
        "tones": ["act", "good", "wait", "bad", "soga", "neutral"],
        "sectors": ["government", "msme", "community", "company", "campus", "media"],
        "states": [
            ("confirmed", _("Confirmed")), ("pending", _("Waits for approval")), ("arrived", _("Arrived")),
            ("late", _("Late")), ("cancelled", _("Cancelled")), ("no_show", _("Did not come")), ("finished", _("Finished")),
        ],
        "icons": ["calendar", "clock", "door-open", "users-round", "wifi", "projector", "accessibility", "map-pin"],
    }  # fmt: skip
    return render(request, "core/ui.html", context)


def _sample_week(today: dt.date) -> grids.Week:
    monday = today - dt.timedelta(days=today.weekday())
    days = []
    for offset in range(7):
        taken = {0: [(600, 720)], 1: [(540, 660), (840, 960)], 2: [(780, 1080)], 3: [(540, 600)], 4: []}.get(
            offset, []
        )
        blocks = [grids.Block(start, end, "taken") for start, end in taken]
        if offset == 3:
            blocks.append(grids.Block(660, 780, "mine", label=_("Yours")))
        if offset == 4:
            blocks.append(grids.Block(600, 690, "held"))
        busy = [(b.start, b.end) for b in blocks]
        blocks += [
            grids.Block(at, at + 60, "free", url="#week")
            for at in range(540, 1080, 60)
            if not any(start < at + 60 and at < end for start, end in busy)
        ]
        day = monday + dt.timedelta(days=offset)
        days.append(
            grids.DayInput(
                day,
                [] if offset > 4 else blocks,
                _("Closed at the weekend") if offset > 4 else "",
                day == today,
            )
        )
    return grids.week(days)


def _sample_board() -> grids.Board:
    block = grids.Block
    rows = [
        ({"name": "Maneka", "url": "#board", "note": _("12 desks")}, [
            block(540, 720, "arrived", "Sari Wulandari", "#board", _("desk 4")), block(600, 840, "confirmed", "Kawan Usaha", "#board", _("6 desks")),
        ]),
        ({"name": "Rembug 1", "url": "", "note": _("8 people")}, [
            block(570, 690, "late", _("Bagus, app team"), "#board", _("10 minutes late")), block(840, 960, "confirmed", _("MSME clinic"), "#board"),
        ]),
        ({"name": "Gatra", "url": "", "note": _("120 people")}, [block(660, 1020, "pending", _("Product photos with a phone"), "#board", _("waits for approval"))]),
        ({"name": "Rembug 2", "url": "", "note": _("10 people")}, []),
        ({"name": "Studio", "url": "", "note": ""}, [block(900, 1020, "no_show", _("Did not come"), "", _("released at 10.20"))]),
    ]  # fmt: skip
    return grids.board(rows, 540, 1080, now=625)
