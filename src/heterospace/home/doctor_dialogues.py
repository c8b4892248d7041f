"""What must always be true of dialogues."""

from collections.abc import Iterator

from django.db import connection


def _ids(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def wrong() -> Iterator[tuple[str, str]]:
    """(code, sentence) of what does not hold. A vote is on a statement of its voter's dialogue, numbers and sheets were given, and who voted is in the act ledger."""
    checks = {
        "votes_elsewhere": (
            "Votes on statements of another dialogue",
            "SELECT v.id FROM cocreation_vote v JOIN cocreation_voter w ON w.id = v.voter_id "
            "JOIN cocreation_statement s ON s.id = v.statement_id WHERE s.dialogue_id <> w.dialogue_id LIMIT 20",
        ),
        "numbers_not_given": (
            "Statements or sheets with numbers nobody gave, in dialogues",
            "SELECT d.id FROM cocreation_dialogue d WHERE d.last_number < (SELECT coalesce(max(number), 0) FROM "
            "cocreation_statement s WHERE s.dialogue_id = d.id) OR d.last_sheet < (SELECT coalesce(max(sheet), 0) "
            "FROM cocreation_voter w WHERE w.dialogue_id = d.id) LIMIT 20",
        ),
        "voter_without_act": (
            "Members who voted and are not in the act ledger, as voters",
            "SELECT w.id FROM cocreation_voter w JOIN cocreation_dialogue d ON d.id = w.dialogue_id "
            "WHERE w.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cocreation_act a "
            "LEFT JOIN members_person p ON p.id = a.person_id WHERE w.person_id IN (a.person_id, p.merged_into_id) "
            "AND a.kind = 'voted' AND a.source = 'dialogue:' || d.reference) LIMIT 20",
        ),
    }
    for code, (sentence, sql) in checks.items():
        if rows := _ids(sql):
            yield code, f"{sentence}: {rows}"
