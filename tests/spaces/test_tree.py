"""Halls and their rooms: only leaves are claimed, and the leaf table follows the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterospace.bookings.actions import book_space, cancel_booking
from heterospace.core.deeds import SYSTEM
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.home.doctor import examine
from heterospace.spaces.actions import add_space, change_space, leaves_under
from heterospace.spaces.models import Space, SpaceLeaf
from heterospace.spaces.queries import catalogue, tree
from tests.bookings.wishes import at


def leaves_of(space):
    return set(SpaceLeaf.objects.filter(space=space).values_list("leaf__name", flat=True))


@pytest.mark.django_db
def test_a_room_is_its_own_leaf_and_a_hall_has_its_rooms(rembug_1, gatra):
    assert leaves_of(rembug_1) == {"Rembug 1"}
    assert leaves_of(gatra) == {"Gatra Timur", "Gatra Barat"}
    assert not gatra.is_leaf
    assert [finding for finding in examine() if finding.is_wrong] == []


@pytest.mark.django_db
def test_halves_can_be_divided_again(semarang, gatra):
    timur = gatra.parts.get(slug="gatra-timur")
    add_space(semarang, by=SYSTEM, parent=timur, name="Sudut", kind="meeting", capacity=10)
    add_space(semarang, by=SYSTEM, parent=timur, name="Pojok", kind="meeting", capacity=10)
    assert leaves_of(gatra) == {"Sudut", "Pojok", "Gatra Barat"}
    assert leaves_of(timur) == {"Sudut", "Pojok"}
    assert [(depth, space.name) for depth, space in tree(semarang)] == [
        (0, "Gatra"),
        (1, "Gatra Timur"),
        (2, "Sudut"),
        (2, "Pojok"),
        (1, "Gatra Barat"),
    ]
    assert [finding for finding in examine() if finding.is_wrong] == []


@pytest.mark.django_db
def test_a_booked_room_does_not_become_desks_nor_desks_a_room(semarang, rembug_1, sari):
    booked = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
    for was in (False, True):
        with pytest.raises(Refused) as refusal:
            change_space(rembug_1, by=SYSTEM, is_shared=not was)
        assert (refusal.value.code, list(refusal.value.fields)) == ("space_has_bookings", ["is_shared"])
        rembug_1.refresh_from_db()
        change_space(rembug_1, by=SYSTEM, is_shared=was, name="Rembug Satu")  # the rest may change
        cancel_booking(booked, by=sari.user)
        change_space(rembug_1, by=SYSTEM, is_shared=not was)
        rembug_1.refresh_from_db()
        booked = book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)


@pytest.mark.django_db
def test_a_booked_room_is_not_divided(semarang, rembug_1, sari):
    book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=sari.user)
    with pytest.raises(Refused) as refusal:
        add_space(semarang, by=SYSTEM, parent=rembug_1, name="Sisi", kind="meeting", capacity=4)
    assert refusal.value.code == "space_has_bookings"
    assert leaves_of(rembug_1) == {"Rembug 1"}


@pytest.mark.django_db
def test_a_part_stands_in_the_hub_of_its_whole(solo, rembug_1):
    with pytest.raises(Refused) as refusal:
        add_space(solo, by=SYSTEM, parent=rembug_1, name="Sisi", kind="meeting", capacity=4)
    assert refusal.value.code == "other_hub"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "may"),
    [("sari", False), ("dimas", False), ("ratna", True), ("hendro", True), ("twin_manager", False)],
)
def test_who_may_add_and_change(semarang, rembug_1, who, may, request):
    user = request.getfixturevalue(who).user
    deeds = (
        lambda: add_space(semarang, by=user, name="Studio", kind="studio", capacity=4),
        lambda: change_space(rembug_1, by=user, capacity=10),
    )
    for deed in deeds:
        if may:
            assert deed().pk
        else:
            with pytest.raises(Forbidden):
                deed()


@pytest.mark.django_db
def test_bad_facts_are_refused_by_name(semarang, rembug_1):
    for facts, code in (
        ({"name": "  ", "kind": "meeting", "capacity": 4}, "no_name"),
        ({"name": "Studio", "kind": "studio", "capacity": 4, "features": ["terbang"]}, "unknown_feature"),
        ({"name": "Studio", "kind": "studio", "capacity": 4, "hours": {0: [(600, 540)]}}, "hours"),
        (
            {"name": "Studio", "kind": "studio", "capacity": 4, "hours": {0: [(540, 720), (700, 900)]}},
            "hours",
        ),
        ({"name": "Studio", "kind": "studio", "capacity": 4, "min_length": 120, "max_length": 60}, "min_max"),
    ):
        with pytest.raises(Invalid) as refusal:
            add_space(semarang, by=SYSTEM, **facts)
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        add_space(semarang, by=SYSTEM, name="Rembug 1", kind="meeting", capacity=4)
    assert refusal.value.code == "slug_taken"
    assert Space.objects.count() == 1


@pytest.mark.django_db
def test_the_catalogue_filters_by_people_kind_and_all_features(semarang, solo, rembug_1, gatra):
    change_space(rembug_1, by=SYSTEM, features=["wifi", "step-free"])
    office = semarang.office
    assert list(catalogue(office, codes=["wifi", "step-free"])) == [rembug_1]
    assert list(catalogue(office, codes=["wifi", "stage"])) == []
    assert {space.name for space in catalogue(office, people=50)} == {"Gatra", "Gatra Timur", "Gatra Barat"}
    assert list(catalogue(office, hub=solo)) == []
    change_space(rembug_1, by=SYSTEM, is_active=False)
    assert rembug_1 not in catalogue(office)


@st.composite
def forests(draw):
    """(space, parent) pairs: every parent has a smaller number than its parts."""
    size = draw(st.integers(1, 12))
    return [(n, draw(st.sampled_from([None, *range(n)]))) for n in range(size)]


@given(forests())
def test_leaves_of_a_space_are_the_leaves_of_its_parts(forest):
    pairs = leaves_under(forest)
    parts = {n: {child for child, parent in forest if parent == n} for n, _parent in forest}
    leaves = {n: {leaf for space, leaf in pairs if space == n} for n, _parent in forest}
    for n, _parent in forest:
        assert leaves[n] == (set().union(*(leaves[part] for part in parts[n])) if parts[n] else {n})
