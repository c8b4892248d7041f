"""The first page and the API's page."""

import datetime as dt

import pytest
from django.urls import reverse

from heterospace.core.deeds import SYSTEM
from heterospace.hubs.actions import set_exception
from heterospace.spaces.actions import add_space
from tests.counting import grows_by

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_asks_when_and_leads_only_to_what_exists(enter, semarang, rembug_1):
    page = text(enter().get("/"))
    assert f'action="{reverse("bookings:search")}"' in page
    assert "Hetero Space Semarang" in page
    assert "Buka sekarang" in page
    for word in ("Srawung", "Mbangun", "Melesat"):
        assert word in page
    for missing in ("Program", "Dampak", "Dialog"):
        assert missing not in page


def test_a_closed_hub_says_why(enter, semarang, ratna):
    set_exception(semarang, dt.date(2026, 11, 21), by=ratna.user, reason="Kerja bakti")
    page = text(enter().get("/"))
    assert "Sedang tutup" in page
    assert "hari ini tutup: Kerja bakti" in page


def test_before_there_is_an_office_there_is_the_set_up(enter, db):
    assert enter().get("/")["Location"] == reverse("home:setup")


def test_an_office_without_hubs_says_so(enter, office, hendro):
    page = text(enter().get("/"))
    assert "Hub pertama sedang disiapkan" in page
    assert "Ke kantor" not in page
    assert "Ke kantor" in text(enter(hendro).get("/"))


def test_members_find_their_own_doors(enter, sari, semarang):
    page = text(enter(sari).get("/"))
    assert "Selamat datang kembali, Sari Wulandari" in page
    assert "Jadi anggota, gratis" not in page


def test_in_english(enter, semarang):
    browser = enter()
    browser.cookies["django_language"] = "en"
    page = text(browser.get("/"))
    assert "A shared house to meet" in page
    assert '<html lang="en"' in page


def test_asks_the_same_however_many_spaces(enter, semarang):
    def grow(n: int) -> None:
        add_space(semarang, by=SYSTEM, name=f"Ruang {n}", kind="meeting", capacity=8)

    grows_by(enter(), "/", grow)


def test_the_apis_page_has_every_endpoint(enter, semarang):
    response = enter().get(reverse("home:api_docs"))
    paths = {(one["method"], one["path"]) for one in response.context["endpoints"]}
    assert ("POST", "/api/v1/bookings") in paths
    assert ("GET", "/api/v1/availability") in paths
    assert "openapi.json" in text(response)


def test_robots_keeps_out_of_private_pages(enter, db):
    assert "Disallow: /bookings/" in text(enter().get("/robots.txt"))
