"""The `heterospace` command. It imports Django only for the commands that need it."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from heterospace.cocreation.opinions import command as public_dialogue
from heterospace.core.house import House, ask_state, needs_migrating, note
from heterospace.core.machine import Trouble

DJANGO = {  # management commands of the same name, with their own options: `heterospace token --help`
    "init": "open an office with its first hub and manager",
    "demo": "fill the database with an invented, living house",
    "import": "take spaces, people, organisations or past bookings from an XLSX file",
    "export": "write them into an XLSX file",
    "token": "print an API token for the account with this e-mail",
    "tick": "do now what is due (expired holds, reminders, stuck tasks)",
    "doctor": "check the configuration and everything that must always hold",
}
NO_DATABASE = {
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "version",
}


def port(word: str) -> int:
    """A port number."""
    if not word.isdigit() or not 0 < int(word) < 65536:
        raise argparse.ArgumentTypeError(f"{word!r} is not a port number (1 to 65535)")
    return int(word)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="heterospace", description="Runs a public creative hub.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start database, server and worker; says where to click")
    up.add_argument("--demo", action="store_true", help="with the invented house and one-click sign-in")
    up.add_argument(
        "--port", type=port, default=os.environ.get("PORT") or "8000", help="default: PORT or 8000"
    )
    up.add_argument(
        "--host", default=os.environ.get("HOST") or "127.0.0.1", help="default: HOST or 127.0.0.1"
    )
    for name, words in DJANGO.items():
        commands.add_parser(name, help=words, add_help=False)
    backup = commands.add_parser("backup", help="write database and uploads into one file, while running")
    backup.add_argument("file", type=Path)
    restore = commands.add_parser("restore", help="bring a backup up on an empty machine")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="throw away what is in the database now")
    dialogue = commands.add_parser("dialogue", help="the figures of a conversation published as CSV files")
    public_dialogue.arguments(dialogue)
    commands.add_parser("manage", help="any Django management command, for developers", add_help=False)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Trouble becomes one sentence on stderr."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options, rest = parser().parse_known_args(arguments)
    if rest and options.command in {"up", "backup", "restore", "dialogue"}:
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    rest = arguments[arguments.index(options.command) + 1 :]
    try:
        return run(options, rest)
    except Trouble as trouble:
        print(f"heterospace: {trouble} [{trouble.code}]", file=sys.stderr)
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        return 130


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """One parsed command."""
    if options.command == "up":
        from heterospace.home.supervisor import Supervisor

        return Supervisor(demo=options.demo, port=options.port, host=options.host).run()
    if options.command in {"backup", "restore"}:
        from heterospace.core.backup import backup, restore

        signal.signal(signal.SIGTERM, _as_interrupt)
        if options.command == "backup":
            print(backup(House(), options.file))
        else:
            print(restore(House(), options.file, force=options.force))
        return 0
    if options.command == "dialogue":
        return public_dialogue.run(options)
    if options.command == "manage":
        name = rest[0] if rest else "help"
        if name in NO_DATABASE or {"-h", "--help"} & set(rest):
            return django([name, *rest[1:]])
        return with_database(lambda url: django([name, *rest[1:]]))
    return with_database(lambda url: migrated(url, [options.command, *rest]))


def with_database(job: Callable[[str], int]) -> int:
    """Run `job` with a database that answers and the environment that settings read."""
    if os.environ.get("HETEROSPACE_SUPERVISED"):  # `up` has arranged everything
        return job(os.environ["DATABASE_URL"])
    signal.signal(signal.SIGTERM, _as_interrupt)
    house = House()
    with house.open_database() as url:
        os.environ.update(house.environment(url))
        return job(url)


def migrated(url: str, arguments: list[str]) -> int:
    """Bring the tables up to date if need be, silently, then run a Django command."""
    if needs_migrating(ask_state(url)):
        if code := django(["migrate", "--no-input", "--verbosity=0"]):
            return code
        note(url)
    return django(arguments)


def django(arguments: list[str]) -> int:
    """A Django management command in this process; returns its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heterospace.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["heterospace", *arguments])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        from django.db import connections

        connections.close_all()
        for connection in connections.all(initialized_only=True):
            getattr(connection, "close_pool", lambda: None)()
    return 0


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
