"""Our quicker `migrate` makes the very database that Django's own makes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heterospace.core.postgres import EmbeddedPostgres, binary, psql
from tests.database import QUICK

MIGRATE = """
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command({command}, verbosity=0)
"""


def tables(url: str, command: str) -> list[str]:
    """All that `command` makes in the database at `url`, as SQL."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "heterospace.settings"}
    subprocess.run([sys.executable, "-c", MIGRATE.format(command=command)], env=environment, check=True)
    dump = [binary("pg_dump"), "--schema-only", "--dbname", url]
    lines = subprocess.run(dump, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]


@pytest.mark.slow  # Django's own takes its time: that is why there is another
def test_makes_what_django_makes(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o711)
    with EmbeddedPostgres(tmp_path / "open" / "db", settings=QUICK, sync=False) as server:
        psql(server.url, "CREATE DATABASE other")
        ours = tables(server.url, "'migrate'")
        assert len(ours) > 5000
        assert ours == tables(server.url.replace("@/heterospace?", "@/other?"), "Command()")
