"""How free spaces are ranked, and the reasons people read."""

import hypothesis.strategies as st
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import assume, given

from heterospace.bookings.actions import book_space
from heterospace.bookings.alternatives import alternatives
from heterospace.bookings.fit import Comparison, Home, Wish, fit
from heterospace.bookings.queries import home_in, search
from heterospace.core import regions
from heterospace.core.deeds import SYSTEM
from heterospace.spaces.actions import add_space, change_space
from tests.api.test_bookings_api import Api

from .wishes import at

CODES = ["wifi", "projector", "stage"]
ACCESS = ["step-free", "wide-door"]
features = st.frozensets(st.sampled_from(CODES + ACCESS))
wishes = st.builds(
    Wish, st.integers(1, 200), st.frozensets(st.sampled_from(CODES)), st.frozensets(st.sampled_from(ACCESS))
)
way = st.floats(0, 400)


@given(wishes, st.integers(1, 500), features, way, st.sampled_from(CODES + ACCESS))
def test_one_thing_more_never_fits_worse(wish, capacity, has, km, more):
    assert fit(wish, capacity, has | {more}, km).rank <= fit(wish, capacity, has, km).rank


@given(wishes, st.integers(1, 500), features, way, way)
def test_closer_never_fits_worse(wish, capacity, has, km, other):
    near, far = sorted([km, other])
    assert fit(wish, capacity, has, near).rank <= fit(wish, capacity, has, far).rank


@given(wishes, st.integers(1, 500), st.integers(1, 500), features, way)
def test_of_two_that_hold_everybody_the_smaller_never_fits_worse(wish, one, other, has, km):
    small, large = sorted([one, other])
    assume(small >= wish.people)
    assert fit(wish, small, has, km).rank <= fit(wish, large, has, km).rank


@given(wishes, st.integers(1, 500), st.integers(1, 500), features, way, way)
def test_who_cannot_come_in_is_not_helped_by_anything_else(wish, one, other, has, km, elsewhere):
    """A missing fact of accessibility weighs more than everything else together."""
    barred, open_to_all = fit(wish, one, has - wish.access, km), fit(wish, other, wish.access, elsewhere)
    assume(wish.access)
    assert open_to_all.rank < barred.rank


@given(wishes, st.integers(1, 500), features)
def test_what_is_told_is_what_is_there(wish, capacity, has):
    names = {code: f"<{code}>" for code in CODES + ACCESS}
    found = Comparison(wish, names, smallest=capacity).fit(capacity, has, None)
    told = {one.code: str(one.sentence) for one in Comparison(wish, names).reasons(found)}
    wanted = wish.features | wish.access
    assert ("has" in told) == bool(wanted & has)
    assert ("lacks" in told) == bool(wanted - has) == (not found.is_whole)
    for code, name in names.items():
        assert (name in told.get("has", "")) == (code in wanted & has)
        assert (name in told.get("lacks", "")) == (code in wanted - has)


def test_every_regency_of_the_province_has_a_seat_inside_it():
    assert set(regions.SEATS) == {code for code, _name in regions.regencies()}
    for latitude, longitude in regions.SEATS.values():
        assert -8.3 < latitude < -6.3
        assert 108.5 < longitude < 111.8


def test_the_way_as_the_crow_flies():
    semarang, solo = regions.SEATS["33.74"], regions.SEATS["33.72"]
    assert 70 < regions.kilometres(semarang, solo) < 85
    assert regions.kilometres(semarang, solo) == pytest.approx(regions.kilometres(solo, semarang))
    assert regions.kilometres(solo, solo) == 0


def test_far_too_large_is_said():
    wish = Wish(people=4)
    compared = Comparison(wish, {}, Home("Kota Surakarta", regions.SEATS["33.72"]), smallest=100)
    told = compared.reasons(compared.fit(100, [], regions.SEATS["33.74"]))
    with translation.override("id"):
        assert [(one.code, str(one.sentence)) for one in told][1:] == [
            ("too_large", "Jauh lebih besar dari yang Anda perlukan")
        ]
    assert told[0].code == "far"


def names(office, **more):
    return [offer.space.name for offer in search(office, at(9), at(11), **more) if offer.is_free]


@pytest.mark.django_db
def test_the_smallest_that_holds_everybody_goes_first_in_whatever_hub(rembug_1, gatra, solo, office):
    add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=6)
    assert names(office, people=5) == ["Rembug Solo", "Rembug 1", "Gatra Timur", "Gatra Barat", "Gatra"]
    assert names(office, people=7)[0] == "Rembug 1"


@pytest.mark.django_db
def test_nobody_travels_to_the_next_city_for_a_slightly_better_size(rembug_1, solo, office):
    add_space(solo, by=SYSTEM, name="Aula Solo", kind="event", capacity=40)
    assert names(office, people=5, near=home_in("33.72")) == ["Aula Solo", "Rembug 1"]
    assert names(office, people=5, near=home_in("33.74")) == ["Rembug 1", "Aula Solo"]
    assert home_in("51") is None


@pytest.mark.django_db
def test_what_somebody_needs_to_come_in_goes_before_what_would_be_nice(rembug_1, semarang, office):
    other = add_space(semarang, by=SYSTEM, name="Rembug 2", kind="meeting", capacity=30)
    change_space(rembug_1, by=SYSTEM, features=["projector", "wifi"])
    change_space(other, by=SYSTEM, features=["step-free"])
    found = search(office, at(9), at(11), people=4, wishes=["projector", "step-free"])
    assert [offer.space.name for offer in found] == ["Rembug 2", "Rembug 1"]
    assert [offer.fit.is_whole for offer in found] == [False, False]
    assert [one.code for one in found[0].why] == ["lacks", "has", "too_large"]


@pytest.mark.django_db
def test_another_hub_is_the_one_that_is_not_far(rembug_1, semarang, solo, office, sari):
    from tests.cast import open_hub

    banyumas = open_hub(office, "Hetero Space Banyumas", "banyumas", "33.02")
    add_space(banyumas, by=SYSTEM, name="Rembug Banyumas", kind="meeting", capacity=7)
    add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
    book_space(rembug_1, at(9), at(11), purpose="Rapat", people=4, by=sari.user)
    found = alternatives(office, at(9), at(11), space=rembug_1, people=4)
    assert [one.space.name for one in found if one.kind == "other_hub"] == ["Rembug Solo"]


@pytest.mark.django_db
def test_the_same_queries_for_any_number_of_spaces(semarang, office):
    asked = set()
    for rows in (1, 3, 50):
        while semarang.spaces.count() < rows:
            add_space(
                semarang, by=SYSTEM, name=f"Ruang {semarang.spaces.count()}", kind="meeting", capacity=4
            )
        search(office, at(9), at(11), wishes=["wifi"])
        with CaptureQueriesContext(connection) as queries:
            assert len(search(office, at(9), at(11), wishes=["wifi"])) == rows
        asked.add(len(queries))
    assert asked == {5}


WISH = {"date": "2026-11-24", "start": "09:00", "end": "11:00", "people": "8"}


@pytest.mark.django_db
class TestPage:
    def text(self, browser, **more):
        return browser.get(reverse("bookings:search"), WISH | more).content.decode()

    def test_says_why_in_plain_words(self, enter, sari, rembug_1):
        change_space(rembug_1, by=SYSTEM, features=["projector"])
        page = self.text(enter(sari), features=["projector"])
        assert "Paling pas untuk 8 orang" in page
        assert "Ada: Proyektor" in page
        assert "Sekitar 80 km dari Kota Surakarta" in page  # Bu Sari lives there

    def test_a_stranger_reads_of_no_distance(self, enter, rembug_1):
        assert " km dari " not in self.text(enter())

    def test_staff_see_the_way_of_who_they_book_for(self, enter, sari, dimas, rembug_1):
        assert "km dari Kota Surakarta" in self.text(enter(dimas), person=sari.pk)

    def test_what_is_not_there_is_said_and_can_be_booked_all_the_same(self, enter, rembug_1, gatra):
        change_space(gatra, by=SYSTEM, features=["projector"])
        page = self.text(enter(), features=["projector"])
        assert page.index("Gatra") < page.index("Kosong, tetapi belum lengkap") < page.index("Rembug 1")
        assert "Tidak ada: Proyektor" in page
        assert "/rembug-1/book/?date=2026-11-24&amp;start=09:00&amp;end=11:00&amp;people=8" in page

    def test_when_nothing_has_everything_what_comes_closest_is_shown(self, enter, rembug_1):
        page = self.text(enter(), features=["stage", "step-free"])
        assert "Tidak ada ruang kosong yang punya semua" in page
        assert "Tidak ada yang kosong" not in page
        assert "Tidak ada: Panggung, Tanpa anak tangga" in page


@pytest.mark.django_db
def test_the_api_tells_why_and_counts_the_way(rembug_1, solo):
    add_space(solo, by=SYSTEM, name="Aula Solo", kind="event", capacity=40)
    asked = {"start": "2026-11-24T09:00:00+07:00", "end": "2026-11-24T11:00:00+07:00", "people": 5}
    told = Api().get("availability", near="33.72", **asked).json()
    assert [one["name"] for one in told["items"]] == ["Aula Solo", "Rembug 1"]
    assert [one["code"] for one in told["items"][1]["fit"]] == ["just_right", "far"]
    assert Api().get("availability", **asked).json()["items"][0]["name"] == "Rembug 1"
