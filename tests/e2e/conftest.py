"""A real browser on a real server. Without a Chromium these tests are skipped, and the run says so loudly."""

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.test import Client
from tools.chromium import SWITCHES, installed

from heterospace.core import clock

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps an event loop in this thread; we use none
BROWSER = installed()
STILL_SECONDS = 20
_quiet = threading.Condition()
_busy = 0


def _count(change: int) -> None:
    global _busy  # noqa: PLW0603 - the server's threads have nothing else in common
    if threading.current_thread() is not threading.main_thread():  # where tests' own clients ask
        with _quiet:
            _busy += change
            _quiet.notify_all()


def _began(**_told: Any) -> None:
    _count(1)


def _ended(**_told: Any) -> None:
    _count(-1)


request_started.connect(_began)
request_finished.connect(_ended)


@pytest.fixture(autouse=True)
def settled(live_server: Any, transactional_db: None) -> Iterator[None]:
    """No request is left being answered when the tables are emptied: it would lock them, or fill them again."""
    yield
    with _quiet:
        assert _quiet.wait_for(lambda: _busy == 0, STILL_SECONDS), "the server still answers a request"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked e2e, and skipped where there is no browser."""
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)
            if not BROWSER:
                item.add_marker(
                    pytest.mark.skip(reason="NO CHROMIUM HERE: browser tests skipped (see tools/chromium.py)")
                )


@pytest.fixture(scope="session")
def browser():  # type: ignore[no-untyped-def]
    """One Chromium for all browser tests of this process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=list(SWITCHES))
        yield chromium
        chromium.close()


@pytest.fixture
def now() -> dt.datetime:
    """The real time: the server's threads do not see a clock set for the test."""
    return clock.now()


@pytest.fixture
def sign_in(live_server) -> Callable[..., None]:  # type: ignore[no-untyped-def]
    """`sign_in(page, person)`: from now on this browser is theirs."""

    def enter(page, person) -> None:  # type: ignore[no-untyped-def]
        client = Client()
        client.force_login(person.user)
        value = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])

    return enter


@pytest.fixture
def phone(browser, live_server) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    """A page of Bu Sari's telephone, 360 px wide; `goto("/")` is enough. Console errors fail the test."""
    yield from _page(browser, live_server, width=360, height=740, touch=True)


@pytest.fixture
def desk(browser, live_server) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    """A page on a wide screen, such as the front desk's."""
    yield from _page(browser, live_server, width=1280, height=800, touch=False)


def _page(browser, live_server, *, width: int, height: int, touch: bool) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        has_touch=touch,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints
    yield page
    context.close()
    # a page left before its cross-fade began is no fault of ours
    expected = ("status of 4", "Transition was aborted")
    unexpected = [text for text in complaints if not any(words in text for words in expected)]
    assert not unexpected, f"the browser complained: {unexpected}"
