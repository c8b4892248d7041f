"""What every answer carries and no visitor can do: headers, keys, forged forms, foreign addresses."""

import io
import os
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from heterospace.core.middleware import POLICY
from heterospace.hubs.models import Office
from tests.cast import member


def test_a_server_without_a_secret_key_does_not_start():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HETEROSPACE_")}
    import_it = [sys.executable, "-c", "import heterospace.wsgi"]
    run = subprocess.run(import_it, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "HETEROSPACE_SECRET_KEY" in run.stderr
    assert "[no-secret-key]" in run.stderr
    environment["HETEROSPACE_SECRET_KEY"] = "told"
    assert subprocess.run(import_it, env=environment, check=False).returncode == 0


ANSWERS = ["/", "/nothing-here/", "/api/v1/hubs", "/api/v1/nothing", "/healthz", "/theme/", "/account/login/", "/?x=%00", "/robots.txt",
           "/manifest.webmanifest"]  # fmt: skip


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_says_what_it_may_load(client, semarang, address):
    for method in ("GET", "HEAD", "POST"):
        headers = client.generic(method, address).headers
        assert headers["Content-Security-Policy"] == POLICY, method
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert "camera" in headers["Permissions-Policy"]


def test_static_files_too(client, semarang):
    answer = client.get("/static/core/app.js")
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_policy_allows_what_stands_in_the_page():
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'")


def test_a_form_led_to_by_its_address_says_so(enter, sari, rembug_1):
    answer = enter(sari).get("/theme/")
    assert answer.status_code == 405
    assert "method_not_allowed" in answer.content.decode()


# Forms that came from elsewhere, addresses that lead elsewhere

ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "javascript:alert(1)",
    "\thttps://elsewhere.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/account/login/", {"login": "sari@demo.example", "password": "kain lasem 1925"}),
        ("/join/finish/", {}),
        ("/theme/", {"theme": "dark"}),
        ("/i18n/setlang/", {"language": "en"}),
        ("/account/logout/", {}),
    ],
)
def test_next_never_leads_elsewhere(client, enter, sari, address, form, target):
    browser = client
    if "login" in form:
        sari.user.set_password(form["password"])
        sari.user.save()
    else:
        browser = enter(sari)
    answer = browser.post(f"{address}?next={quote(target)}", {**form, "next": target})
    assert answer.status_code in {200, 204, 302}
    assert "elsewhere" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "address", ["/me/data/erase/", "/join/desk-code/", "/demo/sign-in/", "/theme/", "/account/logout/", "/organisations/new/",
                "/hubs/semarang/spaces/rembug-1/book/", "/account/login/code/", "/setup/", "/i18n/setlang/"]
)  # fmt: skip
def test_no_form_is_taken_from_another_site(strict_client, sari, rembug_1, address):
    strict_client.force_login(sari.user)
    answer = strict_client.post(address, {"name": "Nekat"})
    assert answer.status_code == 403
    assert "csrf" in answer.content.decode()


def test_signing_in_changes_the_session(client, sari, office):
    client.get("/account/login/")
    client.post("/join/desk-code/", {"code": "AAAA-AAAA"})
    before = client.cookies["sessionid"].value
    sari.user.set_password("kain lasem 1925")
    sari.user.save()
    client.post("/account/login/", {"login": "sari@demo.example", "password": "kain lasem 1925"})
    assert client.get("/me/").status_code == 200
    assert client.cookies["sessionid"].value != before
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_password_cannot_be_guessed_on(client, sari, office):
    """Five wrong ones close the account's password door for minutes; another member behind the same address gets in."""
    sari.user.set_password("kain lasem 1925")
    sari.user.save()
    for number in range(6):
        client.post("/account/login/", {"login": "sari@demo.example", "password": f"salah {number}"})
    client.post("/account/login/", {"login": "sari@demo.example", "password": "kain lasem 1925"})
    assert client.get("/me/").status_code == 302
    other = member(office, "Tetangga", "tetangga@demo.example")
    other.user.set_password("kain lasem 1925")
    other.user.save()
    client.post("/account/login/", {"login": "tetangga@demo.example", "password": "kain lasem 1925"})
    assert client.get("/me/").status_code == 200


def test_the_demonstration_is_shut_where_only_the_office_says_demo(client, sari, settings):
    sari.office.is_demo = True
    sari.office.save()
    assert client.post("/demo/sign-in/", {"email": "sari@demo.example"}).status_code == 404
    settings.DEMO = True
    assert client.post("/demo/sign-in/", {"email": "sari@demo.example"}).status_code == 302
    sari.office.is_demo = False
    sari.office.save()
    caches["local"].clear()
    client.logout()
    assert client.post("/demo/sign-in/", {"email": "sari@demo.example"}).status_code == 404


def test_the_set_up_is_shut_once_there_is_an_office(client, semarang, settings):
    settings.SETUP_CODE = "TERBUKA2"
    answer = client.post("/setup/", {"code": "TERBUKA2", "office": "Lain", "hub": "Lain"})
    assert answer.headers["Location"] == "/"
    assert Office.objects.count() == 1


# Photos


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.gif", b"GIF89a/*" + b"x" * 50 + b"*/=alert(1)"),
        ("a.png", picture()[:60]),
        ("a.jpg", b""),
        ("bomb.png", None),
    ],
)
def test_what_is_no_photo_is_refused(enter, ratna, rembug_1, name, body):
    if body is None:
        out = io.BytesIO()
        Image.new("1", (9000, 9000)).save(out, "PNG")
        body = out.getvalue()
    file = SimpleUploadedFile(name, body, "image/png")
    answer = enter(ratna).post(
        "/hubs/semarang/spaces/rembug-1/set-photo/", {"photo": file, "photo_text": "x"}
    )
    assert answer.status_code in {200, 422}
    rembug_1.refresh_from_db()
    assert not rembug_1.photo


def test_a_photo_is_drawn_anew_and_served_apart(enter, client, ratna, rembug_1, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    body = picture("JPEG", (2400, 1200)) + b"<script>alert(1)</script>"
    file = SimpleUploadedFile("../../x.html", body, "text/html")
    enter(ratna).post("/hubs/semarang/spaces/rembug-1/set-photo/", {"photo": file, "photo_text": "Rapat"})
    rembug_1.refresh_from_db()
    name = rembug_1.photo.name.removeprefix("spaces/")
    assert name.endswith(".webp")
    answer = client.get(f"/hubs/semarang/spaces/rembug-1/photo/{name}")
    served = b"".join(answer.streaming_content)
    assert b"script" not in served
    assert Image.open(io.BytesIO(served)).width == 1600
    assert answer.headers["Content-Type"] == "image/webp"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/hubs/semarang/spaces/rembug-1/photo/..%2F..%2Fsecret_key").status_code == 404


@pytest.mark.parametrize("address", ["/account/login/", "/api/v1/bookings"])
def test_what_no_photo_needs_is_refused_unread(client, semarang, address):
    class Never(io.BytesIO):
        def read(self, *args):
            raise AssertionError("it was read")

    for length in ("99999999999", "-1", "many"):
        environment = {
            "CONTENT_LENGTH": length,
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "wsgi.input": Never(),
        }
        answer = client.post(address, **environment)
        assert answer.status_code == 413
        assert "too_large" in answer.content.decode()


def test_a_members_pages_leave_the_browser_with_her(enter, client, sari):
    browser = enter(sari)
    assert browser.get("/me/").headers["Cache-Control"] == "private, no-cache"
    assert "Clear-Site-Data" not in browser.get("/me/").headers
    assert browser.post("/account/logout/").headers["Clear-Site-Data"] == '"cache"'
    assert "Cache-Control" not in client.get("/").headers


def code_by_mail(client) -> str:
    client.post("/account/login/code/", {"email": "sari@demo.example"})
    return re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", mail.outbox[-1].body)[1]


def test_a_code_by_mail_ends_by_time_and_by_wrong_tries(client, sari, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    code = code_by_mail(client)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 0
    client.post("/account/login/code/confirm/", {"code": code})
    assert client.get("/me/").status_code == 302
    del settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    code = code_by_mail(client)
    for _try in range(3):
        client.post("/account/login/code/confirm/", {"code": "AAAAAA"})
    client.post("/account/login/code/confirm/", {"code": code})
    assert client.get("/me/").status_code == 302


def test_one_address_gets_few_codes_whoever_asks(sari, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for _stranger in range(8):
        Client().post("/account/login/code/", {"email": "sari@demo.example"})
    assert len(mail.outbox) == 3
