"""What the web server runs. Each of its workers dies with the server's main process, so that none keeps the port."""

import gc
import os
import signal
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from psycopg_pool.base import AttemptWithBackoff

from heterospace.core.machine import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heterospace.settings")
if not (os.environ.get("HETEROSPACE_SECRET_KEY") or os.environ.get("HETEROSPACE_DEBUG")):
    sys.exit(
        "heterospace: set HETEROSPACE_SECRET_KEY to a long secret, or start with `heterospace up`. [no-secret-key]"
    )
if os.environ.get("HETEROSPACE_SUPERVISED"):
    die_with_parent(signal.SIGTERM, os.getppid())()

# An embedded database is back within a second; asking again only after 1, 2, 4, 8 seconds keeps people waiting.
AttemptWithBackoff.INITIAL_DELAY, AttemptWithBackoff.DELAY_BACKOFF = 0.2, 1.3

application = get_wsgi_application()

# What is loaded now stays. A full collection of garbage need not walk through it, which takes 60 ms of somebody's page.
_pages = get_resolver().url_patterns
gc.collect()
gc.freeze()
