"""Find a Chromium for the browser tests, or get one; prints its path, or nothing and why on stderr."""

import functools
import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
SWITCHES = (  # quiet, and fit for a container without a graphics card
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> str | None:
    """A browser that is here already: named by CHROMIUM, on the path, or fetched by playwright before."""
    if named := os.environ.get("CHROMIUM"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return MAC if os.path.exists(MAC) else _playwright()


def _playwright() -> str | None:
    code = "from playwright.sync_api import sync_playwright as p\nwith p() as w: print(w.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if path and os.path.exists(path) else None


@functools.cache
def find() -> str | None:
    """The path of a browser, installing one if need be; None when there is no way."""
    if path := installed():
        return path
    tries = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tries[:0] = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for command in tries:
        print(f"No Chromium here; trying: {' '.join(command)}", file=sys.stderr)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                timeout=600,
                check=False,
            )
        except subprocess.TimeoutExpired:
            continue
        if path := installed():
            return path
    return None


if __name__ == "__main__":
    if found := find():
        print(found)
    else:
        sys.exit(
            "NO CHROMIUM: the browser tests (tests/e2e) are SKIPPED. Install one, or name it with CHROMIUM=/path."
        )
