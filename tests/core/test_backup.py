"""One file out, one file in: on real databases, with broken, foreign and half files too."""

import hashlib
import io
import json
import os
import stat
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from heterospace.core.backup import DUMP, MANIFEST, backup, restore
from heterospace.core.house import House
from heterospace.core.machine import Trouble, take_lock
from heterospace.core.postgres import EmbeddedPostgres, psql

SERVER = os.environ[
    "DATABASE_URL"
]  # the test run's own: in `make test-all` also the oldest version we promise
TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE core_user (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
CREATE TABLE hubs_office (id bigint PRIMARY KEY, name text);
CREATE TABLE claim (space bigint, period tstzrange, EXCLUDE USING gist (space WITH =, period WITH &&));
"""
ROWS = """
INSERT INTO core_user (email) VALUES ('sari@demo.example');
INSERT INTO hubs_office VALUES (1, 'ꦧꦠꦶꦏ́ & "Co" 🌱');
INSERT INTO claim VALUES (1, '[2026-11-21 09:00+07, 2026-11-21 12:00+07)');
"""


@pytest.fixture(autouse=True)
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """These houses have databases of their own."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("HETEROSPACE_SECRET_KEY", raising=False)


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hs", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()


@pytest.fixture
def full(place: Path) -> Iterator[House]:
    """A running house with an office, two files and a key."""
    house = House(place / "full")
    with EmbeddedPostgres(house.data, sync=False) as server:
        psql(server.url, TABLES + ROWS)
        (house.uploads / "hubs").mkdir(parents=True)
        (house.uploads / "hubs" / "foto ruang é.jpg").write_bytes(os.urandom(200_000))
        (house.uploads / "empty").write_bytes(b"")
        house.secret_key()
        yield house


@pytest.fixture
def empty(place: Path) -> Iterator[House]:
    """An empty machine."""
    house = House(place / "empty")
    with EmbeddedPostgres(house.data, sync=False):
        yield house


def refused(house: House, source: Path, code: str, *, force: bool = False) -> None:
    with pytest.raises(Trouble) as trouble:
        restore(house, source, force=force)
    assert trouble.value.code == code
    assert not list(house.data.glob("restore-*"))


def everything(house: House) -> tuple[str, dict[str, bytes]]:
    files = {
        str(path.relative_to(house.uploads)): path.read_bytes()
        for path in house.uploads.rglob("*")
        if path.is_file()
    }
    with house.open_database() as url:
        return psql(
            url, "SELECT email FROM core_user; SELECT name FROM hubs_office; SELECT * FROM claim"
        ), files


def test_a_running_house_comes_up_on_an_empty_machine(full: House, empty: House, place: Path) -> None:
    words = backup(full, place / "one.tar")
    assert "2 uploaded files" in words
    assert stat.S_IMODE((place / "one.tar").stat().st_mode) == 0o600
    assert [path.name for path in place.iterdir() if "partial" in path.name or "dump" in path.name] == []
    assert "2 uploaded files" in restore(empty, place / "one.tar")
    assert everything(empty) == everything(full)
    assert empty.secret_key() == full.secret_key()
    with empty.open_database() as url:
        with pytest.raises(Trouble, match="conflicting key value violates exclusion constraint"):
            psql(url, "INSERT INTO claim VALUES (1, '[2026-11-21 10:00+07, 2026-11-21 11:00+07)')")
        psql(url, "INSERT INTO core_user (email) VALUES ('the next number is free')")


def test_what_is_written_meanwhile_is_in_whole_or_not_at_all(full: House, empty: House, place: Path) -> None:
    done = threading.Event()

    def write() -> None:
        with full.open_database() as url:
            while not done.is_set():
                psql(url, "BEGIN; INSERT INTO hubs_office SELECT max(id) + 1, 'x' FROM hubs_office;"
                          "INSERT INTO core_user (email) VALUES ('x'); COMMIT")  # fmt: skip

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(full, place / "one.tar")
    finally:
        done.set()
        writer.join()
    restore(empty, place / "one.tar")
    with empty.open_database() as url:
        assert (
            psql(url, "SELECT (SELECT count(*) FROM hubs_office) = (SELECT count(*) FROM core_user)") == "t"
        )


def test_a_house_with_something_in_it_is_not_overwritten_unless_forced(
    full: House, empty: House, place: Path
) -> None:
    backup(full, place / "one.tar")
    with empty.open_database() as url:
        psql(url, TABLES)
    before = everything(empty)
    assert restore(empty, place / "one.tar")  # tables without an office are as good as empty
    with empty.open_database() as url:
        psql(url, "INSERT INTO hubs_office VALUES (2, 'new')")
    (empty.uploads / "new").write_bytes(b"new")
    refused(empty, place / "one.tar", "not-empty")
    assert "new" in everything(empty)[1]
    restore(empty, place / "one.tar", force=True)
    assert everything(empty) == everything(full) != before


def test_somebody_else_s_tables_count_as_something(full: House, empty: House, place: Path) -> None:
    backup(full, place / "one.tar")
    with empty.open_database() as url:
        psql(url, "CREATE TABLE other (n int)")
    refused(empty, place / "one.tar", "not-empty")


def test_another_server_is_backed_up_and_restored_by_its_url(
    full: House, empty: House, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full.open_database() as there, empty.open_database() as here:
        monkeypatch.setenv("DATABASE_URL", there)
        outside = House(place / "outside")
        outside.uploads.mkdir()
        (outside.uploads / "file").write_text("file")
        backup(outside, place / "two.tar")
        monkeypatch.setenv("DATABASE_URL", here)
        restore(House(place / "target"), place / "two.tar")
        assert not (place / "target" / "pgdata").exists()
        assert psql(here, "SELECT count(*) FROM claim") == "1"
        assert (place / "target" / "uploads" / "file").read_text() == "file"


def test_to_and_from_the_oldest_server(
    full: House, empty: House, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"restored_{os.getpid()}"
    there = urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    backup(full, place / "one.tar")
    psql(SERVER, f"CREATE DATABASE {name}")
    try:
        with monkeypatch.context() as patch:
            patch.setenv("DATABASE_URL", there)
            restore(House(place / "target"), place / "one.tar")
            backup(House(place / "target"), place / "two.tar")
        restore(empty, place / "two.tar")
    finally:
        psql(SERVER, f"DROP DATABASE {name} WITH (FORCE)")
    assert everything(empty) == everything(full)


def changed(
    source: Path, change: Callable[[str, bytes], tuple[str, bytes] | None], *, agree: bool = False
) -> Path:
    """A copy of a backup in which each member went through `change`; with `agree` the manifest agrees to it."""
    target = source.with_suffix(".changed")
    sums: dict[str, str] = {}
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content
            became = change(member.name, content.read())
            if became is None:
                continue
            name, data = became
            if name == MANIFEST and agree:
                data = json.dumps({**json.loads(data), "sha256": sums}).encode()
            sums[name] = hashlib.sha256(data).hexdigest()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
    return target


def test_a_damaged_file_is_refused_before_anything_changes(full: House, empty: House, place: Path) -> None:
    source = place / "one.tar"
    backup(full, source)
    data = source.read_bytes()
    (place / "half.tar").write_bytes(data[: len(data) // 2])
    (place / "text.tar").write_text("no tar at all " * 1000)
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    (place / "flipped.tar").write_bytes(flipped)
    for name in ("half.tar", "text.tar", "flipped.tar"):
        refused(empty, place / name, "backup-broken")
    refused(empty, place / "none.tar", "backup-missing")
    refused(
        empty, changed(source, lambda name, was: None if name == MANIFEST else (name, was)), "backup-broken"
    )
    refused(
        empty, changed(source, lambda name, was: None if "foto" in name else (name, was)), "backup-broken"
    )
    evil = changed(
        source, lambda name, was: (name.replace("uploads/empty", "uploads/../../evil"), was), agree=True
    )
    refused(empty, evil, "backup-broken")
    assert not (place / "evil").exists()
    newer = changed(
        source,
        lambda name, was: (name, was.replace(b'"version": "', b'"version": "9') if name == MANIFEST else was),
    )
    refused(empty, newer, "backup-newer")
    rubbish = changed(source, lambda name, was: (name, b"PGDMP rubbish" if name == DUMP else was), agree=True)
    refused(empty, rubbish, "backup-broken")
    with empty.open_database() as url:
        assert psql(url, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0"
    assert not empty.uploads.exists()


def test_a_restore_that_fails_half_way_leaves_the_old_database(full: House, place: Path) -> None:
    with full.open_database() as url:
        psql(url, "CREATE SCHEMA extra")  # in the backup and, as only our own schema is cleared, in its way
        backup(full, place / "one.tar")
        psql(url, "INSERT INTO hubs_office VALUES (3, 'after the backup')")
    before = everything(full)
    refused(full, place / "one.tar", "database-refused", force=True)
    assert everything(full) == before


def test_nothing_is_restored_under_a_running_house(full: House, place: Path) -> None:
    backup(full, place / "one.tar")
    running = take_lock(full.data / "up.lock")
    assert running
    refused(full, place / "one.tar", "already-up", force=True)
    running.close()


def test_a_place_that_cannot_be_written_is_named(full: House, place: Path) -> None:
    for target in (place / "no such folder" / "one.tar", place):
        with pytest.raises(Trouble):
            backup(full, target)
