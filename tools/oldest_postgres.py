"""Run a command against the oldest PostgreSQL we promise: `oldest_postgres.py COMMAND...` sets DATABASE_URL for it.

Uses the server programs in PG15 (a bin folder) or in the places where distributions put them. Without any it says
so loudly and leaves with success: the promise is then untested on this machine.
"""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLACES = ("/usr/lib/postgresql/15/bin", "/usr/pgsql-15/bin", "/opt/homebrew/opt/postgresql@15/bin")


def main() -> int:
    """Start it in a folder of its own, run the command, throw it away; returns the command's exit code."""
    found = [
        Path(place)
        for place in (os.environ.get("PG15", ""), *PLACES)
        if place and Path(place, "initdb").exists()
    ]
    if not found:
        print(
            "NO POSTGRESQL 15 HERE: nothing was tested on it. Name its bin folder with PG15=.",
            file=sys.stderr,
        )
        return 0
    programs = found[0]
    who = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="hs15", dir="/tmp") as place:
        if who is not None:
            os.chown(place, who, -1)
        data, log = Path(place, "data"), subprocess.DEVNULL
        make = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "heterospace",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
            "-A",
            "trust",
        ]
        subprocess.run(make, check=True, user=who, stdout=log, cwd="/")
        options = {
            "listen_addresses": "",
            "unix_socket_directories": place,
            "fsync": "off",
            "max_connections": "100",
        }
        command = [
            programs / "postgres",
            "-D",
            data,
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        server = subprocess.Popen(command, user=who, stdout=log, stderr=log, cwd="/")
        try:
            ready = [programs / "pg_isready", "-q", "-h", place]
            for _ in range(200):
                if subprocess.run(ready, check=False).returncode == 0:
                    break
                time.sleep(0.1)
            subprocess.run(
                [programs / "createdb", "-h", place, "-U", "heterospace", "heterospace"], check=True
            )
            url = f"postgresql://heterospace@/heterospace?host={place}"
            print(f"On the server in {programs}", flush=True)
            return subprocess.run(
                sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False
            ).returncode
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
