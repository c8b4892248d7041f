"""One installation: its data folder, its secrets, and whether its database is up to date. No Django."""

import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .machine import Trouble, explain, give_like, prepare_folder
from .postgres import database, psql

PACKAGE = Path(__file__).resolve().parent.parent
OLDEST_POSTGRES = 15
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike

STATE_SQL = r"""
SELECT to_regclass('django_migrations') IS NOT NULL AS tables,
       to_regclass('hubs_office') IS NOT NULL AS offices \gset
SELECT current_setting('server_version_num');
\if :tables
SELECT coalesce(obj_description('django_migrations'::regclass), '');
SELECT count(*) || ':' || coalesce(max(id), 0) FROM django_migrations;
\else
\echo
\echo
\endif
\if :offices
SELECT EXISTS (SELECT FROM hubs_office);
\else
\echo f
\endif
"""


@dataclass(frozen=True)
class State:
    """What the database says about itself."""

    migrated: str  # the code and rows that were complete when `note` was written last
    rows: str  # count and last id of the migrations recorded now
    demo: bool  # the demo was filled to its end
    office: bool  # somebody has opened an office


class House:
    """The installation in HETEROSPACE_DATA (default `var/`)."""

    def __init__(self, folder: Path | str | None = None) -> None:
        """Make the folder if need be. Raises Trouble when it cannot be written to."""
        self.data = prepare_folder(Path(folder or os.environ.get("HETEROSPACE_DATA") or "var"))
        self.uploads = self.data / "uploads"

    def environment(self, url: str, **extra: str) -> dict[str, str]:
        """The variables that settings read, for a child or for ourselves."""
        return {
            "HETEROSPACE_DATA": str(self.data),
            "DATABASE_URL": url,
            "HETEROSPACE_SECRET_KEY": self.secret_key(),
            "DJANGO_SETTINGS_MODULE": "heterospace.settings",
            **extra,
        }

    def secret_key(self) -> str:
        """The key that signs sessions and tickets: from the environment, else made once and kept."""
        return os.environ.get("HETEROSPACE_SECRET_KEY") or self._kept(
            "secret_key", lambda: secrets.token_urlsafe(50)
        )

    def setup_code(self) -> str:
        """The code that opens the first-run page, until there is an office."""
        return self._kept("setup_code", lambda: "".join(secrets.choice(CODE_LETTERS) for _ in range(8)))

    def forget_setup_code(self) -> None:
        """Once an office is open, nobody may set up another by that code."""
        (self.data / "setup_code").unlink(missing_ok=True)

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        path = self.data / name
        try:
            if path.exists() and (word := path.read_text().strip()):
                return word
            word = make()
            fresh = path.with_name(f"{name}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
                handle.write(word + "\n")
                handle.flush()
                os.fsync(handle.fileno())
            give_like(fresh, self.data)
            fresh.replace(path)
            return word
        except OSError as problem:
            raise explain(problem, self.data) from None

    @contextmanager
    def open_database(self) -> Iterator[str]:
        """The URL of a database that answers: DATABASE_URL, the running one of this house, or one started for now."""
        with database(self.data, os.environ.get("DATABASE_URL", "")) as url:
            yield url


def ask_state(url: str, patience: float = 8) -> State:
    """What the database at `url` says about itself; waits `patience` seconds for one that is just starting.

    Raises Trouble when it does not answer or is too old.
    """
    until = time.monotonic() + patience
    while True:
        try:
            lines = [*psql(url, STATE_SQL).split("\n"), "", "", "", ""]
            break
        except Trouble as trouble:
            if time.monotonic() > until:
                raise Trouble("database-away", f"The database does not answer. {trouble}") from None
            time.sleep(0.5)
    version = int(lines[0]) // 10000
    if version < OLDEST_POSTGRES:
        raise Trouble(
            "database-version", f"This is PostgreSQL {version}; HeteroSpace needs {OLDEST_POSTGRES} or newer."
        )
    try:
        noted = json.loads(lines[1]) if lines[1] else {}
    except ValueError:
        noted = {}
    return State(noted.get("migrated", ""), lines[2], bool(noted.get("demo")), lines[3] == "t")


def note(url: str, *, demo: bool = False) -> None:
    """Write beside the migrations table that all of today's code is migrated, and whether the demo is filled."""
    state = ask_state(url)
    words = json.dumps({"migrated": code_mark() + state.rows, "demo": demo or state.demo})
    psql(url, f"COMMENT ON TABLE django_migrations IS '{words}'")


def needs_migrating(state: State) -> bool:
    """Whether the code or the migrations table changed since `note`; asking Django itself takes over a second."""
    return not state.rows or state.migrated != code_mark() + state.rows


def code_mark() -> str:
    """A mark that changes when a migration of ours or the version of any installed package does."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    versions = {entry.name for place in sys.path if place for entry in _distributions(place)}
    digest.update("\n".join(sorted(versions)).encode())
    return digest.hexdigest()[:16] + ":"


def _distributions(place: str) -> list[Path]:
    try:
        return [entry for entry in Path(place).iterdir() if entry.name.endswith(".dist-info")]
    except OSError:
        return []
