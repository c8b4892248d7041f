"""The embedded database: strange places, crashes, accounts. Real servers, real signals."""

import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from heterospace.core import postgres as module
from heterospace.core.machine import Trouble, prepare_folder, processes_in
from heterospace.core.postgres import EmbeddedPostgres, database, psql

ROOT = os.geteuid() == 0
NOBODY = 65534
as_root = pytest.mark.skipif(not ROOT, reason="needs root")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and parent-death signals")


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder of our own, whose servers are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hs", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        yield folder
        for cluster in folder.rglob("pgdata"):
            for pid in processes_in(cluster):
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)


def embedded(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, sync=False)


def until(true: Callable[[], object], seconds: float = 10) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "did not happen in time"
        time.sleep(0.02)


def in_child(job: Callable[[], None]) -> int:
    """Run `job` in a fork of this process; returns its exit code."""
    child = multiprocessing.get_context("fork").Process(target=job)
    child.start()
    child.join(60)
    assert child.exitcode is not None
    return child.exitcode


def test_serves_an_application_that_is_no_superuser(place: Path) -> None:
    with embedded(place / "data") as server:
        with psycopg.connect(server.url) as connection:
            connection.execute(
                "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent"
            )
            facts = connection.execute(
                "SELECT current_user, usesuper, current_setting('fsync'), current_setting('synchronous_commit'),"
                " current_setting('listen_addresses'), current_setting('timezone'), pg_encoding_to_char(encoding),"
                " datlocale FROM pg_user, pg_database WHERE usename = current_user AND datname = current_database()"
            ).fetchone()
        assert facts == ("heterospace", False, "on", "on", "", "UTC", "UTF8", "C.UTF-8")
        folder = server.sockets
        assert folder is not None and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    assert not processes_in(place / "data" / "pgdata")


def test_keeps_what_was_written_over_a_normal_stop(place: Path) -> None:
    with embedded(place) as server:
        psql(server.url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('ꦧꦠꦶꦏ́ 🌱')")
    with embedded(place) as server:
        assert psql(server.url, "SELECT word FROM kept") == "ꦧꦠꦶꦏ́ 🌱"


@pytest.mark.parametrize("name", ["with space", 'it\'s "q"', "é" * 60, "long/" * 40 + "end"])
def test_any_path_will_do(place: Path, name: str) -> None:
    with embedded(place / name) as server:
        assert psql(server.url, "SELECT 1") == "1"


def test_a_long_temporary_folder_is_no_trouble(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longer = place / ("t" * 100)
    longer.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(longer))
    with embedded(place / "data") as server:
        assert psql(server.url, "SELECT 1") == "1"


def stopped(place: Path) -> EmbeddedPostgres:
    """A made and stopped database."""
    server = embedded(place)
    server.start()
    server.stop()
    return server


@linux
@pytest.mark.parametrize("left", ["empty", "dead pid", "somebody's pid", "zombie", "rubbish"])
def test_a_stale_pid_file_is_no_trouble(place: Path, left: str) -> None:
    server = stopped(place)
    somebody = subprocess.Popen(["sleep", "60"])
    zombie = subprocess.Popen(["true"])  # not collected until the end of the test
    until(lambda: Path(f"/proc/{zombie.pid}/stat").read_text().split()[2] == "Z")
    pid = {"dead pid": 4_000_000, "somebody's pid": somebody.pid, "zombie": zombie.pid}.get(left, 0)
    lines = f"{pid}\n{server.cluster}\n1700000000\n5432\n{place}\n\n  1234  5678\nready   \n"
    words = {"empty": "", "rubbish": "\0\0\0"}.get(left, lines)
    (server.cluster / "postmaster.pid").write_text(words)
    (place / ".s.PGSQL.5432.lock").write_text(lines)
    try:
        assert server.attach() is None
        with embedded(place) as again:
            assert psql(again.url, "SELECT 1") == "1"
    finally:
        somebody.kill()
        somebody.wait()
        zombie.wait()


def crash(folder: Path, number: int) -> None:
    """Start a server in a process of its own, commit a row, and end that process without a word."""

    def job() -> None:
        server = embedded(folder)
        server.start()
        psql(server.url, "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
        assert server.process
        os.kill({1: os.getpid(), 2: server.process.pid}[number], signal.SIGKILL)
        os._exit(0)

    in_child(job)


@linux
def test_a_killed_parent_takes_its_server_along(place: Path) -> None:
    crash(place, 1)
    until(lambda: not processes_in(place / "pgdata"))
    with embedded(place) as server:
        assert psql(server.url, "SELECT n FROM kept") == "1"


def test_a_killed_server_comes_back_with_every_acknowledged_write(place: Path) -> None:
    crash(place, 2)
    with embedded(place) as server:
        assert psql(server.url, "SELECT n FROM kept") == "1"
        assert server.process
        psql(server.url, "INSERT INTO kept VALUES (2)")
        server.process.kill()
        until(lambda: not server.alive())
        server.revive()
        assert psql(server.url, "SELECT sum(n) FROM kept") == "3"


def test_a_server_without_parent_is_ended_before_a_new_one_starts(place: Path) -> None:
    server = embedded(place)
    server.start()
    assert server.process and server._lock
    server._lock.close()  # as if its keeper had died where no parent-death signal exists
    orphan = server.process
    with embedded(place) as again:
        assert orphan.poll() is not None
        assert psql(again.url, "SELECT 1") == "1"


def test_a_second_start_on_the_same_data_is_refused_and_attach_finds_the_first(place: Path) -> None:
    with embedded(place) as server:
        with pytest.raises(Trouble) as refusal:
            embedded(place).start()
        assert refusal.value.code == "already-running"
        assert embedded(place).attach() == server.url
        with database(place) as url:
            assert psql(url, "SELECT 1") == "1"
        assert server.alive()
    assert embedded(place).attach() is None


def test_a_command_starts_a_server_for_itself_and_stops_it(place: Path) -> None:
    with database(place) as url:
        assert psql(url, "SELECT 1") == "1"
        with database(place) as same:
            assert same == url
    assert not processes_in(place / "pgdata")
    with database(place, "postgresql://elsewhere/x") as url:
        assert url == "postgresql://elsewhere/x"


def test_another_version_s_folder_is_refused(place: Path) -> None:
    server = stopped(place)
    (server.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(Trouble, match="PostgreSQL 12") as refusal:
        embedded(place).start()
    assert refusal.value.code == "database-version"


def test_a_killed_initdb_leaves_nothing_in_the_way(place: Path) -> None:
    (place / "pgdata.new").mkdir()
    (place / "pgdata.new" / "half").write_text("")
    with embedded(place) as server:
        assert psql(server.url, "SELECT 1") == "1"


def test_a_socket_folder_of_somebody_else_is_not_trusted(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = place / "elsewhere"
    target.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    server = stopped(place / "data")
    with embedded(place / "data") as probe:
        name = probe.sockets
    assert name is not None
    name.symlink_to(target)
    with server as again:
        assert again.sockets is not None and again.sockets != name
        assert not list(target.iterdir())


def test_a_folder_that_cannot_be_written_is_named(place: Path) -> None:
    def job() -> None:
        if ROOT:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            prepare_folder(place / "closed" / "data")
        except Trouble as trouble:
            os._exit(0 if trouble.code == "data-not-writable" and "closed" in str(trouble) else 2)
        os._exit(1)

    (place / "closed").mkdir(mode=0o500)
    assert in_child(job) == 0
    (place / "file").write_text("")
    with pytest.raises(Trouble) as refusal:
        prepare_folder(place / "file" / "data")
    assert refusal.value.code == "data-not-writable"


@as_root
@linux
def test_a_full_disk_is_named(place: Path) -> None:
    (place / "small").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=90m", "none", place / "small"], check=False)
    if mounted.returncode:
        pytest.skip("may not mount here")
    try:
        with pytest.raises(Trouble) as refusal:
            embedded(place / "small").start()
        assert refusal.value.code == "disk-full"
        module.ROOM_NEEDED, kept = 0, module.ROOM_NEEDED
        try:
            server = stopped(place / "small")
            with (place / "small" / "filler").open("wb") as filler, suppress(OSError):
                while True:
                    filler.write(b"\0" * 65536)
                    filler.flush()
            with pytest.raises(Trouble) as refusal:
                server.start()
            assert refusal.value.code == "disk-full"
            (place / "small" / "filler").unlink()
            with server as again:
                assert psql(again.url, "SELECT 1") == "1"
        finally:
            module.ROOM_NEEDED = kept
    finally:
        subprocess.run(["umount", place / "small"], check=False)


def rights(*folders: Path) -> list[tuple[int, int, int]]:
    return [(f.stat().st_mode, f.stat().st_uid, f.stat().st_gid) for f in folders]


@as_root
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_root_changes_no_folder_above(place: Path, mode: int) -> None:
    home = place / "home"
    home.mkdir(mode=mode)
    (home / "data").mkdir(mode=mode)
    before = rights(place, home, home / "data")
    with embedded(home / "data") as server:
        assert psql(server.url, "SELECT 1") == "1"
        assert server.process and Path(f"/proc/{server.process.pid}").stat().st_uid not in (0, NOBODY)
    assert rights(place, home, home / "data") == before
    with embedded(home / "data") as server:
        assert psql(server.url, "SELECT 1") == "1"


@as_root
def test_another_account_gets_in_neither_by_socket_nor_by_files(place: Path) -> None:
    with embedded(place / "data") as server:

        def job() -> None:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            try:
                psycopg.connect(server.url, connect_timeout=3)
            except psycopg.OperationalError:
                with suppress(PermissionError):
                    list(server.cluster.iterdir())
                    os._exit(2)
                os._exit(0)
            os._exit(1)

        assert in_child(job) == 0


@as_root
def test_an_ordinary_account_needs_nothing_from_root_and_root_takes_nothing(place: Path) -> None:
    """First the account itself, then root on the account's folder, then the account again."""
    (place / "data").mkdir(mode=0o700)
    os.chown(place / "data", NOBODY, NOBODY)

    def job() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        with embedded(place / "data") as server:
            psql(server.url, "CREATE TABLE IF NOT EXISTS mine (n int); INSERT INTO mine VALUES (1)")
        os._exit(0)

    before = rights(place, place / "data")
    readable = all(folder.stat().st_mode & 0o001 for folder in module.binary("postgres").parents)
    if readable:
        assert in_child(job) == 0
    with embedded(place / "data") as server:
        psql(server.url, "CREATE TABLE IF NOT EXISTS mine (n int); INSERT INTO mine VALUES (1)")
        assert server.cluster.stat().st_uid == NOBODY
    if readable:
        assert in_child(job) == 0
    assert rights(place, place / "data") == before
    assert (place / "data" / "postgres.log").stat().st_uid == NOBODY
