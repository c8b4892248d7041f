"""What the stories of decisions share: a room full of people who took part, and decisions that are open."""

import datetime as dt
from typing import Any

from heterospace.cocreation import actions
from heterospace.cocreation.models import Decision, Initiative
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.members.actions import create_organisation
from heterospace.members.models import Person
from tests.cast import member
from tests.cocreation.houses import Party, take_part


def people(office: Any, count: int, prefix: str = "warga") -> list[Person]:
    """So many members without an organisation."""
    return [member(office, f"{prefix.title()} {n}", f"{prefix}{n}@demo.example") for n in range(count)]


def join_in(initiative: Initiative, persons: list[Person]) -> None:
    """Each of them came in their own name."""
    for person in persons:
        actions.record_act(initiative, person, "attended", by=SYSTEM, source="daftar hadir")


def everybody(initiative: Initiative, parties: dict[str, Party]) -> list[Party]:
    """All seven parties took part."""
    take_part(initiative, parties.values())
    return list(parties.values())


def draft(initiative: Initiative, **plan: Any) -> Decision:
    """A decision by majority that closes in a week."""
    return actions.draft_decision(
        initiative,
        by=SYSTEM,
        **{
            "title": "Kita mulai dengan 24 tim",
            "text": "Program dimulai Januari dengan 24 tim dan delapan pendamping.",
            "method": "majority",
            "closes_at": clock.now() + dt.timedelta(days=7),
            **plan,
        },
    )


def opened(initiative: Initiative, **plan: Any) -> Decision:
    """The same, open."""
    return actions.open_decision(draft(initiative, **plan), by=SYSTEM)


def vote(decision: Decision, who: Any, choice: Any = "yes", **more: Any) -> Any:
    """Somebody (a party or a person) votes."""
    person = who.person if isinstance(who, Party) else who
    return actions.cast_ballot(decision, choice, by=person.user, **more)


def fresh(decision: Decision) -> Decision:
    """The decision as it is now."""
    return Decision.objects.select_related("box", "initiative__hub").get(pk=decision.pk)


def a_full_house(initiative: Initiative, parties: dict[str, Party]) -> dict[str, Any]:
    """Decisions and promises in all their states: what pages are drawn, tested for everyone, and looked at with."""
    office = initiative.office
    crowd = list(parties.values())
    for n, person in enumerate(people(office, 18)):
        kind = "umkm" if n < 9 else "community"
        made = create_organisation(office, by=person.user, name=f"Usaha Bersama {n + 1}", kind=kind)
        crowd.append(Party(made, person))
    take_part(initiative, crowd)
    soon = {"closes_at": clock.now() + dt.timedelta(days=7)}
    decided = opened(initiative, **soon, review_on=clock.today("Asia/Jakarta") + dt.timedelta(days=99))
    for n, one in enumerate(crowd):
        vote(decided, one, "no" if n >= 18 else "yes")
    decided = actions.close_decision(
        decided, by=SYSTEM, reason="Semua sudah memilih. Pendaftaran tim dibuka 5 Januari, di tiga hub."
    )
    days_of = {"options": ["Sabtu pagi, 08.00-12.00", "Minggu sore, 15.00-20.00", "Jumat malam, 18.00-22.00"]}
    approval = opened(initiative, title="Hari pasar kreatif", method="approval", **days_of)
    score = opened(
        initiative, title="Tempat pasar kreatif", method="score", **days_of, sector_quorum={"community": 4}
    )
    majority = opened(initiative, title="Sewa stan dibagi menurut omzet")
    for one in crowd[1:9]:
        vote(approval, one, [days_of["options"][0]])
        vote(score, one, {days_of["options"][1]: 5})
    consent = opened(
        initiative,
        title="Ruang Gatra untuk pasar tiap Selasa",
        method="consent",
        text="Gatra dipakai pasar tiap Selasa.\n\nDinas menanggung listrik; komunitas menjaga kebersihan.",
    )
    for one in crowd[1:6]:
        actions.take_position(consent, "consent", by=one.user)
    objection = actions.take_position(
        consent, "object", by=parties["radio"].user, reason="Selasa malam kami siaran langsung dari Gatra."
    )
    actions.integrate_objection(objection, "Siaran memakai panggung sampai pukul 19.00.", by=SYSTEM)
    actions.take_position(
        consent, "object", by=parties["bank"].user, reason="Listrik malam belum dianggarkan."
    )
    prepared = draft(initiative, title="Rancangan yang belum dibuka", franchise="organisations")
    today = clock.today("Asia/Jakarta")

    def give(owner: str, what: str, ahead: int, **more: Any) -> Any:
        one = parties[owner]
        return actions.promise(
            office, one.organisation, by=one.user, what=what, due=today + dt.timedelta(days=ahead), **more
        )

    batik = parties["batik"].organisation
    here = {"initiative": initiative}
    mentors = give("kampus", "Delapan pendamping, masing-masing 20 jam", 14, receiver=batik, **here)
    mentors = actions.renegotiate(mentors, today + dt.timedelta(days=30), "Ujian akhir semester.", by=SYSTEM)
    actions.deliver(mentors, "Delapan orang, 164 jam. https://contoh.example/catatan", by=SYSTEM)
    give("dinas", "Ruang Gatra dua hari tiap bulan", 3, for_whom="para peserta", decision=decided, **here)
    late = give("bank", "Modal awal Rp15.000.000 untuk tiga tim", 1, for_whom="tim yang menang", **here)
    for n in range(6):
        kept = give("kampus", f"Bengkel ke-{n + 1} tentang pelanggan pertama", 0, receiver=batik)
        actions.deliver(kept, "Sudah, 24 orang hadir.", by=SYSTEM)
        if n:
            actions.confirm(kept, by=SYSTEM, note="Terima kasih, sangat berguna.")
    return {
        "crowd": crowd,
        "decided": decided,
        "approval": approval,
        "score": score,
        "majority": majority,
        "consent": consent,
        "draft": prepared,
        "mentors": mentors,
        "late": late,
    }
