"""The deeds of members: what each changes, what it refuses, and who may do it."""

import datetime as dt
import json

import pytest
from django.apps import apps

from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message, User
from heterospace.core.refusals import Forbidden, Invalid, Refused
from heterospace.members import actions, personal_data, queries
from heterospace.members.models import Affiliation, HubRole, Person
from tests.cast import member

NAMES = ["ꦧꦠꦶꦏ꧀ Sari", "Sari 🌺 Wulandari", '<b>Sari</b> & "Co"', "O'Neill", "Nur-Aini  de  la  Cruz"]


# joining and registering


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_are_kept_and_shown_escaped(name, office, enter, dimas):
    person = actions.register_person(office, by=dimas.user, name=name)
    assert person.name == " ".join(name.split())
    page = enter(dimas).get(f"/people/{person.pk}/").content.decode()
    assert "<b>Sari</b>" not in page
    assert (
        person.name if "<" not in name and "'" not in name else "&lt;b&gt;" if "<" in name else "O&#x27;Neill"
    ) in page


def test_numbers_have_one_form_and_find_the_same_person(office, dimas):
    first = actions.register_person(office, by=dimas.user, name="Bu Tini", whatsapp="0812-3456-7890")
    again = actions.register_person(office, by=dimas.user, name="Tini", whatsapp="+62 812 3456 7890")
    assert first.whatsapp == "+6281234567890"
    assert again == first
    assert again.name == "Bu Tini"


@pytest.mark.parametrize("typed", ["12", "bukan nomor", "0812"])
def test_what_cannot_be_a_number_is_refused(typed, office, dimas):
    with pytest.raises(Invalid) as refusal:
        actions.register_person(office, by=dimas.user, name="Bu Tini", whatsapp=typed)
    assert refusal.value.code == "whatsapp"


def test_under_eighteen_a_guardian_is_named(office, dimas):
    with pytest.raises(Invalid) as refusal:
        actions.register_person(office, by=dimas.user, name="Anak", birth_year=2012)
    assert refusal.value.code == "guardian_needed"
    child = actions.register_person(
        office,
        by=dimas.user,
        name="Anak",
        birth_year=2012,
        guardian_name="Ibunya",
        guardian_whatsapp="081234567890",
    )
    assert (
        child.birth_year == 2012
    )  # kept without the consent for statistics: it says that a guardian is needed
    assert child.consents.get().by_guardian


def test_a_stranger_signing_up_does_not_overwrite_what_the_desk_wrote(office, dimas):
    known = actions.register_person(
        office, by=dimas.user, name="Bu Tini", email="tini@demo.example", whatsapp="081234567890"
    )
    joined = actions.join(
        office, by=SYSTEM, user=User.objects.create_user("tini@demo.example"), purposes=["service"],
        name="Orang Lain", whatsapp="089999999999",
    )  # fmt: skip
    assert joined == known
    assert (joined.name, joined.whatsapp) == ("Bu Tini", "+6281234567890")


@pytest.mark.parametrize("confirmed", [False, True])
def test_only_who_has_the_mailbox_adds_to_the_record_of_the_desk(office, dimas, confirmed):
    actions.register_person(office, by=dimas.user, name="Bu Tini", email="tini@demo.example")
    user = User.objects.create_user("tini@demo.example", confirmed=confirmed)
    joined = actions.join(
        office, by=user, user=user, purposes=["service", "directory"], name="Tini", whatsapp="089999999999"
    )
    assert joined.whatsapp == ("+6289999999999" if confirmed else "")
    standing = set(joined.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))
    assert standing == ({"service", "directory"} if confirmed else {"service"})


def test_joining_needs_the_service_consent_and_happens_once(office, sari):
    user = User.objects.create_user("baru@demo.example")
    with pytest.raises(Invalid) as refusal:
        actions.join(office, by=user, user=user, purposes=["news"], name="Baru")
    assert refusal.value.code == "consent_needed"
    with pytest.raises(Refused) as twice:
        actions.join(office, by=sari.user, user=sari.user, purposes=["service"], name="Sari")
    assert twice.value.code == "already_member"


@pytest.mark.parametrize(
    ("facts", "code"), [({"name": "  "}, "no_name"), ({"name": "Ani", "regency": "99.99"}, "region")]
)
def test_what_cannot_be_meant_is_refused(facts, code, office, dimas):
    with pytest.raises(Invalid) as refusal:
        actions.register_person(office, by=dimas.user, **facts)
    assert refusal.value.code == code
    assert refusal.value.fields


# consents


def test_taking_a_consent_back_forgets_what_it_allowed(sari):
    actions.set_consents(sari, ["service", "statistics", "disability"], by=sari.user)
    actions.change_person(sari, by=sari.user, gender="f", birth_year=1980, access_needs="landaian")
    sari.refresh_from_db()
    assert (sari.gender, sari.birth_year, sari.access_needs) == ("f", 1980, "landaian")
    actions.set_consents(sari, ["service"], by=sari.user)
    sari.refresh_from_db()
    assert (sari.gender, sari.birth_year, sari.access_needs) == ("", None, "")
    assert set(queries.consents_of(sari)) == {"service"}
    assert sari.consents.filter(withdrawn_at=None).count() == 1
    assert sari.consents.exclude(withdrawn_at=None).count() == 3  # directory, statistics, disability


def test_what_is_only_kept_with_consent_is_not_kept_without(sari):
    actions.change_person(sari, by=sari.user, gender="f", birth_year=1980, access_needs="landaian")
    sari.refresh_from_db()
    assert (sari.gender, sari.birth_year, sari.access_needs) == ("", None, "")


def test_taking_back_the_service_closes_the_account_but_never_of_staff(sari, ratna):
    actions.set_consents(sari, [], by=sari.user)
    assert Person.objects.get(pk=sari.pk).closed_at == clock.now()
    with pytest.raises(Refused) as refusal:
        actions.set_consents(ratna, [], by=ratna.user)
    assert refusal.value.code == "has_roles"


# codes of the front desk


def test_a_desk_code_works_once(office, dimas):
    person = actions.register_person(office, by=dimas.user, name="Mbah Karto")
    code = actions.give_desk_code(person, by=dimas.user)
    user = actions.use_desk_code(office, f" {code.lower().replace('-', ' ')} ", by=SYSTEM)
    assert queries.person_of(user, office.pk) == person
    with pytest.raises(Invalid) as refusal:
        actions.use_desk_code(office, code, by=SYSTEM)
    assert refusal.value.code == "desk_code"


def test_a_desk_code_runs_out_and_is_replaced(office, dimas, now):
    person = actions.register_person(office, by=dimas.user, name="Mbah Karto")
    old = actions.give_desk_code(person, by=dimas.user)
    new = actions.give_desk_code(person, by=dimas.user)
    with pytest.raises(Invalid):
        actions.use_desk_code(office, old, by=SYSTEM)
    with clock.set_to(now + dt.timedelta(minutes=31)), pytest.raises(Invalid):
        actions.use_desk_code(office, new, by=SYSTEM)


def test_a_desk_code_is_worth_nothing_at_another_office(office, dimas, twin_office):
    code = actions.give_desk_code(
        actions.register_person(office, by=dimas.user, name="Mbah Karto"), by=dimas.user
    )
    with pytest.raises(Invalid):
        actions.use_desk_code(twin_office, code, by=SYSTEM)


def test_no_desk_code_opens_a_staff_account(dimas, ratna, semarang, office):
    with pytest.raises(Refused) as refusal:
        actions.give_desk_code(ratna, by=dimas.user)
    assert refusal.value.code == "staff_code"
    soon = actions.register_person(office, by=dimas.user, name="Calon", email="calon@demo.example")
    code = actions.give_desk_code(soon, by=dimas.user)
    actions.give_hub_role(
        semarang, by=ratna.user, role="front_desk", name="Calon", email="calon@demo.example"
    )
    with pytest.raises(Refused):
        actions.use_desk_code(office, code, by=SYSTEM)


def test_a_closed_account_gets_no_code(office, dimas, ratna):
    person = actions.register_person(office, by=dimas.user, name="Mbah Karto")
    actions.close_account(person, by=ratna.user)
    with pytest.raises(Refused) as refusal:
        actions.give_desk_code(person, by=dimas.user)
    assert refusal.value.code == "account_closed"


# organisations and who belongs to them


@pytest.mark.parametrize("number", ["123456789012", "12345678901234", "12345678901a3", "١٢٣٤٥٦٧٨٩٠١٢٣", ""])
def test_a_nib_has_thirteen_digits(number, batik, sari):
    with pytest.raises(Invalid) as refusal:
        actions.add_legality(batik, by=sari.user, kind="nib", number=number)
    assert refusal.value.code == ("nib" if number else "no_number")


def test_a_kbli_says_its_edition_and_a_permit_is_noted_once(batik, sari):
    with pytest.raises(Invalid) as refusal:
        actions.add_legality(batik, by=sari.user, kind="kbli", number="13134")
    assert refusal.value.code == "kbli"
    actions.add_legality(batik, by=sari.user, kind="nib", number="1234567890123")
    actions.add_legality(
        batik, by=sari.user, kind="nib", number="1234567890123", valid_until=dt.date(2030, 1, 1)
    )
    assert batik.legalities.get().valid_until == dt.date(2030, 1, 1)


@pytest.mark.parametrize(
    ("sales", "capital", "scale", "basis"),
    [
        (2_000_000_000, None, "micro", "sales"),
        (2_000_000_001, None, "small", "sales"),
        (15_000_000_001, 1, "medium", "sales"),
        (50_000_000_001, None, "large", "sales"),
        (None, 1_000_000_000, "micro", "capital"),
        (None, 10_000_000_001, "large", "capital"),
    ],
)
def test_the_size_class_names_its_measure(sales, capital, scale, basis, batik, sari):
    actions.change_organisation(batik, by=sari.user, yearly_sales=sales, capital=capital)
    assert (batik.scale.scale, batik.scale.basis) == (scale, basis)


def test_belonging_is_confirmed_by_the_organisation_and_ends(batik, sari, bagus):
    asked = actions.ask_affiliation(batik, by=bagus.user, role="staff")
    assert batik not in queries.acts_for(bagus)
    assert Message.objects.filter(kind="affiliation_asked", addressee=sari.pk).count() == 1
    with pytest.raises(Refused) as twice:
        actions.ask_affiliation(batik, by=bagus.user, role="member")
    assert twice.value.code == "already_affiliated"
    with pytest.raises(Forbidden):
        actions.decide_affiliation(asked, True, by=bagus.user)
    actions.decide_affiliation(asked, True, by=sari.user)
    assert batik in queries.acts_for(bagus)
    with pytest.raises(Refused) as decided:
        actions.decide_affiliation(asked, False, by=sari.user)
    assert decided.value.code == "already_decided"
    asked.refresh_from_db()
    actions.end_affiliation(asked, by=sari.user)
    assert batik not in queries.acts_for(bagus)
    actions.ask_affiliation(batik, by=bagus.user, role="staff")  # she may come back


def test_somebody_must_lead_while_others_are_in_it(batik, sari, bagus):
    actions.decide_affiliation(
        actions.ask_affiliation(batik, by=bagus.user, role="staff"), True, by=sari.user
    )
    mine = Affiliation.objects.get(person=sari, organisation=batik)
    with pytest.raises(Refused) as refusal:
        actions.end_affiliation(mine, by=sari.user)
    assert refusal.value.code == "last_leader"


def test_an_organisation_called_new_has_an_address_of_its_own(office, sari, enter):
    made = actions.create_organisation(office, by=sari.user, name="New", kind="company")
    assert made.slug == "new-2"
    assert enter().get("/organisations/new-2/").status_code == 200


# roles


def test_the_last_manager_and_the_last_officer_stay(semarang, ratna, office, hendro):
    with pytest.raises(Refused) as refusal:
        actions.end_hub_role(HubRole.objects.get(person=ratna), by=ratna.user)
    assert refusal.value.code == "last_manager"
    with pytest.raises(Refused) as officer:
        actions.end_office_role(office.roles.get(), by=hendro.user)
    assert officer.value.code == "last_officer"
    actions.give_hub_role(
        semarang, by=ratna.user, role="manager", name="Penerus", email="penerus@demo.example"
    )
    actions.end_hub_role(HubRole.objects.get(person=ratna), by=ratna.user)
    assert not queries.roles_of(ratna.user, office.pk).is_staff


def test_a_role_is_given_once_and_only_by_managers(semarang, solo, ratna, dimas):
    with pytest.raises(Refused) as refusal:
        actions.give_hub_role(semarang, by=ratna.user, role="front_desk", name="Dimas", email=dimas.email)
    assert refusal.value.code == "role_given"
    for by, hub in ((dimas, semarang), (ratna, solo)):
        with pytest.raises(Forbidden):
            actions.give_hub_role(hub, by=by.user, role="manager", name="Dimas", email=dimas.email)


def test_the_mail_of_a_role_says_how_to_sign_in(semarang, ratna):
    actions.give_hub_role(
        semarang, by=ratna.user, role="front_desk", name="<Baru>", email="baru@demo.example"
    )
    from heterospace.core.notify import compose

    subject, body = compose(Message.objects.filter(kind="role_given").latest("pk"))
    assert semarang.name in subject
    assert "<Baru>" in body
    assert "baru@demo.example" in body
    assert "/account/login/" in body


# merging


@pytest.fixture
def twice(office, dimas, batik, sari):
    """Bu Sari as the desk entered her a second time, with things of her own."""
    other = actions.register_person(
        office, by=dimas.user, name="Ibu Sari W.", email="sari.w@demo.example", district=""
    )
    Affiliation.objects.create(
        person=other, organisation=batik, role="member", state="confirmed", since=dt.date(2026, 1, 1)
    )
    return other


def everything(*people):
    return {
        (row._meta.label, row.pk): {field.attname: getattr(row, field.attname) for field in row._meta.fields}
        for trace in personal_data.TRACES.values()
        if "merge." not in trace.field
        for row in personal_data._rows(trace, [person.pk for person in people])
    } | {
        ("person", row.pk): row.__dict__ | {"_state": None}
        for row in Person.objects.filter(pk__in=[p.pk for p in people]).order_by("pk")
    }


def test_a_merge_is_undone_to_the_last_row(sari, twice, ratna):
    before = everything(sari, twice)
    merge = actions.merge_people(sari, twice, by=ratna.user)
    twice.refresh_from_db()
    assert twice.merged_into == sari
    assert queries.find_person(sari.office, email="sari.w@demo.example") == sari
    actions.undo_merge(merge, by=ratna.user)
    assert everything(sari, twice) == before
    with pytest.raises(Refused) as refusal:
        actions.undo_merge(merge, by=ratna.user)
    assert refusal.value.code == "already_undone"


def test_the_sign_in_of_the_second_record_goes_along(office, dimas, ratna, bagus):
    desk = actions.register_person(office, by=dimas.user, name="Bagus P.", whatsapp="081300000000")
    actions.merge_people(desk, bagus, by=ratna.user)
    assert queries.person_of(User.objects.get(email="bagus@demo.example"), office.pk) == desk
    desk.refresh_from_db()
    assert desk.email == "bagus@demo.example"


def test_no_merge_gives_anybody_a_role(office, ratna, hendro, bagus, semarang):
    for kept, dropped in ((hendro, bagus), (bagus, hendro), (ratna, hendro), (bagus, bagus)):
        with pytest.raises(Refused) as refusal:
            actions.merge_people(kept, dropped, by=ratna.user)
        assert refusal.value.code == "cannot_merge"


def test_only_managers_merge_and_never_across_offices(sari, bagus, dimas, ratna, twin_sari):
    with pytest.raises(Forbidden):
        actions.merge_people(sari, bagus, by=dimas.user)
    with pytest.raises(Refused):
        actions.merge_people(sari, twin_sari, by=ratna.user)


def test_likely_duplicates_are_suggested(office, dimas, sari):
    by_name = Person.objects.create(office=office, name="sari wulandari", regency="33.72")
    by_number = Person.objects.create(office=office, name="Bu Sari", whatsapp=sari.whatsapp)
    Person.objects.create(office=office, name="Sari Lain", regency="33.72")
    assert queries.likely_duplicates(sari) == [by_name, by_number]


# personal data


def test_every_foreign_key_to_a_person_is_known_to_export_erasure_and_merge():
    known = set(personal_data.TRACES)
    there = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Person
    }
    assert there == known


def test_the_export_holds_everything_told(sari, batik, dimas, semarang):
    actions.note_view(sari, "person", by=dimas.user)
    actions.give_hub_role(semarang, by=SYSTEM, role="community", name=sari.name, email=sari.email)
    copy = personal_data.export(sari)
    text = json.dumps(copy)
    for told in (
        sari.name,
        sari.email,
        sari.whatsapp,
        "33.72",
        batik.name,
        "directory",
        "create_organisation",
        semarang.name,
    ):
        assert told in text, told
    assert copy["records"]["members.personalview.person"][0]["page"] == "person"
    assert [row["kind"] for row in copy["messages"]] == ["role_given"]


def test_erasing_leaves_nothing_that_tells_who_it_was(sari, batik, ratna, dimas, bagus, twice):
    actions.merge_people(sari, twice, by=ratna.user)
    actions.decide_affiliation(
        actions.ask_affiliation(batik, by=bagus.user, role="manager"), True, by=sari.user
    )
    user = sari.user_id
    with pytest.raises(Forbidden):
        actions.erase_person(sari, by=dimas.user)
    actions.erase_person(sari, by=sari.user)
    for row in Person.objects.filter(pk__in=[sari.pk, twice.pk]):
        assert all(getattr(row, name) == blank for name, blank in personal_data.BLANK.items())
        assert row.erased_at == clock.now()
    assert not User.objects.filter(pk=user, is_active=True, email="sari@demo.example").exists()
    assert (
        not Message.objects.filter(addressee=sari.pk)
        .exclude(to_name="", to_address="", body="", context={})
        .exists()
    )
    told = json.dumps(list(LogEntry.objects.values_list("facts", flat=True)))
    assert "Sari" not in told
    assert "sari@" not in told
    assert Affiliation.objects.filter(person=sari).exists()  # the ledger keeps its key


def test_staff_are_not_erased_while_they_have_a_role(ratna, hendro):
    with pytest.raises(Refused) as refusal:
        actions.erase_person(ratna, by=hendro.user)
    assert refusal.value.code == "has_roles"
    with pytest.raises(Refused):
        actions.close_account(ratna, by=ratna.user)


def test_looking_is_written_down_once_an_hour(sari, dimas, now):
    for minutes in (0, 10, 61):
        with clock.set_to(now + dt.timedelta(minutes=minutes)):
            actions.note_view(sari, "person", by=dimas.user)
    assert [name for _row, name in queries.views_of(sari)] == ["Dimas Anggoro", "Dimas Anggoro"]
    actions.note_view(sari, "person", by=sari.user)
    assert sari.views.count() == 2


# who may do what


ACTS = {
    "register": lambda by, cast: actions.register_person(cast["office"], by=by, name="Ani"),
    "change another": lambda by, cast: actions.change_person(cast["wulan"], by=by, name="Wulan K."),
    "desk code": lambda by, cast: actions.give_desk_code(cast["wulan"], by=by),
    "merge": lambda by, cast: actions.merge_people(cast["wulan"], cast["spare"], by=by),
    "close another": lambda by, cast: actions.close_account(cast["wulan"], by=by),
    "erase another": lambda by, cast: actions.erase_person(cast["wulan"], by=by),
    "change organisation": lambda by, cast: actions.change_organisation(cast["batik"], by=by, about="Batik tulis"),
    "hub role": lambda by, cast: actions.give_hub_role(cast["semarang"], by=by, role="program", name="A", email="a@demo.example"),
    "office role": lambda by, cast: actions.give_office_role(cast["office"], by=by, role="auditor", name="A", email="a@demo.example"),
    "owner of the hub": lambda by, cast: actions.set_hub_party(cast["semarang"], cast["batik"], "owner", by=by),
}  # fmt: skip
MAY = {  # bagus (member), sari (leads batik), dimas (desk), ratna (manager), hendro (officer)
    "register": "nnyyy",
    "change another": "nnyyy",
    "desk code": "nnyyy",
    "merge": "nnnyy",
    "close another": "nnnyy",
    "erase another": "nnnyy",
    "change organisation": "nyyyy",
    "hub role": "nnnyy",
    "office role": "nnnny",
    "owner of the hub": "nnnyy",
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", range(5), ids=["member", "leader", "desk", "manager", "officer"])
def test_who_may_do_what(act, who, office, semarang, batik, sari, bagus, wulan, dimas, ratna, hendro):
    spare = Person.objects.create(office=office, name="Wulan lagi")
    cast = {"office": office, "semarang": semarang, "batik": batik, "wulan": wulan, "spare": spare}
    by = (bagus, sari, dimas, ratna, hendro)[who].user
    if MAY[act][who] == "y":
        ACTS[act](by, cast)
        assert LogEntry.objects.filter(by=by).exists()
    else:
        with pytest.raises(Forbidden):
            ACTS[act](by, cast)


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"office role"}))
def test_the_manager_of_the_twin_office_may_nothing_here(act, office, semarang, batik, wulan, twin_manager):
    spare = Person.objects.create(office=office, name="Wulan lagi")
    cast = {"office": office, "semarang": semarang, "batik": batik, "wulan": wulan, "spare": spare}
    with pytest.raises(Forbidden):
        ACTS[act](twin_manager.user, cast)


def test_nobody_does_a_deed_without_a_name(office):
    for by in (None, False):
        with pytest.raises(TypeError):
            actions.register_person(office, by=by, name="Ani")


def test_a_closed_account_does_nothing(sari, office):
    actions.close_account(sari, by=sari.user)
    with pytest.raises(Forbidden):
        actions.create_organisation(office, by=sari.user, name="Baru", kind="umkm")


def test_staff_of_an_ended_role_do_nothing(dimas, ratna, office):
    actions.end_hub_role(HubRole.objects.get(person=dimas), by=ratna.user)
    with pytest.raises(Forbidden):
        actions.register_person(office, by=dimas.user, name="Ani")


def test_two_offices_one_sign_in_two_people(office, twin_office, sari):
    other = actions.join(
        twin_office, by=sari.user, user=sari.user, purposes=["service"], name="Sari di Kembar"
    )
    assert queries.person_of(sari.user, office.pk) == sari
    assert queries.person_of(sari.user, twin_office.pk) == other
    actions.erase_person(sari, by=sari.user)
    assert User.objects.get(pk=sari.user_id).is_active  # still a member of the other office


def test_members_with_the_same_name_are_two(office):
    assert member(office, "Sari", "s1@demo.example") != member(office, "Sari", "s2@demo.example")


# the outbox


def test_messages_by_hand_are_marked_and_failed_ones_tried_again(ratna, dimas, bagus, semarang, office):
    def row(**facts):
        return Message.objects.create(
            office=office.pk, hub=semarang.pk, addressee=bagus.pk, kind="role_given", channel="whatsapp",
            to_address="+6281234567890", **facts,
        )  # fmt: skip

    with pytest.raises(Forbidden):
        actions.mark_sent(row(state="by_hand"), by=bagus.user)
    assert actions.mark_sent(row(state="by_hand"), by=dimas.user).state == "sent"
    with pytest.raises(Refused) as refusal:
        actions.mark_sent(row(state="sent"), by=dimas.user)
    assert refusal.value.code == "not_by_hand"
    again = actions.retry_message(row(state="failed", attempts=5, error="x"), by=ratna.user)
    assert (again.state, again.attempts, again.error) == ("waiting", 0, "")
    with pytest.raises(Refused) as fine:
        actions.retry_message(row(state="sent"), by=ratna.user)
    assert fine.value.code == "not_failed"
