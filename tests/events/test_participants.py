"""Participant lists as the services give them, and who is meant by a name."""

import datetime as dt

import pytest

from heterospace.events.participants import Known, Unreadable, decoded, matched, merged, parse

WIB = dt.timezone(dt.timedelta(hours=7))
START = dt.datetime(2026, 11, 24, 13, 0, tzinfo=WIB)
END = dt.datetime(2026, 11, 24, 16, 0, tzinfo=WIB)

ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
844 1234 5678,Kelas Batik Cap,11/24/2026 12:50:11 PM,11/24/2026 04:05:32 PM,panitia@demo.example,196,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room
Sari Wulandari,SARI@demo.example,11/24/2026 01:02:11 PM,11/24/2026 02:00:00 PM,58,Yes,,No
Sari Wulandari,sari@demo.example,11/24/2026 02:30:00 PM,11/24/2026 03:40:00 PM,70,Yes,,No
HP Bagus (Bagus Prasetyo),,11/24/2026 01:10:00 PM,11/24/2026 03:00:00 PM,110,Yes,,No
Tamu,,11/24/2026 12:55:00 PM,11/24/2026 12:59:00 PM,4,Yes,,Yes
"""
ZOOM_UNIQUE = """Name (original name),Email,Total duration (minutes),Guest
Sari Wulandari,sari@demo.example,128,Yes
"Prasetyo, Bagus",,95,Yes
"""
ZOOM_WEBINAR = """Attendee Report
Report Generated:,"Nov 24, 2026 17:00"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes)
Kelas Batik Cap,844 1234 5678,"Nov 24, 2026 12:50:11",196
Attendee Details
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Sari Wulandari,Sari,Wulandari,sari@demo.example,"Nov 20, 2026 09:00:00",approved,"Nov 24, 2026 13:02:11","Nov 24, 2026 15:40:00",158,Yes,Indonesia
No,Bagus,Bagus,,bagus@demo.example,"Nov 20, 2026 09:00:00",approved,--,--,--,--,Indonesia
"""
MEET = """First name,Last name,Email,Duration,Time joined,Time exited
Sari,Wulandari,sari@demo.example,1 hr 58 min,1:02 PM,3:00 PM
Bagus,Prasetyo,,34 min,1:15 PM,1:49 PM
"""
MEET_ID = "Nama depan;Nama belakang;Alamat email;Durasi;Waktu bergabung;Waktu keluar\nSari;Wulandari;sari@demo.example;1 jam 58 menit;13.02;15.00\n"
YOUTUBE = """Timestamp,Author,Message
0:02:10,Sari Wulandari,Assalamualaikum
1:30:00,Bagus P,hadir dari Solo
2:40:10,Sari Wulandari,terima kasih
"""
SARI = Known(1, "Sari Wulandari", "sari@demo.example", "RG-AAAA-AAAA")
BAGUS = Known(2, "Bagus Prasetyo", "bagus@demo.example", "RG-BBBB-BBBB")


def read(text):
    return parse(text, START, END, "Asia/Jakarta")


def spans(parsed):
    return [
        (row.name, f"{row.came.astimezone(WIB):%H:%M}", f"{row.left.astimezone(WIB):%H:%M}")
        for row in parsed.rows
    ]


@pytest.mark.parametrize(
    ("text", "service", "expected"),
    [
        (
            ZOOM,
            "zoom",
            [
                ("Sari Wulandari", "13:02", "14:00"),
                ("Sari Wulandari", "14:30", "15:40"),
                ("HP Bagus (Bagus Prasetyo)", "13:10", "15:00"),
            ],
        ),
        (ZOOM_UNIQUE, "zoom", [("Sari Wulandari", "13:00", "15:08"), ("Prasetyo, Bagus", "13:00", "14:35")]),
        (ZOOM_WEBINAR, "zoom", [("Sari Wulandari", "13:02", "15:40")]),
        (MEET, "meet", [("Sari Wulandari", "13:02", "15:00"), ("Bagus Prasetyo", "13:15", "13:49")]),
        (MEET_ID, "meet", [("Sari Wulandari", "13:02", "15:00")]),
        (YOUTUBE, "youtube", [("Sari Wulandari", "13:02", "15:41"), ("Bagus P", "14:30", "14:31")]),
    ],
)
def test_what_the_services_give_is_read(text, service, expected):
    parsed = read(text)
    assert (parsed.service, spans(parsed)) == (service, expected)


def test_a_date_that_can_be_read_twice_is_the_one_of_the_event():
    start = dt.datetime(2026, 5, 4, 13, 0, tzinfo=WIB)
    for written in ("05/04/2026 01:02:00 PM", "04/05/2026 13:02"):
        text = f"Name,Email,Join time,Leave time\nSari,,{written},{written}\n"
        (row,) = parse(text, start, start + dt.timedelta(hours=3), "Asia/Jakarta").rows
        assert (row.came.month, row.came.day, row.came.hour) == (5, 4, 13)


def test_what_is_no_participant_list_is_said_to_be_none():
    for text in ("", "halo", "Nama,Harga\nKopi,12000\n", "Name,Join time\n", "a" * 5000, "<html>\n<body>"):
        with pytest.raises(Unreadable):
            read(text)


def test_files_come_in_several_encodings():
    assert decoded(ZOOM.encode("utf-8-sig")).startswith("Meeting ID")
    assert decoded(MEET.encode("utf-16")).startswith("First name")
    assert decoded("Name\nJosé".encode("cp1252")).endswith("José")
    with pytest.raises(Unreadable):
        decoded(b"\x89PNG\0\0\0")


def states(text, known=(SARI, BAGUS)):
    return {who.name: (who.state, who.match and who.match.pk) for who in matched(read(text).rows, known)}


def test_people_are_known_by_their_mail_then_by_their_whole_name():
    assert states(ZOOM) == {
        "Sari Wulandari": ("matched", 1),
        "HP Bagus (Bagus Prasetyo)": ("matched", 2),
    }
    assert states(ZOOM_UNIQUE)["Prasetyo, Bagus"] == ("matched", 2)
    assert states(YOUTUBE)["Bagus P"][0] == "unmatched"


def test_names_that_only_look_alike_are_never_chosen_by_themselves():
    text = "Name,Email,Duration (minutes)\nSari,,60\nsari wulandari,,50\nZainal,,10\n"
    namesake = Known(3, "Sari Wulandari", "lain@demo.example", "RG-CCCC-CCCC")
    assert states(text, [SARI, BAGUS, namesake]) == {
        "Sari": ("ambiguous", None),
        "sari wulandari": ("ambiguous", None),
        "Zainal": ("unmatched", None),
    }


def test_two_devices_at_once_are_one_stay():
    text = (
        "Name,Email,Join time,Leave time\n"
        "Sari,sari@demo.example,13:00,14:00\nSari HP,sari@demo.example,13:30,14:30\nSari,sari@demo.example,15:00,15:10\n"
    )
    (who,) = matched(read(text).rows, [SARI])
    assert who.minutes == 100
    assert len(merged(who.rows)) == 2


def test_the_same_row_of_another_download_has_the_same_key():
    first, again = read(ZOOM).rows[0], read("\n" + ZOOM.replace("SARI", "sari")).rows[0]
    assert first.key(1) == again.key(1) != again.key(2)
    assert len(first.key(1)) + 4 <= 64
