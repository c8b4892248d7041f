"""The pages of hubs and spaces: what they show, what they refuse, and that they stay quick."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.actions import change_hub, set_exception
from heterospace.spaces.actions import add_space, change_space
from heterospace.spaces.models import Space
from heterospace.spaces.queries import own_week
from heterospace.spaces.words import rules_in_words
from tests.counting import grows_by

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def room(hub, number: int, **facts) -> Space:
    return add_space(
        hub, by=SYSTEM, **{"name": f"Ruang {number}", "kind": "meeting", "capacity": 4 + number % 7} | facts
    )


class TestHub:
    def test_shows_today_and_its_spaces(self, enter, semarang, rembug_1):
        page = text(enter().get(reverse("spaces:hub", args=["semarang"])))
        assert "Buka sekarang" in page  # 09.00, open from 08.00
        assert "08.00-22.00" in page
        assert "Rembug 1" in page
        assert "Pengaturan" not in page  # a stranger sees no doors of staff

    def test_says_why_it_is_closed(self, enter, semarang, ratna):
        set_exception(semarang, dt.date(2026, 11, 21), by=ratna.user, reason="Kerja bakti")
        page = text(enter().get(reverse("spaces:hub", args=["semarang"])))
        assert "Sedang tutup" in page
        assert "hari ini tutup: Kerja bakti" in page

    def test_offers_what_is_free_at_once(self, enter, semarang, rembug_1):
        page = text(enter().get(reverse("spaces:hub", args=["semarang"])))
        assert "date=2026-11-21&amp;start=09%3A30&amp;end=10%3A30" in page

    def test_an_empty_hub_says_so_and_its_manager_may_begin(self, enter, semarang, ratna):
        address = reverse("spaces:hub", args=["semarang"])
        assert "Belum ada ruang" in text(enter().get(address))
        assert reverse("spaces:add", args=["semarang"]) not in text(enter().get(address))
        assert reverse("spaces:add", args=["semarang"]) in text(enter(ratna).get(address))

    def test_unknown_is_404(self, enter, semarang):
        assert enter().get("/hubs/surabaya/").status_code == 404

    def test_asks_the_same_however_many_spaces(self, enter, semarang):
        grows_by(enter(), reverse("spaces:hub", args=["semarang"]), lambda n: room(semarang, n))


class TestCatalogue:
    def test_filters(self, enter, semarang, solo, rembug_1, gatra):
        kitchen = room(solo, 1, name="Saka Foodlab", kind="kitchen", features=["kitchen"])

        def shown(**query) -> set[str]:
            return {space.name for space in enter().get(reverse("spaces:list"), query).context["page"]}

        assert shown() == {"Rembug 1", "Gatra", "Gatra Timur", "Gatra Barat", "Saka Foodlab"}
        assert shown(hub="solo") == {"Saka Foodlab"}
        assert shown(kind="event", people="60") == {"Gatra"}
        assert shown(features="kitchen") == {kitchen.name}
        assert shown(features=["kitchen", "stage"]) == set()

    def test_nothing_found_says_what_to_do(self, enter, rembug_1):
        page = text(enter().get(reverse("spaces:list"), {"people": "9000"}))
        assert "Tidak ada ruang seperti itu" in page
        assert "Tampilkan semua ruang" in page

    @pytest.mark.parametrize(
        "query", [{"people": "-3"}, {"people": "banyak"}, {"hub": "nowhere"}, {"kind": "<b>"}, {"page": "99"}]
    )
    def test_wrong_filters_are_no_error(self, enter, rembug_1, query):
        assert enter().get(reverse("spaces:list"), query).status_code == 200

    def test_asks_the_same_however_many_spaces(self, enter, semarang):
        grows_by(enter(), reverse("spaces:list"), lambda n: room(semarang, n))


class TestSpace:
    def test_tells_the_rules_in_words(self, enter, semarang):
        room(
            semarang, 1, min_length=60, max_length=240, step_minutes=30, lead_minutes=4320, cancel_minutes=120,
            turnaround_minutes=10, horizon_days=60,
        )  # fmt: skip
        page = text(enter().get(reverse("spaces:space", args=["semarang", "ruang-1"])))
        for words in (
            "1 jam sampai 4 jam",
            "tiap 30 menit sejak jam buka",
            "3 hari sampai 60 hari sebelumnya",
            "10 menit dikosongkan sesudah tiap pemesanan",
            "sampai 2 jam sebelum mulai",
            "Semua anggota",
        ):
            assert words in page

    def test_a_room_for_the_night_says_when_to_come_and_go(self, enter, semarang):
        lodging = room(semarang, 1, kind="lodging", unit="night", min_length=1, max_length=14)
        assert any(
            "14.00" in str(line.text) and "12.00" in str(line.text) for line in rules_in_words(lodging)
        )

    def test_days_in_a_row_with_the_same_hours_stand_together(self, semarang):
        week = {day: [(540, 1080)] for day in range(6)}
        assert own_week(room(semarang, 1, hours=week)) == [("Senin-Sabtu", [(540, 1080)]), ("Minggu", [])]
        assert own_week(room(semarang, 2)) == []

    def test_a_whole_shows_its_parts_and_a_part_its_whole(self, enter, gatra):
        assert "Gatra Timur" in text(enter().get(reverse("spaces:space", args=["semarang", "gatra"])))
        assert "Bagian dari Gatra" in text(
            enter().get(reverse("spaces:space", args=["semarang", "gatra-timur"]))
        )

    def test_out_of_use_is_only_for_who_may_change_it(self, enter, rembug_1, ratna):
        change_space(rembug_1, by=ratna.user, is_active=False)
        address = reverse("spaces:space", args=["semarang", "rembug-1"])
        assert enter().get(address).status_code == 404
        assert "Tidak dipakai" in text(enter(ratna).get(address))

    @pytest.mark.parametrize("week", ["2026-11-24", "tomorrow", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_any_week_opens(self, enter, rembug_1, week):
        address = reverse("spaces:space", args=["semarang", "rembug-1"])
        assert enter().get(address, {"week": week}).status_code == 200

    def test_html_in_names_stays_text(self, enter, semarang):
        room(semarang, 1, name="<script>alert(1)</script> ꦲꦤꦕꦫꦏ 🎉", about="<img src=x onerror=alert(1)>")
        for address in (reverse("spaces:list"), reverse("spaces:hub", args=["semarang"])):
            page = text(enter().get(address))
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert(1)&lt;/script&gt; ꦲꦤꦕꦫꦏ 🎉" in page
        page = text(enter().get(reverse("spaces:space", args=["semarang", Space.objects.get().slug])))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


class TestSettings:
    def facts(self, **other) -> dict:
        return {
            "name": "Rembug 9", "kind": "meeting", "capacity": "6", "who_may": "members", "unit": "hour",
            "min_length": "60", "max_length": "240", "step_minutes": "30", "lead_minutes": "0",
            "horizon_days": "60", "turnaround_minutes": "0", "cancel_minutes": "120", "grace_minutes": "0", "approval": "instant", "hold_hours": "24", "is_bookable": "on",
            "is_active": "on",
        } | other  # fmt: skip

    def test_add_change_and_divide(self, enter, semarang, ratna):
        browser = enter(ratna)
        add = reverse("spaces:add", args=["semarang"])
        made = browser.post(add, self.facts(features=["projector"]))
        assert made.status_code == 302
        space = Space.objects.get(name="Rembug 9")
        assert [row.feature.code for row in space.feature_rows.all()] == ["projector"]
        hours = {"own_hours": "on", "opens_0": "13:00", "closes_0": "00:00"}
        browser.post(reverse("spaces:edit", args=["semarang", space.slug]), self.facts(capacity="7", **hours))
        space.refresh_from_db()
        assert (space.capacity, [(h.weekday, h.opens, h.closes) for h in space.hours.all()]) == (
            7,
            [(0, 780, 1440)],
        )
        browser.post(f"{add}?part_of={space.slug}", self.facts(name="Rembug 9 kiri", capacity="3"))
        assert Space.objects.get(name="Rembug 9 kiri").parent == space
        tree = browser.get(reverse("spaces:manage", args=["semarang"])).context["tree"]
        assert [(depth, one.name) for depth, one in tree] == [(0, "Rembug 9"), (1, "Rembug 9 kiri")]

    def test_a_hub_is_prepared_before_anybody_sees_it(self, enter, semarang, ratna):
        change_hub(semarang, by=ratna.user, is_open=False)
        browser = enter(ratna)
        browser.post(reverse("spaces:add", args=["semarang"]), self.facts())
        assert "Rembug 9" in text(browser.get(reverse("spaces:manage", args=["semarang"])))
        assert browser.get(reverse("spaces:edit", args=["semarang", "rembug-9"])).status_code == 200
        assert browser.get(reverse("spaces:hub", args=["semarang"])).status_code == 200
        for page, arguments in (("spaces:hub", ["semarang"]), ("spaces:space", ["semarang", "rembug-9"])):
            assert enter().get(reverse(page, args=arguments)).status_code == 404
        assert "Rembug 9" not in text(enter().get(reverse("spaces:list")))

    def test_what_was_typed_stays_when_it_is_wrong(self, enter, semarang, ratna):
        wrong = self.facts(name="Ruang Panjang", min_length="300", max_length="60")
        answer = enter(ratna).post(reverse("spaces:add", args=["semarang"]), wrong)
        assert answer.status_code == 422
        page = text(answer)
        assert "Ruang Panjang" in page
        assert "tidak boleh lebih singkat" in page
        assert not Space.objects.filter(name="Ruang Panjang").exists()

    def test_half_a_day_of_hours_is_refused(self, enter, semarang, ratna):
        wrong = self.facts(own_hours="on", opens_2="09:00")
        answer = enter(ratna).post(reverse("spaces:add", args=["semarang"]), wrong)
        assert answer.status_code == 422
        assert "Isi kedua jam" in text(answer)

    def test_same_name_is_refused_by_its_sentence(self, enter, semarang, ratna, rembug_1):
        answer = enter(ratna).post(reverse("spaces:add", args=["semarang"]), self.facts(name="Rembug 1"))
        assert answer.status_code in {409, 422}
        assert "sudah punya ruang dengan nama itu" in text(answer)

    def test_a_file_that_is_no_photo_is_refused(self, enter, rembug_1, ratna):
        bad = SimpleUploadedFile("room.jpg", b"<svg onload=alert(1)>", "image/jpeg")
        answer = enter(ratna).post(
            reverse("spaces:set_photo", args=["semarang", "rembug-1"]), {"photo": bad, "photo_text": "Meja"}
        )
        assert answer.status_code in {400, 409, 422}
        assert "bukan foto" in text(answer)
        rembug_1.refresh_from_db()
        assert not rembug_1.photo

    def test_asks_the_same_however_many_spaces(self, enter, semarang, ratna):
        grows_by(enter(ratna), reverse("spaces:manage", args=["semarang"]), lambda n: room(semarang, n))


def test_a_weekend_shows_the_week_to_come(enter, semarang, rembug_1, ratna):
    for date in (dt.date(2026, 11, 21), dt.date(2026, 11, 22)):
        set_exception(semarang, date, by=ratna.user, reason="Libur")
    assert clock.today("Asia/Jakarta").weekday() == 5
    page = text(enter().get(reverse("spaces:space", args=["semarang", "rembug-1"])))
    assert "23 November 2026" in page
    assert "Jadwal sepekan" in page
