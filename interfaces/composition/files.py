"""What reads and writes files, without anything of the service."""

from application.ports.tables import Tables
from infrastructure.tabular.file_tables import FileTables


def tables() -> Tables:
    """What reads and writes files that hold tables."""
    return FileTables()
