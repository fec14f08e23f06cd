"""What a projection is."""

from typing import ClassVar, Protocol

from sqlalchemy import Connection, MetaData

from application.ports.event_log import RecordedEvent


class Projection(Protocol):
    """A fold of events into tables.

    `version` is raised whenever tables or fold change: the projection is then built anew by the
    next migration. `metadata` holds its tables, in the schema of read models.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    metadata: MetaData

    def apply(self, connection: Connection, recorded: RecordedEvent) -> None:
        """Take one event, which follows those of its stream that were applied before."""
