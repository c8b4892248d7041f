"""Every address of the product, as each kind of person: who gets in, and that nothing of a twin office ever shows.

A new page fails here until it is in the table: nobody forgets to say who may see it.
"""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from heterospace.bookings.actions import book_space
from heterospace.cocreation.actions import call_meeting, make_proposal, promise, propose_initiative
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import Message
from heterospace.enquiries.actions import ask_hub
from heterospace.events.actions import register
from heterospace.home.models import Import
from heterospace.members.actions import create_organisation, enter_agreement, merge_people, register_person
from heterospace.questionnaires.actions import open_counter
from heterospace.spaces.actions import add_space
from tests.bookings.wishes import TUESDAY, at
from tests.cocreation.ballot_stories import draft, opened
from tests.cocreation.houses import begin, take_part
from tests.cocreation.talks import talk
from tests.events.stories import announce
from tests.questionnaires.houses import tell

pytestmark = pytest.mark.django_db
ROLES = ("stranger", "sari", "dimas", "ratna", "hendro")

# What GET answers, in the order of ROLES: a stranger, a member, front desk, manager, officer.
# in = sent to sign in, done = sent on elsewhere, post = only posted to (405).
TABLE = """
home:landing                  200  200  200  200  200
home:setup                    done done done done done
home:data                     in   403  403  200  200
home:data_template            in   403  403  200  200
home:data_export              post post post post post
home:data_import              post post post post post
home:data_progress            in   403  403  200  200
home:api_docs                 200  200  200  200  200
home:healthz                  200  200  200  200  200
cocreation:list               200  200  200  200  200
cocreation:propose            in   200  200  200  200
cocreation:initiative         200  200  200  200  200
cocreation:continuity         200  200  200  200  200
cocreation:rules              200  200  200  200  200
cocreation:timeline           200  200  200  200  200
cocreation:follow             post post post post post
cocreation:withdraw           post post post post post
cocreation:steer              in   404  404  200  200
cocreation:stage              in   404  404  200  200
cocreation:end_steward        post post post post post
cocreation:dialogues          200  200  200  200  200
cocreation:dialogue_new       in   404  404  200  200
cocreation:dialogue           200  200  200  200  200
cocreation:dialogue_results   200  200  200  200  200
cocreation:dialogue_file      404  404  404  404  404
cocreation:dialogue_moderation 200 200  200  200  200
cocreation:dialogue_manage    in   404  404  200  200
cocreation:dialogue_paper     in   404  200  200  200
cocreation:dialogue_sheets    in   404  200  200  200
cocreation:invitation         404  404  404  404  404
cocreation:proposals          200  200  200  200  200
cocreation:proposal_new       in   200  200  200  200
cocreation:proposal           200  200  200  200  200
cocreation:proposal_amend     in   200  200  200  200
cocreation:proposal_versions  200  200  200  200  200
cocreation:meetings           200  200  200  200  200
cocreation:meeting_call       in   404  404  200  200
cocreation:meeting            200  200  200  200  200
cocreation:meeting_agenda     in   404  404  200  200
cocreation:meeting_minutes    in   404  404  200  200
cocreation:meeting_paper      404  404  404  404  404
cocreation:acts               200  200  200  200  200
cocreation:evaluation         200  200  200  200  200
cocreation:pulse              200  200  200  200  200
cocreation:agreements         200  200  200  200  200
cocreation:decisions          200  200  200  200  200
cocreation:decision_new       in   404  404  200  200
cocreation:decision           200  200  200  200  200
cocreation:decision_edit      in   404  404  200  200
cocreation:decision_vote      post post post post post
cocreation:decision_receipt   post post post post post
cocreation:decision_objection post post post post post
cocreation:decision_act       post post post post post
cocreation:commitments_of     200  200  200  200  200
cocreation:commitments        200  200  200  200  200
cocreation:commitment_new     in   200  200  200  200
cocreation:commitment         200  200  200  200  200
cocreation:commitment_act     post post post post post
events:list                   200  200  200  200  200
events:feed_ics               200  200  200  200  200
events:feed_rss               200  200  200  200  200
events:feed_json              200  200  200  200  200
events:embed                  200  200  200  200  200
events:hub                    200  200  200  200  200
events:mine                   in   200  200  200  200
events:event                  200  200  200  200  200
events:calendar               200  200  200  200  200
events:picture                200  200  200  200  200
events:photo                  404  404  404  404  404
events:register               200  done 200  200  200
events:registration           404  404  404  404  404
events:join                   404  404  404  404  404
events:join_go                404  404  404  404  404
events:ticket_picture         404  404  404  404  404
events:organise               in   200  200  200  200
events:plan                   in   200  403  200  200
events:manage                 in   404  404  200  200
events:edit                   in   404  404  200  200
events:seats                  in   404  404  200  200
events:release                post post post post post
events:programme              in   404  404  200  200
events:session                in   404  404  404  404
events:team                   in   404  404  200  200
events:leave_team             post post post post post
events:people                 in   404  200  200  200
events:invitations            in   404  404  200  200
events:decide                 post post post post post
events:step                   post post post post post
events:door                   in   404  200  200  200
events:door_shell             in   404  200  200  200
events:door_worker            in   404  200  200  200
events:door_manifest          in   404  200  200  200
events:attendance             in   404  200  200  200
events:ledger                 in   404  200  200  200
events:annul                  post post post post post
events:attendance_paper       in   404  200  200  200
events:attendance_export      in   404  200  200  200
events:attendance_import      in   404  404  200  200
events:certificates           in   404  404  200  200
events:issue                  post post post post post
events:change_certificate     post post post post post
events:messages               in   404  404  200  200
events:texts                  in   404  404  200  200
events:mailing                in   404  404  404  404
events:mailing_act            post post post post post
events:unsubscribe            404  404  404  404  404
events:evidence               in   404  404  200  200
events:evidence_zip           in   404  404  200  200
events:evidence_file          in   404  404  404  404
events:evidence_remove        post post post post post
events:report                 in   404  404  200  200
events:report_paper           in   404  404  200  200
events:report_workbook        in   404  404  200  200
events:ask_survey             post post post post post
events:mark_access            post post post post post
events:registrations          in   404  404  200  200
events:figures                in   403  403  200  200
events:figures_workbook       in   403  403  200  200
events:figures_events         in   403  403  200  200
events:look_up                200  200  200  200  200
events:certificate            404  404  404  404  404
events:certificate_paper      404  404  404  404  404
bookings:search               200  200  200  200  200
bookings:book                 in   200  200  200  200
bookings:mine                 in   200  200  200  200
bookings:booking              in   200  200  200  200
bookings:cancel               post post post post post
bookings:check_in             post post post post post
bookings:release              post post post post post
bookings:extend               post post post post post
bookings:no_show              post post post post post
bookings:move                 in   200  200  200  200
bookings:guests               in   200  200  200  200
bookings:here                 in   200  200  200  200
bookings:door                 in   403  200  200  200
bookings:calendar             in   200  200  200  200
bookings:give_back            404  404  404  404  404
bookings:feeds                in   200  200  200  200
bookings:feed                 404  404  404  404  404
bookings:desk                 in   403  200  200  200
bookings:wait                 post post post post post
bookings:report               in   200  200  200  200
bookings:letter               in   404  404  404  404
bookings:instead              in   200  200  200  200
bookings:decide               post post post post post
bookings:series               in   404  404  404  404
bookings:series_cancel        post post post post post
bookings:series_add           post post post post post
bookings:wish                 in   404  404  404  404
bookings:wish_accept          post post post post post
bookings:wish_withdraw        post post post post post
bookings:requests             in   403  200  200  200
bookings:waiting_list         in   403  200  200  200
bookings:block_outs           in   403  200  200  200
bookings:block                in   403  200  200  200
bookings:lift                 post post post post post
bookings:import_calendar      post post post post post
bookings:faults               in   403  200  200  200
bookings:settle               post post post post post
bookings:equipment            in   403  200  200  200
bookings:equipment_change     post post post post post
bookings:fair_use             in   403  200  200  200
bookings:quota_remove         post post post post post
bookings:utilisation          in   403  403  200  200
bookings:utilisation_workbook in   403  403  422  422
enquiries:ask                 200  200  200  200  200
enquiries:follow              404  404  404  404  404
enquiries:queue               in   403  200  200  200
enquiries:enquiry             in   403  200  200  200
bookings:displays             in   403  403  200  200
bookings:display              404  404  404  404  404
bookings:display_data         404  404  404  404  404
bookings:display_worker       404  404  404  404  404
bookings:hub_calendar         in   403  200  200  200
bookings:calendar_events      in   403  422  422  422
bookings:desk_sheet           in   403  200  200  200
questionnaires:answer         200  200  200  200  200
questionnaires:thanks         200  200  200  200  200
questionnaires:index          in   403  403  200  200
questionnaires:new            in   403  403  200  200
questionnaires:share          in   403  200  200  200
questionnaires:build          in   403  403  200  200
questionnaires:change         in   403  403  200  200
questionnaires:act            post post post post post
questionnaires:preview        in   403  403  200  200
questionnaires:results        in   403  403  200  200
questionnaires:results_file   in   403  403  200  200
questionnaires:question_new   in   403  403  done done
questionnaires:question       in   403  403  done done
questionnaires:question_act   post post post post post
questionnaires:service        in   403  200  200  200
questionnaires:counter        post post post post post
spaces:list                   200  200  200  200  200
spaces:hub                    200  200  200  200  200
spaces:manage                 in   403  403  200  200
spaces:add                    in   403  403  200  200
spaces:space                  200  200  200  200  200
spaces:edit                   in   403  403  200  200
spaces:set_photo              post post post post post
spaces:photo                  404  404  404  404  404
members:join                  200  done done done done
members:join_finish           in   done done done done
members:desk_code             200  200  200  200  200
members:demo                  404  404  404  404  404
members:demo_sign_in          post post post post post
members:me                    in   200  200  200  200
members:profile               in   200  200  200  200
members:consents              in   200  200  200  200
members:my_data               in   200  200  200  200
members:export                in   200  200  200  200
members:close                 post post post post post
members:erase                 post post post post post
members:organisations         200  200  200  200  200
members:organisation_new      in   200  200  200  200
members:organisation          200  200  200  200  200
members:organisation_edit     in   200  200  200  200
members:legality              in   200  200  200  200
members:legality_remove       post post post post post
members:organisation_people   in   200  200  200  200
members:affiliation_ask       post post post post post
members:affiliation           post post post post post
members:agreements            200  200  200  200  200
members:agreement_new         in   403  403  200  200
members:agreement             200  200  200  200  200
members:agreement_edit        in   403  403  200  200
members:agreement_paper       in   404  404  404  404
members:people                in   403  200  200  200
members:person_new            in   403  200  200  200
members:person                in   403  200  200  200
members:person_edit           in   403  200  200  200
members:person_code           post post post post post
members:person_account        post post post post post
members:person_erase          post post post post post
members:merge                 in   403  403  200  200
members:undo_merge            post post post post post
members:staff                 in   403  403  200  200
members:staff_end             post post post post post
members:parties               in   403  403  200  200
members:office                in   403  403  403  200
members:hub_new               in   403  403  403  200
members:office_end            post post post post post
members:outbox                in   403  200  200  200
members:message               in   403  200  200  200
members:message_act           post post post post post
hubs:districts                200  200  200  200  200
hubs:settings                 in   403  403  200  200
hubs:hours                    in   403  403  200  200
hubs:days                     in   403  403  200  200
hubs:day                      post post post post post
core:ui                       200  200  200  200  200
core:theme                    post post post post post
core:manifest                 200  200  200  200  200
core:favicon                  done done done done done
core:robots                   200  200  200  200  200
"""
EXPECTED = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
SIGN_IN = {  # allauth's own pages: what they answer is theirs; ours is that they are drawn in our frame
    "account_login": "stranger",
    "account_signup": "stranger",
    "account_reset_password": "stranger",
    "account_reset_password_done": "stranger",
    "account_request_login_code": "stranger",
    "account_inactive": "stranger",
    "account_logout": "sari",
    "account_email": "sari",
    "account_set_password": "sari",
    "mfa_index": "sari",
}


def routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, set[str]]]:
    """(name with namespace, its parameters) of every address below."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield space + entry.name, set(entry.pattern.regex.groupindex)


OURS = {
    name: parameters
    for name, parameters in routes(get_resolver())
    if not name.startswith(("api:", "account_", "mfa_", "socialaccount_")) and name != "set_language"
}


@pytest.fixture
def world(
    semarang,
    solo,
    rembug_1,
    gatra,
    batik,
    sari,
    bagus,
    wulan,
    dimas,
    ratna,
    hendro,
    parties,
    twin_hub,
    twin_batik,
    twin_manager,
):
    """A hub with something of everything, beside a twin office with the same."""
    booking = book_space(
        rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user, organisation=batik
    )
    twin_room = add_space(twin_hub, by=twin_manager.user, name="Ruang Kembar", kind="meeting", capacity=8)
    twin_sari = twin_batik.affiliations.get().person
    book_space(
        twin_room, at(9), at(11), purpose="Rapat Kembar", people=4, by=twin_sari.user, organisation=twin_batik
    )
    walk_in = register_person(semarang.office, by=dimas.user, name="Mbah Karto", whatsapp="081277778888")
    double = register_person(semarang.office, by=dimas.user, name="Karto", whatsapp="081277778889")
    merge = merge_people(walk_in, double, by=ratna.user)
    event = announce(semarang, "Temu Pembatik")
    register(event, by=sari.user)
    register(announce(twin_hub, "Acara Kembar"), by=twin_sari.user)
    initiative = begin(semarang, parties)
    dialogue = talk(initiative, allows_strangers=True)
    propose_initiative(twin_hub, by=twin_sari.user, title="Inisiatif Kembar", problem="Masalah Kembar.")
    take_part(initiative, parties.values())
    decision, prepared = opened(initiative), draft(initiative, title="Rancangan keputusan")
    promised = promise(
        semarang.office,
        batik,
        by=sari.user,
        what="Kain untuk panggung",
        due=clock.today("Asia/Jakarta"),
        for_whom="warga",
    )
    promise(
        twin_hub.office,
        twin_batik,
        by=twin_sari.user,
        what="Janji Kembar",
        due=clock.today("Asia/Jakarta"),
        for_whom="warga",
    )
    proposed = make_proposal(initiative, by=sari.user, title="Kelas malam", text="Dua kali sebulan.")
    meeting = call_meeting(
        initiative, by=ratna.user, title="Rembug bersama", start=at(16, TUESDAY), end=at(18, TUESDAY)
    )
    kampus, twin_bank = (
        create_organisation(office, by=SYSTEM, name=name, kind="campus")
        for office, name in ((semarang.office, "Kampus Tembalang"), (twin_hub.office, "Kampus Kembar"))
    )
    agreement, _twin = (
        enter_agreement(
            one.office,
            by=SYSTEM,
            kind="mou",
            title=title,
            since=clock.today("Asia/Jakarta"),
            parties=[one, other],
        )
        for one, other, title in (
            (batik, kampus, "Kerja sama batik"),
            (twin_batik, twin_bank, "Kerja sama Kembar"),
        )
    )
    enquiry = ask_hub(semarang, by=sari.user, kind="question", text="Ada musala?")
    ask_hub(twin_hub, by=twin_sari.user, kind="complaint", text="Kembar kecewa")
    counter = open_counter(semarang, by=ratna.user)
    twin_counter = open_counter(twin_hub, by=twin_manager.user)
    for asked in (counter, twin_counter):
        for _time in range(6):
            tell(
                asked.questionnaire, 4, subject="counter", hub=asked.hub, comment=f"Terima kasih {asked.hub}"
            )
    return {
        "link": counter.key,
        "questionnaire": counter.questionnaire.key,
        "space": rembug_1.slug,
        "hub": semarang.slug,
        "organisation": batik.slug,
        "reference": booking.reference,
        "enquiry": enquiry.reference,
        "event": event.slug,
        "initiative": initiative.slug,
        "decision": decision.reference,
        "draft": prepared.reference,
        "promise": promised.reference,
        "proposal": proposed.reference,
        "meeting": meeting.pk,
        "agreement": agreement.reference,
        "dialogue": dialogue.reference,
        "import": Import.objects.create(hub=semarang, by=ratna.user, kind="people", name="anggota.xlsx").pk,
        "person": walk_in.pk,
        "other": bagus.pk,
        "merge": merge.pk,
        "message": Message.objects.filter(hub=semarang.pk).order_by("id").first().pk,
        "role": dimas.hub_roles.get().pk,
        "office_role": hendro.office_roles.get().pk,
        "affiliation": batik.affiliations.get().pk,
    }


def address(name: str, world: dict) -> str:
    """The address of a route in this world."""
    number = {
        "home:data_progress": world["import"],
        "members:affiliation": world["affiliation"],
        "members:legality_remove": 1,
        "members:undo_merge": world["merge"],
        "members:staff_end": world["role"],
        "members:office_end": world["office_role"],
        "members:message": world["message"],
        "members:message_act": world["message"],
    }.get(name, world["meeting"] if name.startswith("cocreation:meeting") else world["person"])
    values = {
        "hub_slug": world["hub"],
        "reference": world["enquiry"]
        if name.startswith("enquiries:")
        else world["draft"]
        if name == "cocreation:decision_edit"
        else world["decision"]
        if name.startswith("cocreation:decision")
        else world["promise"]
        if name.startswith("cocreation:commitment")
        else world["proposal"]
        if name.startswith("cocreation:proposal")
        else world["agreement"]
        if name.startswith("members:agreement")
        else world["dialogue"]
        if name.startswith("cocreation:dialogue")
        else world["reference"],
        "name": "publish"
        if name == "events:step"
        else "open"
        if name == "cocreation:decision_act"
        else "deliver"
        if name == "cocreation:commitment_act"
        else "nothing.webp",
        "pk": 0,
        "serial": "CE-2222-2222",
        "secret": "nothing",
        "token": "nothing",
        "date": dt.date(2026, 12, 25),
        "other": world["other"],
        "kind": "frame"
        if name.startswith("cocreation:")
        else "csv"
        if name.startswith(("questionnaires:", "events:"))
        else "people",
        "key": world["link"]
        if name in {"questionnaires:answer", "questionnaires:thanks"}
        else world["questionnaire"],
        "link_key": world["link"],
        "question_key": "saran",
        "number": number,
        "slug": world["initiative"]
        if name.startswith("cocreation:")
        else world["event"]
        if name.startswith("events:") and name != "events:hub" and not name.startswith("events:figures")
        else world["organisation"]
        if name.startswith("members:") and name not in {"members:staff", "members:parties"}
        else world["space"]
        if "hub_slug" in OURS[name]
        else world["hub"],
    }
    return reverse(name, kwargs={key: values[key] for key in OURS[name]})


def answer(response) -> str:
    """A response as the table writes it."""
    if response.status_code in {301, 302}:
        return "in" if response["Location"].startswith("/account/login") else "done"
    return "post" if response.status_code == 405 else str(response.status_code)


def test_the_table_has_every_page_and_no_other():
    assert set(EXPECTED) == set(OURS)


@pytest.mark.parametrize("role", ROLES)
def test_who_gets_in(world, enter, request, role):
    browser = enter(None if role == "stranger" else request.getfixturevalue(role))
    column = ROLES.index(role)
    wrong = {}
    for name, expected in EXPECTED.items():
        response = browser.get(address(name, world))
        if answer(response) != expected[column]:
            wrong[name] = f"{answer(response)}, not {expected[column]}"
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            check_html(name, response.content.decode())
    assert wrong == {}


def check_html(name: str, html: str) -> None:
    """What holds on every page: nothing of the twin, no component left undrawn, nothing inline, one h1, a language."""
    assert "Kembar" not in html, f"{name} shows the twin office"
    assert "<c-" not in html, f"{name} has an undrawn component"
    assert not re.search(r"\sstyle=", html), f"{name} has an inline style"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", html), (
        f"{name} has an inline script"
    )
    assert not re.search(r"\son[a-z]+=", html), f"{name} has an inline handler"
    if "<html" in html:
        assert html.count("<h1") == 1, f"{name} has {html.count('<h1')} h1"
        assert '<html lang="id"' in html, f"{name} says no language"


@pytest.mark.parametrize("name", SIGN_IN)
def test_sign_in_pages_are_drawn_in_our_frame(world, enter, request, name):
    browser = enter(None if SIGN_IN[name] == "stranger" else request.getfixturevalue(SIGN_IN[name]))
    response = browser.get(reverse(name))
    assert response.status_code == 200, response
    html = response.content.decode()
    check_html(name, html)
    assert 'class="skip"' in html


def test_a_sibling_hub_keeps_its_private_rows(world, enter, solo, dimas, ratna, bagus):
    """Dimas and Ratna work at Semarang: Solo's desk, settings and bookings are not theirs."""
    room = add_space(solo, by=SYSTEM, name="Rembug Solo", kind="meeting", capacity=8)
    booking = book_space(room, at(9), at(11), purpose="Rahasia Solo", people=4, by=bagus.user)
    for person in (dimas, ratna):
        browser = enter(person)
        assert browser.get(reverse("bookings:desk", args=["solo"])).status_code == 403
        assert browser.get(reverse("spaces:manage", args=["solo"])).status_code == 403
        assert browser.get(reverse("bookings:booking", args=[booking.reference])).status_code == 404
        week = browser.get(reverse("spaces:space", args=["solo", room.slug]), {"week": "2026-11-24"})
        assert "Bagus" not in week.content.decode()
        assert "Rahasia Solo" not in week.content.decode()
        assert "Rahasia Solo" not in browser.get(reverse("members:outbox")).content.decode()


def test_a_stranger_never_reads_who_has_a_room(world, enter):
    page = enter().get(reverse("spaces:space", args=["semarang", "rembug-1"]), {"week": "2026-11-24"})
    text = page.content.decode()
    for private in ("Sari", "Batik Sekar Arum", "Temu pembeli"):
        assert private not in text
