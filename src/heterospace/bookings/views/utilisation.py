"""How a hub's spaces are used: the page for who runs the hub or answers for it, and its workbook."""

import datetime as dt
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ...core import clock, formats
from ...core.deeds import allowed, require
from ...core.forms import answer
from ...core.refusals import Invalid
from ...hubs.models import Hub
from ...hubs.queries import hub_at, hubs_of
from ...members.doors import signed_in
from ...spaces.rules import add_months
from ..figures import Figures
from ..forms import PeriodForm
from ..sheets import utilisation_workbook
from ..utilisation import utilisation as report_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _hub(request: HttpRequest, slug: str) -> Hub:
    hub = hub_at(request.office, slug)
    require(request.user, "bookings.see_utilisation", hub)
    return hub


def _periods(today: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    """The periods people ask for, the present month first."""
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    starts = [
        (_("This month"), month, 1),
        (_("Last month"), add_months(month, -1), 1),
        (_("This quarter"), quarter, 3),
        (_("Last quarter"), add_months(quarter, -3), 3),
    ]
    return [(name, first, add_months(first, long) - dt.timedelta(days=1)) for name, first, long in starts]


def _words() -> dict[str, str]:
    """What the charts' colours and the tables behind them are called."""
    return {
        "used": _("used"),
        "kept": _("booked, no check-in noted"),
        "missed": _("nobody came"),
        "space": _("Space"),
        "by_space": _("Open, booked and used hours by space"),
        "day": _("Day"),
        "by_day": _("Open, booked and used hours by day"),
        "kind": _("Kind of space"),
        "by_kind": _("Open, booked and used hours by kind of space"),
        "sector": _("Sector"),
        "by_sector": _("Booked and used hours by sector"),
    }


@require_GET
@signed_in
def utilisation(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """Shares of the open hours, what became of wishes, and what was looked for in vain, from `first` to `last`."""
    hub = _hub(request, hub_slug)
    periods = _periods(clock.today(hub.timezone))
    _name, first, last = periods[0]
    asked = {"first": first.isoformat(), "last": last.isoformat()}
    form = PeriodForm({**asked, **request.GET.dict()} if request.GET else None, initial=asked)
    if form.is_bound and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    report = report_of(hub, first, last)
    context = {
        "hub": hub,
        "hubs": [
            one for one in hubs_of(request.office) if allowed(request.user, "bookings.see_utilisation", one)
        ],
        "form": form,
        "report": report,
        "figures": Figures(report),
        "periods": [
            (name, urlencode({"first": low, "last": high}), (low, high) == (first, last))
            for name, low, high in periods
        ],
        "query": urlencode({"first": first, "last": last}),
        "words": _words(),
    }
    return answer(request, "bookings/utilisation.html", context, *([form] if form.is_bound else []))


@require_GET
@signed_in
def workbook(request: HttpRequest, hub_slug: str) -> HttpResponse:
    """The same as an XLSX workbook. Raises Invalid for a period that is none."""
    hub = _hub(request, hub_slug)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        fields = {name: errors[0] for name, errors in form.errors.items()}
        raise Invalid("invalid", next(iter(fields.values())), fields=fields)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    response = HttpResponse(utilisation_workbook(Figures(report_of(hub, first, last))), content_type=XLSX)
    name = f"{hub.slug}-{formats.day(first).isoformat()}-{formats.day(last).isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="utilisation-{name}"'
    return response
