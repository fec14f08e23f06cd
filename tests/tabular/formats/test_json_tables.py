"""JSON as a table: nothing of a value is lost, and long texts are read in parts."""

import json
import time
import tracemalloc
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, Interpretation, ParseOptions
from domain.table import ColumnType
from infrastructure.tabular.documents import json_buffer, json_forms, json_parsing, json_tables
from infrastructure.tabular.documents.json_tables import inspect_json, read_json
from infrastructure.tabular.typed_tables import TypedTable

Columns = dict[str, list[Any]]


def _read(
    directory: Path, content: str | bytes, interpretation: Interpretation | None = None
) -> TypedTable:
    source, scratch = directory / "upload", directory / "scratch"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    scratch.mkdir(exist_ok=True)
    given = GivenOptions(interpretation=interpretation or Interpretation())
    return read_json(source, inspect_json(source, FileKind.JSON, given), scratch)


def _columns(read: TypedTable) -> Columns:
    assert isinstance(read.table, pl.LazyFrame)
    return read.table.collect().to_dict(as_series=False)


VALUES: dict[str, tuple[str, list[Any]]] = {
    "the largest integers": ('[{"a": 9223372036854775807}]', [2**63 - 1]),
    "an integer beyond 63 bits": (
        '[{"a": 1}, {"a": 9223372036854775808}]',
        ["1", "9223372036854775808"],
    ),
    "integers that no float holds beside numbers": (
        '[{"a": 9007199254740993}, {"a": 0.5}]',
        ["9007199254740993", "0.5"],
    ),
    "numbers as they were written beside text": (
        '[{"a": 1.10}, {"a": 2E3}, {"a": "x"}]',
        ["1.10", "2E3", "x"],
    ),
    "a number of more digits than a float has": (
        '[{"a": 0.1234567890123456789}]',
        ["0.1234567890123456789"],
    ),
    "numbers within nested values": (
        '[{"a": {"b": [1.10, 12345678901234567890, true, null]}}]',
        ['{"b": [1.10, 12345678901234567890, true, null]}'],
    ),
    "missing and NaN": ('[{"a": 1.5}, {}, {"a": NaN}, {"a": null}]', [1.5, None, None, None]),
    "infinities": ('[{"a": Infinity}, {"a": -Infinity}]', [float("inf"), float("-inf")]),
    "truths": ('[{"a": true}, {"a": false}, {}]', [True, False, None]),
    "truths beside numbers": ('[{"a": true}, {"a": 1}]', ["true", "1"]),
    "nothing but null": ('[{"a": null}, {"a": null}]', [None, None]),
    "text of truths": ('[{"a": "true"}, {"a": "1"}]', ["true", "1"]),
    "dates and another text": ('[{"a": "2021-03-04"}, {"a": "x"}]', ["2021-03-04", "x"]),
    "an integer that Python refuses to read": ('[{"a": ' + "9" * 5000 + "}]", ["9" * 5000]),
    "a number beyond floats": ('[{"a": 1e400}]', ["1e400"]),
    "null among the objects": ('[null, {"a": 1}, null]', [None, 1, None]),
    "an emoji by two escapes": ('[{"a": "\\ud83d\\ude00"}]', ["😀"]),
}


@pytest.mark.parametrize("case", VALUES)
def test_values_come_through_as_they_were_written(tmp_path: Path, case: str) -> None:
    text, expected = VALUES[case]
    assert list(map(repr, _columns(_read(tmp_path, text))["a"])) == list(map(repr, expected))


_COLUMNS: Columns = {"a": [1, 2], "b": ["x", None]}
FORMS: dict[str, tuple[str, Columns, str]] = {
    "a list": ('[{"a": 1}]', {"a": [1]}, "list"),
    "a list over several lines": ('[\n  {"a": 1},\n  {"a": 2}\n]\n', {"a": [1, 2]}, "list"),
    "lines": ('{"a": 1}\n{"b": 2}', {"a": [1, None], "b": [None, 2]}, "lines"),
    "lines of lists": ('["a", "b"]\n[1, 2]\n[3]\n', {"a": [1, 3], "b": [2, None]}, "lines"),
    "objects over several lines": ('{\n"a": 1\n}\n{\n"a": 2\n}\n', {"a": [1, 2]}, "lines"),
    "an envelope": ('{"n": 1, "rows": [{"a": 1}]}', {"a": [1]}, "envelope"),
    "an envelope of rows": ('{"rows": [["a"], [1]], "n": 1}', {"a": [1]}, "envelope"),
    "columns": ('{"a": [1, 2], "b": [[1], [2]]}', {"a": [1, 2], "b": ["[1]", "[2]"]}, "columns"),
    "an envelope in an envelope": (
        '{"status": "ok", "result": {"took": 3, "rows": [{"a": 1}]}}',
        {"a": [1]},
        "envelope",
    ),
    "columns by label": ('{"a": {"0": 1, "1": 2}, "b": {"0": "x"}}', _COLUMNS, "labelled"),
    "rows by number": ('{"0": {"a": 1, "b": "x"}, "1": {"a": 2}}', _COLUMNS, "index"),
    "rows by label": (
        '{"k": {"a": 1, "b": "x"}, "l": {"a": 2, "b": null}}',
        {"index": ["k", "l"], **_COLUMNS},
        "index",
    ),
    "rows beside their names": (
        '{"columns": ["a", "b"], "data": [[1, "x"], [2, null]]}',
        _COLUMNS,
        "split",
    ),
    "rows with a description": (
        '{"schema": {"fields": [{"name": "a"}]}, "data": [{"a": 1, "b": "x"}, {"a": 2}]}',
        _COLUMNS,
        "envelope",
    ),
    "a page of the World Bank": (
        '[{"page": 1}, [{"a": 1, "b": "x"}, {"a": 2, "b": null}]]',
        _COLUMNS,
        "envelope",
    ),
    "a list far longer than that of its names": (
        '{"names": [{"name": "a"}], "rows": [' + ", ".join(['{"a": 1}'] * 5) + "]}",
        {"a": [1, 1, 1, 1, 1]},
        "envelope",
    ),
    "names that are numbers as text": (
        '[["p", "5.5", "3.5"], ["x", 1, 2], ["y", 3, 4]]',
        {"p": ["x", "y"], "5.5": [1, 3], "3.5": [2, 4]},
        "list",
    ),
    "rows of texts without names": (
        '[["r-1", "7"], ["r-2", "8"], ["r-3", "9"]]',
        {"column_1": ["r-1", "r-2", "r-3"], "column_2": ["7", "8", "9"]},
        "list",
    ),
    "one object": ('{"a": 1, "b": {"c": 2}}', {"a": [1], "b": ['{"c": 2}']}, "record"),
}


@pytest.mark.parametrize("case", FORMS)
def test_the_form_of_a_text_is_found_and_said(tmp_path: Path, case: str) -> None:
    text, expected, form = FORMS[case]
    read = _read(tmp_path, text)
    assert _columns(read) == expected
    assert [(finding.what, finding.found) for finding in read.findings] == [("form", form)]


def test_the_name_of_the_list_in_an_object_is_said(tmp_path: Path) -> None:
    read = _read(tmp_path, '{"meta": 1, "rows": [{"a": 1}], "more": [{"b": 1}]}')
    assert "'rows'" in read.findings[0].evidence
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [
        ("other_tables", ("more",)),
        ("other_values", ("meta",)),
    ]


def test_a_name_that_is_repeated_in_an_object_is_doubtful(tmp_path: Path) -> None:
    read = _read(tmp_path, '[{"a": 1, "a": 2, "b": 3}]')
    assert _columns(read) == {"a": [1], "a_2": [2], "b": [3]}
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("repeated_name", ("a",))]


def test_nested_values_that_were_kept_as_text_are_doubtful(tmp_path: Path) -> None:
    read = _read(tmp_path, '[{"a": {"b": 1}, "c": [2], "d": 3}]')
    assert [(doubt.kind, doubt.names) for doubt in read.doubts] == [("nested_values", ("a", "c"))]


def test_texts_beside_numbers_or_truth_values_are_told(tmp_path: Path) -> None:
    rows = '[{"a": 1, "b": true, "c": 1, "d": "x"}, {"a": 2.5, "b": "no", "c": "1", "d": null}]'
    doubts = _read(tmp_path, rows).doubts
    assert [(doubt.kind, doubt.names) for doubt in doubts] == [("several_kinds", ("b", "c"))]


def test_objects_that_are_as_well_rows_as_columns_are_doubtful(tmp_path: Path) -> None:
    read = _read(tmp_path, '{"x": {"a": 1, "b": 2}, "y": {"a": 3, "b": 4}}')
    assert _columns(read) == {"index": ["a", "b"], "x": [1, 2], "y": [3, 4]}
    assert [doubt.kind for doubt in read.doubts] == ["columns_or_rows"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'[{"a": "x\ud83d"}, {"a": "y"}]', {"a": ["x\ufffd", "y"]}),
        (r'[{"a": {"b": "\udc00"}}]', {"a": ['{"b": "\ufffd"}']}),
        (r'[{"a\ud83d": 1}]', {"a\ufffd": [1]}),
    ],
)
def test_half_a_character_becomes_a_sign_for_it_and_is_told(
    tmp_path: Path, text: str, expected: Columns
) -> None:
    read = _read(tmp_path, text)
    assert _columns(read) == expected
    assert [(repair.kind, repair.rows) for repair in read.repairs] == [("half_character", 1)]
    json.dumps([asdict(doubt) for doubt in read.doubts], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "empty"),
        ('{"data": []}', "empty"),
        ("[{}, {}]", "empty"),
        ("[[], []]", "empty"),
        ("{}", "not_a_table"),
        ("3", "not_a_table"),
        ("null", "not_a_table"),
        ("[" * 100_000, "not_a_table"),
        ('{"a":' * 100_000, "not_a_table"),
        ('[{"a": ' + '{"a":' * 450 + "1" + "}" * 450 + "}]", "not_a_table"),
        ('[{"a": ' + "[" * 900 + "]" * 900 + "}]", "not_a_table"),
        ('[{"a": 1,}]', "malformed"),
        ('[{"a": 1} // one\n]', "malformed"),
        ("// one\n[1]", "malformed"),
        ("[{'a': 1}]", "malformed"),
    ],
)
def test_what_holds_no_table_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        _read(tmp_path, text)
    assert refused.value.reason == reason


def test_an_item_that_is_not_like_the_others_is_told_by_its_number(tmp_path: Path) -> None:
    text = "[" + '{"a": 1}, ' * 30_000 + '"a cell"]'
    with pytest.raises(UnreadableTable, match="item 30,001 is a text") as refused:
        _read(tmp_path, text)
    assert "a cell" not in str(refused.value)


@pytest.mark.parametrize("name", ["a", "{n}"], ids=["all alike", "two alike"])
def test_an_object_of_very_many_names_that_repeat_is_read_in_little_time(
    tmp_path: Path, name: str
) -> None:
    members = ", ".join(f'"{name.format(n=n)}": {n}' for n in range(20_000))
    started = time.process_time()
    read = _read(tmp_path, '[{"a": 1, "a": 2, ' + members + "}]")
    assert len(read.columns) == 20_002
    assert time.process_time() - started < 10


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_of_other_encodings_is_read(tmp_path: Path, encoding: str) -> None:
    text = json.dumps([{"a": "é", "b": n} for n in range(5)], ensure_ascii=False)
    assert _columns(_read(tmp_path, text.encode(encoding)))["a"] == ["é"] * 5


def test_json_that_is_no_unicode_is_spoken_of(tmp_path: Path) -> None:
    text = json.dumps([{"a": "Müller, Köln, Straße"}] * 5, ensure_ascii=False)
    read = _read(tmp_path, text.encode("cp1252"))
    assert _columns(read)["a"] == ["Müller, Köln, Straße"] * 5
    (doubt,) = read.doubts
    assert doubt.kind == "encoding"
    assert "read as cp1252" in doubt.message


@pytest.fixture
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads as of a long text, of which only a part is held."""
    monkeypatch.setattr(json_buffer, "BLOCK", 7)
    monkeypatch.setattr(json_buffer, "_MARGIN", 12)
    monkeypatch.setattr(json_parsing, "_HELD_ROWS", 1)
    monkeypatch.setattr(json_forms, "_BATCH", 3)
    monkeypatch.setattr(json_tables, "_SMALL", 0)


LATE: dict[str, tuple[list[Any], list[Any]]] = {
    "a late number": ([1, 2, 3, 4, 0.5], [1.0, 2.0, 3.0, 4.0, 0.5]),
    "a late text": ([1, 2.5, True, 4, "x"], ["1", "2.5", "true", "4", "x"]),
    "a late integer beyond 63 bits": ([1, 2, 3, 2**63], ["1", "2", "3", str(2**63)]),
    "a late integer that no float holds": (
        [0.5, 1, 2, 2**53 + 1],
        ["0.5", "1", "2", str(2**53 + 1)],
    ),
    "a late value": ([None] * 6 + [True], [None] * 6 + [True]),
    "a late date that is none": (["2021-03-04"] * 5 + ["?"], ["2021-03-04"] * 5 + ["?"]),
}


@pytest.mark.usefixtures("in_small_parts")
@pytest.mark.parametrize("lines", [True, False], ids=["lines", "list"])
@pytest.mark.parametrize("case", LATE)
def test_a_late_value_decides_for_all_of_its_column(tmp_path: Path, case: str, lines: bool) -> None:
    values, expected = LATE[case]
    records = [json.dumps({"é": value}, ensure_ascii=False) for value in values]
    text = "\n".join(records) if lines else "[" + ",\n ".join(records) + "]"
    assert list(map(repr, _columns(_read(tmp_path, text))["é"])) == list(map(repr, expected))


@pytest.mark.usefixtures("in_small_parts")
def test_names_that_come_late_get_their_column(tmp_path: Path) -> None:
    records = [{"a": n} for n in range(7)] + [{"b": "x", "a": 7}]
    assert _columns(_read(tmp_path, "\n".join(map(json.dumps, records)))) == {
        "a": list(range(8)),
        "b": [None] * 7 + ["x"],
    }


LONG = {
    "an envelope": '{"n": 1, "rows": [{"a": 0}, {"a": 1}, {"a": 2}, {"a": 3}], "m": "x"}',
    "an envelope of rows": '{"rows": [["a"], [0], [1], [2], [3]]}',
    "an envelope in one": '{"é": {"n": "é", "rows": [{"a": 0}, {"a": 1}, {"a": 2}, {"a": 3}]}}',
    "rows beside their names": '{"columns": ["a"], "data": [[0], [1], [2], [3]]}',
    "columns": '{"a": [0, 1, 2, 3]}',
    "labelled": '{"a": {"0": 0, "1": 1, "2": 2, "3": 3}}',
}


@pytest.mark.usefixtures("in_small_parts")
@pytest.mark.parametrize("case", LONG)
def test_the_table_in_a_long_object_is_read_in_parts(tmp_path: Path, case: str) -> None:
    assert _columns(_read(tmp_path, LONG[case])) == {"a": [0, 1, 2, 3]}


@pytest.mark.usefixtures("in_small_parts")
def test_columns_of_rows_are_nested_values_in_a_long_object_too(tmp_path: Path) -> None:
    text = '{"a": [[1], [2], [3]], "b": [{"c": 1}, {"c": 2}, 3]}'
    assert _columns(_read(tmp_path, text)) == {
        "a": ["[1]", "[2]", "[3]"],
        "b": ['{"c": 1}', '{"c": 2}', "3"],
    }


def test_of_a_long_list_in_an_object_only_a_part_is_held(tmp_path: Path) -> None:
    record = '{"a": 1, "b": "' + "x" * 1000 + '"}'
    source = tmp_path / "upload"
    source.write_text('{"rows": [' + ",\n".join([record] * 80_000) + "]}")
    tracemalloc.start()
    try:
        (tmp_path / "scratch").mkdir()
        options = ParseOptions(kind=FileKind.JSON, encoding="utf-8")
        assert read_json(source, options, tmp_path / "scratch").rows == 80_000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < source.stat().st_size * 2 / 3


@pytest.mark.usefixtures("in_small_parts")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"a": 1},\n {"a": 2},\n {"a": oops}]', "line 3, column 8"),
        ('{"a": 1}\n{"a": 2}\n{"a": "x", oops}', "line 3, column 12"),
        ('[{"a": 1}\n {"a": 2}]', "line 2, column 2"),
        ('[{"a": 1}] x', "line 1, column 12"),
        ('{"n": 1,\n "rows": [{"a": 1},\n {"a": 2},\n {"a": oops}]}', "line 4, column 8"),
        ('{"n": 1,\n "rows": [{"a": 1}, {"a": 2}]\n oops}', "line 3, column 2"),
        ('{"n": 1,\n oops: [{"a": 1}, {"a": 2}]}', "line 2, column 2"),
    ],
)
def test_what_is_malformed_is_told_by_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(UnreadableTable, match=place) as refused:
        _read(tmp_path, text)
    assert refused.value.reason == "malformed"
    assert "oops" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ['[{"a": 1}, 2]', '[1, {"a": 1}]', '[[1], {"a": 1}]', "[1, [2]]", '{"a": [1], "b": []}']
)
def test_different_things_are_no_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        _read(tmp_path, text)
    assert refused.value.reason == "not_a_table"


def test_a_type_that_was_given_wins(tmp_path: Path) -> None:
    types = {"a": ColumnType.TEXT, "b": ColumnType.INTEGER, "c": ColumnType.INTEGER}
    text = '[{"a": 1, "b": "2", "c": 3}, {"a": 4, "b": "5", "c": 6}]'
    read = _read(tmp_path, text, Interpretation(types=types))
    assert _columns(read) == {"a": ["1", "4"], "b": [2, 5], "c": [3, 6]}
    assert [column.type for column in read.columns] == [*types.values()]


def test_what_every_column_holds_is_counted(tmp_path: Path) -> None:
    read = _read(tmp_path, '[{"a": 1, "d": "2021-03-04"}, {"d": "2021-03-05"}]')
    assert [(c.name, c.type, c.values, c.missing) for c in read.columns] == [
        ("a", ColumnType.INTEGER, 1, 1),
        ("d", ColumnType.DATETIME, 2, 0),
    ]


def test_names_that_are_made_up_or_numbered_are_told(tmp_path: Path) -> None:
    read = _read(tmp_path, '[{"": 1, "a": 2, " a": 3}]')
    assert [column.name for column in read.columns] == ["column_1", "a", "a_2"]
    assert [repair.kind for repair in read.repairs] == ["missing_name", "repeated_name"]


def test_nan_is_told_as_missing(tmp_path: Path) -> None:
    read = _read(tmp_path, '[{"a": NaN}, {"a": 1.5}]')
    assert [column.missing for column in read.columns] == [1]
    assert [doubt.kind for doubt in read.doubts] == ["nan_as_missing"]


NEARLY = {
    '// made by us\n[{"a": 1}]': "no comments",
    '[{"a": 1}, /* two */ {"a": 2}]': "no comments",
    '[{"a": 1}, {"a": 2},]': "Take out the comma",
    '[{"a": 1,}]': "Take out the comma",
    "[{'a': 1}]": "double quotes",
    '[{"a": None}]': "Write null",
    "[{a: 1}]": "around the names",
    '{"a": 1},\n{"a": 2}': "put \\[ and \\] around",
    '[{"a": 1} {"a": 2}]': "commas between",
    '[{"a": 1}];': "Take off what stands around",
    '[{"a": "x\ty"}]': "write a tab",
    '[{"a": 1}, {"a"': "upload all of it",
    '{"a": 1}\nERROR: no\n': "Correct it there",
}


@pytest.mark.parametrize("content", NEARLY)
def test_what_is_nearly_json_is_refused_with_how_it_becomes_json(
    tmp_path: Path, content: str
) -> None:
    source = tmp_path / "upload"
    source.write_text(content)
    with pytest.raises(UnreadableTable, match=NEARLY[content]):
        inspect_json(source, FileKind.JSON, GivenOptions())
