"""What every test shares. The database is started by tests/settings.py; the cast is in tests/cast.py."""

import hypothesis
import pytest
from django.test import Client

from tests import strict

strict.shuffle_unordered_rows()
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None)  # `make test-all`

pytest_plugins = ["tests.cast", "tests.cocreation.houses", "tests.cocreation.talks"]


@pytest.fixture
def strict_client() -> Client:
    """A browser whose forms must carry their CSRF token."""
    return Client(enforce_csrf_checks=True)
