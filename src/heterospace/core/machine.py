"""What the launcher and the supervisor need of the machine: folders, locks, rights, processes. No Django."""

# ruff: noqa: S603, S607 - `ps` where there is no /proc

import ctypes
import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
_libc = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    """Something the person at the keyboard can act on: a stable `code` and one clear sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def explain(problem: OSError, folder: Path) -> Trouble:
    """The sentence for a folder that cannot be used."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    return Trouble(
        "data-not-writable",
        f"The data folder {folder} cannot be written to ({problem.strerror}). "
        "Choose another one with HETEROSPACE_DATA, or give this account the right to write there.",
    )


def disk_full(folder: Path) -> Trouble:
    """The sentence for a full disk; what was acknowledged is safe."""
    return Trouble(
        "disk-full",
        f"The disk that holds {folder} is full. Free some space and start again; nothing acknowledged was lost.",
    )


def prepare_folder(folder: Path) -> Path:
    """Make the data folder and prove that it can be written to; returns its real path. Raises Trouble.

    A folder that exists keeps its owner and mode, and so does every folder above it.
    """
    folder = Path(os.path.realpath(folder))
    try:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Passable for the database's own number when root makes it; what is secret in it is 600.
            folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
            give_like(folder, folder.parent)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"x" * 4096)
            trial.flush()
    except OSError as problem:
        raise explain(problem, folder) from None
    return folder


def give_like(path: Path, model: Path) -> None:
    """Root in somebody's folder: what it makes there belongs to that somebody."""
    if os.geteuid() == 0:
        owner = model.stat()
        if owner.st_uid:
            os.chown(path, owner.st_uid, owner.st_gid)


def take_lock(path: Path, *, shared: bool = False, patience: float = 0) -> IO[str] | None:
    """An advisory lock that dies with this process; None when somebody else has it for `patience` seconds."""
    try:
        handle = os.fdopen(
            os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8"
        )
        give_like(path, path.parent)
    except OSError as problem:
        raise explain(problem, path.parent) from None
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return handle
        except OSError:
            if time.monotonic() >= until:
                handle.close()
                return None
        time.sleep(0.02)


def die_with_parent(number: signal.Signals, parent: int | None = None) -> Callable[[], None]:
    """For `preexec_fn`: the child gets `number` when its parent (this process) dies; elsewhere than Linux, nothing.

    The kernel watches the thread that forks, so fork from the main thread.
    """
    parent = parent or os.getpid()

    def arrange() -> None:
        if LINUX:
            _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return arrange


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapData(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def permitted_capabilities() -> int:
    header, data = _CapHeader(0x20080522, 0), (_CapData * 2)()
    if not LINUX or _libc.capget(ctypes.byref(header), data):
        return 0
    return int(data[0].permitted)


def become(uid: int, gid: int, capabilities: int) -> None:
    """In the child: give up root for `uid`, keeping only the file capabilities in the bit set `capabilities`."""
    if capabilities:
        _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if not capabilities:
        return
    header, data = _CapHeader(0x20080522, 0), (_CapData * 2)()
    data[0].effective = data[0].permitted = data[0].inheritable = capabilities
    if _libc.capset(ctypes.byref(header), data):
        raise OSError(ctypes.get_errno(), "capset")
    for number in range(32):
        if capabilities >> number & 1 and _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, number, 0, 0):
            raise OSError(ctypes.get_errno(), "ambient capability")


def may_pass(path: Path, uid: int) -> bool:
    """Whether `uid`, alone and in no group of the owners, reaches `path` through every folder above it."""
    for folder in path.parents:
        facts = folder.stat()
        if not facts.st_mode & (stat.S_IXUSR if facts.st_uid == uid else stat.S_IXOTH):
            return False
    return True


def state(pid: int) -> str:
    """The kernel's letter for the process (`Z` is a corpse nobody collected), empty when there is none."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return ""
    answer = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()[:1]


def processes_in(folder: Path) -> set[int]:
    """Processes at home in `folder`: PostgreSQL and all its helpers work from inside their data folder."""
    wanted = os.path.realpath(folder)
    if LINUX:
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    if os.readlink(entry / "cwd") == wanted:
                        found.add(int(entry.name))
        return found
    import psutil

    found = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.cwd() == wanted and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
    return found


def born(pid: int) -> str:
    """When the process began, as the kernel words it; a pid with another birth is another process."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
        except (OSError, IndexError):
            return ""
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
