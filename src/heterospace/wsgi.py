"""What the web server runs. Each of its workers dies with the server's main process, so that none keeps the port."""

import os
import signal

from django.core.wsgi import get_wsgi_application

from heterospace.core.machine import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heterospace.settings")
if os.environ.get("HETEROSPACE_SUPERVISED"):
    die_with_parent(signal.SIGTERM, os.getppid())()

application = get_wsgi_application()
