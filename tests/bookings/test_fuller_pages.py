"""The pages of asking, deciding, waiting, closing, lending and sharing fairly, with forms as people send them."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from heterospace.bookings.actions import (
    approve_booking,
    block_out,
    book_space,
    cancel_booking,
    report_fault,
    set_quota,
)
from heterospace.bookings.models import BlockOut, Booking, Fault, Quota, Series, Wish
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.notify import compose
from heterospace.spaces.actions import add_equipment, add_space
from heterospace.spaces.models import Equipment
from tests.bookings.wishes import TUESDAY, at
from tests.counting import grows_by, queries_of
from tests.tasks import run_tasks

WEEK = dt.timedelta(days=7)
HOURS = {"date": "2026-11-24", "start": "09:00", "end": "11:00", "people": "4", "purpose": "Temu pembeli"}


def text(response) -> str:
    return response.content.decode()


def form_url(space):
    return reverse("bookings:book", args=[space.hub.slug, space.slug])


@pytest.fixture
def hall(gatra):
    gatra.approval = "hold"
    gatra.save()
    return gatra


class TestAsking:
    def test_a_space_that_needs_approval_says_so_and_takes_the_request(self, enter, hall, sari):
        browser = enter(sari)
        page = text(browser.get(form_url(hall)))
        assert "Ajukan" in page
        assert "hub memutuskan" in page
        answer = browser.post(form_url(hall), {**HOURS, "people": "60"}, follow=True)
        assert "Menunggu keputusan hub" in text(answer)
        assert Booking.objects.get().state == "held"

    def test_things_are_taken_along(self, enter, rembug_1, semarang, sari):
        projector = add_equipment(semarang, by=SYSTEM, name="Proyektor", quantity=2)
        browser = enter(sari)
        assert "Proyektor" in text(browser.get(form_url(rembug_1)))
        wish = {**HOURS, f"thing_{projector.pk}": "3"}
        refused = browser.post(form_url(rembug_1), wish)
        assert refused.status_code == 409
        assert "Tidak cukup tersisa pada waktu itu: Proyektor" in text(refused)
        assert 'value="3"' in text(refused)  # nothing typed is lost
        answer = browser.post(form_url(rembug_1), {**wish, f"thing_{projector.pk}": "1"}, follow=True)
        assert "1 × Proyektor" in text(answer)

    def test_a_series_shows_its_dates_before_it_is_booked(self, enter, rembug_1, sari, bagus):
        book_space(rembug_1, at(10) + WEEK, at(12) + WEEK, purpose="Rapat", people=2, by=bagus.user)
        browser = enter(sari)
        wish = {**HOURS, "repeat": "FREQ=WEEKLY", "until": "2026-12-15"}
        preview = browser.post(form_url(rembug_1), wish)
        assert "Benar tanggal-tanggal ini?" in text(preview)
        assert "Selasa, 1 Desember 2026" in text(preview)
        assert not Booking.objects.filter(person=sari).exists()
        chosen = {**wish, "confirmed": "1", "keep": ["2026-11-24", "2026-12-15"]}
        page = text(browser.post(form_url(rembug_1), chosen, follow=True))
        assert "Tanggal yang belum didapat" in page
        assert Series.objects.get().bookings.count() == 2
        assert sorted(Series.objects.get().missed.values_list("code", flat=True)) == ["clash", "skipped"]

    def test_a_date_that_clashes_is_moved_before_it_is_booked(self, enter, rembug_1, sari, bagus):
        book_space(rembug_1, at(10) + WEEK, at(12) + WEEK, purpose="Rapat", people=2, by=bagus.user)
        browser = enter(sari)
        wish = {**HOURS, "repeat": "FREQ=WEEKLY", "until": "2026-12-08"}
        first = text(browser.post(form_url(rembug_1), wish))
        assert 'name="move-2026-12-01-start" value="09:00"' in first
        sent = {**wish, "seen": "1", "keep": ["2026-11-24"], "refused": ["2026-12-01"]}
        wrong = browser.post(form_url(rembug_1), {**sent, "move-2026-12-01-end": "08:00"})
        assert (wrong.status_code, 'value="08:00"' in text(wrong)) == (422, True)
        assert "Jam selesai harus" in text(wrong)
        still = {**sent, "move-2026-12-01-start": "11:00", "move-2026-12-01-end": "13:00", "confirmed": "1"}
        clash = browser.post(form_url(rembug_1), still)
        assert (clash.status_code, 'value="13:00"' in text(clash)) == (409, True)
        assert not Booking.objects.filter(person=sari).exists()
        moved = {**sent, "move-2026-12-01-date": "2026-12-02"}
        page = text(browser.post(form_url(rembug_1), moved))
        assert "pengganti Selasa, 1 Desember 2026" in page
        assert 'value="2026-12-08">' in page  # what was left out stays so
        assert 'value="2026-12-01" checked' in page
        browser.post(form_url(rembug_1), {**moved, "confirmed": "1"})
        found = Series.objects.get()
        assert [one.start for one in found.bookings.order_by("period")] == [
            at(9),
            at(9, TUESDAY + dt.timedelta(days=8)),
        ]
        assert list(found.missed.values_list("code", flat=True)) == ["skipped"]

    def test_dates_of_a_series_without_any_are_shown_again(self, enter, rembug_1, sari):
        wish = {**HOURS, "repeat": "FREQ=WEEKLY", "until": "2026-12-08", "seen": "1", "confirmed": "1"}
        none = enter(sari).post(form_url(rembug_1), wish)
        assert (none.status_code, "Benar tanggal-tanggal ini?" in text(none)) == (409, True)
        assert not Booking.objects.exists()

    def test_the_preview_costs_the_same_for_many_dates(self, enter, rembug_1, sari):
        rembug_1.horizon_days = 365
        rembug_1.save()
        browser = enter(sari)

        def cost(until):
            wish = {**HOURS, "repeat": "FREQ=WEEKLY", "until": until}
            return queries_of(lambda: browser.post(form_url(rembug_1), wish))

        cost("2026-12-01")
        assert cost("2026-12-01") == cost("2027-05-25")

    def test_the_desk_says_why_a_series_goes_beyond_a_quota(self, enter, rembug_1, semarang, sari, dimas):
        set_quota(semarang, by=SYSTEM, whose="person", hours=2, per="month")
        browser, address = enter(dimas), f"{form_url(rembug_1)}?person={sari.pk}"
        wish = {**HOURS, "person": str(sari.pk), "repeat": "FREQ=WEEKLY", "until": "2026-12-15"}
        page = text(browser.post(address, wish))
        assert page.count("Jatah tiap orang") == 2
        assert page.count('name="override"') == 1
        again = text(browser.post(address, {**wish, "seen": "1", "override": "Tamu gubernur"}))
        assert "Jatah tiap orang" not in again
        assert 'value="Tamu gubernur"' in again
        days = ["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15"]
        browser.post(address, {**wish, "override": "Tamu gubernur", "confirmed": "1", "keep": days})
        assert Series.objects.get().bookings.count() == 4
        hers = text(enter(sari).post(form_url(rembug_1), {**wish, "start": "13:00", "end": "15:00"}))
        assert 'name="override"' not in hers

    def test_a_series_without_an_end_is_asked_for_it(self, enter, rembug_1, sari):
        answer = enter(sari).post(form_url(rembug_1), {**HOURS, "repeat": "FREQ=WEEKLY"})
        assert answer.status_code == 422
        assert "sampai kapan berulang" in text(answer)

    def test_who_finds_it_taken_can_wait_for_it(self, enter, rembug_1, sari, bagus):
        taken = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=bagus.user)
        browser = enter(sari)
        refused = browser.post(form_url(rembug_1), HOURS)
        assert "Masukkan saya ke daftar tunggu" in text(refused)
        page = text(
            browser.post(reverse("bookings:wait", args=["semarang", rembug_1.slug]), HOURS, follow=True)
        )
        assert "urutan Anda" in page
        cancel_booking(taken, by=bagus.user)
        run_tasks()
        wish = Wish.objects.get()
        address = reverse("bookings:wish", args=[wish.reference])
        assert "Giliran Anda" in text(browser.get(address))
        assert "Ambil atau lepas" in text(
            browser.get(reverse("bookings:booking", args=[wish.offer.reference]))
        )
        assert "Rembug 1" in text(browser.get(reverse("bookings:mine")))
        assert enter(bagus).get(address).status_code == 404
        browser.post(reverse("bookings:wish_accept", args=[wish.reference]))
        assert Wish.objects.get().offer.state == "confirmed"

    def test_the_desk_gives_the_reason_for_going_beyond_a_quota(self, enter, rembug_1, semarang, sari, dimas):
        set_quota(semarang, by=SYSTEM, whose="person", hours=1, per="day")
        browser = enter(dimas)
        address = f"{form_url(rembug_1)}?person={sari.pk}"
        wish = {**HOURS, "person": str(sari.pk)}
        refused = browser.post(address, wish)
        assert (refused.status_code, "Jatah tiap orang" in text(refused)) == (409, True)
        browser.post(address, {**wish, "override": "Tamu gubernur"})
        assert Booking.objects.get().person == sari
        assert "override" not in text(enter(sari).get(form_url(rembug_1)))


class TestSeries:
    @pytest.fixture
    def series(self, enter, rembug_1, sari):
        wish = {**HOURS, "repeat": "FREQ=WEEKLY", "until": "2026-12-08", "confirmed": "1"}
        enter(sari).post(form_url(rembug_1), {**wish, "keep": ["2026-11-24", "2026-12-01", "2026-12-08"]})
        return Series.objects.get()

    def test_from_one_date_on(self, enter, series, sari):
        second = series.bookings.order_by("period")[1]
        address = reverse("bookings:series_cancel", args=[series.reference])
        page = text(enter(sari).post(address, {"since": second.start.isoformat()}, follow=True))
        assert "2 tanggal dibatalkan" in page
        assert list(series.bookings.order_by("period").values_list("state", flat=True)) == [
            "confirmed",
            "cancelled",
            "cancelled",
        ]
        assert enter(sari).post(address, {"since": "kemarin"}).status_code == 404

    def test_a_missed_date_is_tried_again(self, enter, series, sari, bagus):
        missed = series.missed.create(
            period=(at(9, TUESDAY + 3 * WEEK), at(11, TUESDAY + 3 * WEEK)), code="clash", reason="x"
        )
        address = reverse("bookings:series_add", args=[series.reference])
        assert enter(bagus).post(address, {"date": missed.pk}).status_code == 404
        enter(sari).post(address, {"date": missed.pk})
        assert series.bookings.count() == 4

    def test_a_missed_date_takes_another_time(self, enter, series, rembug_1, sari, bagus):
        day = TUESDAY + dt.timedelta(days=15)
        book_space(rembug_1, at(9, day), at(11, day), purpose="Rapat", people=2, by=bagus.user)
        missed = series.missed.create(period=(at(9, day), at(11, day)), code="clash", reason="x")
        address, name = reverse("bookings:series_add", args=[series.reference]), f"missed-{missed.pk}"
        browser = enter(sari)
        assert f'name="{name}-date"' in text(browser.get(reverse("bookings:series", args=[series.reference])))
        sent = {
            "date": missed.pk,
            f"{name}-date": day.isoformat(),
            f"{name}-start": "10:00",
            f"{name}-end": "12:00",
        }
        clash = browser.post(address, sent)
        assert (clash.status_code, 'value="12:00"' in text(clash)) == (409, True)
        assert "sudah dipesan orang lain" in text(clash)
        assert browser.post(address, {**sent, f"{name}-end": "09:00"}).status_code == 422
        assert enter(bagus).post(address, sent).status_code == 404
        browser = enter(sari)
        browser.post(address, {**sent, f"{name}-start": "14:00", f"{name}-end": "15:30"})
        assert series.bookings.order_by("period").last().end == at(15.5, day)
        assert not series.missed.exists()

    def test_the_desk_adds_a_date_beyond_a_quota(self, enter, series, semarang, sari, dimas):
        set_quota(semarang, by=SYSTEM, whose="person", hours=2, per="month")
        day = TUESDAY + dt.timedelta(days=15)
        missed = series.missed.create(period=(at(9, day), at(11, day)), code="clash", reason="x")
        address, name = (
            reverse("bookings:series_add", args=[series.reference]),
            f"missed-{missed.pk}-override",
        )
        browser = enter(dimas)
        refused = browser.post(address, {"date": missed.pk})
        assert (refused.status_code, f'name="{name}"' in text(refused)) == (409, True)
        hers = enter(sari).post(address, {"date": missed.pk, name: "Penting sekali"})
        assert (hers.status_code, f'name="{name}"' in text(hers)) == (409, False)
        enter(dimas).post(address, {"date": missed.pk, name: "Tamu dinas"})
        assert series.bookings.count() == 4
        assert LogEntry.objects.filter(deed="book_space").last().facts["override"] == "Tamu dinas"

    def test_others_do_not_find_it(self, enter, series, bagus, dimas):
        address = reverse("bookings:series", args=[series.reference])
        assert enter(bagus).get(address).status_code == 404
        assert enter(dimas).get(address).status_code == 200


class TestDeciding:
    def test_the_queue_shows_what_one_should_know(self, enter, hall, sari, bagus, ratna, dimas):
        hall.approval = "compete"
        hall.save()
        for person in (sari, bagus):
            book_space(hall, at(9), at(11), purpose="Pameran", people=60, by=person.user)
        page = text(enter(ratna).get(reverse("bookings:requests", args=["semarang"])))
        assert "Pemohon lain" in page
        assert page.count(">Setujui") == 2
        seen = text(enter(dimas).get(reverse("bookings:requests", args=["semarang"])))
        assert "Pameran" in seen
        assert ">Setujui" not in seen

    def test_yes_sends_the_letter(self, enter, hall, sari, ratna, bagus):
        asked = book_space(hall, at(9), at(11), purpose="Pameran #1 *batik*", people=60, by=sari.user)
        enter(ratna).post(reverse("bookings:decide", args=[asked.reference]), {"answer": "approve"})
        letter = enter(sari).get(reverse("bookings:letter", args=[asked.reference]))
        assert (letter.status_code, letter["Content-Type"]) == (200, "application/pdf")
        assert letter.content.startswith(b"%PDF")
        assert enter(bagus).get(reverse("bookings:letter", args=[asked.reference])).status_code == 404

    def test_no_needs_a_reason_and_keeps_the_note(self, enter, hall, sari, ratna, dimas):
        asked = book_space(hall, at(9), at(11), purpose="Pameran", people=60, by=sari.user)
        address = reverse("bookings:decide", args=[asked.reference])
        wrong = enter(ratna).post(address, {"answer": "refuse", "reason": "", "note": "Coba Rembug"})
        assert (wrong.status_code, "Coba Rembug" in text(wrong)) == (422, True)
        assert enter(dimas).post(address, {"answer": "refuse", "reason": "too_few"}).status_code == 403
        enter(ratna).post(address, {"answer": "refuse", "reason": "too_few", "note": "Coba Rembug"})
        page = text(enter(sari).get(reverse("bookings:booking", args=[asked.reference])))
        assert "terlalu besar" in page
        assert "Coba Rembug" in page
        assert "Pilihan pengganti" in page

    def test_who_approves_says_why_it_goes_beyond_a_quota(self, enter, hall, semarang, sari, ratna, dimas):
        hall.approval = "compete"
        hall.save()
        asked = book_space(hall, at(9), at(11), purpose="Pameran", people=60, by=sari.user)
        set_quota(semarang, by=SYSTEM, whose="person", hours=1, per="day")
        browser, address = enter(ratna), reverse("bookings:decide", args=[asked.reference])
        assert 'name="override"' not in text(browser.get(reverse("bookings:requests", args=["semarang"])))
        refused = browser.post(address, {"answer": "approve"})
        assert (refused.status_code, 'name="override"' in text(refused)) == (409, True)
        assert "Jatah tiap orang" in text(refused)
        long = browser.post(address, {"answer": "approve", "override": "x" * 301})
        assert (long.status_code, "x" * 301 in text(long)) == (422, True)
        told = {"answer": "approve", "override": "Tamu gubernur"}
        assert enter(dimas).post(address, told).status_code == 403
        assert enter(ratna).post(address, told).status_code == 302
        asked.refresh_from_db()
        assert asked.state == "confirmed"
        assert LogEntry.objects.filter(deed="approve_booking").last().facts["override"] == "Tamu gubernur"

    def test_approving_twice_says_that_it_was_done(self, enter, hall, sari, ratna):
        asked = book_space(hall, at(9), at(11), purpose="Pameran", people=60, by=sari.user)
        approve_booking(asked, by=ratna.user)
        answer = enter(ratna).post(
            reverse("bookings:decide", args=[asked.reference]), {"answer": "approve"}, follow=True
        )
        assert "sudah disetujui" in text(answer)

    def test_the_queue_asks_the_same_however_many_wait(self, enter, hall, sari, ratna):
        hall.horizon_days = 90
        hall.save()

        def ask(n):
            day = TUESDAY + dt.timedelta(days=n)
            book_space(hall, at(9, day), at(11, day), purpose="Pameran", people=60, by=sari.user)

        grows_by(enter(ratna), reverse("bookings:requests", args=["semarang"]), ask, sizes=(1, 3, 25))


class TestClosing:
    def test_who_is_in_the_way_is_moved_or_cancelled(self, enter, rembug_1, rembug_2, sari, bagus, dimas):
        moved = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=sari.user)
        gone = book_space(rembug_1, at(13), at(15), purpose="Temu", people=4, by=bagus.user)
        wish = {
            "space": rembug_1.pk, "date": "2026-11-24", "start": "08:00", "last": "2026-11-24", "end": "17:00",
            "kind": "maintenance", "reason": "Cat ulang",
        }  # fmt: skip
        browser, address = enter(dimas), reverse("bookings:block", args=["semarang"])
        asked = browser.post(address, wish)
        assert (asked.status_code, "2 pesanan ada di waktu itu" in text(asked)) == (409, True)
        assert not BlockOut.objects.exists()
        place = f"{rembug_2.pk}/{at(9).timestamp():.0f}"
        assert place in text(asked)
        browser.post(
            address, {**wish, "decided": "1", f"to-{moved.reference}": place, f"to-{gone.reference}": ""}
        )
        moved.refresh_from_db()
        gone.refresh_from_db()
        assert (moved.space, gone.state) == (rembug_2, "cancelled")
        listed = text(browser.get(reverse("bookings:block_outs", args=["semarang"])))
        assert "Cat ulang" in listed
        browser.post(reverse("bookings:lift", args=["semarang"]), {"block": BlockOut.objects.get().pk})
        assert BlockOut.objects.get().lifted_at

    def test_who_was_cancelled_takes_something_else_in_one_step(self, enter, rembug_1, rembug_2, sari, dimas):
        mine = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=sari.user)
        block_out(rembug_1, at(8), at(12), kind="fault", reason="Bocor", by=dimas.user, cancel_hit=True)
        _subject, body = compose(Message.objects.get(kind="booking_displaced"))
        assert f"/bookings/{mine.reference}/instead/" in body
        browser, address = enter(sari), reverse("bookings:instead", args=[mine.reference])
        page = text(browser.get(address))
        assert "Rembug 2" in page
        browser.post(address, {"take": f"{rembug_2.pk}/{at(9).timestamp():.0f}"})
        taken = Booking.objects.get(state="confirmed")
        assert (taken.space, taken.purpose, taken.people) == (rembug_2, "Rapat", 4)
        late = browser.post(address, {"take": f"{rembug_2.pk}/{at(9).timestamp():.0f}"}, follow=True)
        assert "Baru saja diambil orang" in text(late)

    def test_a_calendar_file_closes_what_nobody_has(self, enter, rembug_1, sari, dimas):
        book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=sari.user)
        calendar = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
            "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;TZID=Asia/Jakarta:20261124T100000\r\n"
            "DTEND;TZID=Asia/Jakarta:20261124T120000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Rapat dinas\r\nEND:VEVENT\r\n"
            "BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20261101T000000Z\r\nDTSTART;VALUE=DATE:20261126\r\nSUMMARY:Libur\r\nEND:VEVENT\r\n"
            "END:VCALENDAR\r\n"
        )  # fmt: skip
        browser, address = enter(dimas), reverse("bookings:import_calendar", args=["semarang"])

        def send(content: bytes):
            file = io.BytesIO(content)
            file.name = "dinas.ics"
            return browser.post(address, {"space": rembug_1.pk, "file": file}, follow=True)

        page = text(send(calendar.encode()))
        assert "3 acara diambil" in page
        assert "1 tidak" in page
        assert BlockOut.objects.filter(kind="imported").count() == 3
        assert "0 acara diambil" in text(send(calendar.encode()))  # the same file again changes nothing
        wrong = send(b"Ini bukan kalender")
        assert (wrong.status_code, "bukan berkas kalender" in text(wrong)) == (422, True)
        assert enter(sari).post(address, {"space": rembug_1.pk}).status_code in (403, 422)


class TestFaults:
    def test_a_member_reports_and_hears_what_became_of_it(self, enter, rembug_1, sari, dimas):
        address = reverse("bookings:report", args=["semarang"])
        wrong = enter(sari).post(address, {"thing": "", "text": "AC menetes"})
        assert (wrong.status_code, "AC menetes" in text(wrong)) == (422, True)
        enter(sari).post(address, {"thing": f"space-{rembug_1.pk}", "text": "AC menetes"})
        assert "AC menetes" in text(enter(dimas).get(reverse("bookings:faults", args=["semarang"])))
        fault = Fault.objects.get()
        wish = {"fault": fault.pk, "became": "repaired", "answer": "Sudah dibersihkan"}
        settle = reverse("bookings:settle", args=["semarang"])
        assert enter(sari).post(settle, wish).status_code == 403
        enter(dimas).post(settle, wish)
        fault.refresh_from_db()
        assert fault.state == "fixed"
        assert Message.objects.get(kind="fault_answered").addressee == sari.pk
        assert "sudah ditangani" in text(enter(dimas).post(settle, wish, follow=True))

    def test_a_fault_becomes_a_closed_space(self, enter, rembug_1, sari, dimas):
        fault = report_fault("Lampu mati", space=rembug_1, by=sari.user)
        page = text(enter(dimas).get(reverse("bookings:block", args=["semarang"]), {"fault": fault.pk}))
        assert "Lampu mati" in page
        wish = {
            "space": rembug_1.pk, "date": "2026-11-24", "start": "08:00", "last": "2026-11-24", "end": "17:00",
            "kind": "fault", "reason": "Lampu mati",
        }  # fmt: skip
        address = f"{reverse('bookings:block', args=['semarang'])}?fault={fault.pk}"
        assert enter(dimas).post(address, wish).status_code == 302
        fault.refresh_from_db()
        assert (fault.state, fault.block_out) == ("blocked", BlockOut.objects.get())
        assert Message.objects.get(kind="fault_answered").addressee == sari.pk
        assert enter(dimas).post(address, wish).status_code == 409  # somebody has dealt with it already


class TestLending:
    def test_the_pool_is_kept_in_order(self, enter, semarang, solo, dimas, ratna, hendro, sari):
        address = reverse("bookings:equipment", args=["semarang"])
        wrong = enter(ratna).post(address, {"name": "Kamera", "quantity": "0"})
        assert (wrong.status_code, "Kamera" in text(wrong)) == (422, True)
        enter(ratna).post(address, {"name": "Kamera", "quantity": "3"})
        change = reverse("bookings:equipment_change", args=["semarang", "kamera"])
        enter(dimas).post(change, {"act": "broken", "number": "1"})
        camera = Equipment.objects.get(hub=semarang)
        assert (camera.quantity, camera.broken) == (2, 1)
        assert "1 rusak" in text(enter(dimas).get(address))
        assert enter(sari).post(change, {"act": "broken", "number": "1"}).status_code == 403
        assert enter(dimas).post(change, {"act": "count", "number": "9"}).status_code == 403
        enter(dimas).post(change, {"act": "mended", "number": "1"})
        enter(hendro).post(change, {"act": "carry", "number": "2", "to": "solo"})
        assert Equipment.objects.get(hub=solo).quantity == 2
        page = text(enter(ratna).post(change, {"act": "count", "number": "99999"}, follow=True))
        assert "1 sampai 10.000" in page
        enter(ratna).post(change, {"act": "put_away", "number": "0"})
        assert "Kamera" not in text(enter(ratna).get(address))


class TestFairShares:
    def test_quotas_are_set_seen_and_removed(self, enter, semarang, ratna, dimas):
        address = reverse("bookings:fair_use", args=["semarang"])
        wish = {
            "whose": "organisation",
            "kind": "meeting",
            "hours": "8",
            "per": "week",
            "prime_from": "09:00",
            "prime_until": "",
        }
        wrong = enter(ratna).post(address, wish)
        assert (wrong.status_code, "Isi kedua jam" in text(wrong)) == (422, True)
        enter(ratna).post(address, {**wish, "prime_until": "12:00"})
        quota = Quota.objects.get()
        assert (quota.prime_from, quota.prime_until) == (540, 720)
        assert "8 jam per minggu" in text(enter(dimas).get(address))
        assert enter(ratna).post(address, {**wish, "prime_until": "12:00"}).status_code == 409
        remove = reverse("bookings:quota_remove", args=["semarang"])
        assert enter(dimas).post(remove, {"quota": quota.pk}).status_code == 403
        enter(ratna).post(remove, {"quota": quota.pk})
        assert not Quota.objects.exists()

    def test_who_had_how_much(self, enter, rembug_1, batik, sari, dimas, ratna):
        from heterospace.bookings.actions import check_in, release_early
        from heterospace.core import clock

        booking = book_space(
            rembug_1, at(9), at(11), purpose="Rapat", people=4, by=sari.user, organisation=batik
        )
        with clock.set_to(at(9)):
            check_in(booking, by=sari.user)
        with clock.set_to(at(10)):
            release_early(booking, by=sari.user)
            page = text(enter(ratna).get(reverse("bookings:fair_use", args=["semarang"])))
        assert "Batik Sekar Arum" in page
        assert "1 jam" in page


def test_a_shared_room_counts_desks_on_its_pages(enter, semarang, sari, bagus):
    room = add_space(semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=5, is_shared=True)
    book_space(room, at(9), at(11), purpose="Kerja", people=4, by=bagus.user)
    browser = enter(sari)
    assert "Berapa meja" in text(browser.get(form_url(room)))
    assert browser.post(form_url(room), {**HOURS, "people": "2"}).status_code == 409
    assert browser.post(form_url(room), {**HOURS, "people": "1"}).status_code == 302
    week = text(browser.get(reverse("spaces:space", args=["semarang", room.slug]) + "?week=2026-11-24"))
    assert "Penuh" in week
