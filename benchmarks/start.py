"""How fast the house opens, and how much memory all of it takes: `heterospace up --demo` on an empty data folder."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import _house

PAGES = ("/", "/api/v1/hubs", "/api/v1/spaces", "/account/login/", "/ui/")


def free_port() -> int:
    """A port nobody uses now."""
    with closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def get(port: int, path: str = "/") -> int:
    """The status of a page; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


def start(data: Path, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """`up --demo`, and the seconds until its first page came."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HETEROSPACE_", "DATABASE_URL"))
    }
    environment = {
        **clean,
        "HETEROSPACE_DATA": str(data),
        "PORT": str(port),
        "PYTHONPATH": str(_house.ROOT / "src"),
    }
    began = time.monotonic()
    up = subprocess.Popen(
        [sys.executable, "-m", "heterospace", "up", "--demo"],
        env=environment,
        stdout=sys.stderr,
        stderr=sys.stderr,
    )
    while not 0 < get(port) < 400:
        if up.poll() is not None:
            sys.exit("`up` ended")
        time.sleep(0.02)
    return up, time.monotonic() - began


def family(pid: int) -> list[int]:
    """A process and all beneath it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, IndexError):
            if entry.name.isdigit():
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found


def memory(pid: int) -> float:
    """Megabytes of a process and all beneath it; what they share is counted once (PSS)."""
    total = 0
    for member in family(pid):
        with suppress(OSError):
            words = Path(f"/proc/{member}/smaps_rollup").read_text()
            total += sum(int(number) for number in re.findall(r"^Pss:\s+(\d+)", words, re.MULTILINE))
    return total / 1024


def main() -> None:
    """Two starts, with a load in the second."""
    place = Path(tempfile.mkdtemp(prefix="hs-bench-"))
    place.chmod(0o711)
    data, port = place / "data", free_port()
    try:
        up, first = start(data, port)
        _house.tell("first page on an empty data folder", f"{first:.1f} s", "60 s", first <= 60)
        began = time.monotonic()
        while any("manage demo" in words for words in commands(up.pid)) or time.monotonic() - began < 5:
            time.sleep(0.5)
        print(f"the demo's history took {time.monotonic() - began:.0f} s more", file=sys.stderr)
        up.send_signal(signal.SIGINT)
        up.wait(30)
        up, again = start(data, port)
        _house.tell("next start", f"{again:.1f} s", "5 s", again <= 5)
        time.sleep(5)
        for _round in range(40):
            for page in PAGES:
                get(port, page)
        whole = memory(up.pid)
        _house.tell("memory of the whole stack, after 200 pages", f"{whole:.0f} MB", "500 MB", whole < 500)
        began = time.monotonic()
        up.send_signal(signal.SIGINT)
        up.wait(30)
        seconds = time.monotonic() - began
        _house.tell("Ctrl-C to the end of the last process", f"{seconds:.1f} s", "5 s", seconds <= 5)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def commands(pid: int) -> list[str]:
    """The command lines of a process and all beneath it."""
    found = []
    for member in family(pid):
        with suppress(OSError):
            found.append(Path(f"/proc/{member}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


if __name__ == "__main__":
    main()
