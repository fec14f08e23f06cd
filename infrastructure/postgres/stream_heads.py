"""The heads of streams in PostgreSQL."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Engine, Uuid, any_, literal, select

from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.engine import by_statement
from infrastructure.postgres.tables import streams


class PostgresStreamHeads:
    """See the port `StreamHeads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = by_statement(engine)

    def versions(self, session_ids: Collection[UUID]) -> Mapping[UUID, int]:
        asked = literal(list(session_ids), ARRAY(Uuid))
        query = select(streams.c.session_id, streams.c.version).where(
            streams.c.session_id == any_(asked)
        )
        with reaching_the_log(), self._engine.connect() as connection:
            return {row.session_id: row.version for row in connection.execute(query)}
