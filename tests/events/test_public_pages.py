"""What is on, and coming to it, through the pages: as a member, as a guest, by a link."""

import pytest

from tests.events.stories import announce, text

pytestmark = pytest.mark.django_db


def test_smoke(semarang, sari, enter):
    event = announce(semarang)
    for browser in (enter(), enter(sari)):
        for url in (
            "/events/",
            "/events/?when=past&q=x",
            "/hubs/semarang/events/",
            "/events/embed/",
            "/events/feed.ics",
            "/events/feed.rss",
            "/events/feed.json",
            f"/events/{event.slug}/",
            f"/events/{event.slug}/register/",
            f"/events/{event.slug}/picture.png",
            f"/events/{event.slug}/calendar.ics",
            "/",
            "/hubs/semarang/",
        ):
            r = browser.get(url)
            assert r.status_code == 200, url
            assert b"<c-" not in r.content, url
    b = enter(sari)
    r = b.post(f"/events/{event.slug}/register/")
    assert r.status_code == 302, text(r)
    r2 = b.get(r["Location"])
    assert r2.status_code == 200
    assert b.get(r["Location"] + "ticket.png").status_code == 200
    open("/tmp/ticket.png", "wb").write(b.get(r["Location"] + "ticket.png").content)
    open("/tmp/share.png", "wb").write(b.get(f"/events/{event.slug}/picture.png").content)
    print(text(r2))
    assert b.get("/me/events/").status_code == 200
    assert b.get("/me/").status_code == 200
    print(text(b.get("/me/")))
