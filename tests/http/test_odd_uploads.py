"""The oddest files are tables whose every page can be asked for, or problems that say why not."""

import gzip
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from interfaces.http.problem_kinds import TYPE_PREFIX
from tests.http.api import CSV, Api
from tests.tabular.formats.test_arrow_files import ipc_file, parquet
from tests.tabular.formats.test_compression import zipped, zstd

TABLES: dict[str, tuple[bytes, str]] = {
    "half of a character": (rb'[{"a\ud800": "\udc00", "b": {"\ud800": 1}}]', "a.json"),
    "NUL in cells and names": (b'[{"a\\u0000": "x\\u0000y"}]', "a.json"),
    "numbers beyond any type": (b'[{"a": 1e400, "b": 123456789012345678901234567890}]', "a.json"),
    "infinities": (b'[{"a": Infinity, "b": NaN}, {"a": -Infinity, "b": 1}]', "a.json"),
    "an envelope in an envelope": (b'{"a\\ud800": {"n": 1, "rows": [{"b": [1]}]}}', "a.json"),
    "names that steer a terminal": (b'[{"\\u001b]0;x\\u0007": 1, "\\u202e": 2}]', "a.json"),
    "one cell": (b"x", "a.csv"),
    "a name only": (b"a,b\n", "a.csv"),
    "formulas": (b"=1+1,@x\n=cmd|' /C calc'!A0,-1\n", "a.csv"),
    "names that come again": (b"a,a,A,,\n1,2,3,4,5\n", "a.csv"),
    "bytes of no encoding": (b"a,b\n" + bytes(range(128, 256)) + b",1\n", "a.csv"),
    "types of Arrow": (
        ipc_file(
            pa.table(
                {
                    "": pa.array([b"\xff"]),
                    "a": pa.array([[{"b": Decimal("1.10")}]]),
                    "c": pa.array([2**63 - 1], pa.timestamp("ns")),
                    "d": pa.array([10**15], pa.duration("us")),
                    "e": pa.nulls(1),
                    "f": pa.array([float("inf")]),
                }
            )
        ),
        "a.arrow",
    ),
    "no rows": (parquet(pa.table({"a": pa.array([], pa.int64())})), "a.parquet"),
    "a path in an archive": (zipped({"../../a\x1b.csv": CSV, "b\n.csv": CSV}), "a.zip"),
}
PROBLEMS: dict[str, tuple[bytes, str]] = {
    "nothing in a list": (b"[]", "a.json"),
    "objects of nothing": (b"[{}, {}]", "a.json"),
    "lists in lists in lists": (b"[" * 50_000, "a.json"),
    "values that are too deep": (b'[{"a": ' + b"[" * 900 + b"]" * 900 + b"}]", "a.json"),
    "a line that is broken": (b'{"a": 1}\n{"a": \n', "a.jsonl"),
    "a comment": (b"// x\n[1]", "a.json"),
    "white space": (b" \n\t\n", "a.csv"),
    "a mark and no more": (b"\xef\xbb\xbf", "a.csv"),
    "half of a gzip": (gzip.compress(CSV)[:20], "a.csv.gz"),
    "half of a zstd": (zstd(CSV * 99)[:20], "a.csv.zst"),
    "an archive in an archive": (zipped({"a.zip": zipped({"a.csv": CSV})}), "a.zip"),
    "an archive of nothing": (zipped({}), "a.zip"),
    "half of a Parquet file": (parquet(pa.table({"a": [1]}))[:-9], "a.parquet"),
    "no columns": (parquet(pa.table({})), "a.parquet"),
    "intervals": (
        ipc_file(pa.table({"a": pa.array([(1, 2, 3)], pa.month_day_nano_interval())})),
        "a.arrow",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_an_odd_table_can_be_asked_for_in_every_way(api: Api, case: str) -> None:
    content, name = TABLES[case]
    session_id = api.session_with_table(content, name=name)
    for path in ("", "/parse", "/profile", "/rows"):
        answer = api.get(session_id, f"/nodes/current{path}")
        assert answer.status_code == 200, (path, answer.text)
        json.dumps(answer.json(), allow_nan=False)
    for kind in ("csv", "json", "xlsx", "parquet"):
        answer = api.get(session_id, "/nodes/current/export", params={"format": kind})
        assert answer.status_code == 200, (kind, answer.text)


@pytest.mark.parametrize("case", PROBLEMS)
def test_an_odd_file_that_is_no_table_is_a_problem_that_says_what_to_do(
    api: Api, case: str
) -> None:
    content, name = PROBLEMS[case]
    session_id = api.open_session()
    answer = api.upload(session_id, content, name=name)
    assert answer.status_code in {415, 422}, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["type"].startswith(TYPE_PREFIX)
    assert len(problem["detail"]) > 20
    assert api.version(session_id) == 1
    assert api.files() == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "idna", "punycode"])
@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_an_encoding_that_the_file_is_not_in_is_a_problem(
    api: Api, name: str, encoding: str
) -> None:
    content = '[{"a": "é"}]' if name == "a.json" else "a,b\né,ü\n"
    data = {"parse": json.dumps({"encoding": encoding})}
    answer = api.upload(api.open_session(), content.encode(), name=name, data=data)
    assert answer.status_code == 422, answer.text
    assert encoding in answer.json()["detail"]
