"""Empty tables after a test that committed: by DELETE, since most hold nothing and TRUNCATE makes files anew for each."""

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from heterospace.spaces.features import keep_features

MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}  # no test changes them
EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
    FOREACH name IN ARRAY string_to_array('{names}', ' ') LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || quote_ident(name) || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || quote_ident(name); END IF;
    END LOOP;
END $$
"""


def quickly() -> None:
    """From now on Django's transactional tests clean up this way."""
    TransactionTestCase._fixture_teardown = lambda _test: empty()  # type: ignore[method-assign]


def empty() -> None:
    """Nothing is left but what `migrate` makes. The locks wait, as TRUNCATE would, for whoever still writes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        may = cursor.fetchone()[0]  # see tests/database.py; a database of one's own may not
        if may:
            tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
            names = sorted(set(tables) - MADE_BY_MIGRATE)
            cursor.execute("SET LOCAL session_replication_role = replica")  # ledgers refuse to forget
            cursor.execute(f"LOCK TABLE {', '.join(map(connection.ops.quote_name, names))}")
            cursor.execute(EMPTY.format(names=" ".join(names)))
    if may:
        keep_features()
    else:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
