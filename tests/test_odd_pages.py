"""Whatever stands in an address or a form, a page answers with a page: nothing typed is our mistake (500)."""

import re

import pytest
from django.db import transaction

from tests.test_pages import EXPECTED, address, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
NAMES = ["words", "date", "week", "start", "end", "people", "units", "hub", "kind", "features", "page", "person", "part_of", "part",
         "regency", "state", "channel", "code", "next", "name", "act", "reason", "email", "year", "month"]  # fmt: skip
ODD = ["", "x", "-1", "9" * 30, "0001-01-01", "9999-12-31", "25:99", "²", "ꦲꦏ🎉<b>%"]


class Undone(Exception):
    """Thrown so that what an odd form did is undone."""


def ask(browser, method, where, data, wrong):
    """Ask for a page; what it did is undone, and what it broke is noted."""
    try:
        with transaction.atomic():
            status = getattr(browser, method)(where, data).status_code
            if status >= 500:
                wrong.append((method, where, data, status))
            raise Undone
    except Undone:
        pass
    except Exception as error:  # whatever it is, it would have been a 500
        wrong.append(
            (method, where, {key: str(value)[:40] for key, value in data.items()}, repr(error)[:200])
        )


@pytest.mark.parametrize("page", EXPECTED)
def test_no_odd_value_breaks_a_page(world, enter, hendro, page):  # noqa: F811
    browser, wrong = enter(hendro), []
    where = address(page, world)
    html = browser.get(where).getvalue().decode(errors="replace") if "post" not in EXPECTED[page] else ""
    fields = set(re.findall(r'name="([\w-]+)"', html.partition("<main")[2])) - {"csrfmiddlewaretoken"}
    for odd in ODD:
        if html:
            ask(browser, "get", where, dict.fromkeys(NAMES, odd), wrong)
            for name in fields & {"date", "start", "people", "week"}:
                ask(browser, "get", where, {name: odd}, wrong)
        ask(browser, "post", where, dict.fromkeys(fields or NAMES, odd), wrong)
    assert wrong == []


def test_a_next_that_is_no_address_leads_home(enter, twin_sari, office):
    for odd in ("x", "members:me", "//", "/ /", "?"):
        answer = enter(twin_sari).post(
            "/join/finish/", {"name": "Sari", "purposes": ["service"], "next": odd}
        )
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")
