"""A ZIP file that is sent while it is written: nothing of it is held but the piece on its way."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from . import clock

Entry = tuple[str, Iterable[bytes]]


class _Sink:
    """Takes what `zipfile` writes until it is fetched. It cannot seek: sizes stand behind each file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def fetch(self) -> bytes:
        data, self._pieces = b"".join(self._pieces), []
        return data


def stream(entries: Iterable[Entry], timezone: str) -> Iterator[bytes]:
    """The ZIP of `entries` (a path and its pieces), dated now as clocks in `timezone` show it."""
    sink = _Sink()
    target: Any = sink
    now = clock.now().astimezone(ZoneInfo(timezone)).timetuple()[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for path, pieces in entries:
            info = zipfile.ZipInfo(path, date_time=now)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w") as member:
                for piece in pieces:
                    member.write(piece)
                    if data := sink.fetch():
                        yield data
    yield sink.fetch()
