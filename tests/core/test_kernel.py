"""The kernel's own promises: authors, refusals, the clock, codes, numbers, regions, photos, an absent database."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from heterospace.core import clock, codes, deeds, errors, phones, photos, regions
from heterospace.core.middleware import database_away
from heterospace.core.notify import Addressee, notify
from heterospace.core.refusals import Forbidden, Invalid, Refused


class TestDeeds:
    def test_a_deed_needs_an_author(self, db):
        @deeds.deed
        def greet(*, by):
            return "hello"

        assert greet(by=deeds.SYSTEM) == "hello"
        for nobody in ({}, {"by": None}):
            with pytest.raises(TypeError):
                greet(**nobody)

    def test_a_constraint_may_speak_as_a_refusal(self, db, office):
        @deeds.deed
        def open_again(*, by):
            type(office).objects.create(slug=office.slug, name="again")

        with pytest.raises(IntegrityError):
            open_again(by=deeds.SYSTEM)
        deeds.constraint_refuses("hubs_office_slug_key", lambda: Refused("taken", "Taken."))
        with pytest.raises(Refused) as refusal:
            open_again(by=deeds.SYSTEM)
        assert refusal.value.code == "taken"

    def test_require_refuses_what_no_rule_allows(self, sari):
        with pytest.raises(Forbidden):
            deeds.require(sari.user, "no.such.permission", sari)
        deeds.require(deeds.SYSTEM, "no.such.permission", sari)


class TestClock:
    def test_it_is_set_only_inside_the_block(self):
        moment = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
        with clock.set_to(moment):
            assert clock.now() == moment
            assert clock.today("Asia/Jayapura") == dt.date(2026, 11, 21)
            assert clock.today("America/New_York") == dt.date(2026, 11, 20)
        assert clock.now() != moment

    def test_it_refuses_a_moment_without_a_zone(self):
        with pytest.raises(ValueError, match="aware"), clock.set_to(dt.datetime(2026, 11, 21)):
            pass

    def test_midnight_at_the_end_is_the_next_day(self):
        day = dt.date(2026, 11, 21)
        assert clock.at(day, 1440, "Asia/Jakarta") == clock.at(day + dt.timedelta(days=1), 0, "Asia/Jakarta")


class TestCodes:
    def test_references_are_read_whatever_way_they_are_typed(self):
        reference = codes.reference()
        assert codes.tidy(reference) == reference
        assert codes.tidy(reference.lower().replace("-", " ")) == reference
        assert codes.tidy(reference.replace("-", "")) == reference

    def test_they_hold_no_signs_that_look_alike(self):
        signs = set("".join(codes.reference()[3:] for _n in range(300)))
        assert not signs & set("01OILU")

    @given(st.text())
    def test_nothing_typed_breaks_it(self, typed):
        assert isinstance(codes.tidy(typed), str)


class TestPhones:
    @pytest.mark.parametrize(
        "typed", ["081234567890", "0812 3456 7890", "+62 812-3456-7890", "6281234567890"]
    )
    def test_one_number_has_one_form(self, typed):
        assert phones.normalise(typed) == "+6281234567890"

    @pytest.mark.parametrize("typed", ["abc", "12", "0812", "+62", "🙂"])
    def test_nonsense_is_refused_by_name(self, typed):
        with pytest.raises(Invalid) as refusal:
            phones.normalise(typed)
        assert (refusal.value.code, list(refusal.value.fields)) == ("whatsapp", ["whatsapp"])

    def test_links_carry_number_and_text(self):
        assert (
            phones.wa_link("+6281234567890", "Halo & salam")
            == "https://wa.me/6281234567890?text=Halo%20%26%20salam"
        )
        assert phones.readable("+6281234567890") == "0812-3456-7890"


class TestRegions:
    def test_central_java_has_35_and_576(self):
        assert len(regions.regencies()) == 35
        assert sum(len(regions.districts(code)) for code, _name in regions.regencies()) == 576

    def test_names_and_homes(self):
        assert regions.name("33.74") == "Kota Semarang"
        assert regions.name("33.74.11") == "Banyumanik"
        assert regions.name("99.99") == ""
        assert regions.is_home("31")
        assert not regions.is_home("33")
        assert len(regions.homes()) == 35 + 37


class TestPhotos:
    def file(self, kind="JPEG", size=(2400, 1200), **save):
        out = io.BytesIO()
        Image.new("RGB", size, "indigo").save(out, kind, **save)
        return SimpleUploadedFile("foto.jpg", out.getvalue())

    def test_a_photo_is_made_small_and_stripped(self):
        exif = Image.Exif()
        exif[0x010E] = "secret place"
        name, content = photos.reencode(self.file(exif=exif))
        kept = Image.open(content)
        assert name.endswith(".webp")
        assert (kept.format, kept.size) == ("WEBP", (1600, 800))
        assert not kept.getexif()

    @pytest.mark.parametrize(
        "data", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"0" * 50, b"\xff\xd8\xff" + b"0" * 90]
    )
    def test_what_is_no_photo_is_refused(self, data):
        with pytest.raises(Invalid) as refusal:
            photos.reencode(SimpleUploadedFile("foto.jpg", data))
        assert refusal.value.code == "photo"

    def test_a_huge_file_is_refused_unread(self, settings):
        settings.MAX_PHOTO_BYTES = 100
        with pytest.raises(Invalid):
            photos.reencode(self.file())


class TestDatabaseAway:
    def gone(self, request):
        raise OperationalError("the server closed the connection unexpectedly")

    def test_a_page_says_so_and_can_be_tried_again(self):
        answer = database_away(self.gone)(RequestFactory().get("/spaces/"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert b"<h1" in answer.content

    def test_the_api_says_so_as_a_problem(self):
        answer = database_away(self.gone)(RequestFactory().post("/api/v1/bookings"))
        assert answer.status_code == 503
        assert b'"database_away"' in answer.content

    def test_other_mistakes_are_not_hidden(self):
        def wrong(request):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            database_away(wrong)(RequestFactory().get("/"))


def test_titles_name_every_status_we_answer_with():
    assert set(errors.titles()) == {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def test_only_known_kinds_of_message_are_sent(db):
    with pytest.raises(KeyError):
        notify(Addressee(1, "Sari", "sari@demo.example"), "gossip", {}, office=1)
