"""One throw-away PostgreSQL for a test run, started before Django reads its settings."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from heterospace.core.postgres import DATABASE, ROLE, EmbeddedPostgres, psql

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


def ensure() -> None:
    """Set DATABASE_URL and HETEROSPACE_DATA. xdist's workers inherit both from the process that started them."""
    if "HETEROSPACE_TEST_DATA" in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="hs-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Path(folder).chmod(0o711)
    os.environ["HETEROSPACE_TEST_DATA"] = os.environ["HETEROSPACE_DATA"] = folder
    if not os.environ.get("DATABASE_URL"):
        server = EmbeddedPostgres(Path(folder) / "db", settings=QUICK, sync=False)
        os.environ["DATABASE_URL"] = url = server.start()
        above = url.replace(f"{ROLE}@/{DATABASE}?", "postgres@/postgres?")
        psql(above, f"GRANT SET ON PARAMETER session_replication_role TO {ROLE}")  # for tests/emptying.py
        atexit.register(server.stop)
