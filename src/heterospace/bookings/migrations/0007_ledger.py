"""The fair-use ledger is append-only, and begins with what is known of bookings that are over."""

from django.db import migrations

BACKFILL = """
INSERT INTO bookings_ledgerentry (booking_id, kind, minutes, at)
SELECT id, CASE state WHEN 'no_show' THEN 'no_show' ELSE 'used' END,
       extract(epoch FROM upper(period) - lower(period))::int / 60, ended_at
FROM bookings_booking WHERE state IN ('finished', 'no_show') ORDER BY id;
INSERT INTO bookings_ledgerentry (booking_id, kind, minutes, at)
SELECT id, 'given_back', extract(epoch FROM booked_until - upper(period))::int / 60, ended_at
FROM bookings_booking WHERE booked_until IS NOT NULL ORDER BY id;
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_fuller_booking"), ("core", "0001_initial")]

    operations = [
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE TRIGGER bookings_ledger_append_only BEFORE UPDATE OR DELETE ON bookings_ledgerentry "
            "FOR EACH ROW EXECUTE FUNCTION core_append_only();",
            "DROP TRIGGER bookings_ledger_append_only ON bookings_ledgerentry;",
        ),
    ]
