"""`heterospace up` as a person runs it: started, stopped, and shot at. Real processes on a real port."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from heterospace.core.machine import processes_in
from heterospace.core.postgres import EmbeddedPostgres, database, psql

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")
COMMAND = [sys.executable, "-m", "heterospace"]


def free_port() -> int:
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def until(true: Callable[[], object], seconds: float = 30, what: str = "it") -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)


def status(port: int) -> int:
    """The status of the first page, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


def environment(data: Path, port: int) -> dict[str, str]:
    """Ours without what the test run set for itself."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HETEROSPACE_", "DATABASE_URL", "DJANGO"))
    }
    return {**kept, "HETEROSPACE_DATA": str(data), "PORT": str(port)}


def answers(port: int) -> bool:
    """Whether the first page comes, and is no error."""
    return 0 < status(port) < 400


def everyone(data: Path) -> dict[int, str]:
    """All processes that work for this data folder: pid and command line."""
    mark = f"HETEROSPACE_DATA={data}".encode()
    found = dict.fromkeys(processes_in(data / "pgdata"), "postgres")
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return {pid: words for pid, words in found.items() if pid != os.getpid() and words}


class Up:
    """A running `heterospace up` and everything it started."""

    def __init__(self, data: Path, *options: str, port: int = 0, **extra: str) -> None:
        self.data, self.port = data, port or free_port()
        handle, name = tempfile.mkstemp(
            ".log", "up-", next(folder for folder in data.parents if folder.is_dir())
        )
        self.log = Path(name)
        with os.fdopen(handle, "ab") as output:
            self.process = subprocess.Popen(
                [*COMMAND, "up", *options],
                env={**environment(data, self.port), **extra},
                stdout=output,
                stderr=output,
            )

    def said(self) -> str:
        return self.log.read_text()

    def ready(self) -> "Up":
        until(
            lambda: "Stop with Ctrl-C" in self.said() or self.process.poll() is not None,
            40,
            f"a welcome in {self.log}",
        )
        assert self.process.poll() is None, self.said()
        until(lambda: len(self.named("manage worker")) == 1, 20, "the worker")
        return self

    def everyone(self) -> dict[int, str]:
        return everyone(self.data)

    def named(self, word: str, parent: int | None = None) -> list[int]:
        """Of everyone, those with `word` in their command line, and `parent` as parent."""
        found = []
        for pid, words in self.everyone().items():
            with suppress(OSError):
                ppid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if word in words and parent in (None, ppid):
                    found.append(pid)
        return sorted(found)

    def main(self, word: str) -> int:
        return self.named(word, self.process.pid)[0]

    def end(self, number: int = signal.SIGINT, seconds: float = 12) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)


@pytest.fixture(scope="session")
def migrated() -> Path:
    """A data folder with all tables, made once by whichever worker comes first; tests take a copy."""
    data = Path(os.environ["HETEROSPACE_TEST_DATA"]) / "house"
    with data.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            fresh = data.with_suffix(".new")
            with EmbeddedPostgres(fresh, sync=False):
                done = subprocess.run(
                    [*COMMAND, "tick"], env=environment(fresh, 1), capture_output=True, text=True, check=False
                )
            assert done.returncode == 0, done.stderr
            fresh.rename(data)
    return data


@pytest.fixture
def data(migrated: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hs", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        subprocess.run(["cp", "-a", migrated, folder], check=True)
        yield folder
        for pid in everyone(folder):
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_comes_up_quickly_says_where_and_stops_without_a_trace(data: Path, number: int) -> None:
    up = Up(data).ready()
    assert f"http://localhost:{up.port}/" in up.said()
    assert answers(up.port)
    assert float(re.findall(r"ready after ([\d.]+) s", up.said())[0]) < 15  # 5 s is measured by `make bench`
    assert up.end(number) == 0
    assert up.everyone() == {}
    assert status(up.port) == 0


def test_ctrl_c_during_the_start_leaves_nothing(data: Path) -> None:
    for wait in (0.2, 0.6, 1.2):
        up = Up(data)
        time.sleep(wait)
        up.end()
        assert up.everyone() == {}


def test_without_an_office_it_shows_the_one_time_code(data: Path) -> None:
    up = Up(data).ready()
    code = (data / "setup_code").read_text().strip()
    assert re.fullmatch(r"[A-Z2-9]{8}", code) and code in up.said() and "/setup/" in up.said()
    assert (data / "setup_code").stat().st_mode & 0o777 == 0o600
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
    up.end()


def test_a_second_up_on_the_same_data_is_refused(data: Path) -> None:
    first = Up(data).ready()
    second = Up(data)
    assert second.process.wait(10) == 1
    assert "already running" in second.said() and "[already-up]" in second.said()
    assert answers(first.port)
    first.end()


def test_a_taken_port_is_said_before_anything_starts(data: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        up = Up(data, port=port)
        assert up.process.wait(10) == 1
        assert f"Port {port} is taken" in up.said() and "Traceback" not in up.said()
        assert up.everyone() == {}


def test_a_wrong_port_or_command_is_said(data: Path) -> None:
    for arguments in (["up", "--port", "99999"], ["up", "--port", "x"], ["fly"], ["up", "--fly"], []):
        done = subprocess.run(
            [*COMMAND, *arguments], env=environment(data, 1), capture_output=True, text=True, check=False
        )
        assert done.returncode == 2 and "usage:" in done.stderr


def test_a_data_folder_that_cannot_be_written_is_said(data: Path) -> None:
    (data.parent / "file").write_text("")
    up = Up(data.parent / "file" / "data")
    assert up.process.wait(10) == 1
    assert (
        "cannot be written" in up.said()
        and "[data-not-writable]" in up.said()
        and "Traceback" not in up.said()
    )


def test_a_database_url_that_does_not_answer_is_said(data: Path) -> None:
    up = Up(data, DATABASE_URL="postgresql://nobody:secret@/none?host=/nonexistent")
    assert up.process.wait(40) == 1
    assert "does not answer" in up.said() and "[database-away]" in up.said()
    assert "secret" not in up.said()


def test_a_database_of_one_s_own_is_used(data: Path) -> None:
    with EmbeddedPostgres(data) as server:
        elsewhere = data.parent / "elsewhere"
        up = Up(elsewhere, DATABASE_URL=server.url).ready()
        assert answers(up.port)
        assert not (elsewhere / "pgdata").exists()
        up.end()


class Writer(threading.Thread):
    """Commits numbers one after the other, and remembers which were acknowledged."""

    def __init__(self, data: Path) -> None:
        super().__init__(daemon=True)
        self.data, self.acknowledged, self.done = data, [0], False

    def run(self) -> None:
        number = 0
        while not self.done:
            time.sleep(0.02)
            url = EmbeddedPostgres(self.data).attach()
            if not url:
                continue
            with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS written (n int PRIMARY KEY)")
                while not self.done:
                    number += 1
                    connection.execute("INSERT INTO written VALUES (%s)", [number])
                    self.acknowledged.append(number)

    def count(self) -> int:
        return self.acknowledged[-1]


def test_whatever_is_killed_comes_back_with_every_acknowledged_write(data: Path) -> None:
    up = Up(data).ready()
    writer = Writer(data)
    writer.start()
    until(lambda: writer.count() > 50)
    for victim in ("postgres", "granian", "granian workers", "manage worker"):
        if victim == "granian workers":
            # A worker that dies within seconds of its start is taken for a crash loop by granian; `up` heals that too.
            killed = up.named("granian", parent=up.main("granian"))
        else:
            killed = [up.main(victim)]
        assert killed
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda killed=killed: not any(pid in up.everyone() for pid in killed))
        until(lambda: answers(up.port), 20, f"the page after {victim}")
        until(lambda: len(up.named("granian", parent=up.main("granian"))) == 2, 20, "two server workers")
        until(lambda: len(up.named("manage worker")) == 1, 20, "one background worker")
        seen = writer.count()
        until(lambda seen=seen: writer.count() > seen + 50, 20, "more writes")
    writer.done = True
    writer.join(10)
    up.end()
    assert up.everyone() == {}
    with EmbeddedPostgres(data) as server:
        kept = set(map(int, psql(server.url, "SELECT n FROM written").split()))
    assert set(writer.acknowledged[1:]) <= kept


def test_a_database_that_dies_under_requests_gives_a_clear_answer_and_a_retry_works(data: Path) -> None:
    up = Up(data).ready()
    seen: list[tuple[int, str]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/api/v1/hubs", timeout=30) as answer:
                    seen.append((answer.status, ""))
            except urllib.error.HTTPError as answer:
                seen.append((answer.code, answer.read().decode()))

    people = [threading.Thread(target=ask) for _ in range(6)]
    for person in people:
        person.start()
    until(lambda: len(seen) > 50)
    os.kill(up.main("postgres"), signal.SIGKILL)
    killed = len(seen)
    until(
        lambda: len([code for code, _ in seen[killed:] if code == 200]) > 100, 20, "answers after the crash"
    )
    done.set()
    for person in people:
        person.join(40)
    assert {code for code, _ in seen} <= {200, 503}, up.said()
    assert all('"database_away"' in words for code, words in seen if code == 503)
    up.end()


def test_a_killed_up_takes_everything_along_and_the_next_one_has_every_write(data: Path) -> None:
    up = Up(data).ready()
    writer = Writer(data)
    writer.start()
    until(lambda: writer.count() > 50)
    for pid in (up.process.pid, up.main("granian")):  # the server's workers lose both their keepers
        os.kill(pid, signal.SIGKILL)
    up.process.wait()
    again = Up(data, port=up.port)  # at once, while the old ones are still ending
    again.ready()
    assert answers(again.port)
    writer.done = True
    writer.join(10)
    with database(data) as url:
        kept = set(map(int, psql(url, "SELECT n FROM written").split()))
    assert set(writer.acknowledged[1:]) <= kept
    again.end()
    assert again.everyone() == {}


def test_a_command_prints_nothing_but_its_answer_and_starts_a_database_if_none_runs(data: Path) -> None:
    for command in ([*COMMAND, "token", "--help"], [*COMMAND, "manage", "version"]):
        done = subprocess.run(command, env=environment(data, 1), capture_output=True, text=True, check=False)
        assert done.returncode == 0 and done.stdout
    done = subprocess.run(
        [*COMMAND, "token", "nobody@demo.example"],
        env=environment(data, 1),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode and not done.stdout and "Traceback" not in done.stderr
    assert not processes_in(data / "pgdata")


def test_backup_while_running_and_restore_on_an_empty_machine(data: Path) -> None:
    up = Up(data).ready()
    file = data.parent / "one.tar"
    done = subprocess.run(
        [*COMMAND, "backup", file], env=environment(data, 1), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    up.end()
    other = data.parent / "other"
    done = subprocess.run(
        [*COMMAND, "restore", file], env=environment(other, 1), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    up = Up(other).ready()
    assert answers(up.port)
    up.end()
    shutil.rmtree(other)
