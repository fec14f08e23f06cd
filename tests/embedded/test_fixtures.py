"""The shared server hands every test a database of its own."""

import psycopg


def test_a_fresh_database_is_empty(fresh_database: str) -> None:
    with psycopg.connect(fresh_database.replace("+psycopg", "", 1)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    assert found == (0,)
