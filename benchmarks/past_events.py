"""Import of 231 past events with 12,000 participants from XLSX, as many as the first eight months had: time and memory."""

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import _house
from sheets import peak

EVENTS, PARTICIPANTS = 231, 12_000
FIRST = dt.date(2020, 2, 1)


def events():
    """Classes and webinars, one a day."""
    for n in range(EVENTS):
        yield {
            "title": f"Kelas Percobaan {n}",
            "date": FIRST + dt.timedelta(days=n),
            "start": dt.time(9),
            "end": dt.time(12),
            "mode": "Daring" if n % 3 else "Luring",
            "capacity": 40,
            "topic": "digital",
        }


def participants():
    """About fifty each; every second person comes to three of them; one in four stays away."""
    for n in range(PARTICIPANTS):
        who = n % (PARTICIPANTS // 2)
        yield {
            "event": f"Kelas Percobaan {(n * 7 + n // EVENTS) % EVENTS}",
            "name": f"Peserta Percobaan {who}",
            "whatsapp": f"0813{who:08}",
            "came": n % 4 != 0,
            "gender": "Perempuan" if who % 2 else "Laki-laki",
            "birth_year": 1970 + who % 35,
            "regency": "Kota Semarang",
            "statistics": True,
        }


def main() -> None:
    _house.open_database()
    hub = _house.open_house(rooms=1, people=1)[0]
    from heterospace.core import sheets
    from heterospace.core.deeds import SYSTEM
    from heterospace.home.data.jobs import take_file
    from heterospace.home.data.kinds import KINDS

    before = peak()
    folder = Path(tempfile.mkdtemp(prefix="hs-bench-"))
    files = {}
    for kind, lines in (("events", events()), ("participants", participants())):
        files[kind] = folder / f"{kind}.xlsx"
        sheets.write(KINDS[kind].table, lines, files[kind])
    for what in ("", " again"):
        began = time.monotonic()
        for kind, count in (("events", EVENTS), ("participants", PARTICIPANTS)):
            taken = take_file(kind, hub, files[kind], by=SYSTEM)
            assert taken.brought is not None, taken.problems[:5]
            assert taken.brought.new == (0 if what else count), taken.brought
        seconds = time.monotonic() - began
        _house.tell(
            f"import {EVENTS} events, {PARTICIPANTS:,} participants{what}",
            f"{seconds:.1f} s",
            "60 s",
            seconds <= 60,
        )
        print(f"import{what}: {seconds:.1f} s, peak {peak():.0f} MB", file=sys.stderr)
    used = peak()
    _house.tell(
        "memory of the process that imports", f"{used:.0f} MB (idle {before:.0f})", "300 MB", used <= 300
    )


if __name__ == "__main__":
    main()
