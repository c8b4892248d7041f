"""Every way into the house in a real browser, under the real content security policy."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest

from heterospace.members import actions
from heterospace.members.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "kain lasem 1925"


def code_in(mailoutbox) -> str:
    """The code of the last mail."""
    return re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", mailoutbox[-1].body).group(1)


def menu(page) -> None:
    """Open the menu of the account."""
    page.locator(".top .ends details.menu summary").click()


def sign_out(page) -> None:
    menu(page)
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url(re.compile(r"/$"))


def test_a_stranger_joins_on_the_way_to_a_room_and_lands_there(phone, mailoutbox, rembug_1):
    phone.goto("/hubs/semarang/spaces/rembug-1/")
    phone.locator("a[href='/hubs/semarang/spaces/rembug-1/book/']").first.click()
    phone.wait_for_url("**/account/login/**")
    phone.get_by_role("link", name="Jadi anggota").first.click()
    phone.get_by_label("Nama lengkap").fill("Ani Puspita 🌸")
    phone.locator("#id_email").fill("ani@demo.example")
    phone.locator("main form button[type=submit]").first.click()
    phone.wait_for_url("**/confirm-email/**")
    phone.get_by_label(re.compile("Kode")).fill(code_in(mailoutbox))
    phone.locator("main form button[type=submit]").first.click()
    phone.wait_for_url("**/rembug-1/book/**")
    assert Person.objects.get(email="ani@demo.example").name == "Ani Puspita 🌸"


def test_a_code_by_mail_wrong_first_then_right(phone, mailoutbox, sari):
    phone.goto("/me/")
    phone.locator("#code-email").fill("sari@demo.example")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/confirm/**")
    phone.get_by_label(re.compile("Kode")).fill("XXXXXX")
    phone.keyboard.press("Enter")
    phone.locator("[aria-invalid=true]").wait_for()
    phone.get_by_label(re.compile("Kode")).fill(code_in(mailoutbox))
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/me/")
    sign_out(phone)
    phone.goto("/me/")
    phone.wait_for_url("**/account/login/**")


def test_who_is_unknown_gets_a_mail_and_no_hint(phone, mailoutbox, semarang):
    phone.goto("/account/login/")
    phone.locator("#code-email").fill("nobody@demo.example")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/account/login/code/confirm/**")
    assert mailoutbox[-1].to == ["nobody@demo.example"]
    assert "/signup/" in mailoutbox[-1].body


def test_a_password_is_set_and_signs_in(phone, sign_in, sari):
    sign_in(phone, sari)
    phone.goto("/account/password/change/")
    fields = phone.locator("main input[type=password]")
    for number in range(fields.count()):
        fields.nth(number).fill(PASSWORD)
    phone.keyboard.press("Enter")
    phone.locator(".messages").wait_for()
    sign_out(phone)
    phone.goto("/account/login/?next=/organisations/")
    phone.get_by_text("Dengan kata sandi").click()
    form = phone.locator("form:has(input[type=password])")
    form.locator("#id_login").fill("sari@demo.example")
    form.locator("input[type=password]").fill("salah sekali")
    phone.keyboard.press("Enter")
    form.locator("input[type=password]").fill(PASSWORD)
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/organisations/")


def give_finger(page):
    """From now on this browser's device has a fingerprint reader; the answer takes the finger off or on."""
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    made = keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def finger(is_on: bool) -> None:
        keys.send("WebAuthn.setUserVerified", {"isUserVerified": is_on, **made})

    return finger


def test_a_passkey_is_added_and_signs_in(phone, sign_in, sari, mailoutbox):
    finger = give_finger(phone)
    sign_in(phone, sari)
    phone.goto("/account/mfa/webauthn/add/")
    phone.locator("#id_name").fill("Telepon Sari")
    phone.locator("#mfa_webauthn_add").click()
    phone.wait_for_url(lambda address: "webauthn/add" not in address)
    phone.goto("/account/mfa/")
    phone.get_by_text("1 perangkat").wait_for()
    sign_out(phone)
    phone.goto("/account/login/?next=/organisations/")
    finger(False)
    phone.locator("#passkey_login").click()
    phone.locator("#key-failed").wait_for()
    finger(True)
    phone.locator("#passkey_login").click()
    phone.wait_for_url("**/organisations/")
    sign_out(phone)  # and every other way stays open: a lost telephone locks nobody out
    phone.goto("/account/login/?next=/organisations/")
    phone.locator("#code-email").fill("sari@demo.example")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/confirm/**")
    phone.locator("#id_code").fill(code_in(mailoutbox))
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/organisations/")


def one_time(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def test_an_authenticator_app_is_asked_after_the_password(desk, sign_in, sari):
    sari.user.set_password(PASSWORD)
    sari.user.save()
    sign_in(desk, sari)
    desk.goto("/account/mfa/totp/activate/")
    if "reauthenticate" in desk.url:
        desk.locator("main input[type=password]").fill(PASSWORD)
        desk.keyboard.press("Enter")
        desk.wait_for_url("**/totp/activate/**")
    assert desk.locator("main img").evaluate("image => image.naturalWidth > 0")
    secret = desk.locator("#authenticator_secret").input_value()
    desk.locator("#id_code").fill(one_time(secret))
    desk.keyboard.press("Enter")
    desk.locator(".messages").wait_for()
    desk.goto("/account/mfa/recovery-codes/")
    assert desk.locator("main textarea, main ul, main pre").count()
    desk.goto("/account/mfa/")
    desk.get_by_text("Kode pemulihan").wait_for()
    sign_out(desk)
    desk.goto("/account/login/?next=/organisations/")
    desk.get_by_text("Dengan kata sandi").click()
    form = desk.locator("form:has(input[type=password])")
    form.locator("#id_login").fill("sari@demo.example")
    form.locator("input[type=password]").fill(PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/authenticate/**")
    from django.core.cache import cache

    cache.clear()  # the same half minute: allauth takes each code once
    desk.locator("#id_code").fill(one_time(secret))
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/organisations/")


def test_the_slip_of_the_desk_signs_in_by_camera_or_by_hand(phone, desk, sign_in, dimas, office):
    siti = actions.register_person(
        office, by=dimas.user, name="Mbah Siti", whatsapp="081311112222", purposes=["service"]
    )
    sign_in(desk, dimas)
    desk.goto(f"/people/{siti.pk}/")
    desk.get_by_role("button", name=re.compile("kode", re.I)).first.click()
    desk.locator("main svg").first.wait_for()
    code = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", desk.locator("main").inner_text()).group()
    phone.goto(f"/join/desk-code/?code={code}")
    assert phone.get_by_label("Kode").input_value() == code
    phone.locator("main form button[type=submit]").click()
    phone.wait_for_url("**/me/")
    assert "Mbah Siti" in phone.content()
    sign_out(phone)
    phone.goto("/join/desk-code/")
    phone.get_by_label("Kode").fill(code)
    phone.keyboard.press("Enter")
    phone.locator("[aria-invalid=true]").wait_for()
    second = actions.give_desk_code(siti, by=dimas.user)
    phone.get_by_label("Kode").fill(second.lower().replace("-", " "))
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/me/")


def test_language_and_appearance_stay_with_and_without_js(browser, live_server, phone, semarang):
    phone.goto("/organisations/?words=batik")
    menu(phone)
    phone.locator(".top button[value=dark]").click()
    assert phone.locator("html").get_attribute("data-theme") == "dark"
    phone.locator(".top button[value=en]").click()
    phone.wait_for_url("**/organisations/?words=batik")
    assert phone.locator("html").get_attribute("lang") == "en"
    assert phone.locator("html").get_attribute("data-theme") == "dark"
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto("/organisations/?words=batik")
    menu(page)
    page.locator(".top button[value=dark]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    menu(page)
    page.locator(".top button[value=en]").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/organisations/?words=batik")
    context.close()


def test_without_js_a_code_by_mail_signs_in(browser, live_server, mailoutbox, sari):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto("/me/")
    page.locator("#code-email").fill("sari@demo.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm/**")
    page.locator("#id_code").fill(code_in(mailoutbox))
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")
    assert not page.locator("#passkey_login").is_visible()
    context.close()


def test_the_keyboard_alone_signs_in_and_out(desk, mailoutbox, sari):
    def press_until(selector: str) -> None:
        for _tab in range(60):
            desk.keyboard.press("Tab")
            if desk.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the keyboard never reaches {selector}")

    desk.goto("/account/login/")
    press_until("#code-email")
    desk.keyboard.type("sari@demo.example")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/confirm/**")
    if not desk.evaluate("document.activeElement.matches('#id_code')"):
        press_until("#id_code")
    desk.keyboard.type(code_in(mailoutbox))
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/me/")
    press_until(".ends summary")
    desk.keyboard.press("Enter")
    press_until("form[action='/account/logout/'] button")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"/$"))


ACCOUNT_PAGES = [
    "/account/email/", "/account/password/change/", "/account/mfa/", "/account/mfa/webauthn/", "/account/mfa/webauthn/add/",
    "/account/mfa/totp/activate/", "/account/mfa/recovery-codes/generate/", "/account/logout/",
]  # fmt: skip


def test_no_page_of_the_account_runs_into_our_policy(desk, phone, sign_in, sari):
    sign_in(desk, sari)
    for page, addresses in (
        (desk, ACCOUNT_PAGES),
        (phone, ["/account/password/reset/", "/account/login/code/"]),
    ):
        for address in addresses:
            assert page.goto(address).status in {200, 404}, address
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_the_policy_blocks_script_that_slipped_in(browser, live_server, semarang):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/")
    page.evaluate("""() => {
        const script = document.createElement("script"); script.textContent = "window.slipped = 1"; document.body.append(script);
        const image = document.createElement("img"); image.setAttribute("onerror", "window.slipped = 1"); image.src = "/static/none"; document.body.append(image);
        const style = document.createElement("style"); style.textContent = "body { display: none }"; document.head.append(style);
    }""")
    page.wait_for_timeout(300)
    assert page.evaluate("window.slipped") is None
    assert page.locator("body").is_visible()
    context.close()


def test_one_click_of_the_demonstration_is_not_there(phone, semarang):
    phone.goto("/account/login/")
    assert phone.locator("form[action='/demo/sign-in/']").count() == 0
    assert phone.goto("/demo/").status == 404


def test_a_hall_behind_one_address_signs_in_together(client, office, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail
    from django.test import Client

    from tests.cast import member

    for number in range(100):
        member(office, f"Tamu {number}", f"tamu{number}@demo.example")
    for number in range(100):
        browser = Client()
        browser.post("/account/login/code/", {"email": f"tamu{number}@demo.example"})
        browser.post("/account/login/code/confirm/", {"code": code_in(mail.outbox)})
        assert browser.get("/me/").status_code == 200, number


def test_after_signing_out_the_back_button_shows_nobody(desk, sign_in, sari):
    sign_in(desk, sari)
    desk.goto("/me/")
    assert "Sari Wulandari" in desk.content()
    sign_out(desk)
    desk.go_back()
    desk.wait_for_timeout(300)
    assert "Sari Wulandari" not in desk.content()
