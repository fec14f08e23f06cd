"""All that the service's role may do in the database. A right that is added is added here too."""

from typing import Any

import psycopg

from infrastructure.postgres.tables import SERVICE_ROLE
from tests.contracts.conftest import LogDatabase

TABLES = {
    "alembic_version": {"SELECT"},
    # The log: read, and written by its functions alone.
    "archives": {"SELECT"},
    "epochs": {"SELECT"},
    "events": {"SELECT"},
    "streams": {"SELECT"},
    # Its order and its tree: what is written here can be computed anew from the log.
    "alarms": {"SELECT", "INSERT"},
    "log_order": {"SELECT", "INSERT"},
    "merkle_tiles": {"SELECT", "INSERT", "UPDATE"},
    "sequencer": {"SELECT", "UPDATE"},
    "signed_checkpoints": {"SELECT", "INSERT"},
    # Operational state.
    "claims": {"SELECT", "INSERT", "UPDATE"},
    "leases": {"SELECT", "INSERT", "UPDATE"},
    "subscriptions": {"SELECT", "INSERT", "UPDATE"},
}
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")


def ask(database: LogDatabase, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows, as the owner sees them."""
    with psycopg.connect(database.owner_url.replace("+psycopg", "", 1)) as owner:
        return owner.execute(query.encode(), parameters).fetchall()


def test_the_service_has_these_rights_to_tables_and_columns_and_no_other(
    shared_log_database: LogDatabase,
) -> None:
    granted: dict[str, set[str]] = {}
    for table, right, has_any in ask(
        shared_log_database,
        "SELECT c.relname, r, has_table_privilege(%s, c.oid, r) OR ("
        "   r IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"
        "   AND has_any_column_privilege(%s, c.oid, r))"
        " FROM pg_class c, unnest(%s::text[]) r WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f')",
        *(SERVICE_ROLE, SERVICE_ROLE, list(RIGHTS)),
    ):
        rights = granted.setdefault(table, set())
        if has_any:
            rights.add(right)
    assert granted == TABLES


def test_the_service_may_move_no_sequence(shared_log_database: LogDatabase) -> None:
    assert not ask(
        shared_log_database,
        "SELECT c.relname FROM pg_class c, unnest(ARRAY['USAGE', 'UPDATE', 'SELECT']) r"
        " WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
        " AND has_sequence_privilege(%s, c.oid, r)",
        SERVICE_ROLE,
    )


def test_the_service_borrows_the_owners_rights_through_three_functions(
    shared_log_database: LogDatabase,
) -> None:
    borrowed = ask(
        shared_log_database,
        "SELECT p.proname, p.proconfig[1] FROM pg_proc p"
        " WHERE prosecdef AND has_function_privilege(%s, p.oid, 'EXECUTE') ORDER BY 1",
        SERVICE_ROLE,
    )
    # Its caller's temporary tables come last, or they would stand before the owner's.
    path = "search_path=pg_catalog, pg_temp"
    assert borrowed == [("append_event", path), ("append_events", path), ("begin_epoch", path)]


def test_the_service_owns_and_makes_read_models_and_nothing_else(
    shared_log_database: LogDatabase,
) -> None:
    owned = ask(
        shared_log_database,
        "SELECT relnamespace::regnamespace::text AS place FROM pg_class"
        " WHERE relowner = %s::regrole AND relnamespace::regnamespace::text !~ '^pg_'"
        " UNION SELECT pronamespace::regnamespace::text FROM pg_proc WHERE proowner = %s::regrole"
        " UNION SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'"
        "   AND has_schema_privilege(%s, oid, 'CREATE')",
        *(SERVICE_ROLE, SERVICE_ROLE, SERVICE_ROLE),
    )
    assert owned == [("read_models",)]
    assert ask(
        shared_log_database,
        "SELECT has_database_privilege(%s, current_database(), 'CREATE')",
        SERVICE_ROLE,
    ) == [(False,)]


def test_the_service_is_nobody_else(shared_log_database: LogDatabase) -> None:
    assert ask(
        shared_log_database,
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
        " (SELECT count(*) FROM pg_auth_members WHERE member = r.oid)"
        " FROM pg_roles r WHERE rolname = %s",
        SERVICE_ROLE,
    ) == [(False, False, False, False, False, 0)]
