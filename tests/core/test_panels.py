"""A page of a lower app is filled by the apps above it."""

import pytest
from django.template import RequestContext, engines
from django.test import RequestFactory

from heterospace.core import panels


@pytest.fixture
def place():
    name = "core.of_this_test"
    panels.place(name)
    yield name
    panels._places.pop(name)


def test_fillings_come_in_their_positions_and_may_be_nothing(place):
    request = RequestFactory().get("/")
    panels.fill(place, lambda request, who: ("last.html", {"who": who}), position=90)
    panels.fill(place, lambda request, who: None)
    panels.fill(place, lambda request, who: ("first.html", {}), position=10)
    assert panels.fillings(place, request, who="Sari") == [("first.html", {}), ("last.html", {"who": "Sari"})]


def test_an_unknown_place_is_a_mistake():
    with pytest.raises(KeyError):
        panels.fill("core.nowhere", lambda request: None)
    with pytest.raises(KeyError):
        panels.fillings("core.nowhere", RequestFactory().get("/"))


def test_the_tag_draws_what_fills_the_place_escaped(place):
    panels.fill(place, lambda request, name: ("django/forms/errors/list/default.html", {"errors": [name]}))
    engine = engines["django"]
    page = engine.engine.from_string('{% load panels %}{% panel "core.of_this_test" name=who %}')
    request = RequestFactory().get("/")
    drawn = page.render(
        RequestContext(request, {"request": request, "errors": "outer", "who": "<b>Sari</b>"})
    )
    assert "&lt;b&gt;Sari&lt;/b&gt;" in drawn
