"""Queries of a page, counted with warm caches: the same at 1, 3 and 50 rows."""

from collections.abc import Callable, Iterable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries(browser: Client, address: str) -> list[str]:
    """What a second visit of the page asks the database."""
    browser.get(address)
    with CaptureQueriesContext(connection) as caught:
        response = browser.get(address)
    assert response.status_code == 200, response
    return [query["sql"] for query in caught.captured_queries]


def queries_of(act: Callable[[], object]) -> int:
    """How many queries an act asks the database."""
    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught.captured_queries)


def grows_by(
    browser: Client, address: str, grow: Callable[[int], object], sizes: Iterable[int] = (1, 3, 50)
) -> None:
    """Fail when the page asks more with more rows. `grow(n)` makes row number n (from 1)."""
    rows, first = 0, None
    for size in sizes:
        while rows < size:
            rows += 1
            grow(rows)
        asked = queries(browser, address)
        if first is None:
            first = asked
        assert len(asked) == len(first), (
            f"{address}: {len(first)} queries at first, {len(asked)} at {size} rows:\n" + "\n".join(asked)
        )
