"""Who cast the voice of an organisation; a box only fills, and what was decided never changes."""

import django.db.models.deletion
from django.db import migrations, models

DECIDED = "OLD.state IN ('decided', 'failed')"


def _refuses(table: str, name: str, when: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_{name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) "
        "EXECUTE FUNCTION core_append_only();",
        f"DROP TRIGGER {table}_{name} ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("cocreation", "0002_ledgers"), ("members", "0002_agreements")]

    operations = [
        migrations.AddField(
            model_name="elector",
            name="voted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="voices_cast",
                to="members.person",
            ),
        ),
        migrations.AddConstraint(
            model_name="elector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voted_by", None), models.Q(("has_voted", True), ("person", None)), _connector="OR"
                ),
                name="voice_was_cast_by_somebody",
            ),
        ),
        _refuses(
            "cocreation_box", "only_fills", "NEW.count < OLD.count OR (OLD.is_open AND NOT NEW.is_open)"
        ),
        _refuses(
            "cocreation_decision",
            "decided",
            f"({DECIDED}) AND (OLD.state, OLD.tally, OLD.outcome, OLD.decided_at) IS DISTINCT FROM "
            "(NEW.state, NEW.tally, NEW.outcome, NEW.decided_at) "
            "OR OLD.reason <> '' AND OLD.reason <> NEW.reason",
        ),
    ]
