"""`heterospace up`: database, server and worker as one thing that starts, heals and stops together.

It imports no Django: it lives as long as the house does, and memory is promised (500 MB for everything).
"""

# ruff: noqa: S603 - it starts this very package and the server beside it

import errno
import http.client
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from heterospace.core.house import House, State, ask_state, needs_migrating, note
from heterospace.core.machine import Trouble, born, die_with_parent, give_like, take_lock
from heterospace.core.postgres import EmbeddedPostgres

CAST = (
    ("sari", "Bu Sari, batik maker"),
    ("bagus", "Bagus, start-up founder"),
    ("wulan", "Wulan, leads a community"),
    ("dimas", "Dimas, front desk"),
    ("ratna", "Ratna, hub manager"),
    ("hendro", "Pak Hendro, provincial office"),
)
STEADY = 5.0  # seconds a process must have lived for its death to be an accident, not a habit
TRIES = 3  # for work with an end
LONGEST_PAUSE = 15.0  # seconds between two tries of one that keeps dying


@dataclass
class Child:
    """One process we keep: the leader of a group of its own, so that its own children end with it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    nice: int = 0
    once: bool = False  # work with an end; not started again when it succeeded
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0
    tries: int = 0
    falls: int = 0
    again_at: float = 0

    def start(self) -> None:
        """Start it; it gets SIGTERM when we die without a word."""
        farewell = die_with_parent(signal.SIGTERM)

        def arrange() -> None:
            if self.nice:
                os.nice(self.nice)
            farewell()

        self.started = time.monotonic()
        self.tries += 1
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=arrange,  # noqa: PLW1509 - only system calls, and we fork from the main thread
        )

    def signal(self, number: int) -> None:
        """To the whole group, also when its leader is gone already."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def fell(self) -> int | None:
        """The exit code once it has ended, with what it left behind swept away; None while it lives."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is not None:
            self.signal(signal.SIGKILL)  # a server's workers would keep the port
            self.falls = 0 if time.monotonic() - self.started > STEADY else self.falls + 1
            self.again_at = time.monotonic() + (
                min(LONGEST_PAUSE, 2.0 ** (self.falls - 1)) if self.falls else 0
            )
            self.process = None
        return code


class Supervisor:
    """Starts everything, starts again what dies, stops everything."""

    def __init__(self, *, demo: bool = False, port: int = 8000, host: str = "127.0.0.1") -> None:
        self.demo, self.port, self.host = demo, port, host
        self.console = Console(stderr=False, highlight=False, soft_wrap=True)
        self.house = House()
        self.postgres: EmbeddedPostgres | None = None
        self.url = ""
        self.children: list[Child] = []
        self.stopping = False
        self.began = time.monotonic()

    def run(self) -> int:
        """Until a signal asks us to stop; returns the exit code. Raises Trouble when it cannot even start."""
        lock = take_lock(self.house.data / "up.lock", patience=0.5)
        if lock is None:
            raise Trouble(
                "already-up",
                f"HeteroSpace is already running on the data in {self.house.data}. "
                "Stop it first, or choose another HETEROSPACE_DATA and PORT.",
            )
        self._listen_for_signals()
        try:
            self._sweep()
            check_port(self.host, self.port)
            self._open_database()
            state = self._migrate()
            self._start_server(state.office)
            came = self._first_page()
            if came:
                self._welcome(state.office)
            self._start_helpers(filled=state.demo)
            while not came and not self.stopping:
                self._heal()
                self._rest(2)
                if came := 0 < first_page(self.host, self.port, 1) < 500:
                    self._welcome(state.office)
            self._watch()
        finally:
            self._stop()
            lock.close()
        return 0

    # Starting

    def _say(self, what: str, since: float) -> None:
        self.console.print(f"  {what:<28}[dim]{time.monotonic() - since:5.1f} s[/dim]")

    def _listen_for_signals(self) -> None:
        """Signals only set a flag and wake the loop; a child's death wakes it too."""
        self._wake, writer = socket.socketpair()
        self._wake.setblocking(False)
        writer.setblocking(False)
        self._writer = writer
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake, selectors.EVENT_READ)

        def stop(number: int, frame: object) -> None:
            if self.stopping:  # asked twice: at once
                for child in self.children:
                    child.signal(signal.SIGKILL)
            self.stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _rest(self, seconds: float) -> None:
        """Sleep, but not through a signal."""
        if self._selector.select(seconds):
            with suppress(BlockingIOError):
                while self._wake.recv(512):
                    pass

    def _open_database(self) -> None:
        since = time.monotonic()
        if url := os.environ.get("DATABASE_URL", ""):
            self.url = url
            return
        self.postgres = EmbeddedPostgres(self.house.data)
        until = time.monotonic() + 30
        while True:
            try:
                self.url = self.postgres.start()
                break
            except Trouble as trouble:  # a command such as `token` may have started it for a moment
                if trouble.code != "already-running" or time.monotonic() > until or self.stopping:
                    raise
            self._rest(0.2)
        self._say("Database", since)

    def _migrate(self) -> State:
        """Bring the tables up to date if code or tables changed; returns what the database said before."""
        since = time.monotonic()
        state = ask_state(self.url)
        if needs_migrating(state) and not self.stopping:
            self._finish("manage", "migrate", "--no-input", "--verbosity=0")
            note(self.url)
            self._say("Tables", since)
        return state

    def _finish(self, *arguments: str) -> None:
        """Run one of our own commands to its end. Raises Trouble when it fails."""
        child = self._own("command", *arguments, once=True)
        self.children.append(child)
        child.start()
        code = None
        while code is None:
            self._rest(0.5)
            if self.stopping:
                child.signal(signal.SIGTERM)
            code = child.fell()
        self.children.remove(child)
        if code and not self.stopping:
            raise Trouble(
                "command-failed", f"`heterospace {' '.join(arguments)}` failed; what it said stands above."
            )

    def _environment(self, **extra: str) -> dict[str, str]:
        own = self.house.environment(self.url, PORT=str(self.port), HETEROSPACE_SUPERVISED="1", **extra)
        if self.demo:
            own["HETEROSPACE_DEMO"] = "1"
        return {**os.environ, **own}

    def _own(self, name: str, *arguments: str, nice: int = 0, once: bool = False) -> Child:
        command = [sys.executable, "-m", "heterospace", *arguments]
        return Child(name, command, self._environment(), nice=nice, once=once)

    def _start_server(self, office: bool) -> None:
        if self.stopping:
            return
        extra = {}
        if office:
            self.house.forget_setup_code()
        elif not self.demo:
            extra["HETEROSPACE_SETUP_CODE"] = self.house.setup_code()
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--no-ws",
            "--log-level",
            "warning",
        ]
        command += ["--workers", os.environ.get("HETEROSPACE_WORKERS", "2"), "--blocking-threads", "2"]
        command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--backpressure", "64"]
        command += ["--host", self.host, "--port", str(self.port), "heterospace.wsgi:application"]
        server = Child("server", command, self._environment(**extra))
        self.children.append(server)
        server.start()
        self._record()

    def _first_page(self, patience: float = 120) -> bool:
        """Wait until a page comes; a server that keeps dying or answers with errors is said so, and waited for later."""
        since, errors = time.monotonic(), 0
        while not self.stopping and time.monotonic() < since + patience:
            status = first_page(self.host, self.port)
            if 0 < status < 500:
                self._say("First page", since)
                return True
            errors += status >= 500
            self._heal()
            if errors > 2 or any(child.falls > 2 for child in self.children):
                break
            self._rest(0.05)
        if not self.stopping:
            self.console.print("[red]The first page does not come; the reason stands above. Trying on.[/red]")
        return False

    def _start_helpers(self, *, filled: bool) -> None:
        """The worker, and in the demo its history, once the first page is out: they would only slow it down."""
        if self.stopping:
            return
        worker = self._own("worker", "manage", "worker", nice=15)
        self.children.append(worker)
        worker.start()
        if self.demo and not filled:
            filler = self._own("demo", "manage", "demo", nice=5, once=True)
            self.children.append(filler)
            filler.start()
        self._record()

    def _welcome(self, office: bool) -> None:
        address = os.environ.get("HETEROSPACE_URL", f"http://localhost:{self.port}").rstrip("/")
        say = self.console.print
        say(
            f"\n[bold]HeteroSpace {version('heterospace')}[/bold]  ready after {time.monotonic() - self.began:.1f} s"
        )
        say(f"\n  Open  [bold cyan]{address}/[/bold cyan]")
        if self.demo:
            say("\n  One click signs you in there as one of these invented people:")
            for name, who in CAST:
                say(f"    [bold]{name + '@demo.example':<22}[/bold] {who}")
        elif not office:
            say("\n  No office yet. Open the house with this one-time code:")
            say(f"    {address}/setup/   code [bold]{self.house.setup_code()}[/bold]")
            say("  or in another terminal: heterospace init")
        say(f"\n  Data in {self.house.data}. Stop with Ctrl-C.\n")

    # Living

    def _watch(self) -> None:
        while not self.stopping:
            self._heal()
            self._rest(1.0)

    def _heal(self) -> None:
        """Start again what has died: the database first, the others need it."""
        if self.postgres and not self.postgres.alive():
            since = time.monotonic()
            self.console.print("[yellow]The database stopped; starting it again.[/yellow]")
            while not self.stopping:
                try:
                    self.postgres.revive()
                    self._say("Database", since)
                    break
                except Trouble as trouble:
                    self.console.print(f"[red]{trouble}[/red]")
                    self._rest(5)
        for child in list(self.children):
            code = child.fell()
            if code is not None:
                if child.once and (code == 0 or child.tries >= TRIES):
                    self._finished(child, code)
                    continue
                self.console.print(f"[yellow]The {child.name} stopped ({code}); starting it again.[/yellow]")
            if child.process is None and time.monotonic() >= child.again_at and not self.stopping:
                child.start()
                self._record()

    def _finished(self, child: Child, code: int) -> None:
        """A child whose work had an end: remember it, or say that it did not get there."""
        self.children.remove(child)
        if code:
            self.console.print(
                f"[red]The {child.name} failed {TRIES} times; run `heterospace {child.name}` by hand.[/red]"
            )
            return
        with suppress(Trouble):  # unnoted, it runs once more at the next start and finds nothing to do
            note(self.url, demo=child.name == "demo")

    # Stopping

    def _stop(self) -> None:
        """Everything, within seconds: first politely, then not; the database last."""
        self.stopping = True
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + 6
        for child in self.children:
            if child.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, until - time.monotonic()))
                child.signal(signal.SIGKILL)
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(5)
        if self.postgres:
            self.postgres.stop()
        with suppress(OSError):
            self._record_path.unlink(missing_ok=True)

    # What we started, written down for a successor where the kernel does not end orphans

    @property
    def _record_path(self) -> Path:
        return self.house.data / "up.json"

    def _record(self) -> None:
        groups = [(child.process.pid, born(child.process.pid)) for child in self.children if child.process]
        try:
            self._record_path.write_text(json.dumps(groups))
            give_like(self._record_path, self.house.data)
        except OSError:
            pass  # a full disk must not stop what runs

    def _sweep(self) -> None:
        """End what an `up` that was killed left behind."""
        try:
            groups = json.loads(self._record_path.read_text())
        except (OSError, ValueError):
            return
        for pid, birth in groups:
            leaderless = not born(pid)  # its group may still hold workers, and keeps the number taken
            if born(pid) == birth or (leaderless and _group_is_ours(pid)):
                for number, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0)):
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(pid, number)
                    _wait(lambda pid=pid: not _group_lives(pid), seconds)  # type: ignore[misc]
        with suppress(OSError):
            self._record_path.unlink(missing_ok=True)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _group_is_ours(group: int) -> bool:
    """Whether every process left in the group speaks of us."""
    listed = subprocess.run(["ps", "-A", "-o", "pgid=,args="], capture_output=True, text=True, check=False)  # noqa: S607
    lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
    words = [line[1] for line in lines if len(line) > 1 and line[0] == str(group)]
    return bool(words) and all("heterospace" in each for each in words)


def _wait(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.05)


def check_port(host: str, port: int) -> None:
    """Raises Trouble when we cannot listen there, before anything is started."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except (OSError, OverflowError) as problem:
        number = getattr(problem, "errno", None)
        if number == errno.EADDRINUSE:
            sentence = (
                f"Port {port} is taken by another program. Stop it, or choose another one: PORT={port + 1}."
            )
            raise Trouble("port-taken", sentence) from None
        if number == errno.EACCES:
            sentence = f"This account may not use port {port}. Choose one above 1023 with PORT."
            raise Trouble("port-forbidden", sentence) from None
        raise Trouble("bad-address", f"Cannot listen on {host}, port {port}: {problem}.") from None


def first_page(host: str, port: int, patience: float = 4) -> int:
    """The HTTP status of the first page; 0 when nobody answers within `patience` seconds."""
    place = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(place, port, timeout=patience)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
