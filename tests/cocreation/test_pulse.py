"""The pulse of trust: asked without names, said only of ten or more, and never mixed with promises kept."""

import datetime as dt
from statistics import fmean

import pytest
from django.db import IntegrityError, transaction

from heterospace.cocreation import actions, trust
from heterospace.cocreation.keeping import Kept
from heterospace.cocreation.models import Commitment, PulseWave
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Forbidden, NotFound, Refused
from heterospace.home.tick import tick
from heterospace.questionnaires import actions as questionnaires
from heterospace.questionnaires.enums import Dimension, TrustItem
from heterospace.questionnaires.models import Link, Questionnaire, Submission
from heterospace.questionnaires.pulse import changes, levels, t_quantile
from tests.cast import TWIN_HOST
from tests.cocreation.houses import begin, days, take_part
from tests.counting import grows_by
from tests.events.stories import text
from tests.tasks import run_tasks

pytestmark = pytest.mark.django_db
SPREAD = (1, 2, 3, 4, 5, 3, 4, 2, 3, 3)


def answer(wave, nine, count=1):
    """So many people answer a wave: nine times a number, or nine numbers."""
    values = [nine] * 9 if isinstance(nine, int) else list(nine)
    cleaned = {item.value: value for item, value in zip(TrustItem, values, strict=True)}
    link = trust.link_of(wave)
    for _time in range(count):
        questionnaires.save_answers(
            link.questionnaire, cleaned, by=SYSTEM, subject=wave.subject, hub=wave.initiative.hub
        )


def full_wave(initiative, shift=0):
    """Ten people answered, and it is closed."""
    wave = actions.open_wave(initiative, by=SYSTEM)
    for value in SPREAD:
        answer(wave, min(5, max(1, value + shift)))
    return actions.close_wave(wave, by=SYSTEM)


def lines(initiative, number=0):
    return {line.dimension: line for line in trust.waves(initiative)[number].lines}


# the engine


@pytest.mark.parametrize(
    ("freedom", "known", "within"),
    [
        (9, 2.262157, 2e-5),
        (19, 2.093024, 1e-6),
        (29, 2.045230, 1e-6),
        (100, 1.983972, 1e-6),
        (5, 2.570582, 3e-4),
    ],
)
def test_student_s_t_is_as_exact_as_it_says(freedom, known, within):
    assert t_quantile(freedom) == pytest.approx(known, abs=within)


def test_a_level_by_hand():
    wave = [dict.fromkeys(TrustItem, value) for value in SPREAD]
    level = levels(wave)[0]
    assert (level.dimension, level.n, level.mean) == (Dimension.COMPETENCE, 10, fmean(SPREAD))
    # standard deviation 1.1547, its error 0.36515, times 2.262157
    assert level.high - level.mean == pytest.approx(0.36515 * 2.262157, abs=1e-4)


def test_nothing_is_said_of_nine():
    assert levels([dict.fromkeys(TrustItem, 3)] * 9) == []
    assert changes([dict.fromkeys(TrustItem, 3)] * 9, [dict.fromkeys(TrustItem, 5)] * 10) == []


# waves


def test_everybody_who_took_part_is_told_the_address_and_nobody_else(initiative, parties):
    take_part(initiative, [parties["bank"], parties["batik"], parties["dinas"]])
    actions.unfollow(initiative, by=parties["dinas"].user, invitations=False)
    with pytest.raises(Forbidden):
        actions.open_wave(initiative, by=parties["bank"].user)
    wave = actions.open_wave(initiative, by=parties["kampus"].user)
    told = Message.objects.filter(kind="pulse_asked")
    assert {one.addressee for one in told} == {parties["bank"].person.pk, parties["batik"].person.pk}
    assert {one.context["link"] for one in told} == {trust.link_of(wave).path}
    with pytest.raises(Refused) as twice:
        actions.open_wave(initiative, by=SYSTEM)
    assert twice.value.code == "wave_open"
    with pytest.raises(IntegrityError), transaction.atomic():
        PulseWave.objects.create(initiative=initiative, number=9, questionnaire=wave.questionnaire)
    run_tasks()
    assert trust.link_of(wave).path in told.first().body


def test_the_office_has_one_set_of_questions_for_all_initiatives(initiative, semarang, parties):
    first = actions.open_wave(initiative, by=SYSTEM)
    second = actions.open_wave(begin(semarang, parties, title="Lain"), by=SYSTEM)
    assert first.questionnaire == second.questionnaire
    made = Questionnaire.objects.get(purpose="pulse")
    assert (made.hub, made.is_anonymous, made.threshold, made.questions.count()) == (None, True, 10, 9)


def test_an_open_wave_says_only_how_many_are_needed(initiative):
    wave = actions.open_wave(initiative, by=SYSTEM)
    answer(wave, 4, count=7)
    (told,) = trust.waves(initiative)
    assert (told.n, told.needed, told.lines) == (7, 3, [])
    answer(wave, 4, count=5)
    (told,) = trust.waves(initiative)
    assert (told.n, told.needed, told.lines) == (12, 0, [])


def test_below_ten_nothing_is_said_even_when_it_is_closed(initiative):
    wave = actions.open_wave(initiative, by=SYSTEM)
    answer(wave, 4, count=9)
    actions.close_wave(wave, by=SYSTEM)
    (told,) = trust.waves(initiative)
    assert (told.n, told.needed) == (9, 1)
    assert all(line.level is None and line.change is None for line in told.lines)


def test_ten_answers_are_three_levels_with_their_intervals(initiative):
    wave = actions.open_wave(initiative, by=SYSTEM)
    for value in SPREAD:
        answer(wave, [value] * 3 + [5] * 3 + [1, 2, 3])
    actions.close_wave(wave, by=SYSTEM)
    told = lines(initiative)
    assert told[Dimension.COMPETENCE].level.mean == fmean(SPREAD)
    assert (told[Dimension.BENEVOLENCE].level.mean, told[Dimension.INTEGRITY].level.mean) == (5, 2)
    assert told[Dimension.COMPETENCE].level.low < 3 < told[Dimension.COMPETENCE].level.high


def test_a_change_is_clear_or_could_be_chance(initiative):
    full_wave(initiative)
    full_wave(initiative)
    same = lines(initiative)[Dimension.INTEGRITY].change
    assert (same.difference, same.is_clear) == (0, False)
    full_wave(initiative, shift=2)
    assert lines(initiative)[Dimension.INTEGRITY].change.is_clear
    assert [one.wave.number for one in trust.waves(initiative)] == [3, 2, 1]
    assert lines(initiative, 2)[Dimension.INTEGRITY].change is None  # nothing before the first


def test_a_closed_wave_takes_no_more_answers(initiative, parties, enter):
    wave = actions.open_wave(initiative, by=SYSTEM)
    path = trust.link_of(wave).path
    assert enter().get(path).status_code == 200
    with pytest.raises(Forbidden):
        actions.close_wave(wave, by=parties["bank"].user)
    actions.close_wave(wave, by=parties["kampus"].user)
    assert enter().get(path).status_code == 404
    assert not Link.objects.filter(subject=wave.subject).exists()
    with pytest.raises(Refused) as closed:
        actions.close_wave(wave, by=SYSTEM)
    assert closed.value.code == "closed"


def test_answers_to_a_new_version_of_the_questions_count_for_the_same_wave(initiative):
    wave = actions.open_wave(initiative, by=SYSTEM)
    answer(wave, 2, count=5)
    newer = questionnaires.copy_questionnaire(wave.questionnaire, by=SYSTEM)
    questionnaires.open_questionnaire(newer, by=SYSTEM)
    answer(wave, 4, count=5)
    actions.close_wave(wave, by=SYSTEM)
    assert lines(initiative)[Dimension.COMPETENCE].level.mean == 3
    assert not Link.objects.filter(subject=wave.subject).exists()


def test_other_initiatives_and_twins_have_answers_of_their_own(initiative, semarang, parties, twin_hub):
    other = begin(semarang, parties, title="Lain")
    full_wave(initiative)
    wave = actions.open_wave(other, by=SYSTEM)
    assert trust.answers_of(wave) == []
    with pytest.raises(NotFound):
        trust.wave_at(other, 9)


def test_nothing_joins_an_answer_to_who_was_asked(initiative, parties):
    take_part(initiative, [parties["bank"]])
    wave = actions.open_wave(initiative, by=SYSTEM)
    before = LogEntry.objects.count()
    answer(wave, 4, count=3)
    assert LogEntry.objects.count() == before
    for row in Submission.objects.all():
        assert (row.person, row.at, row.is_anonymous) == (None, None, True)


def test_time_closes_what_was_asked_for_a_month(initiative):
    actions.open_wave(initiative, by=SYSTEM)
    with days(29):
        assert actions.close_old_waves(by=SYSTEM) == 0
    with days(31):
        assert tick()["waves_closed"] == 1
    wave = actions.open_wave(initiative, by=SYSTEM)
    actions.stop_initiative(initiative, "Tidak ada dana.", by=SYSTEM)
    assert actions.close_old_waves(by=SYSTEM) == 1
    wave.refresh_from_db()
    assert wave.closed_at is not None
    initiative.refresh_from_db()
    with pytest.raises(Refused) as over:
        actions.open_wave(initiative, by=SYSTEM)
    assert over.value.code == "not_running"


# promises kept, beside it


def promise(initiative, parties, number, **facts):
    today = clock.today("Asia/Jakarta")
    due = today + dt.timedelta(days=facts.pop("in_days", -2))
    state = facts.pop("state", "due")
    if state in {"delivered", "confirmed"}:
        facts = {"delivered_on": due, "evidence": "Foto", **facts}
    if state == "confirmed":
        facts["confirmed_at"] = clock.now()
    return Commitment.objects.create(
        office=initiative.office,
        initiative=initiative,
        reference=f"JJ-2222-{number:04d}",
        what=f"Janji {number}",
        owner=parties["bank"].organisation,
        sector="company",
        for_whom="peserta",
        due=due,
        first_due=due,
        state=state,
        **facts,
    )


def test_kept_are_those_confirmed_and_delivered_by_their_day(initiative, parties):
    today = clock.today("Asia/Jakarta")
    promise(initiative, parties, 1, state="confirmed")
    promise(initiative, parties, 2, state="confirmed", delivered_on=today)  # two days late
    promise(initiative, parties, 3, state="delivered")
    promise(initiative, parties, 4, state="broken")
    promise(initiative, parties, 5)  # its day is over
    promise(initiative, parties, 6, in_days=0)  # it has until midnight
    promise(initiative, parties, 7, in_days=9)
    promise(initiative, parties, 8, state="released")
    late = promise(initiative, parties, 9, in_days=9)
    late.changes.create(
        state="due", old_due=today, new_due=late.due, in_time=False, reason="Terlambat", at=clock.now()
    )
    assert trust.kept(initiative) == Kept(due=6, kept=1, waiting=1, coming=2)


# the page


def test_the_page_shows_two_lines_and_no_single_number(initiative, parties, enter):
    address = f"/initiatives/{initiative.slug}/pulse/"
    guide = enter(parties["kampus"].person)
    assert guide.post(address, {"act": "open"}).url == address
    wave = trust.open_wave_of(initiative)
    stranger = enter()
    assert trust.link_of(wave).path in stranger.get(address).content.decode()
    assert 'value="close"' not in stranger.get(address).content.decode()
    sheet = {item.value: "4" for item in TrustItem}
    for _time in range(10):
        assert stranger.post(trust.link_of(wave).path, sheet).status_code == 302
    guide.post(address, {"act": "close"})
    promise(initiative, parties, 1, state="confirmed")
    page = stranger.get(address)
    shown = text(page)
    assert "4" in shown
    for dimension in Dimension:
        assert str(dimension.label) in shown
    assert page.content.decode().count('role="img"') == 3
    assert enter(parties["bank"].person).post(address, {"act": "open"}).status_code == 403
    assert enter().post(address, {"act": "open"}).url.startswith("/account/login/")


def test_nobody_watches_the_answers_come_in(initiative, parties, ratna, hendro, enter):
    """Who sees an open wave after every answer sees what each one said: the general pages of results stay shut."""
    wave = actions.open_wave(initiative, by=SYSTEM)
    answer(wave, 4, count=12)
    asked = trust.link_of(wave).questionnaire
    for person in (ratna, hendro):
        browser = enter(person)
        for page in ("", "results/", "results.csv"):
            assert browser.get(f"/questionnaires/{asked.key}/{page}").status_code == 403
        assert asked.key not in browser.get("/questionnaires/").content.decode()
        assert browser.get(f"/api/v1/questionnaires/{asked.key}/results").status_code == 403


def test_the_page_asks_the_same_however_many_answer(initiative, enter):
    wave = actions.open_wave(initiative, by=SYSTEM)
    grows_by(enter(), f"/initiatives/{initiative.slug}/pulse/", lambda _n: answer(wave, 3), (1, 12))


def test_a_twin_office_finds_nothing(initiative, twin_sari, enter):
    address = f"/initiatives/{initiative.slug}/pulse/"
    assert enter(twin_sari).get(address, HTTP_HOST=TWIN_HOST).status_code == 404
