"""What reads and writes files, without anything of the service."""

from application.ports.tables import Tables
from infrastructure.tabular.file_tables import FileTables


def tables(most_columns: int | None = None) -> Tables:
    """What reads and writes files that hold tables, of no more columns if that is given."""
    return FileTables(most_columns)
