"""What a projection is."""

from collections.abc import Mapping
from typing import ClassVar, Protocol

from sqlalchemy import MetaData, Table, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from infrastructure.postgres.engine import DRIVER


class Projection(Protocol):
    """A set-based fold of events into tables, whose names end in the suffix it was made with.

    `folds` holds one INSERT for each table of `metadata`, by the table's name without suffix. It
    reads the relation `taken`: columns session_id, version, type, task_id, node_id, parent_id,
    branch, subject_id, recorded_at of some events, no payload. Which events, and in which
    portions, makes no difference to what the tables hold in the end, nor does taking an event
    twice: that is what lets one text serve an append and a rebuild.
    """

    name: ClassVar[str]
    metadata: MetaData

    @property
    def folds(self) -> Mapping[str, str]:
        """The INSERT for each table."""

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables by their names without suffix."""


def definition_of(projection: Projection) -> str:
    """Tables and folds as one text. Builds of one definition hold the same rows."""
    dialect = make_url(DRIVER + "://").get_dialect()()
    made = []
    for table in projection.tables.values():
        made.append(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            made.append(CreateIndex(index).compile(dialect=dialect))
    return "\n".join([*map(str, made), *projection.folds.values()])


def fold_of(projection: Projection) -> str:
    """The folds as items of a WITH clause behind `taken`."""
    return ", ".join(f"{name} AS ({fold})" for name, fold in projection.folds.items())
