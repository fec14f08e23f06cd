"""What a language model may see of a table: its schema and statistics; cells only with consent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from application.disclosure.masking import masked_cell
from application.disclosure.personal_names import says_personal
from application.disclosure.table_brief import table_brief
from application.disclosure.token_estimate import estimated_tokens
from application.ports.language_model import VisibleTable
from application.ports.snapshots import RowQuery, Snapshots
from domain.session.events import Snapshot
from domain.stand_ins import StandIns
from domain.table import Column, ColumnType, TableShape

SCHEMA_TOKENS = 4_000
PROFILE_TOKENS = 1_500
SAMPLE_TOKENS = 4_000
CELL_CHARACTERS = 80
# More of a cell is not looked at: nothing behind it is shown.
_LOOKED_AT = 400
_OF_A_COLUMN = 15
# What of a profile holds names.
_NAMING = frozenset({"name", "column", "columns", "from", "to"})


def visible_table(
    snapshots: Snapshots, snapshot: Snapshot, *, about: str, sample_rows: int, stand_ins: StandIns
) -> VisibleTable:
    """The table as far as a model may see it: without `sample_rows`, no cell of it; with
    `stand_ins` for the names that are not told.

    Of a table too wide for a prompt, the columns that `about` names come first, then the others in
    their order. Raises as `snapshots` does.
    """
    shape = snapshot.shape
    columns = told_columns(shape, about)
    profile = snapshots.profile(snapshot, [column.name for column in columns])
    masking = _Masking(profile["columns"], stand_ins)
    profile = _renamed(profile, stand_ins)
    return VisibleTable(
        columns=tuple(replace(column, name=stand_ins.told(column.name)) for column in columns),
        left_out=len(shape.columns) - len(columns),
        profile=table_brief(
            profile, PROFILE_TOKENS, values=sample_rows > 0, mask=masking.told
        ).split("\n"),
        **_sample(snapshots, snapshot, columns, masking, sample_rows),
        stand_ins=stand_ins,
    )


def told_columns(shape: TableShape, about: str) -> tuple[Column, ...]:
    """The columns whose names fit into a prompt, in the order of the table."""
    text = about.casefold()
    order = sorted(
        range(len(shape.columns)),
        key=lambda place: (shape.columns[place].name.casefold() not in text, place),
    )
    told, left = set[int](), SCHEMA_TOKENS
    for place in order:
        cost = estimated_tokens(shape.columns[place].name) + _OF_A_COLUMN
        if cost <= left:
            left -= cost
            told.add(place)
    return tuple(column for place, column in enumerate(shape.columns) if place in told)


def _renamed(profile: Any, stand_ins: StandIns, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """The profile with stand-ins where it names columns."""
    match profile:
        case str() if key in _NAMING:
            return stand_ins.told(profile)
        case Mapping():
            return {each: _renamed(part, stand_ins, each) for each, part in profile.items()}
        case list() | tuple():
            return [_renamed(part, stand_ins, key) for part in profile]
        case _:
            return profile


class _Masking:
    """What may be told of the cells of each column, by the name that is told of it."""

    def __init__(self, columns: Sequence[Mapping[str, Any]], stand_ins: StandIns) -> None:
        self.told_name = stand_ins.told
        self._types = {self.told_name(column["name"]): column["type"] for column in columns}
        self._personal = {self.told_name(c["name"]) for c in columns if _is_personal(c)}

    def told(self, name: str, cell: Any) -> Any:  # noqa: ANN401 - any JSON value
        """The cell masked, then cut to a length that fits."""
        wholly = name in self._personal
        if self._types[name] == ColumnType.DATETIME and not wholly:
            return cell
        looked_at = cell[:_LOOKED_AT] if isinstance(cell, str) else cell
        masked = masked_cell(looked_at, wholly=wholly)
        if isinstance(masked, dict | list):
            masked = json.dumps(masked, ensure_ascii=False)
        if isinstance(masked, str) and len(masked) > CELL_CHARACTERS:
            return masked[: CELL_CHARACTERS - 1] + "…"
        return masked


def _is_personal(column: Mapping[str, Any]) -> bool:
    """Whether its name or its profile says so; in free text, what is personal is masked inside."""
    found = column["role"] != "free_text" and bool(column["personal"])
    return found or says_personal(column["name"])


def _sample(
    snapshots: Snapshots,
    snapshot: Snapshot,
    columns: Sequence[Column],
    masking: _Masking,
    rows: int,
) -> dict[str, Any]:
    """The first rows, of as many columns as fit."""
    if not rows or not columns:
        return {}
    names = [column.name for column in columns]
    page = snapshots.page(snapshot, RowQuery(offset=0, limit=rows, columns=names))
    places = {name: place for place, name in enumerate(page.columns)}
    left, kept = SAMPLE_TOKENS, list[str]()
    cells = dict[str, list[Any]]()
    for each in names:
        name = masking.told_name(each)
        cells[name] = [masking.told(name, row[places[each]]) for row in page.rows]
        left -= estimated_tokens(json.dumps(cells[name], ensure_ascii=False, default=str))
        if left < 0 and kept:
            break
        kept.append(name)
    return {
        "sample_columns": tuple(kept),
        "sample": tuple(zip(*(cells[name] for name in kept), strict=True)),
    }
