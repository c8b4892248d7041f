"""The pages of bookings as people meet them: searching, booking, giving back, the desk's day."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from heterospace.bookings.actions import book_space, cancel_booking
from heterospace.bookings.models import Booking
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.hubs.models import Hub
from heterospace.spaces.actions import add_space, change_space
from tests.bookings.wishes import at
from tests.counting import grows_by

pytestmark = pytest.mark.django_db
SEARCH = {"date": "2026-11-24", "start": "09:00", "end": "11:00", "people": "6"}
WISH = {**SEARCH, "purpose": "Temu pembeli"}


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def form(rembug_1) -> str:
    return reverse("bookings:book", args=["semarang", "rembug-1"])


class TestSearch:
    def test_begins_with_a_form_only(self, enter, rembug_1):
        response = enter().get(reverse("bookings:search"))
        assert response.context["offers"] is None
        assert "Rembug 1" not in text(response)

    def test_free_ones_lead_to_a_filled_form(self, enter, sari, rembug_1, form):
        page = text(enter().get(reverse("bookings:search"), SEARCH))
        link = f"{form}?date=2026-11-24&amp;start=09:00&amp;end=11:00&amp;people=6"
        assert link in page
        filled = text(enter(sari).get(link.replace("&amp;", "&")))
        for value in ("2026-11-24", "09:00", "11:00"):
            assert f'value="{value}"' in filled

    def test_taken_and_too_small_ones_say_why(self, enter, sari, rembug_1, gatra):
        book_space(gatra, at(8), at(12), purpose="Bazar", people=80, by=sari.user)
        response = enter().get(reverse("bookings:search"), SEARCH | {"people": "20"})
        page = text(response)
        assert "Tidak ada yang kosong" in page
        assert "Sudah dipesan pada waktu itu" in page
        assert "paling banyak untuk 8 orang" in page
        assert [offer.space.name for offer in response.context["others"]] == ["Rembug 1"]

    @pytest.mark.parametrize(
        ("wrong", "kept"),
        [
            ({"end": "08:00"}, "09:00"),
            ({"date": "2026-13-40"}, "2026-13-40"),
            ({"people": "0"}, "09:00"),
            ({"people": "seribu"}, "seribu"),
            ({"start": "99:99"}, "99:99"),
        ],
    )
    def test_wrong_input_keeps_what_was_typed(self, enter, rembug_1, wrong, kept):
        response = enter().get(reverse("bookings:search"), SEARCH | wrong)
        assert response.status_code == 422
        assert kept in text(response)
        assert "aria-invalid" in text(response)

    def test_the_past_and_the_far_future_are_answers_not_errors(self, enter, rembug_1):
        for date in ("1999-01-01", "9998-12-31"):
            assert enter().get(reverse("bookings:search"), SEARCH | {"date": date}).status_code == 200

    def test_asks_the_same_however_many_spaces(self, enter, semarang):
        def grow(n: int) -> None:
            add_space(semarang, by=SYSTEM, name=f"Ruang {n}", kind="meeting", capacity=8)

        address = f"{reverse('bookings:search')}?date=2026-11-24&start=09:00&end=11:00&people=2"
        grows_by(enter(), address, grow)


class TestBook:
    def test_strangers_sign_in_and_come_back_to_the_filled_form(self, enter, form):
        response = enter().get(form, SEARCH)
        assert response.status_code == 302
        wanted = parse_qs(urlsplit(response["Location"]).query)["next"][0]
        assert wanted.startswith(form)
        assert "2026-11-24" in wanted

    def test_booking_leads_to_its_page(self, enter, sari, form):
        response = enter(sari).post(form, WISH, follow=True)
        booking = Booking.objects.get()
        assert response.redirect_chain == [(reverse("bookings:booking", args=[booking.reference]), 302)]
        page = text(response)
        assert booking.reference in page
        assert "Kami tunggu kedatangan Anda" in page
        assert "09.00-11.00 WIB" in page
        assert (booking.start, booking.end) == (at(9), at(11))

    def test_sent_twice_is_one_booking(self, enter, sari, form):
        browser = enter(sari)
        first, second = browser.post(form, WISH), browser.post(form, WISH)
        assert first["Location"] == second["Location"]
        assert Booking.objects.count() == 1

    def test_a_clash_says_so_beside_what_was_typed(self, enter, sari, bagus, rembug_1, form):
        book_space(rembug_1, at(10), at(12), purpose="Rapat", people=4, by=bagus.user)
        response = enter(sari).post(form, WISH)
        assert response.status_code == 409
        page = text(response)
        assert "sudah dipesan orang lain" in page
        assert "Temu pembeli" in page
        assert Booking.objects.count() == 1

    def test_ten_thousand_characters_are_kept_and_refused(self, enter, sari, form):
        long = "Rapat 🎉 " * 1250
        response = enter(sari).post(form, WISH | {"purpose": long})
        assert response.status_code == 422
        assert long.strip() in text(response)
        assert "paling banyak 500 huruf" in text(response)
        assert not Booking.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"date": "2026-11-20"}, "Waktu itu sudah lewat"),
            ({"start": "11:00", "end": "09:00"}, "Jam selesai harus sesudah jam mulai"),
            ({"start": "05:00", "end": "06:00"}, "Pada hari itu buka 08.00-22.00"),
            ({"date": "2026-12-25"}, "tutup pada hari itu"),
            ({"people": "80"}, "paling banyak untuk 8 orang"),
            ({"purpose": "   "}, ""),
            ({"date": ""}, ""),
            ({"date": "kapan-kapan"}, ""),
            ({"start": "09:07"}, "mulai tiap"),
        ],
    )
    def test_every_refusal_has_a_sentence_and_keeps_the_form(self, enter, sari, form, wrong, sentence):
        response = enter(sari).post(form, WISH | wrong)
        assert response.status_code in {409, 422}
        page = text(response)
        assert sentence in page
        assert "aria-invalid" in page or "errors" in page
        if "purpose" not in wrong:
            assert "Temu pembeli" in page
        assert not Booking.objects.exists()

    def test_someone_elses_organisation_is_no_choice(self, enter, sari, batik, kawan_usaha, form):
        response = enter(sari).post(form, WISH | {"organisation": str(kawan_usaha.pk)})
        assert response.status_code == 422
        assert not Booking.objects.exists()
        enter(sari).post(form, WISH | {"organisation": str(batik.pk)})
        assert Booking.objects.get().organisation == batik

    def test_the_day_is_told_and_refreshed_alone(self, enter, sari, bagus, rembug_1, form):
        book_space(rembug_1, at(13), at(14), purpose="Rapat", people=4, by=bagus.user)
        whole = text(enter(sari).get(form, SEARCH))
        assert "Selasa, 24 November 2026" in whole
        assert "13.00-14.00" in whole
        part = text(enter(sari).get(form, SEARCH, HTTP_HX_REQUEST="true"))
        assert part.strip().startswith('<div id="day"')
        assert "Bagus" not in whole

    def test_staff_book_for_somebody_and_only_staff(self, enter, sari, bagus, dimas, form):
        page = text(enter(dimas).get(form, SEARCH | {"person": sari.pk}))
        assert "Anda memesankan untuk Sari Wulandari" in page
        enter(dimas).post(form, WISH | {"person": sari.pk})
        assert Booking.objects.get().person == sari
        enter(bagus).post(form, WISH | {"person": sari.pk, "start": "14:00", "end": "15:00"})
        assert Booking.objects.latest("id").person == bagus

    def test_nights_are_counted_from_a_day(self, enter, sari, semarang):
        add_space(
            semarang,
            by=SYSTEM,
            name="Kamar 1",
            kind="lodging",
            capacity=2,
            unit="night",
            min_length=1,
            max_length=14,
        )
        address = reverse("bookings:book", args=["semarang", "kamar-1"])
        assert "Berapa malam" in text(enter(sari).get(address))
        enter(sari).post(address, {"date": "2026-11-24", "units": "2", "people": "1", "purpose": "Pelatihan"})
        booking = Booking.objects.get()
        assert (booking.start, booking.end) == (at(14), at(12, dt.date(2026, 11, 26)))

    def test_a_hub_in_another_zone_keeps_its_own_clock(self, enter, sari, rembug_1, form):
        Hub.objects.filter(slug="semarang").update(timezone="Asia/Jayapura", hours_version=9)
        page = text(enter(sari).post(form, WISH, follow=True))
        assert "09.00-11.00 WIT" in page
        assert Booking.objects.get().start == at(9, zone="Asia/Jayapura")


class TestOne:
    @pytest.fixture
    def booking(self, rembug_1, sari):
        return book_space(rembug_1, at(9), at(11), purpose="Temu <b>pembeli</b>", people=4, by=sari.user)

    def test_shows_what_one_needs(self, enter, sari, booking):
        page = text(enter(sari).get(reverse("bookings:booking", args=[booking.reference])))
        assert "https://wa.me/?text=" in page
        assert reverse("bookings:calendar", args=[booking.reference]) in page
        assert "Temu &lt;b&gt;pembeli&lt;/b&gt;" in page
        assert "Batalkan pemesanan ini" in page

    def test_typed_by_hand_it_is_found(self, enter, sari, booking):
        typed = booking.reference.replace("-", "").lower()
        assert enter(sari).get(reverse("bookings:booking", args=[typed])).status_code == 200

    def test_is_nobody_elses_business(self, enter, bagus, booking):
        assert enter(bagus).get(reverse("bookings:booking", args=[booking.reference])).status_code == 404
        assert enter(bagus).post(reverse("bookings:cancel", args=[booking.reference])).status_code == 404
        assert enter(bagus).get(reverse("bookings:calendar", args=[booking.reference])).status_code == 404

    def test_is_given_back_once(self, enter, sari, booking):
        browser, address = enter(sari), reverse("bookings:cancel", args=[booking.reference])
        page = text(browser.post(address, {"reason": "Hujan"}, follow=True))
        assert "Terima kasih sudah melepas ruangnya" in page
        assert "Hujan" in page
        assert "Batalkan pemesanan ini" not in page
        assert "sudah dibatalkan" in text(browser.post(address, follow=True))

    def test_too_late_says_until_when_and_whom_to_tell(self, enter, sari, ratna, booking):
        Hub.objects.filter(slug="semarang").update(whatsapp="+6281200001111")
        change_space(booking.space, by=ratna.user, cancel_minutes=120)
        with clock.set_to(at(8)):
            page = text(enter(sari).get(reverse("bookings:booking", args=[booking.reference])))
            assert "Batas pembatalan sudah lewat" in page
            assert "07.00 WIB" in page
            assert "https://wa.me/6281200001111?text=" in page
            assert "Batalkan pemesanan ini" not in page
            refused = enter(sari).post(reverse("bookings:cancel", args=[booking.reference]), follow=True)
            assert "Batas pembatalan sendiri sudah lewat" in text(refused)
            booking.refresh_from_db()
            assert booking.is_live

    def test_calendar_file(self, enter, sari, booking):
        response = enter(sari).get(reverse("bookings:calendar", args=[booking.reference]))
        assert response["Content-Type"].startswith("text/calendar")
        assert b"DTSTART:20261124T020000Z" in response.content


class TestMine:
    def test_empty_says_what_to_do(self, enter, sari):
        page = text(enter(sari).get(reverse("bookings:mine")))
        assert "Belum ada pemesanan" in page
        assert reverse("bookings:search") in page

    def test_coming_first_then_past_and_cancelled(self, enter, sari, rembug_1):
        first = book_space(rembug_1, at(9), at(10), purpose="Satu", people=1, by=sari.user)
        gone = book_space(rembug_1, at(13), at(14), purpose="Dua", people=1, by=sari.user)
        cancel_booking(gone, by=sari.user)
        response = enter(sari).get(reverse("bookings:mine"))
        assert response.context["coming"] == [first]
        assert response.context["past"] == [gone]

    def test_asks_the_same_however_many_bookings(self, enter, sari, rembug_1):
        def grow(n: int) -> None:
            day = dt.date(2026, 11, 23) + dt.timedelta(days=n // 6)
            start = 8 + 2 * (n % 6)
            book_space(rembug_1, at(start, day), at(start + 1, day), purpose="Rapat", people=1, by=sari.user)

        grows_by(enter(sari), reverse("bookings:mine"), grow)


class TestPanels:
    def test_her_next_bookings_stand_on_her_page(self, enter, sari, rembug_1):
        book_space(rembug_1, at(9), at(10), purpose="Satu", people=1, by=sari.user)
        assert "Rembug 1" in text(enter(sari).get(reverse("members:me")))

    def test_the_desk_books_from_a_persons_page(self, enter, dimas, sari):
        page = text(enter(dimas).get(reverse("members:person", args=[sari.pk])))
        assert f"{reverse('bookings:search')}?person={sari.pk}" in page

    def test_an_organisations_bookings_are_for_its_leaders(self, enter, sari, bagus, batik, rembug_1):
        book_space(rembug_1, at(9), at(10), purpose="Satu", people=1, by=sari.user, organisation=batik)
        address = reverse("members:organisation", args=[batik.slug])
        assert "Dipesan atas namanya" in text(enter(sari).get(address))
        assert "Dipesan atas namanya" not in text(enter(bagus).get(address))
