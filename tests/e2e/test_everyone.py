"""Every important page for everyone: axe finds nothing, in light on a telephone and in dark on a wide screen,
and nothing sticks out at the side."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from heterospace.bookings.actions import (
    add_guests,
    add_wish,
    block_out,
    book_series,
    book_space,
    make_display,
    report_fault,
    set_quota,
)
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.sheets import Line
from heterospace.enquiries.actions import ask_hub
from heterospace.events import actions as event_deeds
from heterospace.events.actions import ask_survey, import_events
from heterospace.events.actions.holding import link_of
from heterospace.events.models import Event
from heterospace.home.models import Import
from heterospace.hubs.queries import schedule_of
from heterospace.questionnaires.actions import copy_questionnaire, open_counter
from heterospace.spaces.actions import add_equipment
from tests.questionnaires.houses import tell

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """async () => {
    for (let moving; (moving = document.getAnimations().filter((one) => one.playState !== "finished")).length; )
        moving.forEach((one) => one.finish());  // a new look's colours cross over
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 4).join(" | ")}`);
}"""
LOOKS = {"phone, light": (360, "light"), "wide, dark": (1280, "dark")}


@pytest.fixture
def house(semarang, solo, rembug_1, gatra, sari, batik, dimas, ratna, hendro):
    """Hubs with rooms and one booking; answers the pages each person visits."""
    schedule = schedule_of(semarang)
    days = (clock.today("Asia/Jakarta") + dt.timedelta(days=n) for n in range(1, 30))
    day = next(date for date in days if not schedule.day(date).is_closed)
    at = lambda hour: clock.at(day, hour * 60, "Asia/Jakarta")  # noqa: E731
    booking = book_space(
        rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user, organisation=batik
    )
    gatra.approval = "hold"
    gatra.save()
    add_equipment(semarang, by=ratna.user, name="Proyektor", quantity=2, about="HDMI")
    asked = book_space(gatra, at(9), at(11), purpose="Pameran", people=40, by=sari.user)
    wish = add_wish(rembug_1, at(9), at(11), purpose="Temu", people=4, by=dimas.user)
    series = book_series(
        rembug_1, at(13), at(14), "FREQ=DAILY;COUNT=9", purpose="Rapat", people=4, by=sari.user
    ).series
    block_out(rembug_1, at(16), at(17), kind="maintenance", reason="Cat ulang", by=ratna.user)
    set_quota(semarang, by=ratna.user, whose="person", hours=40, per="week", prime_from=540, prime_until=720)
    report_fault("AC menetes", space=rembug_1, by=sari.user)
    sent = Import.objects.create(
        hub=semarang, by=ratna.user, kind="people", name="anggota.xlsx", state="refused", ended_at=clock.now(),
        problems=[[2, "Nomor WhatsApp", "Ini kosong."]], dropped=[["NIK", "NIK dibuang."]], more=3,
    )  # fmt: skip
    door = make_display(rembug_1, by=ratna.user)
    add_guests(booking, ["Pak Joko"], by=sari.user)
    enquiry = ask_hub(semarang, by=sari.user, kind="complaint", text="AC mati lagi")
    counter = open_counter(semarang, by=ratna.user)
    for points in (4, 3, 3, 2, 4, 1):
        tell(counter.questionnaire, points, subject="counter", hub=semarang, comment="Wi-Fi lambat")
    held = {"title": "Kelas Foto Produk", "date": day - dt.timedelta(days=400), "start": 540, "end": 720}
    import_events(semarang, [Line(2, held)], by=SYSTEM)
    event = Event.objects.get(title=held["title"])
    ask_survey(event, by=ratna.user)
    draft = copy_questionnaire(counter.questionnaire, by=ratna.user)
    asked_key = counter.questionnaire.key
    when = f"?date={day}&start=09:00&end=11:00&people=6"
    room = ["semarang", "rembug-1"]
    return {
        None: [
            reverse("home:landing"),
            reverse("spaces:list"),
            reverse("spaces:list") + "?people=5000",
            reverse("spaces:hub", args=["semarang"]),
            reverse("spaces:hub", args=["solo"]),
            reverse("spaces:space", args=room) + f"?week={day}",
            reverse("spaces:space", args=["semarang", "gatra"]),
            reverse("bookings:search"),
            reverse("bookings:search") + when,
            reverse("bookings:search") + when.replace("11:00", "08:00"),
            reverse("members:organisations"),
            reverse("members:organisation", args=[batik.slug]),
            reverse("members:join"),
            reverse("members:desk_code"),
            reverse("account_login"),
            reverse("enquiries:ask", args=["semarang"]),
            reverse("enquiries:follow", args=[enquiry.secret]),
            counter.path,
            f"{counter.path}?tablet=1",
            reverse("questionnaires:thanks", args=[counter.key]) + "?tablet=1",
            reverse("bookings:display", args=[door.secret]),
            reverse("home:api_docs"),
            reverse("core:ui"),
            "/nothing-here/",
        ],
        sari: [
            reverse("home:landing"),
            reverse("members:me"),
            reverse("bookings:mine"),
            reverse("bookings:booking", args=[booking.reference]),
            reverse("bookings:book", args=room) + when,
            reverse("bookings:booking", args=[asked.reference]),
            reverse("bookings:series", args=[series.reference]),
            reverse("bookings:instead", args=[booking.reference]),
            reverse("bookings:report", args=["semarang"]),
            reverse("members:consents"),
            reverse("members:my_data"),
            reverse("members:organisation", args=[batik.slug]),
        ],
        dimas: [
            reverse("bookings:desk", args=["semarang"]) + f"?date={day}",
            reverse("bookings:desk", args=["semarang"]) + "?q=sari",
            reverse("bookings:desk_sheet", args=["semarang"]) + f"?date={day}",
            reverse("bookings:hub_calendar", args=["semarang"]) + f"?date={day}",
            reverse("bookings:move", args=[booking.reference]),
            reverse("bookings:guests", args=[booking.reference]),
            reverse("bookings:wish", args=[wish.reference]),
            reverse("bookings:waiting_list", args=["semarang"]),
            reverse("bookings:block_outs", args=["semarang"]),
            reverse("bookings:block", args=["semarang"]),
            reverse("bookings:faults", args=["semarang"]),
            reverse("members:people") + "?words=Sari",
            reverse("members:person", args=[sari.pk]),
            reverse("members:outbox"),
            reverse("enquiries:queue", args=["semarang"]),
            reverse("enquiries:enquiry", args=["semarang", enquiry.reference]),
            reverse("questionnaires:service", args=["semarang"]),
            reverse("questionnaires:share", args=[counter.key]),
        ],
        ratna: [
            reverse("bookings:requests", args=["semarang"]),
            reverse("bookings:equipment", args=["semarang"]),
            reverse("bookings:fair_use", args=["semarang"]),
            reverse("bookings:utilisation", args=["semarang"]),
            reverse("events:report", args=[event.slug]),
            reverse("events:figures", args=["semarang"]),
            reverse("events:figures_events", args=["semarang"]) + f"?period={held['date'].year}",
            reverse("spaces:manage", args=["semarang"]),
            reverse("spaces:edit", args=room),
            reverse("bookings:displays", args=room),
            reverse("hubs:settings", args=["semarang"]),
            reverse("hubs:hours", args=["semarang"]),
            reverse("hubs:days", args=["semarang"]),
            reverse("members:staff", args=["semarang"]),
            reverse("home:data", args=["semarang"]),
            reverse("home:data_progress", args=["semarang", sent.pk]),
            reverse("questionnaires:index"),
            reverse("questionnaires:new"),
            reverse("questionnaires:build", args=[asked_key]),
            reverse("questionnaires:build", args=[draft.key]),
            reverse("questionnaires:change", args=[draft.key]),
            reverse("questionnaires:preview", args=[draft.key]),
            reverse("questionnaires:question_new", args=[draft.key]),
            reverse("questionnaires:results", args=[asked_key]),
        ],
        hendro: [reverse("members:office")],
    }


@pytest.fixture
def programme(semarang, sari, bagus, wulan, ratna, dimas, kawan_usaha):
    """An event to come and one that is over; answers the pages each person visits."""
    now = clock.now().replace(second=0, microsecond=0)
    days = lambda n: now + dt.timedelta(days=n)  # noqa: E731
    plan = lambda title, start, **more: event_deeds.plan_event(  # noqa: E731
        semarang,
        by=SYSTEM,
        title=title,
        start=start,
        end=start + dt.timedelta(hours=2),
        hosts=[kawan_usaha],
        **more,
    )
    coming = event_deeds.publish_event(
        plan("Kelas Batik Cap", days(3), mode="hybrid", capacity={"onsite": 1, "online": 5}), by=SYSTEM
    )
    hers = event_deeds.register(coming, event_deeds.Wish(mode="onsite"), by=sari.user)
    event_deeds.register(coming, event_deeds.Wish(mode="onsite"), by=bagus.user)
    online = event_deeds.register(coming, event_deeds.Wish(mode="online"), by=wulan.user)
    write = lambda subject: event_deeds.write_mailing(  # noqa: E731
        coming, by=ratna.user, audience="confirmed", subject=subject, body="Halo {name}, {link}"
    )
    draft = write("Bawa kain")
    with clock.set_to(days(-9)):
        over = event_deeds.publish_event(plan("Temu Kawan Usaha", days(-8), capacity=9), by=SYSTEM)
        there = event_deeds.register(over, by=sari.user)
    event_deeds.mark_present(over, [there], by=ratna.user, note="daftar hadir")
    event_deeds.finish_events(by=SYSTEM)
    over.refresh_from_db()
    rule = event_deeds.set_certificate_rule(over, by=ratna.user, percent=80, signer="Ratna Maharani")
    event_deeds.issue_certificates(rule, by=ratna.user)
    paper = SimpleUploadedFile("Notulen.pdf", b"%PDF-1.7")
    event_deeds.add_evidence(over, "minutes", [paper], by=ratna.user)
    sent = write("Jam")
    event_deeds.check_mailing(sent, by=wulan.user if sent.made_by_id == ratna.user.pk else ratna.user)
    event_deeds.send_mailing(sent, by=ratna.user)
    of = lambda event, *names: [reverse(f"events:{name}", args=[event.slug]) for name in names]  # noqa: E731
    return {
        None: [
            reverse("events:list"),
            *of(coming, "event", "register"),
            *of(over, "event"),
            reverse("events:hub", args=["semarang"]),
            reverse("events:look_up"),
            reverse("events:certificate", args=[over.certificates.get().serial]),
            link_of(hers),
            link_of(online) + "join/",
            event_deeds.news_link(sari),
        ],
        sari: [reverse("events:mine")],
        dimas: [*of(coming, "people", "door", "attendance")],
        ratna: [
            reverse("events:organise"),
            reverse("events:plan", args=["semarang"]),
            *of(
                coming,
                "manage",
                "edit",
                "seats",
                "programme",
                "team",
                "people",
                "invitations",
                "certificates",
                "attendance",
            ),
            *of(coming, "messages", "texts", "evidence", "report"),
            reverse("events:mailing", args=[coming.slug, draft.pk]),
            reverse("events:mailing", args=[coming.slug, sent.pk]),
            *of(over, "manage", "certificates", "attendance", "ledger", "evidence", "report"),
            reverse("events:figures", args=["semarang"]),
        ],
    }


def test_axe_finds_nothing_about_events(browser, live_server, sign_in, programme):
    look_at_all(browser, live_server, sign_in, programme)


def test_axe_finds_nothing(browser, live_server, sign_in, house):
    look_at_all(browser, live_server, sign_in, house)


def look_at_all(browser, live_server, sign_in, house):
    """Every address as each person, in every look of the same page: no fault that axe finds, nothing sticks out."""
    wrong = {}
    for person, addresses in house.items():
        context = browser.new_context(base_url=live_server.url, locale="id-ID", reduced_motion="reduce")
        context.add_init_script(path=AXE)
        page = context.new_page()
        if person:
            sign_in(page, person)
        for address in addresses:
            loaded = False
            for look, (width, scheme) in LOOKS.items():
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                if not loaded:
                    page.goto(address)
                    loaded = True
                found = page.evaluate(CHECK)
                if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                    found.append("sticks out at the side")
                if found:
                    wrong[address, look] = found
        context.close()
    assert wrong == {}
