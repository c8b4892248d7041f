"""An empty house opened for real, all in the browser: office, hours, a room, staff, and the first booking."""

import datetime as dt
import re

import pytest

from heterospace.bookings.models import Booking
from heterospace.core import clock
from heterospace.core.models import Message, User
from heterospace.core.tasks import deliver
from heterospace.hubs.models import Office
from tests.e2e.test_sign_in import code_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_set_up_code_to_the_first_booking(desk, browser, live_server, settings, mailoutbox):
    settings.SETUP_CODE = "BUKARUMAH"
    desk.goto("/")
    desk.wait_for_url("**/setup/")
    desk.locator("#id_code").fill("SALAH")
    desk.locator("#id_office").fill("Dinas Koperasi & UKM <Jateng>")
    desk.locator("#id_hub").fill("Hetero Space Tegal")
    desk.locator("#id_regency").select_option(label="Kota Tegal")
    desk.locator("#id_address").fill("Jalan Pancasila 1")
    desk.locator("#id_manager").fill("Ratna Maharani")
    desk.locator("#id_email").fill("ratna@demo.example")
    desk.get_by_role("button", name="Buka", exact=False).last.click()
    desk.locator("[aria-invalid=true]").first.wait_for()
    assert (
        desk.locator("#id_office").input_value() == "Dinas Koperasi & UKM <Jateng>"
    )  # nothing typed is lost
    assert not Office.objects.exists()
    desk.locator("#id_code").fill("BUKARUMAH")
    desk.get_by_role("button", name="Buka", exact=False).last.click()
    desk.wait_for_url("**/hubs/hetero-space-tegal/settings/")
    assert "Dinas Koperasi &amp; UKM &lt;Jateng&gt;" in desk.content()

    desk.goto("/hubs/hetero-space-tegal/settings/hours/")
    for opening in desk.locator("main input[name^=opens_]").all()[0::2]:
        opening.fill("08.00")
    for closing in desk.locator("main input[name^=closes_]").all()[0::2]:
        closing.fill("20.00")
    for box in ("#id_closed_on_holidays", "#id_closed_on_collective_leave"):
        desk.locator(box).uncheck()
    desk.get_by_role("button", name="Simpan jam buka").click()
    desk.locator(".messages").wait_for()

    desk.goto("/hubs/hetero-space-tegal/spaces/new/")
    desk.locator("#id_name").fill("Rembug 1")
    desk.locator("#id_kind").select_option("meeting")
    desk.locator("#id_capacity").fill("8")
    desk.get_by_role("button", name="Tambahkan", exact=False).last.click()
    desk.locator(".messages").wait_for()

    desk.goto("/hubs/hetero-space-tegal/staff/")
    desk.locator("#id_name").fill("Dimas Anggoro")
    desk.locator("#id_email").fill("dimas@demo.example")
    desk.locator("#id_role").select_option("front_desk")
    desk.get_by_role("button", name="Undang").click()
    desk.get_by_text("dimas@demo.example").first.wait_for()
    deliver.call(Message.objects.latest("pk").pk)
    assert mailoutbox[-1].to == ["dimas@demo.example"]

    context = browser.new_context(base_url=live_server.url, locale="id-ID")
    his = context.new_page()
    his.goto("/account/login/")
    his.locator("#code-email").fill("dimas@demo.example")
    his.keyboard.press("Enter")
    his.wait_for_url("**/confirm/**")
    his.locator("#id_code").fill(code_in(mailoutbox))
    his.keyboard.press("Enter")
    his.wait_for_url("**/me/")
    his.goto("/desk/hetero-space-tegal/")
    his.goto("/hubs/hetero-space-tegal/spaces/rembug-1/book/")
    his.locator("#id_date").fill(tomorrow())
    his.locator("#id_start").fill("09:00")
    his.locator("#id_end").fill("10:00")
    his.locator("#id_purpose").fill("Rapat pertama")
    his.get_by_role("button", name="Pesan sekarang").click()
    his.wait_for_url(re.compile("/bookings/HS-"))
    assert Booking.objects.get().person.name == "Dimas Anggoro"
    context.close()

    desk.goto("/setup/")  # shut for ever
    assert "/setup/" not in desk.url
    assert User.objects.count() == 2


def tomorrow() -> str:
    return (clock.today("Asia/Jakarta") + dt.timedelta(days=1)).isoformat()
