"""`datatrail migrate`."""

from rich.console import Console

from interfaces.cli.startup import started_settings
from interfaces.composition.databases import migrate_database


def migrate() -> None:
    """Bring the database to the schema of this version."""
    migrate_database(started_settings())
    Console().print("The database is at the schema of this version.")
