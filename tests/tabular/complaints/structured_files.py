"""JSON, Parquet and Arrow, which have types of their own."""

import datetime as dt
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from tests.tabular.complaints.cases import Case, Cells, integers, moments, numbers, text, truths


def _json(name: str, content: str, columns: dict[str, Cells], **more: Any) -> Case:
    return Case(name=name, content=content, columns=columns, file_name="table.json", **more)


def _lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _parquet(**columns: pa.Array) -> Callable[[], bytes]:
    def make() -> bytes:
        content = io.BytesIO()
        pq.write_table(pa.table(columns), content)
        return content.getvalue()

    return make


def _arrow(open_: Callable[..., Any], **columns: pa.Array) -> Callable[[], bytes]:
    def make() -> bytes:
        content, table = io.BytesIO(), pa.table(columns)
        with open_(content, table.schema) as writer:
            writer.write_table(table)
        return content.getvalue()

    return make


def _typed(
    name: str,
    content: Callable[[], bytes],
    columns: dict[str, Cells],
    file_name: str = "table.parquet",
) -> Case:
    return Case(name=name, content=content, columns=columns, file_name=file_name)


def _twice_named() -> bytes:
    content = io.BytesIO()
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    pq.write_table(table, content)
    return content.getvalue()


_AB = {"a": pa.array([1, 2]), "b": pa.array(["x", None])}
_READ: dict[str, Cells] = {"a": integers(1, 2), "b": text("x", None)}
_HUGE = "12345678901234567890"

CASES = (
    _json(
        "an id of JSON beyond 53 bits keeps every digit",
        '[{"id": 9007199254740993}, {"id": 1234567890123456789}]',
        {"id": integers(9007199254740993, 1234567890123456789)},
    ),
    _json(
        "an id of JSON beyond 64 bits far down keeps every digit",
        _lines(*({"id": 1},) * 5000, {"id": int(_HUGE)}),
        {"id": text(*("1",) * 5000, _HUGE)},
    ),
    _json(
        "a key that comes late in the lines is a column",
        _lines(*({"a": 1},) * 20_000, {"a": 2, "b": "late"}),
        {"a": integers(*(1,) * 20_000, 2), "b": text(*(None,) * 20_000, "late")},
    ),
    _json(
        "a number that comes late in the lines is read",
        _lines(*({"a": 1},) * 20_000, {"a": 0.5}),
        {"a": numbers(*(1.0,) * 20_000, 0.5)},
    ),
    _json(
        "a word that comes late in the lines keeps every value",
        _lines(*({"a": 1},) * 20_000, {"a": "x"}),
        {"a": text(*("1",) * 20_000, "x")},
    ),
    _json(
        "an id of JSON beside a fraction is not rounded",
        '[{"a": 9007199254740993}, {"a": 0.5}]',
        {"a": text("9007199254740993", "0.5")},
    ),
    _json(
        "digits of JSON in quotes are text",
        '[{"zip": "00501"}, {"zip": "10001"}]',
        {"zip": text("00501", "10001")},
    ),
    _json("numbers of JSON in quotes are text", '[{"a": "1"}, {"a": "2"}]', {"a": text("1", "2")}),
    _json(
        "lines of JSON with a mark, Windows line ends and empty lines are read",
        '\ufeff{"a": 1}\r\n\r\n{"a": 2}\r\n',
        {"a": integers(1, 2)},
    ),
    _json(
        "objects without a key are rows",
        '[{}, {"a": 1}, {}]',
        {"a": integers(None, 1, None)},
    ),
    _json(
        "truth values beside numbers are not counted",
        '[{"a": true}, {"a": 2}]',
        {"a": text("true", "2")},
    ),
    _json(
        "truth values beside missing ones are truth values",
        '[{"a": true}, {"a": null}, {"a": false}]',
        {"a": truths(True, None, False)},
    ),
    _json(
        "a number of JSON keeps more digits than a float as text",
        '[{"a": 0.1234567890123456789}, {"a": 1.5}]',
        {"a": text("0.1234567890123456789", "1.5")},
    ),
    _json(
        "an object and a word in one column are both kept",
        '[{"a": {"b": 1}}, {"a": "x"}]',
        {"a": text('{"b": 1}', "x")},
    ),
    _json(
        "an empty word of JSON is not missing",
        '[{"a": ""}, {"a": null}, {"a": "x"}]',
        {"a": text("", None, "x")},
    ),
    _json(
        "a key of several places is one name",
        '[{"a.b": 1, "a": {"b": 2}}]',
        {"a.b": integers(1), "a": text('{"b": 2}')},
    ),
    _json(
        "days of JSON are days, and other words are words",
        '[{"d": "2021-04-13", "w": "x"}, {"d": "2021-04-14", "w": "2021-04-13"}]',
        {"d": moments("2021-04-13", "2021-04-14"), "w": text("x", "2021-04-13")},
    ),
    _json(
        "days of JSON that may be of April or of March are left as they are",
        '[{"d": "03/04/2021"}, {"d": "05/06/2021"}]',
        {"d": text("03/04/2021", "05/06/2021")},
    ),
    _json(
        "emoji that JSON escapes in halves are whole",
        '[{"a": "\\ud83d\\udc27"}]',
        {"a": text("🐧")},
    ),
    _typed("an Arrow file is read", _arrow(pa.ipc.new_file, **_AB), _READ, "table.arrow"),
    _typed("a stream of Arrow is read", _arrow(pa.ipc.new_stream, **_AB), _READ, "table.arrows"),
    _typed(
        "labels of Arrow are words",
        _arrow(pa.ipc.new_file, a=pa.array(["x", "y", "x"]).dictionary_encode()),
        {"a": text("x", "y", "x")},
        "table.feather",
    ),
    _typed(
        "days of Parquet before any epoch are days",
        _parquet(a=pa.array([dt.date(1066, 10, 14), None], pa.date32())),
        {"a": moments("1066-10-14", None)},
    ),
    _typed(
        "half floats of Parquet are numbers",
        _parquet(a=pa.array([1.5, None], pa.float32()).cast(pa.float16())),
        {"a": numbers(1.5, None)},
    ),
    _typed(
        "amounts of Parquet are numbers",
        _parquet(a=pa.array([Decimal("1.10"), Decimal("-2.05")], pa.decimal128(9, 2))),
        {"a": numbers(1.1, -2.05)},
    ),
    _typed(
        "small whole numbers of Parquet are whole numbers",
        _parquet(a=pa.array([1, None], pa.uint8()), b=pa.array([-1, 2], pa.int16())),
        {"a": integers(1, None), "b": integers(-1, 2)},
    ),
    _typed(
        "names of Parquet that come again are numbered",
        _twice_named,
        {"a": integers(1), "a_2": integers(2)},
    ),
    _typed(
        "Parquet without rows has its columns",
        _parquet(a=pa.array([], pa.int64()), b=pa.array([], pa.string())),
        {"a": integers(), "b": text()},
    ),
)
