"""Import of 20,000 people and 20,000 past bookings from XLSX: time and memory of the whole process."""

import datetime as dt
import resource
import sys
import tempfile
import time
from pathlib import Path

import _house

LINES = 20_000
FIRST = dt.date(2024, 1, 1)


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def people():
    """Lines of the operator's sheet of members."""
    for n in range(LINES):
        yield {
            "name": f"Orang Percobaan {n}",
            "whatsapp": f"0812{n:08}",
            "email": f"orang{n}@contoh.example" if n % 3 else "",
            "regency": "Kota Semarang",
            "birth_year": 1960 + n % 45,
            "gender": "Perempuan" if n % 2 else "Laki-laki",
            "statistics": True,
        }


def bookings(rooms: int):
    """Ten two-hour bookings a day and room, by people of the other sheet."""
    slots = 10
    for n in range(LINES):
        slot, room, day = n % slots, n // slots % rooms, n // slots // rooms
        yield {
            "space": f"Room {room}",
            "date": FIRST + dt.timedelta(days=day),
            "start": dt.time(2 + slot * 2),
            "end": dt.time((4 + slot * 2) % 24),
            "name": f"Orang Percobaan {n}",
            "whatsapp": f"0812{n:08}",
            "purpose": "Rapat tim",
            "people": 4,
        }


def main() -> None:
    _house.open_database()
    hub = _house.open_house(rooms=20, people=1)[0]
    from heterospace.core import sheets
    from heterospace.core.deeds import SYSTEM
    from heterospace.home.data.jobs import give_file, take_file
    from heterospace.home.data.kinds import KINDS

    before = peak()
    folder = Path(tempfile.mkdtemp(prefix="hs-bench-"))
    for kind, lines in (("people", people()), ("bookings", bookings(20))):
        file = folder / f"{kind}.xlsx"
        sheets.write(KINDS[kind].table, lines, file)
        for what, bar in (("", 40), (" again", 20)):
            began = time.monotonic()
            taken = take_file(kind, hub, file, by=SYSTEM)
            seconds = time.monotonic() - began
            assert taken.brought is not None, taken.problems[:5]
            wanted = LINES if not what else 0
            assert taken.brought.new == wanted, taken.brought
            _house.tell(f"import {LINES:,} {kind}{what}", f"{seconds:.1f} s", f"{bar} s", seconds <= bar)
            print(f"{kind}{what}: {seconds:.1f} s, peak {peak():.0f} MB", file=sys.stderr)
        began = time.monotonic()
        given = give_file(kind, hub, folder / f"{kind}-out.xlsx", by=SYSTEM)
        seconds = time.monotonic() - began
        assert given >= LINES
        _house.tell(f"export {LINES:,} {kind}", f"{seconds:.1f} s", "20 s", seconds <= 20)
    used = peak()
    _house.tell(
        "memory of the process that imports", f"{used:.0f} MB (idle {before:.0f})", "300 MB", used <= 300
    )


if __name__ == "__main__":
    main()
