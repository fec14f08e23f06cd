"""Where in a JSON text its table stands, and in which of the forms that tables have there."""

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application.ports.tables import UnreadableTable
from infrastructure.tabular.documents.json_buffer import not_a_table
from infrastructure.tabular.documents.json_parsing import Digits, JsonText, Rows
from infrastructure.tabular.text.header_rows import is_data, unique_names

_LOOK_AHEAD, _FAR_LONGER = 20, 4
_BATCH = 20_000
_BATCH_CHARACTERS = 16 * 1024 * 1024
_BATCH_CELLS = 4_000_000
_WORDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    Digits: "a number",
    bool: "true or false",
    type(None): "null",
}

Columns = Mapping[str, Sequence[Any]]
Batches = Iterable[tuple[Columns, int]]


@dataclass(frozen=True, kw_only=True)
class JsonTable:
    """Batches of columns, each with its rows, and how the table stands in the text.

    ``others`` are the places of further tables, ``beside`` the names of what else is not part of
    the table; ``turned`` says that nothing tells its columns from its rows.
    """

    batches: Batches
    form: str
    evidence: str
    others: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    turned: bool = False


def find_table(text: JsonText) -> JsonTable:
    """The table in the text, which is read as its batches are. Raises UnreadableTable."""
    if text.is_list():
        return _from_items(text, text.items(), "list", "The text is one list.")
    value, is_last = text.outline()
    if not is_last:
        return _from_items(
            text, text.values(), "lines", "The text holds one value after the other."
        )
    if isinstance(value, dict) and value:
        return _from_object(text, value)
    raise not_a_table("holds neither a list nor an object with values")


def _from_items(
    text: JsonText,
    items: Iterator[Any],
    form: str,
    evidence: str,
    others: Sequence[str] = (),
    beside: Sequence[str] = (),
) -> JsonTable:
    """A table of items: records, rows as lists, or plain values."""
    ahead = list(itertools.islice(items, _LOOK_AHEAD))
    if not ahead:
        raise no_rows()
    if form == "list" and _is_page(ahead):
        about, records = ahead
        told = "The list stands in a list, beside an object about it."
        return _from_items(text, iter(records), "envelope", told, beside=list(about))
    first = next((item for item in ahead if item is not None), None)
    batches = _batches(text, itertools.chain(ahead, items), type(first))
    tables: Batches
    if isinstance(first, list):
        tables = _lists(batches, first if _are_names(first, ahead[1:]) else [])
    else:
        tables = _records(batches) if isinstance(first, dict) else _plain(batches)
    return JsonTable(
        batches=tables, form=form, evidence=evidence, others=tuple(others), beside=tuple(beside)
    )


def _is_page(items: Sequence[Any]) -> bool:
    """Whether they are an object and a list of records, as the World Bank sends its pages."""
    return len(items) == 2 and isinstance(items[0], dict) and _kinds_in(items[1]) == {dict}


def _are_names(first: Sequence[Any], below: Sequence[Any]) -> bool:
    """Whether a list names the columns of the lists below it, rather than being one of them."""
    if not first or not below or not all(isinstance(name, str) for name in first):
        return False
    lists = [row for row in below if isinstance(row, list)]
    # A text above values of another kind is none of them.
    kinds = map(_kinds_in, map(list, zip(*lists, strict=False)))
    if any(kind - {type(None)} and str not in kind for kind in kinds):
        return True
    return not is_data(first, [[_as_cell(value) for value in row] for row in lists])


def _as_cell(value: Any) -> str:  # noqa: ANN401 it is any JSON
    return "" if value is None else str(value)


def no_rows() -> UnreadableTable:
    """The error for a list without items."""
    return UnreadableTable("empty", "The JSON file holds an empty list: there are no rows.")


def _batches(text: JsonText, items: Iterator[Any], kind: type) -> Iterator[list[Any]]:
    """The items, some at a time; among objects, or lists, null is one without values."""
    nested = kind in {dict, list}
    batch: list[Any] = []
    before, begun = 0, text.passed
    for item in items:
        kept = kind() if nested and item is None else item
        if (type(kept) is not kind) if nested else isinstance(item, dict | list):
            raise not_a_table(
                f"is a list of different things: item {before + len(batch) + 1:,} is "
                f"{_WORDS[type(item)]}, and those before are not. Give a list of objects"
            )
        batch.append(kept)
        if len(batch) == _BATCH or text.passed - begun > _BATCH_CHARACTERS:
            yield batch
            before, batch, begun = before + len(batch), [], text.passed
    if batch:
        yield batch


def _records(batches: Iterator[list[Any]]) -> Iterator[tuple[Columns, int]]:
    for batch in batches:
        width = len(set(itertools.chain.from_iterable(batch)))
        size = max(1, _BATCH_CELLS // max(1, width))
        for part in (batch[start : start + size] for start in range(0, len(batch), size)):
            names = dict.fromkeys(itertools.chain.from_iterable(part))
            yield {name: [item.get(name) for item in part] for name in names}, len(part)


def _lists(batches: Iterator[list[Any]], header: list[str]) -> Iterator[tuple[Columns, int]]:
    first = bool(header)
    for batch in batches:
        body = batch[1:] if first else batch
        first = False
        columns = list(itertools.zip_longest(*body))
        width = max(len(header), len(columns))
        columns += [(None,) * len(body)] * (width - len(columns))
        yield dict(zip(unique_names(header, width), columns, strict=True)), len(body)


def _plain(batches: Iterator[list[Any]]) -> Iterator[tuple[Columns, int]]:
    for batch in batches:
        yield {"value": batch}, len(batch)


def _from_object(text: JsonText, value: dict[str, Any]) -> JsonTable:
    if _is_split(value):
        batches = _split(text, value)
        return JsonTable(
            batches=batches, form="split", evidence="The rows stand beside their names."
        )
    members = list(value.values())
    if all(isinstance(member, list | Rows) for member in members):
        if len({len(member) for member in members}) == 1 and not _is_envelope(members):
            return _columns(value, "columns", "Each name has a list, all of the same length.")
        if not all(map(_are_rows, members)):
            if len(members) == 1:
                raise no_rows()
            raise not_a_table("holds columns of different lengths")
    if all(isinstance(member, dict) for member in members) and _are_alike(members):
        return _labelled_table(value, members)
    # What pandas writes as "table" describes the columns, which is no part of the table.
    described = value.keys() == {"schema", "data"} and isinstance(value["schema"], dict)
    found, beside = _tables({"data": value["data"]} if described else value)
    if found:
        place = _place_of_the_table(found)
        others = [other for other in found if other != place]
        return _from_items(
            text,
            iter(found[place]),
            "envelope",
            f"The list is in an object, under the name {place!r}.",
            others,
            beside,
        )
    record = {name: [member] for name, member in value.items()}
    return _columns(record, "record", "The text is one object, which is one row.")


def _is_envelope(members: list[Any]) -> bool:
    """Whether lists of the same length are no columns, but a list of rows or of nothing."""
    return len(members) == 1 and (_are_rows(members[0]) or not len(members[0]))


def _are_rows(member: object) -> bool:
    """Whether it is a list of records or of rows."""
    if isinstance(member, Rows):
        return True
    return _kinds_in(member) in ({dict}, {list})


def _kinds_in(member: object) -> set[type]:
    return {type(item) for item in member} if isinstance(member, list) else set()


def _are_alike(members: Sequence[dict[str, Any]]) -> bool:
    """Whether objects have names in common, as rows and columns have and settings have not."""
    if len(members) == 1:
        return not any(isinstance(value, list | dict | Rows) for value in members[0].values())
    counts = Counter(itertools.chain.from_iterable(members))
    return not counts or max(counts.values()) * 2 > len(members)


def _tables(value: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The lists of rows by their places, the outermost first, and what else is in the object."""
    found: dict[str, Any] = {}
    beside: list[str] = []
    ahead: deque[tuple[str, Any]] = deque(value.items())
    while ahead:
        place, member = ahead.popleft()
        if _are_rows(member):
            found[place] = member
        elif isinstance(member, dict) and member:
            ahead.extend((f"{place}.{name}", inner) for name, inner in member.items())
        else:
            beside.append(place)
    return found, beside


def _place_of_the_table(found: Mapping[str, Sequence[Any]]) -> str:
    """The first of the outermost lists, unless it is far shorter, as one of the names is."""
    first, *others = found
    level = [place for place in others if place.count(".") == first.count(".")]
    longest = max(level, key=lambda place: len(found[place]), default=first)
    return longest if len(found[longest]) > _FAR_LONGER * len(found[first]) else first


def _columns(columns: Columns, form: str, evidence: str, *, turned: bool = False) -> JsonTable:
    return JsonTable(batches=_slices(columns), form=form, evidence=evidence, turned=turned)


def _slices(columns: Columns) -> Batches:
    held = {name: _held(column) for name, column in columns.items()}
    rows = max(map(len, held.values()))
    for start in range(0, max(1, rows), _BATCH):
        end = min(rows, start + _BATCH)
        yield {name: column[start:end] for name, column in held.items()}, end - start


def _held(column: Any) -> Sequence[Any]:  # noqa: ANN401 it is any JSON
    return list(column) if isinstance(column, Rows) else column


def _labelled_table(value: dict[str, dict[str, Any]], members: list[dict[str, Any]]) -> JsonTable:
    """Objects in an object: the columns of a table, or its rows, each by its label."""
    rows, columns = _mixed(members), _mixed(_turned(value).values())
    numbered = _are_numbers(list(value)) and not _are_numbers(list(members[0]))
    if numbered or (rows and not columns):
        table = _by_label(_turned(value))
        return _columns(table, "index", "Each label has values by name.")
    unsure = len(members) > 1 and not rows and not _are_numbers(list(members[0]))
    evidence = "Each name has values by label."
    return _columns(_by_label(value), "labelled", evidence, turned=unsure)


def _mixed(objects: Iterable[dict[str, Any]]) -> bool:
    """Whether there are values of several kinds in one of the objects."""
    return any(len({_kind(value) for value in each.values()} - {None}) > 1 for each in objects)


def _kind(value: object) -> str | None:
    if isinstance(value, int | float | Digits) and not isinstance(value, bool):
        return "number"
    return None if value is None else type(value).__name__


def _turned(value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same values, by what were the inner names."""
    turned: dict[str, dict[str, Any]] = {}
    for label, cells in value.items():
        for name, cell in cells.items():
            turned.setdefault(name, {})[label] = cell
    return turned


def _are_numbers(labels: Sequence[Any]) -> bool:
    """Whether they are 0, 1, 2 …, as rows are numbered."""
    return bool(labels) and labels == [str(number) for number in range(len(labels))]


def _by_label(value: dict[str, dict[str, Any]]) -> Columns:
    """Columns of labelled cells, as pandas writes them; labels 0, 1, 2 … are row numbers."""
    labels = list(dict.fromkeys(itertools.chain.from_iterable(value.values())))
    columns = {name: [cells.get(label) for label in labels] for name, cells in value.items()}
    return columns if not labels or _are_numbers(labels) else _labelled(labels, columns)


def _is_split(value: dict[str, Any]) -> bool:
    """Whether it is what pandas writes as "split": names, rows as lists, and labels of the rows."""
    names, rows = value.get("columns"), value.get("data")
    labels = value.get("index", rows)
    return (
        value.keys() <= {"columns", "index", "data"}
        and isinstance(names, list)
        and bool(names)
        and all(isinstance(name, str | int | float) for name in names)
        and isinstance(rows, list | Rows)
        and all(isinstance(row, list) and len(row) == len(names) for row in rows)
        and isinstance(labels, list | Rows)
        and len(labels) == len(rows)
    )


def _split(text: JsonText, value: dict[str, Any]) -> Batches:
    rows: list[Any] | Rows = value["data"]
    names = unique_names([str(name) for name in value["columns"]], len(value["columns"]))
    numbers = list(range(len(rows)))
    labels = _held(value.get("index", numbers))
    done = 0
    for batch in [[]] if not len(rows) else _batches(text, iter(rows), list):
        columns = {name: [row[index] for row in batch] for index, name in enumerate(names)}
        here = labels[done : done + len(batch)]
        yield (columns if labels == numbers else _labelled(here, columns)), len(batch)
        done += len(batch)


def _labelled(labels: Sequence[Any], columns: Columns) -> Columns:
    further = (f"index_{number}" for number in itertools.count(2))
    likely = itertools.chain(("index", "label", "row"), further)
    name = next(name for name in likely if name not in columns)
    return {name: labels, **columns}
