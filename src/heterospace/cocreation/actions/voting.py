"""Taking part in a dialogue: by a member under one hat, by a browser without an account, or on a sheet of paper.

The last vote of a voter on a statement counts; the database holds one row for both (`one_vote_a_statement`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ...core import clock, codes
from ...core.deeds import SYSTEM, Author, deed, require
from ...core.refusals import Forbidden, Refused
from ...members.enums import Sector
from ...members.models import Organisation, Person
from ...members.queries import acts_for
from ..enums import ActKind, Channel, Language, StatementState
from ..models import Act, Dialogue, Statement, Vote, Voter
from ..queries import own_hat
from .acts import enter_one
from .dialogues import held_dialogue, refuse_repeats, require_open, tidy_statement
from .telling import hat, note, own, wrong

VALUES = (1, 0, -1)
ANY_HAT = object()  # nothing was said about the hat: the one she last wore here, or her only one
MOST_SHEETS = 500
MOST_STATEMENTS = 2000


def source_of(dialogue: Dialogue) -> str:
    """How the act ledger names a dialogue."""
    return f"dialogue:{dialogue.reference}"


@dataclass(frozen=True)
class Who:
    """As whom somebody takes part: a member under a hat, or a stranger by the secret of her browser (SYSTEM is author)."""

    organisation: Organisation | object | None = ANY_HAT
    browser: str = ""
    person: Person | None = None  # for whom SYSTEM acts


def let_in(dialogue: Dialogue, who: Who, by: Author) -> Voter:
    """The voter somebody is in this dialogue; made at the first time, under one hat that stays.

    Having voted is an act of a member, once. Raises Forbidden (`not_a_member`, `account_closed`,
    `not_your_organisation`, `no_strangers`), Refused (`voted_on_paper`).
    """
    if by is SYSTEM and who.person is None:
        return _stranger(dialogue, who.browser)
    person = own(by, dialogue.initiative, who.person)
    known = Voter.objects.filter(dialogue=dialogue, person=person).first()
    if known is not None:
        known.person = person
        return known
    if Act.objects.filter(
        initiative=dialogue.initiative_id, person=person, kind=ActKind.VOTED, source=source_of(dialogue)
    ).exists():
        raise Refused("voted_on_paper", _("Your sheet of paper was counted already."))
    worn = _first_hat(dialogue, person) if who.organisation is ANY_HAT else who.organisation
    worn, sector = hat(person, worn)  # type: ignore[arg-type]
    Voter.objects.bulk_create(
        [
            Voter(
                dialogue=dialogue,
                person=person,
                organisation=worn,
                sector=sector,
                channel=Channel.ONLINE,
                at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )
    voter = Voter.objects.select_related("organisation").get(dialogue=dialogue, person=person)
    enter_one(dialogue.stage, ActKind.VOTED, source_of(dialogue), person, voter.organisation, by=by)
    note(by, "join_dialogue", dialogue, dialogue.initiative)
    return voter


def _first_hat(dialogue: Dialogue, person: Person) -> Organisation | None:
    mine = list(acts_for(person)[:20])
    if not mine:
        return None
    last = own_hat(dialogue.initiative, person)
    return next((one for one in mine if one.pk == last), mine[0] if len(mine) == 1 else None)


def _stranger(dialogue: Dialogue, browser: str) -> Voter:
    if not dialogue.allows_strangers or not browser:
        raise Forbidden("no_strangers", _("Sign in to take part: this dialogue is for members."))
    digest = browser_digest(dialogue, browser)
    known = Voter.objects.filter(dialogue=dialogue, browser=digest).first()
    if known is not None:
        return known
    Voter.objects.bulk_create(
        [Voter(dialogue=dialogue, browser=digest, at=clock.now())], ignore_conflicts=True
    )
    return Voter.objects.get(dialogue=dialogue, browser=digest)


def browser_digest(dialogue: Dialogue, browser: str) -> str:
    """What is kept of a browser's secret: another digest in each dialogue, so that nobody can follow it through them."""
    return codes.digest(f"{dialogue.reference}:{browser}")


@deed
def vote(statement: Statement, value: int, *, by: Author, who: Who | None = None) -> Vote:
    """Say what one thinks of a statement: 1 agree, -1 disagree, 0 pass. It may be changed while the dialogue is open.

    Raises Forbidden and Refused as `let_in`, Invalid (`value`), Refused (`not_open`, `dialogue_closed`, `not_shown`).
    """
    require(by, "cocreation.by_link")
    if value not in VALUES:
        raise wrong("value", "value", _("A vote is 1, 0 or -1."))
    require_open(statement.dialogue)
    if statement.state != StatementState.SHOWN:
        raise Refused("not_shown", _("This statement is not shown (any more)."))
    voter = let_in(statement.dialogue, who or Who(), by)
    said = Vote(voter=voter, statement=statement, value=value, at=clock.now())
    write([said])
    return said


def write(votes: list[Vote]) -> None:
    """Votes into the table, in the order of statements; of the same voter and statement the last one counts."""
    Vote.objects.bulk_create(
        sorted(votes, key=lambda one: (one.voter_id, one.statement_id)),
        update_conflicts=True,
        unique_fields=["voter", "statement"],
        update_fields=["value", "at"],
        batch_size=5000,
    )


@deed
def say_statement(
    dialogue: Dialogue,
    text: str,
    *,
    by: Author,
    who: Who | None = None,
    language: str = Language.INDONESIAN,
) -> Statement:
    """Say something others vote on. It is shown at once, or waits for a moderator where the dialogue says so.

    Saying it is agreeing with it. That a member said something is an act, once; which statement was hers is not kept there.
    Raises Forbidden and Refused as `let_in`, Invalid (`no_text`, `too_long`, `language`), Refused (`said_already` with its `number`, `too_many`, `not_open`,
    `dialogue_closed`).
    """
    require(by, "cocreation.by_link")
    text = tidy_statement(text)
    if language not in Language.values:
        raise wrong("language", "language", _("Choose from the list."))
    dialogue = held_dialogue(dialogue)
    require_open(dialogue)
    refuse_repeats(dialogue, [text])
    voter = let_in(dialogue, who or Who(), by)
    if dialogue.last_number >= MOST_STATEMENTS:
        raise Refused("too_many", _("So much was said here already that nobody could read it all."))
    dialogue.last_number += 1
    dialogue.save(update_fields=["last_number"])
    statement = Statement(
        dialogue=dialogue,
        number=dialogue.last_number,
        text=text,
        language=language,
        author=voter,
        state=StatementState.WAITING if dialogue.is_moderated_first else StatementState.SHOWN,
        at=clock.now(),
    )
    statement.save(force_insert=True)
    statement.votes.create(voter=voter, value=1, at=clock.now())
    note(by, "say_statement", statement, dialogue.initiative, dialogue=dialogue.pk)
    if voter.person is not None:
        enter_one(
            dialogue.stage,
            ActKind.COMMENTED,
            source_of(dialogue),
            voter.person,
            voter.organisation,
            by=by,
        )
    return statement


# --- paper


@deed
def give_sheets(dialogue: Dialogue, count: int, *, by: Author) -> range:
    """Numbers for so many sheets of paper, never given twice. Raises Forbidden, Invalid (`count`), Refused."""
    require(by, "cocreation.help_dialogue", dialogue)
    if not 1 <= count <= MOST_SHEETS:
        raise wrong("count", "count", _("Print 1 to %(n)s sheets at a time.") % {"n": MOST_SHEETS})
    dialogue = held_dialogue(dialogue)
    require_open(dialogue)
    first = dialogue.last_sheet + 1
    dialogue.last_sheet += count
    dialogue.save(update_fields=["last_sheet"])
    note(by, "give_sheets", dialogue, dialogue.initiative, first=first, count=count)
    return range(first, first + count)


@deed
def enter_sheet(
    dialogue: Dialogue,
    sheet: int,
    votes: Mapping[int, int],
    *,
    by: Author,
    sector: str = "",
    organisation: Organisation | None = None,
    person: Person | None = None,
) -> Voter:
    """Enter a sheet of paper: votes by the number of their statement. Entering it again replaces what was entered.

    An organisation noted on it decides the sector. A member who handed it in is named for the act ledger only; nothing
    joins her to its votes. Raises Forbidden (`forbidden`, `not_your_organisation`), Invalid (`sheet`, `value`,
    `statement`, `sector`, `nothing`), Refused (`not_open`, `dialogue_closed`, `voted_online`).
    """
    require(by, "cocreation.help_dialogue", dialogue)
    require_open(dialogue)
    if not 1 <= sheet <= dialogue.last_sheet:
        raise wrong("sheet", "sheet", _("No sheet has this number."))
    if sector and sector not in Sector.values:
        raise wrong("sector", "sector", _("Choose from the list."))
    if not votes:
        raise wrong("nothing", "", _("Nothing is ticked on this sheet."))
    if person is not None:
        _require_no_vote_of_her_own(dialogue, person)
        if organisation is not None:
            hat(person, organisation)
    rows = _on_paper(dialogue, votes)
    voter, _made = Voter.objects.get_or_create(
        dialogue=dialogue, sheet=sheet, defaults={"channel": Channel.PAPER, "at": clock.now()}
    )
    voter = Voter.objects.select_for_update().get(pk=voter.pk)
    voter.organisation = organisation
    voter.sector = organisation.sector if organisation is not None else sector
    voter.save(update_fields=["organisation", "sector"])
    Vote.objects.filter(voter=voter).exclude(statement__in=rows.values()).delete()
    write(
        [
            Vote(voter=voter, statement=rows[number], value=value, at=clock.now())
            for number, value in votes.items()
        ]
    )
    note(by, "enter_sheet", dialogue, dialogue.initiative, sheet=sheet, votes=len(votes))
    if person is not None:
        enter_one(
            dialogue.stage,
            ActKind.VOTED,
            source_of(dialogue),
            person,
            organisation,
            by=by,
            channel=Channel.PAPER,
        )
    return voter


def _require_no_vote_of_her_own(dialogue: Dialogue, person: Person) -> None:
    if person.office_id != dialogue.initiative.office_id or not person.is_active:
        raise wrong("person", "person", _("There is no such person here."))
    if Voter.objects.filter(dialogue=dialogue, person=person).exists():
        sentence = _("This member has voted online already: enter the sheet without the name, or not at all.")
        raise Refused("voted_online", sentence, fields={"person": sentence})


def _on_paper(dialogue: Dialogue, votes: Mapping[int, int]) -> dict[int, Statement]:
    if any(value not in VALUES for value in votes.values()):
        raise wrong("value", "", _("A vote is 1, 0 or -1."))
    rows = {
        one.number: one
        for one in dialogue.statements.filter(number__in=list(votes)).exclude(state=StatementState.WAITING)
    }
    if missing := sorted(set(votes) - set(rows)):
        raise wrong("statement", "", _("There is no statement %(n)s.") % {"n": missing[0]})
    return rows


__all__ = [
    "ANY_HAT",
    "Who",
    "browser_digest",
    "enter_sheet",
    "give_sheets",
    "let_in",
    "say_statement",
    "source_of",
    "vote",
    "write",
]
