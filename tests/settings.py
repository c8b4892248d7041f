"""The product's own settings, only stricter and quicker."""

import os

from tests import database
from tests.strict import Undefined

os.environ["HETEROSPACE_NO_POOL"] = (
    "1"  # a pool's open connections would keep a test database from being dropped
)
os.environ["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = "localhost"  # passkeys need a name
for name in (
    "HETEROSPACE_URL",
    "HETEROSPACE_EMAIL",
    "HETEROSPACE_DEMO",
    "HETEROSPACE_DEBUG",
    "HETEROSPACE_SETUP_CODE",
):
    os.environ.pop(name, None)  # whatever the shell says, tests begin the same
database.ensure()

from heterospace.settings import *  # noqa: E402, F403
from heterospace.settings import STORAGES, TEMPLATES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")  # type: ignore[index]
