"""Cases as they stand in a file: one JSON object a line.

``{"id": …, "table": …, "message": …, "expected": …}``, or ``messages`` for a conversation. `table`
is a stated table, or the name of one in ``tables.json`` beside the file. `expected` is
``{"table": …}``, ``{"answer": value or table}`` or ``"abstain"``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.table import ColumnType

Cell: TypeAlias = str | int | float | bool | None

ANY_NAME = "*"


class CaseUnreadable(Exception):
    """A line, or the file of tables, is not as it should be; the message says where and what."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


@dataclass(frozen=True, kw_only=True)
class StatedTable:
    """A table written as JSON; dates are ISO texts in a column whose type is stated.

    In a table that is expected, the column name ``*`` is any name, rows or columns named in
    `any_order` may come in any, a column in `hidden` holds no cell that is as written, and only
    types that are stated matter.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    types: Mapping[str, ColumnType]
    any_order: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is said about a table, message by message, and what is to come of the last.

    Exactly one of `table_after` and `answer` is expected; of neither, that it asks back.
    """

    id: str
    table: StatedTable
    messages: tuple[str, ...]
    table_after: StatedTable | None = None
    answer: StatedTable | Cell = None

    @property
    def asks_back(self) -> bool:
        """Whether nothing is to be done."""
        return self.table_after is None and self.answer is None


def read_tables(text: str, where: str) -> dict[str, StatedTable]:
    """The named tables of a ``tables.json``. Raises CaseUnreadable."""
    document = _json(text, where)
    if not isinstance(document, dict):
        raise CaseUnreadable(where, "it is not an object of tables by name.")
    return {name: _table(stated, f"{where}, table {name!r}") for name, stated in document.items()}


def read_cases(
    lines: Iterable[str], tables: Mapping[str, StatedTable], where: str
) -> Sequence[Case]:
    """The cases of a file, empty lines left out. Raises CaseUnreadable."""
    return [
        _case(line, tables, f"{where}, line {number}", str(number))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _case(line: str, tables: Mapping[str, StatedTable], where: str, number: str) -> Case:
    stated = _json(line, where)
    if not isinstance(stated, dict) or not {"table", "expected"} <= stated.keys():
        raise CaseUnreadable(where, 'a case is {"table": …, "message": …, "expected": …}.')
    after, answer = _expected(stated["expected"], where)
    return Case(
        id=str(stated.get("id") or number),
        table=_table_of(stated["table"], tables, where),
        messages=_messages(stated, where),
        table_after=after,
        answer=answer,
    )


def _messages(stated: Mapping[str, Any], where: str) -> tuple[str, ...]:
    said = stated.get("messages", [stated.get("message")])
    if not isinstance(said, list) or not said or not all(isinstance(m, str) and m for m in said):
        raise CaseUnreadable(where, "give a message, or a list of messages.")
    return tuple(said)


def _expected(stated: Any, where: str) -> tuple[StatedTable | None, StatedTable | Cell]:  # noqa: ANN401 - any JSON value
    match stated:
        case "abstain":
            return None, None
        case {"table": table}:
            return _table(table, where), None
        case {"answer": dict() as table}:
            return None, _table(table, where)
        case {"answer": bool() | int() | float() | str() as answer}:
            return None, answer
    raise CaseUnreadable(
        where, 'expected is {"table": …}, {"answer": …} or "abstain" where asking back is right.'
    )


def _table_of(stated: Any, tables: Mapping[str, StatedTable], where: str) -> StatedTable:  # noqa: ANN401 - any JSON value
    if not isinstance(stated, str):
        return _table(stated, where)
    if stated not in tables:
        raise CaseUnreadable(where, f"there is no table {stated!r} in tables.json beside it.")
    return tables[stated]


def _table(stated: Any, where: str) -> StatedTable:  # noqa: ANN401 - any JSON value
    try:
        columns = tuple(map(str, stated["columns"]))
        rows = tuple(tuple(row) for row in stated["rows"])
        types = {name: ColumnType(kind) for name, kind in stated.get("types", {}).items()}
        table = StatedTable(
            columns=columns,
            rows=rows,
            types=types,
            any_order=frozenset(stated.get("any_order", ())),
            hidden=frozenset(stated.get("hidden", ())),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CaseUnreadable(
            where, 'a table is {"columns": [names], "rows": [[cells]], "types": {name: type}}.'
        ) from error
    if any(len(row) != len(columns) for row in rows):
        raise CaseUnreadable(where, "a row has not as many cells as there are columns.")
    return table


def _json(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(text)
    except ValueError:
        raise CaseUnreadable(where, "that is not JSON.") from None
