"""Calendar files of others: what they close, what they give back, and what is said of a broken one."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from heterospace.bookings.actions import add_wish, block_out, book_space, import_calendar, lift_block_out
from heterospace.bookings.imports import read_calendar
from heterospace.bookings.models import BlockOut, Claim, Quarter, Wish
from heterospace.bookings.queries import looks_free
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry
from heterospace.core.refusals import Forbidden, Invalid
from heterospace.home.doctor import examine
from heterospace.spaces.actions import add_space
from tests.bookings.wishes import TUESDAY, ZONE, at
from tests.tasks import run_tasks

DAY = dt.timedelta(days=1)
TEN = "DTSTART:20261124T100000"
HOUR = "DURATION:PT1H"


def event(*lines, uid="a", title="Rapat dinas"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT"])


def ics(*events, name="Dinas"):
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *([f"X-WR-CALNAME:{name}"] if name else [])]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""]).encode()


def times(content):
    read = read_calendar(content, ZONE, at(0), at(0, TUESDAY + 30 * DAY))
    return [(one.start, one.end) for one in read.entries]


def hours(*spans):
    return [(at(first, TUESDAY + n * DAY), at(last, TUESDAY + n * DAY)) for n, first, last in spans]


def take(space, content, *, by=SYSTEM, file_name=""):
    """How many were closed, left and lifted."""
    taken = import_calendar(space, content, by=by, file_name=file_name)
    return len(taken.closed), len(taken.left), len(taken.lifted)


def closed(space):
    return list(
        BlockOut.objects.filter(space=space, lifted_at=None).order_by("period").values_list("uid", flat=True)
    )


# what a file says


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:notadate", HOUR],
        ["DTSTART;VALUE=TIME:100000", HOUR],
        ["DTSTART;VALUE=PERIOD:20261124T100000/PT2H"],
        ["DTSTART:99991231T235959Z", HOUR],
        [TEN, "DTSTART:20261125T100000", HOUR],
        [TEN, "DTEND:later"],
        [TEN, "DTEND:20261124T110000", "DTEND:20261124T120000"],
        [TEN, "DURATION:long"],
        [TEN, "DURATION:20261124T120000"],
        [TEN, "DURATION:P99999999D"],
        [TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:never"],
        [TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=PERIOD:20261125T100000/PT2H"],
        [TEN, HOUR, "RDATE:sometimes"],
        [TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"],
        [TEN, HOUR, "RRULE:FREQ=SOMETIMES"],
        [TEN, HOUR, "RRULE:nonsense"],
        [TEN, HOUR, "RRULE:FREQ=SECONDLY"],
        [TEN, HOUR, "RRULE:FREQ=DAILY;INTERVAL=0"],
        [TEN, HOUR, "RRULE:FREQ=DAILY;UNTIL=soon"],
        [TEN, HOUR, "RECURRENCE-ID:that one"],
    ],
)
def test_an_entry_that_cannot_be_read_is_named_and_nothing_is_taken(rembug_1, lines):
    content = ics(event(TEN, HOUR, uid="b", title="Arisan"), event(*lines))
    with pytest.raises(Invalid) as no:
        import_calendar(rembug_1, content, by=SYSTEM)
    assert no.value.code == "not_a_calendar"
    assert "Rapat dinas" in str(no.value.fields["file"])
    assert not BlockOut.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Ini bukan kalender",
        b"\x00\xff\xfe",
        b"PK\x03\x04 nonsense",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        ics() + ics(),
    ],
)
def test_what_is_no_calendar_is_said(rembug_1, content):
    with pytest.raises(Invalid) as no:
        import_calendar(rembug_1, content, by=SYSTEM)
    assert no.value.code == "not_a_calendar"


def test_too_much_is_said(rembug_1):
    with pytest.raises(Invalid) as no:
        import_calendar(rembug_1, b"x" * 1_000_001, by=SYSTEM)
    assert no.value.code == "too_large"
    many = ics(*(event(TEN, f"DURATION:PT{n + 1}M", uid=str(n)) for n in range(1001)))
    with pytest.raises(Invalid) as no:
        import_calendar(rembug_1, many, by=SYSTEM)
    assert no.value.code == "too_many"
    daily = ics(event("DTSTART:19700101T100000", HOUR, "RRULE:FREQ=DAILY;BYHOUR=8,9,10;BYMINUTE=0,20,40"))
    with pytest.raises(Invalid) as no:
        import_calendar(rembug_1, daily, by=SYSTEM)
    assert no.value.code == "too_many"


def test_further_dates_count_as_well_as_a_rule():
    lines = [TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261125T100000,20261129T100000"]
    lines += [
        "RDATE;TZID=Asia/Jakarta:20261127T140000,20261124T100000",
        "RDATE;VALUE=PERIOD:20261128T080000/PT3H,20261128T130000/20261128T140000",
        "RDATE:20261129T100000",
        "RDATE:20200101T100000",
    ]
    assert times(ics(event(*lines))) == hours((0, 10, 11), (3, 14, 15), (4, 8, 11), (4, 13, 14))


def test_a_moved_date_a_cancelled_one_and_a_free_entry_are_understood():
    rule = event(TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=4")
    moved = event("DTSTART:20261125T150000", HOUR, "RECURRENCE-ID:20261125T100000")
    gone = event("DTSTART:20261126T100000", HOUR, "RECURRENCE-ID:20261126T100000", "STATUS:CANCELLED")
    free = event("DTSTART:20261124T080000", HOUR, "TRANSP:TRANSPARENT", uid="b")
    assert times(ics(rule, moved, gone, free)) == hours((0, 10, 11), (1, 15, 16), (3, 10, 11))


def test_odd_words_do_no_harm(rembug_1):
    lines = [TEN, HOUR, "UID:b", "SUMMARY:Lain", "STATUS:CONFIRMED", "STATUS:TENTATIVE"]
    assert take(rembug_1, ics(event(*lines, title="Ra\x00pat"))) == (1, 0, 0)
    assert BlockOut.objects.get().reason == "Rapat"


# the same calendar again


def test_what_is_gone_or_moved_is_given_back(rembug_1, dimas):
    lines = {uid: [f"DTSTART:202611{day}T100000", HOUR] for uid, day in (("a", 24), ("b", 25), ("c", 26))}
    first = ics(*(event(*more, uid=uid) for uid, more in lines.items()))
    assert take(rembug_1, first) == (3, 0, 0)
    assert take(rembug_1, first) == (0, 0, 0)
    lines["b"][0], lines["c"][1] = "DTSTART:20261125T103000", "DURATION:PT2H"
    second = ics(*(event(*lines[uid], uid=uid) for uid in ("b", "c")))
    assert take(rembug_1, second, by=dimas.user) == (2, 0, 3)
    assert closed(rembug_1) == ["b", "c"]
    assert looks_free(rembug_1, 4, at(10), at(11))
    assert looks_free(rembug_1, 4, at(9.5, TUESDAY + DAY), at(10.5, TUESDAY + DAY))
    assert not looks_free(rembug_1, 4, at(11, TUESDAY + 2 * DAY), at(12, TUESDAY + 2 * DAY))
    assert LogEntry.objects.filter(deed="lift_block_out", by=dimas.user).count() == 3
    assert LogEntry.objects.filter(deed="import_calendar").latest("id").facts["lifted"] == 3
    assert take(rembug_1, second) == (0, 0, 0)
    assert [finding for finding in examine() if finding.is_wrong] == []


def test_only_this_calendar_this_space_and_what_is_to_come(rembug_1, rembug_2, dimas):
    by_hand = block_out(rembug_1, at(14), at(15), kind="maintenance", reason="Cat", by=dimas.user)
    content = ics(event(TEN, HOUR), event("DTSTART:20261124T120000", HOUR, uid="b"))
    take(rembug_1, content)
    take(rembug_2, content)
    far = event("DTSTART:20261124T160000", HOUR, uid="f")
    assert take(rembug_1, ics(far, name="Libur")) == (1, 0, 0)
    with clock.set_to(at(10.5)):  # the first has begun: it stays, whatever the file says
        assert take(rembug_1, ics(event(TEN, "DURATION:PT90M"))) == (0, 0, 1)
        assert closed(rembug_1) == ["a", "", "f"]
    assert closed(rembug_2) == ["a", "b"]
    by_hand.refresh_from_db()
    assert by_hand.lifted_at is None
    with clock.set_to(at(18)):  # all over: nothing to give back
        assert take(rembug_1, ics()) == (0, 0, 0)


def test_what_lies_beyond_the_days_that_are_read_stays(rembug_1):
    late = event("DTSTART:20271220T100000", HOUR, uid="late")
    assert take(rembug_1, ics(late)) == (1, 0, 0)
    with clock.set_to(clock.now() - 30 * DAY):
        assert take(rembug_1, ics(late)) == (0, 0, 0)
    assert closed(rembug_1) == ["late"]


def test_a_calendar_without_a_name_is_known_by_its_file(rembug_1):
    content, empty = ics(event(TEN, HOUR), name=""), ics(name="")
    assert take(rembug_1, content, file_name="dinas.ics") == (1, 0, 0)
    assert take(rembug_1, empty, file_name="libur.ics") == (0, 0, 0)
    assert take(rembug_1, empty, file_name="dinas (2).ics") == (0, 0, 1)
    assert take(rembug_1, content) == (1, 0, 0)
    assert take(rembug_1, empty) == (0, 0, 0)  # two without any name may be two


def test_what_was_taken_over_before_calendars_had_names_is_known_by_its_entries(rembug_1):
    take(rembug_1, ics(event(TEN, HOUR), event("DTSTART:20261124T120000", HOUR, uid="b")))
    BlockOut.objects.update(calendar="")
    assert take(rembug_1, ics(event("DTSTART:20261124T110000", HOUR))) == (1, 0, 1)
    assert closed(rembug_1) == ["a", "b"]
    assert take(rembug_1, ics()) == (0, 0, 1)  # the moved one is this calendar's by now


def test_one_opened_by_hand_is_closed_again_and_somebodys_time_never(rembug_1, sari, dimas):
    content = ics(event(TEN, HOUR))
    take(rembug_1, content)
    lift_block_out(BlockOut.objects.get(), by=dimas.user)
    assert take(rembug_1, content) == (1, 0, 0)
    book_space(rembug_1, at(12), at(13), purpose="Rapat", people=2, by=sari.user)
    assert take(rembug_1, ics(event("DTSTART:20261124T120000", HOUR))) == (0, 1, 1)
    assert closed(rembug_1) == []


def test_who_waits_gets_what_is_given_back(rembug_1, sari):
    take(rembug_1, ics(event(TEN, HOUR)))
    wish = add_wish(rembug_1, at(10), at(11), purpose="Temu", people=4, by=sari.user)
    take(rembug_1, ics())
    run_tasks()
    assert Wish.objects.get(pk=wish.pk).state == "offered"


def test_the_desks_of_a_shared_room_are_given_back_and_taken_again(semarang):
    room = add_space(semarang, by=SYSTEM, name="Maneka", kind="coworking", capacity=5, is_shared=True)
    take(room, ics(event(TEN, HOUR)))
    assert take(room, ics(event("DTSTART:20261124T103000", HOUR))) == (1, 0, 1)
    taken = dict(Quarter.objects.filter(space=room).values_list("at", "taken"))
    assert [at(hour) for hour in (10, 10.5, 11, 11.5) if taken.get(at(hour))] == [at(10.5), at(11)]
    assert not Claim.objects.exists()
    assert [finding for finding in examine() if finding.is_wrong] == []


def test_members_take_no_calendar(rembug_1, sari):
    with pytest.raises(Forbidden):
        take(rembug_1, ics(event(TEN, HOUR)), by=sari.user)


def test_the_page_says_how_many_were_given_back_and_what_cannot_be_read(enter, rembug_1, dimas):
    browser, address = enter(dimas), reverse("bookings:import_calendar", args=["semarang"])

    def send(content):
        file = io.BytesIO(content)
        file.name = "dinas.ics"
        answer = browser.post(address, {"space": rembug_1.pk, "file": file}, follow=True)
        return answer.status_code, answer.content.decode()

    send(ics(event(TEN, HOUR), event("DTSTART:20261125T100000", HOUR, uid="b")))
    status, page = send(ics(event(TEN, HOUR)))
    assert (status, "1 waktu dibuka kembali" in page) == (200, True)
    status, page = send(ics(event("DTSTART:besok", title="Temu &lt;b&gt;")))
    assert (status, "tidak terbaca" in page) == (422, True)
    assert closed(rembug_1) == ["a"]
