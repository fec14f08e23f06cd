"""What every implementation of Tables does with files: each messy input has its exact table."""

# ruff: noqa: RUF001 text in other scripts is what some of the files hold

import datetime as dt
import gzip
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from application.ports.tables import (
    ExportFormat,
    Tables,
    TooLargeForFormat,
    UnreadableTable,
)
from domain.dataset import FileKind, ParseOptions
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.digests import digest_of_file

DATA = Path(__file__).parents[1] / "data"
Columns = dict[str, list[Any]]
DAY = dt.datetime(2021, 3, 4)  # noqa: DTZ001 the table's datetimes have no zone


@pytest.fixture
def tables() -> Tables:
    return FileTables()


def _read(tables: Tables, directory: Path, content: bytes, name: str) -> Columns:
    source = directory / "upload"
    source.write_bytes(content)
    tables.read(source, tables.inspect(source, name), directory / "snapshot")
    return pl.read_parquet(directory / "snapshot").to_dict(as_series=False)


CSV_CASES: dict[str, tuple[bytes, Columns]] = {
    "commas": (b"a,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
    "no line end at the end": (b"a,b\n1,x\n2,y", {"a": [1, 2], "b": ["x", "y"]}),
    "windows line ends": (b"a,b\r\n1,x\r\n2,y\r\n", {"a": [1, 2], "b": ["x", "y"]}),
    "old mac line ends": (b"a,b\r1,x\r2,y\r", {"a": [1, 2], "b": ["x", "y"]}),
    "semicolons and decimal commas": (
        b"name;price\nA;1,5\nB;2,25\n",
        {"name": ["A", "B"], "price": [1.5, 2.25]},
    ),
    "tabs with commas in the text": (
        b"name\tcity\nSmith, J\tParis, TX\nDoe, A\tRome\n",
        {"name": ["Smith, J", "Doe, A"], "city": ["Paris, TX", "Rome"]},
    ),
    "pipes": (b"a|b|c\n1|2|x\n3|4|y\n", {"a": [1, 3], "b": [2, 4], "c": ["x", "y"]}),
    "a declared separator": (b"sep=;\na;b\n1;2\n", {"a": [1], "b": [2]}),
    "one column": (b"name\nfoo\nbar\n", {"name": ["foo", "bar"]}),
    "one column of sentences with commas": (
        b"comment\nHello, world\nFoo\nBar, baz, qux\n",
        {"comment": ["Hello, world", "Foo", "Bar, baz, qux"]},
    ),
    "one column with semicolons in its cells": (
        b"name\nfoo;bar\nbaz;qux\n",
        {"name": ["foo;bar", "baz;qux"]},
    ),
    "a header and no rows": (b"a,b,c\n", {"a": [], "b": [], "c": []}),
    "quoted delimiters": (b'a,b\n"x, y",1\n"z",2\n', {"a": ["x, y", "z"], "b": [1, 2]}),
    "quoted line breaks": (
        b'a,b\n"line one\nline two, too",1\n"z",2\n',
        {"a": ["line one\nline two, too", "z"], "b": [1, 2]},
    ),
    "quoted windows line breaks": (
        b'a,b\r\n"one\r\ntwo",1\r\n',
        {"a": ["one\r\ntwo"], "b": [1]},
    ),
    "doubled quotes": (b'a,b\n"say ""hi""",1\n', {"a": ['say "hi"'], "b": [1]}),
    "quotes by backslash": (
        b'a,b\n"say \\"hi\\", then",1\n"x",2\n',
        {"a": ['say "hi", then', "x"], "b": [1, 2]},
    ),
    "a backslash at the end of a quoted cell": (
        b'path,n\n"C:\\dir\\",1\n"D:\\",2\n',
        {"path": ["C:\\dir\\", "D:\\"], "n": [1, 2]},
    ),
    "inch marks beside quoted line breaks": (
        b'a,b,n\n5" pipe,"one\ntwo",1\nx,"say ""a""\nand ""b""",2\n',
        {"a": ['5" pipe', "x"], "b": ["one\ntwo", 'say "a"\nand "b"'], "n": [1, 2]},
    ),
    "quotes that were not doubled": (
        b'a,b\n"say "hi" to me",1\n"x",2\n',
        {"a": ['say "hi" to me', "x"], "b": [1, 2]},
    ),
    "a quote inside an unquoted cell": (
        b'size,n\n5" pipe,1\n6" pipe,2\n',
        {"size": ['5" pipe', '6" pipe'], "n": [1, 2]},
    ),
    "a quote that is never closed": (
        b'a,b\n1,"open\n2,x\n3,y\n',
        {"a": [1, 2, 3], "b": ['"open', "x", "y"]},
    ),
    "spaces before quotes": (
        b'a, b\n1, "x, y"\n2, "z"\n',
        {"a": [1, 2], "b": ["x, y", "z"]},
    ),
    "UTF-8 with a mark": (b"\xef\xbb\xbfa,b\n1,\xc3\xa9\n", {"a": [1], "b": ["é"]}),
    "a mark before a quoted name": (b'\xef\xbb\xbf"a","b"\n1,2\n', {"a": [1], "b": [2]}),
    "UTF-16 with a mark": ("a,b\n1,é\n2,x\n".encode("utf-16"), {"a": [1, 2], "b": ["é", "x"]}),
    "UTF-16 without a mark": (
        "a,b\n1,é\n2,x\n3,longer text\n".encode("utf-16-le"),
        {"a": [1, 2, 3], "b": ["é", "x", "longer text"]},
    ),
    "UTF-32": ("a,b\n1,é\n".encode("utf-32"), {"a": [1], "b": ["é"]}),
    "cp1252": (
        "name,n\nCafé “Zoë”,1\nMüller – Söhne,2\n".encode("cp1252"),
        {"name": ["Café “Zoë”", "Müller – Söhne"], "n": [1, 2]},
    ),
    "a single letter beyond ASCII": ("a,b\n1,ü\n".encode("cp1252"), {"a": [1], "b": ["ü"]}),
    "signs of currencies": (
        "a,price\nx,€5\ny,£6\n".encode("cp1252"),
        {"a": ["x", "y"], "price": ["€5", "£6"]},
    ),
    "Czech in cp1250": (
        "jméno,n\nŽofie Růžičková,1\nJiří Dvořák,2\nŘehoř Němec,3\n".encode("cp1250"),
        {"jméno": ["Žofie Růžičková", "Jiří Dvořák", "Řehoř Němec"], "n": [1, 2, 3]},
    ),
    "Cyrillic in cp1251": (
        "город,n\nМосква столица России,1\nСанкт-Петербург на Неве,2\nНижний Новгород,3\n".encode(
            "cp1251"
        ),
        {
            "город": ["Москва столица России", "Санкт-Петербург на Неве", "Нижний Новгород"],
            "n": [1, 2, 3],
        },
    ),
    "short Shift JIS, whose second bytes are plain letters": (
        "商品名,価格\nりんご,120\nノートパソコン,98000\n".encode("cp932"),
        {"商品名": ["りんご", "ノートパソコン"], "価格": [120, 98000]},
    ),
    "short Big5, whose second bytes are plain letters": (
        "姓名,城市\n張三,臺北\n李四,高雄\n".encode("big5"),
        {"姓名": ["張三", "李四"], "城市": ["臺北", "高雄"]},
    ),
    "Japanese in Shift JIS": (
        "名前,n\n東京都の人口,1\n大阪府のデータ,2\nこれはテストです,3\n".encode("shift_jis"),
        {"名前": ["東京都の人口", "大阪府のデータ", "これはテストです"], "n": [1, 2, 3]},
    ),
    "a title and a blank line before the header": (
        b"Sales report 2024\n\nregion,year,total\nNorth,2023,5\nSouth,2024,6\n",
        {"region": ["North", "South"], "year": [2023, 2024], "total": [5, 6]},
    ),
    "comment lines before the header": (
        b"# exported by x\n# at noon\na,b\n1,2\n",
        {"a": [1], "b": [2]},
    ),
    "a title right above the header": (
        b"Quarterly numbers\nname,units,price\nA,1,2.5\nB,2,3.5\n",
        {"name": ["A", "B"], "units": [1, 2], "price": [2.5, 3.5]},
    ),
    "short rows": (
        b"a,b,c\n1,2,3\n4,5\n6\n",
        {"a": [1, 4, 6], "b": [2, 5, None], "c": [3, None, None]},
    ),
    "long rows": (
        b"a,b\n1,2\n3,4,extra,more\n",
        {"a": [1, 3], "b": [2, 4], "column_3": [None, "extra"], "column_4": [None, "more"]},
    ),
    "a delimiter at the end of every line": (
        b"a,b,\n1,2,\n3,4,\n",
        {"a": [1, 3], "b": [2, 4]},
    ),
    "repeated and missing names": (
        b"a,a,,a_2\n1,2,3,4\n",
        {"a": [1], "a_3": [2], "column_3": [3], "a_2": [4]},
    ),
    "names with stray white space": (b" First  Name ,b\nx,1\n", {"First Name": ["x"], "b": [1]}),
    "control characters in names": (b"a\x00b,c\x01\nx,1\n", {"a b": ["x"], "c": [1]}),
    "empty lines everywhere": (b"\n\na,b\n\n1,2\n   \n3,4\n\n", {"a": [1, 3], "b": [2, 4]}),
    "a row of nothing is a row": (b"a,b\n1,2\n,\n3,4\n", {"a": [1, None, 3], "b": [2, None, 4]}),
    "no header, and a person in the first row": (
        b"Bob Smith,bob@example.com,+49 170 1234\nEve,eve@example.com,+1 555 0100\n",
        {
            "column_1": ["Bob Smith", "Eve"],
            "column_2": ["bob@example.com", "eve@example.com"],
            "column_3": ["+49 170 1234", "+1 555 0100"],
        },
    ),
    "no header": (
        b"Ann,31,2020-01-02\nBob,25,2020-02-03\n",
        {
            "column_1": ["Ann", "Bob"],
            "column_2": [31, 25],
            "column_3": [dt.datetime(2020, 1, 2), dt.datetime(2020, 2, 3)],  # noqa: DTZ001 no zone
        },
    ),
    "years as names": (
        b"country,2019,2020\nFR,1,2\nDE,3,4\n",
        {"country": ["FR", "DE"], "2019": [1, 3], "2020": [2, 4]},
    ),
    "a NUL among the text": (
        b"a,b\n" + b"1,x\n" * 60 + b"2,y\x00z\n",
        {
            "a": [1] * 60 + [2],
            "b": ["x"] * 60 + ["y\x00z"],
        },
    ),
    "a cell that opens like JSON": (b"[id],b\n1,2\n", {"[id]": [1], "b": [2]}),
}


@pytest.mark.parametrize("case", CSV_CASES)
def test_delimited_text_is_read_as_it_was_meant(tables: Tables, tmp_path: Path, case: str) -> None:
    content, expected = CSV_CASES[case]
    assert _read(tables, tmp_path, content, "file.csv") == expected


TYPE_CASES: dict[str, tuple[list[str], pl.DataType, list[Any]]] = {
    "integers": (["1", "-2", "0"], pl.Int64(), [1, -2, 0]),
    "integers with missing ones": (["1", "", "NA", "3"], pl.Int64(), [1, None, None, 3]),
    "integers in padding": ([" 1", "2 "], pl.Int64(), [1, 2]),
    "the largest integers": (
        ["9223372036854775807", "-9223372036854775808"],
        pl.Int64(),
        [2**63 - 1, -(2**63)],
    ),
    "integers beyond 64 bits": (
        ["9223372036854775808", "1"],
        pl.String(),
        ["9223372036854775808", "1"],
    ),
    "leading zeros": (["007", "12"], pl.String(), ["007", "12"]),
    "leading zeros far down": (["1"] * 5000 + ["01"], pl.String(), ["1"] * 5000 + ["01"]),
    "phone numbers": (["+15551234", "+15559876"], pl.String(), ["+15551234", "+15559876"]),
    "minus zero as an integer": (["-0", "1"], pl.Float64(), [-0.0, 1.0]),
    "numbers": (["1.5", "2", "-.5", "1e-3"], pl.Float64(), [1.5, 2.0, -0.5, 0.001]),
    "a late number": (["1"] * 5000 + ["0.5"], pl.Float64(), [1.0] * 5000 + [0.5]),
    "a late word": (["1"] * 5000 + ["x"], pl.String(), ["1"] * 5000 + ["x"]),
    "infinities": (["1.5", "inf", "-Inf"], pl.Float64(), [1.5, float("inf"), float("-inf")]),
    "numbers too large": (["1.5", "1e999"], pl.String(), ["1.5", "1e999"]),
    "numbers of too many digits": (
        ["0.1234567890123456789"],
        pl.String(),
        ["0.1234567890123456789"],
    ),
    "large integers among numbers": (
        ["9007199254740993", "0.5"],
        pl.String(),
        ["9007199254740993", "0.5"],
    ),
    "part numbers like 12E4": (["12E4", "13E5"], pl.String(), ["12E4", "13E5"]),
    "thousands": (["1 234", "5 678"], pl.String(), ["1 234", "5 678"]),
    "true and false": (["true", "false", ""], pl.Boolean(), [True, False, None]),
    "True and False": (["True", "NA", "False"], pl.Boolean(), [True, None, False]),
    "TRUE alone": (["TRUE", " TRUE"], pl.Boolean(), [True, True]),
    "true in two spellings": (["true", "FALSE"], pl.String(), ["true", "FALSE"]),
    "yes and no": (["Yes", "No", "NA"], pl.Boolean(), [True, False, None]),
    "y and n": (["y", "n"], pl.Boolean(), [True, False]),
    "ja and nein": (["ja", "nein"], pl.Boolean(), [True, False]),
    "ones and zeros are numbers": (["1", "0"], pl.Int64(), [1, 0]),
    "two kinds of truth": (["true", "no"], pl.String(), ["true", "no"]),
    "days": (["2021-03-04", ""], pl.Datetime("us"), [DAY, None]),
    "moments": (["2021-03-04 00:00:00"], pl.Datetime("us"), [DAY]),
    "moments with T and fractions": (
        ["2021-03-04T00:00:00.000001"],
        pl.Datetime("us"),
        [DAY.replace(microsecond=1)],
    ),
    "moments in UTC": (
        ["2021-03-04T00:00:00Z"],
        pl.Datetime("us", "UTC"),
        [DAY.replace(tzinfo=ZoneInfo("UTC"))],
    ),
    "moments of several offsets": (
        ["2021-03-04T00:00:00+02:00", "2021-03-04T00:00:00Z"],
        pl.Datetime("us", "UTC"),
        [
            dt.datetime(2021, 3, 3, 22, tzinfo=ZoneInfo("UTC")),
            dt.datetime(2021, 3, 4, tzinfo=ZoneInfo("UTC")),
        ],
    ),
    "an impossible day": (["2021-03-04", "2021-02-30"], pl.String(), ["2021-03-04", "2021-02-30"]),
    "days and moments mixed": (
        ["2021-03-04", "2021-03-04 10:00"],
        pl.Datetime("us"),
        [DAY, DAY.replace(hour=10)],
    ),
    "days that are not ISO": (["03/04/2021"], pl.String(), ["03/04/2021"]),
    "words with missing ones": (["x", "NA", "", "n/a", "NULL"], pl.String(), ["x"] + [None] * 4),
    "Namibia among countries": (["FR", "NA", "DE", ""], pl.String(), ["FR", "NA", "DE", None]),
    "None as a word": (["None", "Gravel"], pl.String(), ["None", "Gravel"]),
    "None among numbers": (["None", "3"], pl.Int64(), [None, 3]),
    "white space in words": ([" x", "y ", "  "], pl.String(), [" x", "y ", "  "]),
    "nothing at all": (["", "NA", ""], pl.String(), [None, None, None]),
    "a formula": (["=1+1", "@x"], pl.String(), ["=1+1", "@x"]),
}


@pytest.mark.parametrize("case", TYPE_CASES)
def test_a_column_gets_the_type_that_loses_nothing(
    tables: Tables, tmp_path: Path, case: str
) -> None:
    cells, dtype, expected = TYPE_CASES[case]
    lines = ["key,value", *(f"k,{cell}" for cell in cells)]
    source = tmp_path / "upload"
    source.write_text("\n".join(lines))
    tables.read(source, ParseOptions(kind=FileKind.CSV, delimiter=","), tmp_path / "snapshot")
    column = pl.read_parquet(tmp_path / "snapshot")["value"]
    assert column.dtype == dtype
    assert list(map(repr, column)) == list(map(repr, expected))


JSON_CASES: dict[str, tuple[str, Columns]] = {
    "records": ('[{"a": 1, "b": "x"}, {"a": 2}]', {"a": [1, 2], "b": ["x", None]}),
    "columns": ('{"a": [1, 2], "b": ["x", "y"]}', {"a": [1, 2], "b": ["x", "y"]}),
    "lines": ('{"a": 1}\n{"a": 2}\n\n', {"a": [1, 2]}),
    "one line": ('{"a": 1, "b": "x"}', {"a": [1], "b": ["x"]}),
    "wrapped records": ('{"data": [{"a": 1}, {"a": 2}]}', {"a": [1, 2]}),
    "an answer of a service": (
        '{"count": 2, "next": null, "results": [{"a": 1}, {"a": 2}]}',
        {"a": [1, 2]},
    ),
    "columns of labelled cells": ('{"a": {"0": 1, "1": 2}}', {"a": [1, 2]}),
    "rows as lists": ('[["a", "b"], [1, "x"], [2, "y"]]', {"a": [1, 2], "b": ["x", "y"]}),
    "plain values": ('["x", "y"]', {"value": ["x", "y"]}),
    "nested values": (
        '[{"a": {"b": [1, "é"]}}, {"a": null}]',
        {"a": ['{"b": [1, "é"]}', None]},
    ),
    "text of digits": ('[{"a": "00123"}, {"a": "4"}]', {"a": ["00123", "4"]}),
    "mixed kinds": ('[{"a": 1}, {"a": "x"}, {"a": true}]', {"a": ["1", "x", "true"]}),
    "large integers": ('[{"a": 12345678901234567890}]', {"a": ["12345678901234567890"]}),
    "numbers too large": ('[{"a": 1e400}, {"a": 0.5}]', {"a": ["1e400", "0.5"]}),
    "integers and numbers": ('[{"a": 1}, {"a": 0.5}]', {"a": [1.0, 0.5]}),
    "not a number": ('[{"a": NaN}, {"a": 0.5}]', {"a": [None, 0.5]}),
    "moments": ('[{"a": "2021-03-04T00:00:00"}]', {"a": [DAY]}),
    "words that look missing": ('[{"a": "NA"}, {"a": ""}]', {"a": ["NA", ""]}),
    "a repeated key": ('[{"a": 1, "a": 2}]', {"a": [1], "a_2": [2]}),
    "rows beside their names": (
        '{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]}',
        {"a": [1, 2], "b": ["x", "y"]},
    ),
    "labelled rows beside their names": (
        '{"columns": ["a", "a"], "index": ["p", "q"], "data": [[1, 2], [3, 4]]}',
        {"index": ["p", "q"], "a": [1, 3], "a_2": [2, 4]},
    ),
    "three lists of names that only look like that": (
        '{"columns": ["a"], "index": [0], "data": [1]}',
        {"columns": ["a"], "index": [0], "data": [1]},
    ),
    "lines with the line breaks of other standards in their text": (
        '{"a": "x\u2028y"}\r\n{"a": "x\x85y"}\r\n',
        {"a": ["x\u2028y", "x\x85y"]},
    ),
    "a mark": ('\ufeff[{"a": 1}]', {"a": [1]}),
}


@pytest.mark.parametrize("case", JSON_CASES)
def test_json_is_read_as_it_was_meant(tables: Tables, tmp_path: Path, case: str) -> None:
    text, expected = JSON_CASES[case]
    assert _read(tables, tmp_path, text.encode(), "file.json") == expected


def _workbook(rows: list[list[Any]], *, hidden_first: bool = False) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        if hidden_first:
            hidden = workbook.add_worksheet("Notes")
            hidden.write(0, 0, "not this")
            hidden.hide()
        sheet = workbook.add_worksheet("Data")
        sheet.activate()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(row, column, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
    return content.getvalue()


def test_a_workbook_keeps_its_own_types(tables: Tables, tmp_path: Path) -> None:
    content = _workbook(
        [
            ["zip", "n", "x", "day", "ok", "mixed", "NA"],
            ["00123", 1, 1.5, DAY, True, 1, "NA"],
            ["4", 2**40, 2, None, False, "x", "y"],
            [None, None, None, None, None, 2.5, None],
        ],
        hidden_first=True,
    )
    assert _read(tables, tmp_path, content, "book.xlsx") == {
        "zip": ["00123", "4", None],
        "n": [1, 2**40, None],
        "x": [1.5, 2.0, None],
        "day": [DAY, None, None],
        "ok": [True, False, None],
        "mixed": ["1", "x", "2.5"],
        "NA": [None, "y", None],
    }


def test_a_cover_sheet_is_not_taken_for_the_table(tables: Tables, tmp_path: Path) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.add_worksheet("Cover").write(3, 1, "Sales of 2024")
        table = workbook.add_worksheet("Data")
        table.write_row(0, 0, ["a", "b"])
        table.write_row(1, 0, [1, 2])
    assert _read(tables, tmp_path, content.getvalue(), "a.xlsx") == {"a": [1], "b": [2]}


def test_a_title_above_a_table_in_a_workbook_is_left_out(tables: Tables, tmp_path: Path) -> None:
    content = _workbook(
        [["Report 2024"], [], ["name", "year", "total"], ["A", 2023, 1], ["B", 2024, 2]]
    )
    assert _read(tables, tmp_path, content, "book.xlsx") == {
        "name": ["A", "B"],
        "year": [2023, 2024],
        "total": [1, 2],
    }


def _zip(**members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def _parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(content)
    return content.getvalue()


BY_CONTENT: dict[str, tuple[bytes, str]] = {
    "a workbook named csv": (_workbook([["a"], [1]]), "data.csv"),
    "text named xlsx": (b"a\n1\n", "a.xlsx"),
    "text named xls": (b"a\n1\n", "a.xls"),
    "text named json": (b"a\n1\n", "a.json"),
    "text named parquet": (b"a\n1\n", "a.parquet"),
    "JSON named xlsx": (b'[{"a": 1}]', "a.xlsx"),
    "Parquet named xlsx": (_parquet(), "a.XLSX"),
    "a compressed file": (gzip.compress(b"a\n1\n"), "a.csv"),
    "an archive": (_zip(**{"a.csv": "a\n1\n"}), "a.zip"),
}


@pytest.mark.parametrize("case", BY_CONTENT)
def test_the_kind_is_judged_by_content_not_by_name(
    tables: Tables, tmp_path: Path, case: str
) -> None:
    content, name = BY_CONTENT[case]
    assert _read(tables, tmp_path, content, name) == {"a": [1]}


def test_a_parquet_file_is_read_with_plain_types(tables: Tables, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"c": ["x", "y"], "d": [DAY.date(), None], "i": [1, None]},
        schema={"c": pl.Categorical, "d": pl.Date, "i": pl.Int32},
    )
    frame.write_parquet(tmp_path / "upload")
    assert _read(tables, tmp_path, (tmp_path / "upload").read_bytes(), "a.parquet") == {
        "c": ["x", "y"],
        "d": [DAY, None],
        "i": [1, None],
    }


_MAP = pa.map_(pa.string(), pa.int64())
_WIDE = pa.decimal256(50, 1)
UNCOMMON_TYPES: dict[str, tuple[pa.Array, list[Any]]] = {
    "a map": (pa.array([[("k", 1)], None], _MAP), [[{"key": "k", "value": 1}], None]),
    "a map in a list in a struct": (
        pa.array([{"a": [[("k", 1)]]}], pa.struct([("a", pa.list_(_MAP))])),
        [{"a": [[{"key": "k", "value": 1}]]}],
    ),
    "decimals of 256 bits": (pa.array([Decimal("1.5"), None], _WIDE), [1.5, None]),
    "decimals": (pa.array([Decimal("1.10"), None], pa.decimal128(9, 2)), [1.1, None]),
    "decimals that no float holds": (
        pa.array([Decimal("12345678901234567.89")], pa.decimal128(38, 2)),
        [Decimal("12345678901234567.89")],
    ),
    "decimals that are all missing": (pa.array([None], pa.decimal128(9, 2)), [None]),
    "not a number": (pa.array([float("nan"), 1.5, None], pa.float32()), [None, 1.5, None]),
    "integers beyond 63 bits": (pa.array([2**64 - 1, 0], pa.uint64()), [2**64 - 1, 0]),
    "decimals that need their 256 bits": (
        pa.array([Decimal(10**40), None], _WIDE),
        ["1" + "0" * 40 + ".0", None],
    ),
    "moments at an offset of whole hours": (
        pa.array([0], pa.timestamp("us", "+02:00")),
        [dt.datetime(1970, 1, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))],
    ),
    "moments at an offset that is no zone's": (
        pa.array([0], pa.timestamp("us", "+23:00")),
        [dt.datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))],
    ),
    "moments at an offset of half an hour": (
        pa.array([0], pa.timestamp("us", "+05:30")),
        [dt.datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))],
    ),
    "moments in a zone that nobody knows": (
        pa.array([[0]], pa.list_(pa.timestamp("us", "Mars/Phobos"))),
        [[dt.datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))]],
    ),
}


@pytest.mark.parametrize("case", UNCOMMON_TYPES)
def test_uncommon_types_of_parquet_keep_their_values(
    tables: Tables, tmp_path: Path, case: str
) -> None:
    column, values = UNCOMMON_TYPES[case]
    content = io.BytesIO()
    pq.write_table(pa.table({"a": column}), content)
    assert _read(tables, tmp_path, content.getvalue(), "a.parquet") == {"a": values}
    tables.profile(tmp_path / "snapshot")
    for target in ExportFormat:
        tables.export(tmp_path / "snapshot", target, tmp_path / target)


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (pa.int8(), pl.Int64),
        (pa.uint64(), pl.Int64),
        (pa.decimal128(9, 2), pl.Float64),
        (pa.float32(), pl.Float32),
    ],
)
def test_a_narrow_number_of_parquet_has_room_for_any_other(
    tables: Tables, tmp_path: Path, kind: pa.DataType, plain: type[pl.DataType]
) -> None:
    content = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array([1, None], kind)}), content)
    assert _read(tables, tmp_path, content.getvalue(), "a.parquet") == {"a": [1, None]}
    assert pl.read_parquet_schema(tmp_path / "snapshot") == {"a": plain}


_UNUSABLE: dict[str, pa.Array] = {
    "after the year 9999": pa.array([2**62], pa.timestamp("us")),
    "before the year 1, in a list": pa.array([[-(2**40)]], pa.list_(pa.timestamp("s"))),
    "a day after the year 9999": pa.array([2**30], pa.date32()),
    "a duration of ages": pa.array([2**62], pa.duration("s")),
    "fields of one name": pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], ["x", "x"]),
}


@pytest.mark.parametrize("case", _UNUSABLE)
def test_values_that_nothing_can_show_are_refused_by_their_column(
    tables: Tables, tmp_path: Path, case: str
) -> None:
    source = tmp_path / "upload"
    pq.write_table(pa.table({"good": [1], "odd": _UNUSABLE[case]}), source)
    with pytest.raises(UnreadableTable, match="column 'odd'") as refused:
        tables.read(source, tables.inspect(source, "a.parquet"), tmp_path / "snapshot")
    assert refused.value.reason == "unsupported_values"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_table_that_is_too_wide_is_refused_before_its_types_are_looked_for(
    tmp_path: Path, name: str
) -> None:
    source, snapshot = tmp_path / "upload", tmp_path / "snapshot"
    table = pl.DataFrame({"a": [1], "b": [2], "c": [3]})
    match name:
        case "a.csv":
            table.write_csv(source)
        case "a.jsonl":
            table.write_ndjson(source)
        case _:
            table.write_parquet(source)
    narrow, wide = FileTables(most_columns=2), FileTables(most_columns=3)
    options = narrow.inspect(source, name)
    with pytest.raises(UnreadableTable, match="3 columns, and at most 2 are kept") as refused:
        narrow.read(source, options, snapshot)
    assert refused.value.reason == "too_many_columns"
    assert not snapshot.exists()
    assert len(wide.read(source, options, snapshot).columns) == 3


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "no bytes": (b"", "a.csv", "empty"),
    "only white space": (b" \n\t\n ", "a.csv", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "a.csv", "empty"),
    "an empty JSON list": (b"[]", "a.json", "empty"),
    "an empty workbook": (_workbook([]), "a.xlsx", "empty"),
    "a picture": (PNG, "a.png", "not_a_table"),
    "a picture named csv": (PNG, "a.csv", "not_a_table"),
    "a picture named xlsx": (PNG, "a.xlsx", "wrong_extension"),
    "a document": (b"%PDF-1.7\n1 0 obj\n", "a.csv", "not_a_table"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(100), "a.csv", "not_a_table"),
    "bytes of no kind": (bytes(range(256)) * 20, "a.csv", "not_a_table"),
    "a web page": (b"<!DOCTYPE html><html><body>x</body></html>", "a.csv", "not_a_table"),
    "an XML file": (b'<?xml version="1.0"?><a/>', "a.csv", "not_a_table"),
    "a Word file named xlsx": (_zip(**{"word/document.xml": ""}), "a.xlsx", "wrong_extension"),
    "text named png": (b"a,b\n1,2\n", "a.png", "wrong_extension"),
    "JSON that breaks off": (b'[{"a": 1},\n {"a": ', "a.json", "malformed"),
    "a bad JSON line": (b'{"a": 1}\n{"a": }\n', "a.jsonl", "malformed"),
    "columns of different lengths": (b'{"a": [1, 2], "b": [1]}', "a.json", "not_a_table"),
    "an empty JSON object": (b"{}", "a.json", "not_a_table"),
    "JSON nested beyond reason": (b"[" * 100_000, "a.json", "not_a_table"),
    "a workbook cut off": (_workbook([["a"], [1]])[:2000], "a.xlsx", "malformed"),
    "Parquet cut off": (_parquet()[:-20], "a.parquet", "malformed"),
    "Parquet with a bad footer": (b"PAR1" + bytes(50) + b"PAR1", "a.parquet", "malformed"),
    "a workbook of old with nothing in it": (
        OLE + "Workbook".encode("utf-16-le") + bytes(600),
        "a.xls",
        "malformed",
    ),
    "a workbook with a password": (
        OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "a.xlsx",
        "encrypted",
    ),
    "JSON of a lone null": (b"null\n", "a.json", "not_a_table"),
    "JSON of a lone text": (b'"x, y"', "a.json", "not_a_table"),
    "a workbook without its sheets": (_zip(**{"xl/workbook.xml": "<x"}), "a.xlsx", "malformed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused_with_its_reason(
    tables: Tables, tmp_path: Path, case: str
) -> None:
    content, name, reason = REFUSED[case]
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(UnreadableTable) as caught:
        tables.inspect(tmp_path / "upload", name)
    assert caught.value.reason == reason
    assert len(str(caught.value)) > 20
    assert str(tmp_path) not in str(caught.value)


def test_malformed_json_is_located_without_a_cell(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "upload").write_text('[{"name": "Secret Person"},\n {"name": oops}]')
    with pytest.raises(UnreadableTable, match="line 2, column 11") as caught:
        tables.inspect(tmp_path / "upload", "a.json")
    assert "Secret" not in str(caught.value)
    assert "oops" not in str(caught.value)


def test_a_read_that_fails_leaves_no_snapshot(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes("a,b\n1,é\n".encode("latin-1"))
    options = ParseOptions(kind=FileKind.CSV, encoding="utf-8", delimiter=",")
    with pytest.raises(UnreadableTable, match="encoding utf-8"):
        tables.read(tmp_path / "upload", options, tmp_path / "snapshot")
    assert not (tmp_path / "snapshot").exists()


def test_given_options_win_over_what_was_found(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "upload").write_text("a title\na,b;c\n1,2;3\n")
    options = ParseOptions(kind=FileKind.CSV, encoding="utf-8", delimiter=";", preamble_lines=1)
    tables.read(tmp_path / "upload", options, tmp_path / "snapshot")
    frame = pl.read_parquet(tmp_path / "snapshot")
    assert frame.to_dict(as_series=False) == {"a,b": [1.2], "c": [3]}


@pytest.fixture
def sample(tables: Tables, tmp_path: Path) -> Path:
    snapshot = tmp_path / "sample.parquet"
    source = DATA / "orders.csv"
    tables.read(source, tables.inspect(source, source.name), snapshot)
    return snapshot


def test_a_profile_counts_what_is_there(tables: Tables, sample: Path) -> None:
    profile = tables.profile(sample)
    assert (profile["rows"], profile["duplicate_rows"]) == (6, 1)
    assert [(c["name"], c["type"], c["nulls"], c["distinct"]) for c in profile["columns"]] == [
        ("order id", "text", 0, 5),
        ("customer", "text", 1, 4),
        ("amount", "number", 1, 4),
        ("items", "integer", 1, 3),
        ("paid", "boolean", 1, 2),
        ("day", "datetime", 0, 3),
    ]


def test_a_profile_says_what_each_column_holds(tables: Tables, sample: Path) -> None:
    profile = json.loads(json.dumps(tables.profile(sample), allow_nan=False))
    assert (profile["rows"], profile["column_count"], profile["duplicate_rows"]) == (6, 6, 1)
    columns = {column["name"]: column for column in profile["columns"]}
    assert columns["items"]["numeric"] | {"quantiles": None} == {
        "min": 1,
        "max": 3,
        "mean": 2.0,
        "std": pytest.approx(0.7071067811865476),
        "median": 2.0,
        "quantiles": None,
        "zeros": 0,
        "negative": 0,
        "nan": 0,
        "infinite": 0,
    }
    text = columns["customer"]["text"]
    assert (text["min_length"], text["max_length"]) == (3, 8)
    assert (text["blank"], text["padded"]) == (0, 1)
    assert text["top_values"] == [
        {"value": "Ann", "count": 2},
        {"value": " ann", "count": 1},
        {"value": "Bob, Jr.", "count": 1},
        {"value": "Zoë", "count": 1},
    ]
    assert columns["day"]["datetime"] == {
        "min": "2024-01-05T00:00:00",
        "max": "2024-02-01T00:00:00",
    }
    assert columns["paid"]["boolean"] == {"true": 3, "false": 2}


@pytest.mark.parametrize("target", ExportFormat)
def test_an_export_reads_back_as_the_same_table(
    tables: Tables, sample: Path, tmp_path: Path, target: ExportFormat
) -> None:
    exported = tmp_path / f"export.{target}"
    tables.export(sample, target, exported)
    tables.read(exported, tables.inspect(exported, exported.name), tmp_path / "again")
    assert digest_of_file(tmp_path / "again") == digest_of_file(sample)


def test_a_csv_export_keeps_to_the_rfc(tables: Tables, sample: Path, tmp_path: Path) -> None:
    tables.export(sample, ExportFormat.CSV, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_bytes().split(b"\r\n")
    assert lines[0] == b"order id,customer,amount,items,paid,day"
    assert lines[2] == b'0002,"Bob, Jr.",,3,false,2024-01-06'


def test_a_lone_missing_cell_survives_a_csv_export(tables: Tables, tmp_path: Path) -> None:
    pl.DataFrame({"a": ["x", None, "y"]}).write_parquet(tmp_path / "snapshot")
    tables.export(tmp_path / "snapshot", ExportFormat.CSV, tmp_path / "out.csv")
    assert _read(tables, tmp_path, (tmp_path / "out.csv").read_bytes(), "out.csv") == {
        "a": ["x", None, "y"]
    }


def test_text_in_a_workbook_is_never_a_formula_or_a_link(tables: Tables, tmp_path: Path) -> None:
    texts = ["=1+1", "@SUM(A1)", "http://example.org", "0012", "-5", "", "a\nb", "_x0041_"]
    pl.DataFrame({"a": texts}).write_parquet(tmp_path / "snap")
    tables.export(tmp_path / "snap", ExportFormat.XLSX, tmp_path / "out.xlsx")
    content = (tmp_path / "out.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    read = _read(tables, tmp_path, content, "out.xlsx")
    assert read == {"a": [text for text in texts if text]}


def test_what_excel_cannot_hold_is_written_as_text(tables: Tables, tmp_path: Path) -> None:
    pl.DataFrame(
        {
            "zone": [DAY.replace(tzinfo=dt.UTC)],
            "old": [DAY.replace(year=1800)],
            "id": [2**60],
            "x": [float("inf")],
        }
    ).write_parquet(tmp_path / "snap")
    tables.export(tmp_path / "snap", ExportFormat.XLSX, tmp_path / "out.xlsx")
    assert _read(tables, tmp_path, (tmp_path / "out.xlsx").read_bytes(), "out.xlsx") == {
        "zone": ["2021-03-04T00:00:00+00:00"],
        "old": ["1800-03-04T00:00:00"],
        "id": [str(2**60)],
        "x": ["Infinity"],
    }


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": pl.Series([0], dtype=pl.Int64).new_from_index(0, 1_048_576)}),
        pl.DataFrame({f"c{number}": [1] for number in range(16_385)}),
        pl.DataFrame({"a": ["x" * 32_768]}),
    ],
    ids=["rows", "columns", "characters"],
)
def test_what_does_not_fit_a_workbook_is_refused_and_leaves_no_file(
    tables: Tables, tmp_path: Path, frame: pl.DataFrame
) -> None:
    frame.write_parquet(tmp_path / "snap")
    with pytest.raises(TooLargeForFormat):
        tables.export(tmp_path / "snap", ExportFormat.XLSX, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
