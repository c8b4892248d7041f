"""The whole house in one file, and back: database, uploads and the key that signed its tickets. No Django.

The file is a plain tar, so that it can be looked into without us: `database.dump` (PostgreSQL's custom format),
`secret_key`, `uploads/...`, and as its last member `manifest.json` with the checksum of every other. A file
without a manifest was never finished.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO

from .house import House, ask_state
from .machine import Trouble, explain, give_like, take_lock
from .postgres import binary, psql, tool

FORMAT = 1
DUMP, KEY, MANIFEST, UPLOADS = "database.dump", "secret_key", "manifest.json", "uploads"
CHUNK = 1 << 20
CONTENT_SQL = r"""
SELECT count(*) AS tables, to_regclass('core_user') IS NOT NULL AND to_regclass('hubs_office') IS NOT NULL AS ours
  FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace \gset
\if :ours
SELECT CASE WHEN EXISTS (SELECT FROM core_user) OR EXISTS (SELECT FROM hubs_office) THEN 'full' ELSE 'bare' END;
\else
SELECT CASE WHEN :tables > 0 THEN 'full' ELSE 'empty' END;
\endif
"""


def backup(house: House, target: Path) -> str:
    """Write everything into `target` (replaced only when complete, readable by its owner alone); returns a sentence.

    Works while the house runs. The database is dumped at one moment and before the uploads, so every file its rows
    speak of is there. Raises Trouble.
    """
    target = Path(os.path.abspath(target))
    if target.is_dir():
        raise Trouble("backup-target", f"{target} is a folder; name the file the backup should become.")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with (
            house.open_database() as url,
            tempfile.NamedTemporaryFile(dir=target.parent, prefix=".dump") as dump,
        ):
            tool(
                "pg_dump", url, "--format=custom", "--no-owner", "--no-acl", "--no-comments", stdout=dump.file
            )
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
                files = _write(raw, dump.name, house)
                raw.flush()
                os.fsync(raw.fileno())
        partial.replace(target)
    except OSError as problem:
        raise explain(problem, target.parent) from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    size = target.stat().st_size / 1e6
    return (
        f"{target}: database and {files} uploaded files, {size:.1f} MB. It holds personal data: keep it safe."
    )


def _write(raw: IO[bytes], dump: str, house: House) -> int:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, sums, DUMP, Path(dump))
        _add_words(archive, KEY, house.secret_key().encode(), sums)
        for path in sorted(_files(house.uploads)):
            with contextlib.suppress(FileNotFoundError):  # deleted since it was listed
                _add(archive, sums, f"{UPLOADS}/{path.relative_to(house.uploads).as_posix()}", path)
        manifest = {
            "format": FORMAT,
            "version": version("heterospace"),
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "sha256": sums,
        }
        _add_words(archive, MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    return len(sums) - 2


def _files(folder: Path) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if path.is_file() and not path.is_symlink():
                yield path


class _Summing(io.RawIOBase):
    """Reads a file for the archive and sums it on the way; pads one that shrinks meanwhile."""

    def __init__(self, handle: IO[bytes]) -> None:
        self.handle, self.digest = handle, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.handle.read(size)
        data += b"\0" * (size - len(data))
        self.digest.update(data)
        return data


def _add(archive: tarfile.TarFile, sums: dict[str, str], name: str, path: Path) -> None:
    with path.open("rb") as handle:
        info = tarfile.TarInfo(name)
        facts = os.fstat(handle.fileno())
        info.size, info.mtime, info.mode = facts.st_size, int(facts.st_mtime), 0o600
        summing = _Summing(handle)
        archive.addfile(info, summing)
        sums[name] = summing.digest.hexdigest()


def _add_words(archive: tarfile.TarFile, name: str, words: bytes, sums: dict[str, str] | None = None) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(words), int(time.time()), 0o600
    archive.addfile(info, io.BytesIO(words))
    if sums is not None:
        sums[name] = hashlib.sha256(words).hexdigest()


def restore(house: House, source: Path, *, force: bool = False) -> str:
    """Bring the backup `source` up in this house; returns a sentence. Raises Trouble, and has then changed nothing.

    Every checksum is verified first. The database changes in one transaction. What is there already is refused
    unless `force`. Tables of an older version are migrated by the next start.
    """
    source = Path(os.path.abspath(source))
    keeper = take_lock(house.data / "up.lock")
    if keeper is None:
        raise Trouble("already-up", "HeteroSpace is running on this data. Stop it first, then restore.")
    with keeper, tempfile.TemporaryDirectory(dir=house.data, prefix="restore-") as name:
        folder = Path(name)
        try:
            manifest = _unpack(source, folder)
            with house.open_database() as url:
                ask_state(url)
                content = psql(url, CONTENT_SQL)
                uploads_there = any(_files(house.uploads))
                if (content == "full" or uploads_there) and not force:
                    raise Trouble(
                        "not-empty",
                        "There is something in this house already; a backup is restored into an empty one. "
                        "To throw away what is there, add --force.",
                    )
                _load(url, folder / DUMP, clear=content != "empty")
            _put_files(house, folder)
        except OSError as problem:
            raise explain(problem, house.data) from None
    files = len(manifest["sha256"]) - 2
    return f"Restored what was backed up at {manifest['made']}: database and {files} uploaded files."


def _unpack(source: Path, folder: Path) -> dict[str, dict[str, str]]:
    """Take the archive apart, trusting nothing in it that the manifest does not vouch for."""
    broken = Trouble("backup-broken", f"{source} is no complete backup of HeteroSpace: ")
    found: dict[str, str] = {}
    manifest: dict[str, dict[str, str]] = {}
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                known = member.name in (DUMP, KEY, MANIFEST) or path.parts[0] == UPLOADS
                if not member.isfile() or not known or path.is_absolute() or ".." in path.parts:
                    raise Trouble(broken.code, f"{broken}it holds the unexpected {member.name!r}.")
                content = archive.extractfile(member)
                if content is None:
                    continue
                if member.name == MANIFEST:
                    manifest = json.loads(content.read())
                    continue
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                digest = hashlib.sha256()
                with target.open("wb") as handle:
                    while data := content.read(CHUNK):
                        digest.update(data)
                        handle.write(data)
                found[member.name] = digest.hexdigest()
    except FileNotFoundError:
        raise Trouble("backup-missing", f"There is no file {source}.") from None
    except (tarfile.TarError, ValueError, EOFError) as problem:
        raise Trouble(broken.code, f"{broken}{problem}.") from None
    if not manifest:
        raise Trouble(broken.code, f"{broken}its end is missing.")
    if manifest.get("format") != FORMAT or _order(manifest["version"]) > _order(version("heterospace")):
        newer = (
            f"{source} was made by HeteroSpace {manifest.get('version')}, this is {version('heterospace')}."
        )
        raise Trouble("backup-newer", f"{newer} Install that version first.")
    if found != manifest["sha256"]:
        wrong = sorted(set(found.items()) ^ set(manifest["sha256"].items()))[0][0]
        raise Trouble(broken.code, f"{broken}{wrong} is not what was backed up.")
    return manifest


def _order(words: object) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(words))[:3])


def _load(url: str, dump: Path, *, clear: bool) -> None:
    """Replay the dump as one transaction: either all of it is there afterwards, or nothing has changed."""
    with tempfile.NamedTemporaryFile(dir=dump.parent, suffix=".sql") as script:
        head = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n" if clear else ""
        script.write(b"SET lock_timeout = '10s';\n" + head.encode())
        script.flush()
        plain = ("--no-owner", "--no-acl", "--no-comments", "--exit-on-error", "--file=-")
        complaint = tempfile.TemporaryFile(dir=dump.parent)  # noqa: SIM115 - closed with the process
        produced = subprocess.Popen(  # noqa: S603
            [str(binary("pg_restore")), *plain, str(dump)], stdout=subprocess.PIPE, stderr=complaint, cwd="/"
        )
        with produced, complaint:
            head_lines = True
            for line in produced.stdout or ():
                head_lines = head_lines and not line.startswith(b"COPY ")
                if not (
                    head_lines and line.startswith(b"SET transaction_timeout")
                ):  # unknown before server 17
                    script.write(line)
            if produced.wait():
                complaint.seek(0)
                words = complaint.read().decode(errors="replace").strip().splitlines() or [""]
                raise Trouble("backup-broken", f"PostgreSQL cannot read the backup: {words[-1]}")
        script.flush()
        tool(
            "psql",
            url,
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--file={script.name}",
        )
    psql(url, "ANALYZE")


def _put_files(house: House, folder: Path) -> None:
    fresh = folder / UPLOADS
    fresh.mkdir(exist_ok=True, mode=0o700)
    for place, folders, names in os.walk(fresh):
        for name in (*folders, *names):
            give_like(Path(place) / name, house.data)
    give_like(fresh, house.data)
    if house.uploads.exists():
        house.uploads.rename(folder / "replaced")
    fresh.rename(house.uploads)
    key = folder / KEY
    key.chmod(0o600)
    give_like(key, house.data)
    shutil.move(key, house.data / KEY)
