"""Whether two builds of a projection hold the same rows."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Connection, Table, text

from application.ports.projections import Difference

_EXAMPLES = 5

# Sums do not depend on the order of rows. Two seeds make 128 bits: enough against accidents.
_SUMS = """
SELECT count(*) || ' ' || coalesce(sum(hash_record_extended(r, 0)), 0)
    || ' ' || coalesce(sum(hash_record_extended(r, 1)), 0)
FROM {table} AS r
"""

_DIFFERING = """
SELECT count(*) AS how_many, (array_agg(key ORDER BY key))[1:{examples}] AS examples
FROM (
    SELECT concat_ws('/', {keys}) AS key
    FROM (SELECT true AS there, * FROM {live}) AS live
    FULL JOIN (SELECT true AS there, * FROM {other}) AS other USING ({keys})
    WHERE (live.there, {of_live}) IS DISTINCT FROM (other.there, {of_other})
) AS differing
"""


def digest_of(connection: Connection, tables: Mapping[str, Table]) -> str:
    """A name for the tables' rows, whatever their order. Compare it within one cluster only."""
    sums = (
        f"{name} {connection.scalar(text(_SUMS.format(table=table.fullname)))}"
        for name, table in sorted(tables.items())
    )
    return sha256("\n".join(sums).encode()).hexdigest()


def differences_between(
    connection: Connection, live: Mapping[str, Table], other: Mapping[str, Table]
) -> Sequence[Difference]:
    """The tables whose rows differ. Both mappings are by the names without suffix."""
    return [
        found
        for name in sorted(live)
        if (found := _difference(connection, name, live[name], other[name])) is not None
    ]


def _difference(connection: Connection, name: str, live: Table, other: Table) -> Difference | None:
    keys = [column.name for column in live.primary_key]
    rest = [column.name for column in live.columns if column.name not in keys]
    query = _DIFFERING.format(
        live=live.fullname,
        other=other.fullname,
        keys=", ".join(keys),
        of_live=", ".join(f"live.{column}" for column in rest),
        of_other=", ".join(f"other.{column}" for column in rest),
        examples=_EXAMPLES,
    )
    found = connection.execute(text(query)).one()
    if not found.how_many:
        return None
    return Difference(table=name, rows=found.how_many, examples=tuple(found.examples))
