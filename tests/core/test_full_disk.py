"""No room left to write: a clear answer, nothing half-written, and everything as before once there is room."""

import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from django.db import connection

from heterospace.bookings.models import Booking
from heterospace.core.models import Message
from tests.api.test_bookings_api import Api, problem, wish
from tests.test_runtime import Up, migrated  # noqa: F401 - a fixture

FULL = """
CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON core_message FOR EACH ROW EXECUTE FUNCTION pg_temp.full()
"""


@pytest.fixture
def full(sari, rembug_1):
    with connection.cursor() as cursor:
        cursor.execute(FULL)


def test_the_api_and_the_page_say_so_and_keep_nothing_by_halves(full, enter, sari, rembug_1):
    body = problem(Api(sari).post("bookings", wish(rembug_1)), 503, "disk_full")
    assert body["detail"]
    form = {"date": "2026-11-24", "start": "09:00", "end": "11:00", "people": "4", "purpose": "Temu pembeli"}
    answer = enter(sari).post("/hubs/semarang/spaces/rembug-1/book/", form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"
    assert "data-failed" in answer.content.decode()  # the browser puts back what was typed
    assert not Booking.objects.exists()
    assert not Message.objects.exists()


class Browser:
    """Just enough to send a form to a running house."""

    def __init__(self, port: int) -> None:
        self.base = f"http://localhost:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[int, str]:
        return self._ask(self.base + path)

    def post(self, path: str, **form: str) -> tuple[int, str]:
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.get(path)[1])
        assert token
        return self._ask(
            self.base + path, urllib.parse.urlencode({**form, "csrfmiddlewaretoken": token[1]}).encode()
        )

    def _ask(self, address: str, data: bytes | None = None) -> tuple[int, str]:
        try:
            with self.opener.open(address, data, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_running_house_outlives_a_full_disk(migrated: Path, tmp_path: Path) -> None:  # noqa: F811
    place = Path(migrated.parent, "full")
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none", place], check=False).returncode:
        pytest.skip("may not mount here")
    try:
        data = place / "data"
        subprocess.run(["cp", "-a", "-T", migrated, data], check=True)
        up = Up(data).ready()
        try:
            with (place / "filler").open("wb") as filler:
                for block in (1 << 20, 512):
                    with suppress(OSError):
                        while True:
                            os.write(filler.fileno(), b"\0" * block)
            browser = Browser(up.port)
            code = (data / "setup_code").read_text().strip()
            house = {"code": code, "office": "Dinas", "hub": "Tegal", "regency": "33.76", "address": "Jalan 1",
                     "manager": "Ratna", "email": "ratna@demo.example"}  # fmt: skip
            status, words = browser.post("/setup/", **house)
            assert status == 503, up.said()
            assert "disk_full" in words
            assert browser.get("/healthz")[0] == 200  # it still reads
            (place / "filler").unlink()
            status, words = browser.post("/setup/", **house)
            assert status == 200, words
            assert "Tegal" in words
        finally:
            up.end()
    finally:
        subprocess.run(["umount", "-l", place], check=False)
