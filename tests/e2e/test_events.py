"""Events in a real browser: Bu Sari comes, Wulan plans, Ratna publishes, writes to people and calls one off."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.events import actions
from heterospace.events.models import Event, Mailing, Registration
from tests.e2e.test_journeys import fits

pytestmark = pytest.mark.django_db(transaction=True)


def plan(hub, title: str, *, hosts=(), by=SYSTEM) -> Event:
    """A class in a week, at nine in the morning."""
    start = clock.at(clock.today(hub.timezone) + dt.timedelta(days=7), 9 * 60, hub.timezone)
    wish = {
        "title": title,
        "start": start,
        "end": start + dt.timedelta(hours=3),
        "capacity": 2,
        "hosts": hosts,
    }
    return actions.plan_event(hub, by=by, **wish)


@pytest.fixture
def batik_class(semarang) -> Event:
    return actions.publish_event(plan(semarang, "Kelas Batik Cap"), by=SYSTEM)


def test_bu_sari_finds_an_event_comes_in_two_taps_and_shows_her_ticket(phone, sign_in, sari, batik_class):
    sign_in(phone, sari)
    phone.goto("/events/")
    fits(phone)
    phone.get_by_role("link", name="Kelas Batik Cap").first.click()
    phone.wait_for_url("**/events/kelas-batik-cap/")
    fits(phone)
    phone.get_by_role("button", name="Daftar", exact=True).click()
    expect(phone.get_by_text("Anda terdaftar. Sampai jumpa!")).to_be_visible()
    hers = Registration.objects.get()
    assert (hers.person, hers.state) == (sari, "confirmed")
    assert phone.locator("svg[role=img], .qr svg").first.is_visible()
    assert phone.get_by_text(hers.reference).first.is_visible()
    fits(phone)
    phone.goto("/me/events/")
    phone.get_by_role("link", name="Kelas Batik Cap").first.click()
    assert phone.get_by_text(hers.reference).first.is_visible()


def test_ratna_publishes_wulans_event_and_calls_another_off(
    desk, sign_in, semarang, wulan, kawan_usaha, ratna, sari, batik_class
):
    actions.register(batik_class, by=sari.user)
    hosted = actions.submit_event(
        plan(semarang, "Temu Kawan Usaha", hosts=[kawan_usaha], by=wulan.user), by=wulan.user
    )
    sign_in(desk, ratna)
    desk.goto("/events/organise/")
    desk.get_by_role("link", name="Temu Kawan Usaha").first.click()
    desk.get_by_role("button", name="Terbitkan").click()
    desk.wait_for_load_state()
    hosted.refresh_from_db()
    assert hosted.state == "published"

    desk.goto(f"/events/{batik_class.slug}/manage/")
    desk.locator("a[href='#call-off']").click()
    dialog = desk.locator("#call-off")
    dialog.get_by_role("textbox").fill("Pembatiknya sakit")
    dialog.locator("button[type=submit]").click()
    desk.wait_for_load_state()
    batik_class.refresh_from_db()
    assert batik_class.state == "cancelled"
    desk.goto("/events/kelas-batik-cap/")
    assert desk.get_by_text("Pembatiknya sakit").first.is_visible()


def test_ratna_writes_to_everybody_reads_it_once_more_and_sends_it(
    desk, sign_in, ratna, sari, bagus, batik_class
):
    for person in (sari, bagus):
        actions.register(batik_class, by=person.user)
    sign_in(desk, ratna)
    desk.goto(f"/events/{batik_class.slug}/manage/messages/")
    desk.get_by_label("Judul").fill("Bawa kain")
    desk.get_by_label("Pesan", exact=True).fill("Halo {name}, bawa kain sendiri.")
    desk.get_by_role("button", name=re.compile("Simpan konsep")).click()
    expect(desk.get_by_text("Halo Sari Wulandari, bawa kain sendiri.")).to_be_visible()
    desk.get_by_role("button", name=re.compile("Sudah saya baca")).click()
    desk.locator("a[href='#send']").click()
    desk.locator("#send button[type=submit]").click()
    desk.wait_for_load_state()
    mailing = Mailing.objects.get()
    assert (mailing.state in {"sending", "sent"}, mailing.planned) == (True, 2)
    while actions.send_batch(mailing, by=SYSTEM):  # the worker's part
        pass
    expect(desk.get_by_text("2/2")).to_be_visible(timeout=10_000)


def test_a_photo_goes_into_the_folder_without_javascript(
    browser, live_server, sign_in, ratna, batik_class, tmp_path
):
    paper = tmp_path / "Notulen.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    sign_in(page, ratna)
    page.goto(f"/events/{batik_class.slug}/manage/evidence/?kind=minutes")
    page.get_by_label("Berkas").set_input_files(str(paper))
    page.get_by_role("button", name="Unggah").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Notulen", exact=True).click()
    assert waiting.value.suggested_filename == "notulen.pdf"
    context.close()
