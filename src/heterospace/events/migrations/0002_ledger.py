"""The attendance ledger and its annulments are append-only."""

from django.db import migrations


def _append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION core_append_only();",
        f"DROP TRIGGER {table}_append_only ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("core", "0001_initial")]

    operations = [_append_only("events_scan"), _append_only("events_annulment")]
