"""What is published: a wheel with everything inside, installed into a fresh environment, comes up."""

import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_runtime import answers, environment, free_port, until

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    "heterospace/static/staticfiles.json",
    "heterospace/locale/id/LC_MESSAGES/django.mo",
    "heterospace/static/core/fonts/noto-sans-javanese-javanese-400.ttf",
    "heterospace/wsgi.py",
)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hs", dir="/tmp", ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


@pytest.fixture(scope="module")
def wheel(place: Path) -> Path:
    """The wheel, built from a copy of the sources with the tools of this environment: no network."""
    if not (ROOT / "src" / "heterospace" / "static" / "staticfiles.json").exists():
        pytest.fail("build the assets first: make assets")
    copy = place / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "requirements", copy / "requirements")
    shutil.copytree(
        ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
    )
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    done = subprocess.run([*command, "-w", place, copy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(place.glob("heterospace-*.whl"))


def test_everything_is_inside_and_nothing_that_is_not_ours(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in NEEDED:
        assert needed in names
    templates = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src").glob("heterospace/*/templates/**/*.html")
    }
    migrations = {
        str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").glob("heterospace/*/migrations/*.py")
    }
    assert templates and templates <= names
    assert migrations <= names
    assert not [name for name in names if "node_modules" in name or "/var/" in name or name.endswith(".map")]


def test_the_installed_wheel_comes_up(wheel: Path, place: Path) -> None:
    """In an environment of its own that holds only the wheel and, by path, the locked packages of this one."""
    fresh = place / "fresh"
    venv.create(fresh, with_pip=False, symlinks=True)
    library = next((fresh / "lib").glob("python3*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(library)
    (library / "locked.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    command = [str(fresh / "bin" / "python"), "-P", "-m", "heterospace"]
    data, port = place / "data", free_port()
    variables = {**environment(data, port), "PYTHONPATH": ""}
    where = subprocess.run(
        [command[0], "-c", "import heterospace; print(heterospace.__file__)"],
        env=variables, cwd=place, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(fresh) in where.stdout
    with (place / "log").open("wb") as log:
        up = subprocess.Popen([*command, "up"], env=variables, cwd=place, stdout=log, stderr=log)
    try:
        until(lambda: answers(port) or up.poll() is not None, 90, "the first page")
        assert up.poll() is None, (place / "log").read_text()
        done = subprocess.run(
            [*command, "doctor"], env=variables, cwd=place, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        up.send_signal(signal.SIGTERM)
        assert up.wait(20) == 0
