"""What people really do, in a real browser: Bu Sari on her telephone, Dimas at the desk, without JS, by keyboard."""

import datetime as dt

import pytest
from django.urls import reverse

from heterospace.bookings.actions import book_space
from heterospace.bookings.models import Booking
from heterospace.core import clock
from heterospace.hubs.queries import schedule_of

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = "Asia/Jakarta"


@pytest.fixture
def day(semarang) -> dt.date:
    """The next day on which the hub is open."""
    schedule = schedule_of(semarang)
    days = (clock.today(ZONE) + dt.timedelta(days=n) for n in range(1, 30))
    return next(date for date in days if not schedule.day(date).is_closed)


def at(hour: int, date: dt.date) -> dt.datetime:
    return clock.at(date, hour * 60, ZONE)


def fits(page) -> None:
    """Nothing sticks out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def find_and_book(page, day) -> None:
    """From the front page to the page of the booking."""
    page.goto("/")
    page.get_by_label("Untuk berapa orang").fill("4")
    page.get_by_label("Hari", exact=True).fill(day.isoformat())
    page.get_by_label("Dari jam").fill("09:00")
    page.get_by_label("Sampai jam").fill("11:00")
    page.get_by_role("button", name="Cari ruang").click()
    page.get_by_role("link", name="Pesan Rembug 1").click()
    page.get_by_label("Untuk keperluan apa").fill("Temu pembeli dari Jepara 🎉")
    page.get_by_role("button", name="Pesan sekarang").click()
    page.get_by_text("Kami tunggu kedatangan Anda").wait_for()


def test_bu_sari_books_a_room_and_gives_it_back(phone, sign_in, sari, rembug_1, day):
    sign_in(phone, sari)
    phone.goto("/")
    fits(phone)
    find_and_book(phone, day)
    fits(phone)
    booking = Booking.objects.get()
    assert (booking.start, booking.person) == (at(9, day), sari)
    assert (
        phone.get_by_text(booking.reference).filter(visible=True).count()
    )  # the trail has no room for it here

    phone.get_by_role("link", name="Pesanan").click()
    phone.get_by_role("link", name="Rembug 1").click()
    phone.get_by_role("link", name="Batalkan pemesanan ini").click()
    dialog = phone.get_by_role("dialog")
    assert "langsung kosong untuk orang lain" in dialog.inner_text()
    dialog.get_by_label("Alasan").fill("Pembeli berhalangan")
    dialog.get_by_role("button", name="Ya, batalkan").click()
    phone.get_by_text("Terima kasih sudah melepas ruangnya").wait_for()
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == ("cancelled", "Pembeli berhalangan")


def test_the_same_without_javascript(browser, live_server, sign_in, sari, rembug_1, day):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 740},
        java_script_enabled=False,
        locale="id-ID",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, sari)
    find_and_book(page, day)
    page.get_by_role("link", name="Batalkan pemesanan ini").click()
    page.get_by_role("button", name="Ya, batalkan").click()
    page.get_by_text("Terima kasih sudah melepas ruangnya").wait_for()
    page.goto(reverse("spaces:space", args=["semarang", "rembug-1"]) + f"?week={day.isoformat()}")
    page.locator("a.slot.free").first.click()
    assert page.get_by_label("Dari jam").input_value() == "08:00"
    context.close()


def test_back_and_again_is_still_one_booking(phone, sign_in, sari, rembug_1, day):
    sign_in(phone, sari)
    find_and_book(phone, day)
    first = phone.url
    phone.go_back()
    phone.get_by_label("Untuk keperluan apa").fill("Temu pembeli")
    phone.get_by_role("button", name="Pesan sekarang").click()
    phone.get_by_text("Anda sudah punya pemesanan ini").wait_for()
    assert phone.url == first
    assert Booking.objects.count() == 1


def test_what_was_typed_survives_a_reload(phone, sign_in, sari, rembug_1, day):
    sign_in(phone, sari)
    address = reverse("bookings:book", args=["semarang", "rembug-1"])
    phone.goto(address)
    phone.get_by_label("Untuk keperluan apa").fill("Rapat panjang dengan banyak kata")
    phone.goto(address)
    assert phone.get_by_label("Untuk keperluan apa").input_value() == "Rapat panjang dengan banyak kata"


def test_another_date_tells_what_is_taken_without_leaving_the_form(
    phone, sign_in, sari, bagus, rembug_1, day
):
    book_space(rembug_1, at(13, day), at(14, day), purpose="Rapat", people=4, by=bagus.user)
    sign_in(phone, sari)
    phone.goto(reverse("bookings:book", args=["semarang", "rembug-1"]))
    phone.get_by_label("Untuk keperluan apa").fill("Rapat")
    phone.get_by_label("Hari", exact=True).fill(day.isoformat())
    phone.get_by_label("Hari", exact=True).dispatch_event("change")
    phone.get_by_text("13.00-14.00").wait_for()
    assert phone.get_by_label("Untuk keperluan apa").input_value() == "Rapat"


def test_dimas_sees_the_day_and_works_by_key(desk, sign_in, dimas, sari, rembug_1, day):
    book_space(rembug_1, at(9, day), at(11, day), purpose="Temu pembeli", people=5, by=sari.user)
    sign_in(desk, dimas)
    address = reverse("bookings:desk", args=["semarang"])
    desk.goto(f"{address}?date={day.isoformat()}")
    fits(desk)
    bar = desk.locator("[data-board]").get_by_role("link", name="Sari Wulandari")
    bar.wait_for()
    desk.keyboard.press("k")
    desk.wait_for_url(f"**{address}?date={(day + dt.timedelta(days=1)).isoformat()}")
    desk.keyboard.press("j")
    desk.wait_for_url(f"**{address}?date={day.isoformat()}")
    bar.click()
    desk.get_by_text("Dipesan untuk").wait_for()
    desk.go_back()
    desk.keyboard.press("l")
    desk.wait_for_url(f"**{reverse('bookings:hub_calendar', args=['semarang'])}**")


def test_dimas_books_for_somebody_at_the_desk(desk, sign_in, dimas, sari, rembug_1, day):
    sign_in(desk, dimas)
    desk.goto(reverse("members:people"))
    desk.get_by_role("searchbox").fill("Sari Wul")
    desk.get_by_role("link", name="Sari Wulandari").click()
    desk.get_by_role("link", name="Pesankan untuk orang ini").click()
    desk.get_by_label("Hari", exact=True).fill(day.isoformat())
    desk.get_by_label("Dari jam").fill("09:00")
    desk.get_by_label("Sampai jam").fill("10:00")
    desk.get_by_role("button", name="Cari ruang").click()
    desk.get_by_role("link", name="Pesan Rembug 1").click()
    desk.get_by_text("Anda memesankan untuk Sari Wulandari").wait_for()
    desk.get_by_label("Untuk keperluan apa").fill("Rapat")
    desk.get_by_role("button", name="Pesan sekarang").click()
    desk.get_by_text("Dipesan untuk").wait_for()
    assert Booking.objects.get().person == sari


def test_keyboard_reaches_the_content_first(desk, semarang):
    desk.goto("/")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.className") == "skip"
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.closest('main') !== null")
