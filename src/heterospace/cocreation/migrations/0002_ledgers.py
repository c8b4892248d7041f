"""Ledgers are append-only, and words that people voted on or were promised never change."""

from django.db import migrations

LEDGERS = ("rulesversion", "step", "act", "actannulment", "proposaltext", "moderation", "commitmentchange")


def _append_only(name: str) -> migrations.RunSQL:
    table = f"cocreation_{name}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION core_append_only();",
        f"DROP TRIGGER {table}_append_only ON {table};",
    )


def _frozen(name: str, columns: tuple[str, ...], when: str) -> migrations.RunSQL:
    """Rows of a table whose `columns` never change while `when` holds of the old row."""
    table = f"cocreation_{name}"
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (({when}) AND ({changed})) EXECUTE FUNCTION core_append_only();",
        f"DROP TRIGGER {table}_frozen ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("cocreation", "0001_initial"), ("core", "0001_initial")]

    operations = [
        *(_append_only(name) for name in LEDGERS),
        _frozen("statement", ("text", "language", "dialogue_id", "number"), "true"),
        _frozen("stage", ("result", "closed_at", "close_reason", "state"), "OLD.state = 'closed'"),
        _frozen(
            "decision",
            (
                "title",
                "text",
                "method",
                "options",
                "franchise",
                "quorum",
                "sector_quorum",
                "passes_above",
                "closes_at",
                "box_id",
                "digest",
            ),
            "OLD.opened_at IS NOT NULL",
        ),
        _frozen("box", ("ballots", "count", "receipts"), "OLD.is_open"),
    ]
