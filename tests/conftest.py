"""What every test shares. The database is started by tests/settings.py; the cast is in tests/cast.py."""

import hypothesis
import pytest
from django.test import Client

from tests import emptying, strict

strict.shuffle_unordered_rows()
emptying.quickly()
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None)  # `make test-all`

pytest_plugins = ["tests.cast", "tests.cocreation.houses", "tests.cocreation.talks"]

LONGEST = ("tests/home/test_time_and_demo.py::TestDemo", "tests/e2e/test_everyone.py", "tests/test_wheel.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first: no worker is left alone with one of them, and what they share is made by one worker."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture
def strict_client() -> Client:
    """A browser whose forms must carry their CSRF token."""
    return Client(enforce_csrf_checks=True)
