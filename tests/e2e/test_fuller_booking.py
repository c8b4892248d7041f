"""Series, requests and the waiting list in a real browser: three people, one room, one hall."""

import datetime as dt

import pytest

from heterospace.bookings.actions import book_space
from heterospace.bookings.models import Booking, Series, Wish
from heterospace.core import clock
from heterospace.hubs.queries import schedule_of
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = "Asia/Jakarta"


@pytest.fixture
def day(semarang) -> dt.date:
    """The next day that is open, and open a week later too."""
    schedule = schedule_of(semarang)
    days = (clock.today(ZONE) + dt.timedelta(days=n) for n in range(2, 40))
    week = dt.timedelta(days=7)
    return next(
        date for date in days if not (schedule.day(date).is_closed or schedule.day(date + week).is_closed)
    )


def ask(page, space, day, purpose="Temu pembeli dari Jepara", people="4") -> None:
    page.goto(f"/hubs/semarang/spaces/{space.slug}/book/?date={day}&start=09:00&end=11:00&people={people}")
    page.get_by_label("Untuk keperluan apa").fill(purpose)


def fits(page) -> None:
    """Nothing sticks out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def test_bu_sari_books_a_weekly_meeting_and_leaves_one_date_out(phone, sign_in, sari, rembug_1, day):
    sign_in(phone, sari)
    ask(phone, rembug_1, day)
    phone.get_by_text("Berulang", exact=True).first.click()
    phone.get_by_label("Berulang").select_option(label="Tiap minggu")
    phone.get_by_label("Sampai tanggal").fill((day + dt.timedelta(days=14)).isoformat())
    phone.get_by_role("button", name="Pesan sekarang").click()
    phone.get_by_role("heading", name="Benar tanggal-tanggal ini?").wait_for()
    fits(phone)
    phone.get_by_role("checkbox").nth(1).uncheck()
    phone.get_by_role("button", name="Pesan tanggal terpilih").click()
    phone.get_by_role("heading", name="Tanggal mendatang").wait_for()
    fits(phone)
    series = Series.objects.get()
    assert series.missed.filter(code="skipped").count() == 1
    booked = series.bookings.count()
    phone.get_by_role("link", name="Batalkan semua tanggal").click()
    phone.get_by_role("button", name="Ya, batalkan semua").click()
    phone.get_by_text(f"{booked} tanggal dibatalkan").wait_for()


def test_wulan_asks_ratna_decides_and_the_letter_is_there(phone, desk, sign_in, wulan, ratna, gatra, day):
    gatra.approval = "hold"
    gatra.save()
    sign_in(phone, wulan)
    ask(phone, gatra, day, people="40")
    phone.get_by_role("button", name="Ajukan").click()
    phone.get_by_text("Menunggu keputusan hub").first.wait_for()
    fits(phone)

    sign_in(desk, ratna)
    desk.goto("/desk/semarang/requests/")
    desk.get_by_role("button", name="Setujui").click()
    desk.get_by_text("Suratnya sudah dikirim").wait_for()
    assert Booking.objects.get().state == "confirmed"

    phone.reload()
    letter = phone.get_by_role("link", name="Surat persetujuan (PDF)").get_attribute("href")
    answer = phone.request.get(letter)
    assert (answer.status, answer.body()[:4]) == (200, b"%PDF")


def test_who_waits_takes_the_offer_on_her_phone(phone, sign_in, sari, bagus, rembug_1, day):
    at = lambda hour: clock.at(day, hour * 60, ZONE)  # noqa: E731
    taken = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=bagus.user)
    sign_in(phone, sari)
    ask(phone, rembug_1, day)
    phone.get_by_role("button", name="Pesan sekarang").click()
    phone.get_by_role("button", name="Masukkan saya ke daftar tunggu").click()
    phone.get_by_text("urutan Anda").wait_for()
    fits(phone)
    from heterospace.bookings.actions import cancel_booking

    cancel_booking(taken, by=bagus.user)
    run_tasks()
    phone.reload()
    phone.get_by_role("heading", name="Giliran Anda").wait_for()
    phone.get_by_role("button", name="Ya, saya ambil").click()
    phone.get_by_text("Kami tunggu kedatangan Anda").wait_for()
    assert Wish.objects.get().state == "accepted"


def test_dimas_closes_a_room_and_moves_who_is_in_the_way(
    desk, sign_in, dimas, bagus, rembug_1, rembug_2, day
):
    at = lambda hour: clock.at(day, hour * 60, ZONE)  # noqa: E731
    booking = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=bagus.user)
    sign_in(desk, dimas)
    desk.goto("/desk/semarang/closed/new/")
    desk.get_by_label("Ruang", exact=True).select_option(label="Rembug 1")
    desk.get_by_label("Mulai hari apa").fill(day.isoformat())
    desk.get_by_label("Sampai hari apa").fill(day.isoformat())
    desk.get_by_label("Untuk keperluan apa").fill("Cat ulang")
    desk.get_by_role("button", name="Ya, tutup").click()
    desk.get_by_role("heading", name="1 pesanan ada di waktu itu").wait_for()
    desk.get_by_role("button", name="Lakukan, lalu tutup").click()
    desk.get_by_text("Rembug 1 ditutup pada waktu itu").wait_for()
    booking.refresh_from_db()
    assert (booking.state, booking.space == rembug_1 and booking.start == at(9)) == ("confirmed", False)
