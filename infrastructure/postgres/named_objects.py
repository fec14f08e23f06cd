"""The digests that stand in the log's events, read without knowing what the events mean."""

import re
from collections.abc import Iterator

from sqlalchemy import Engine, select

from infrastructure.postgres.archived_bytes import Archive
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.tables import events

_PAGE = 1_000
_DIGEST = re.compile(rb"(manifest:)?(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")


class PostgresNamedObjects:
    """See the port `NamedObjects`. What a newer Datatrail recorded counts as well."""

    def __init__(self, engine: Engine, archive: Archive) -> None:
        self._engine = engine
        self._archive = archive

    def digests(self) -> Iterator[tuple[str, bool]]:
        """Each digest, and whether it is that of a manifest."""
        last = 0
        while True:
            query = (
                select(events.c.id, events.c.session_id, events.c.version, events.c.hash)
                .add_columns(events.c.payload, events.c.metadata)
                .where(events.c.id > last)
                .order_by(events.c.id)
                .limit(_PAGE)
            )
            with reaching_the_log(), self._engine.connect() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            last = rows[-1].id
            for row in self._archive.filled(rows):
                for prefix, digest in _DIGEST.findall(row.payload):
                    yield digest.decode(), bool(prefix)
