"""The code of typed actions does in the jail what it does outside."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from domain.actions import (
    Action,
    Bin,
    Comparison,
    DateDifference,
    DateParts,
    Fill,
    FlagRows,
    HandleOutliers,
    LabelEncode,
    MakeConsistent,
    Not,
    OneHot,
    ParseNumbers,
    RoundNumbers,
    SampleRows,
    Scale,
    SetInRows,
    SetWhere,
)
from infrastructure.nsjail.frames import read_table, to_arrow

TABLE = pd.DataFrame(
    {
        "size": pd.Series([1.5, None, 2.5, 3.0, 99.0, 2.0] * 5),
        "age": pd.Series([31, 17, None, 45, 29, 61] * 5, dtype="Int64"),
        "price": ["$1,200.50", None, "12 kg", "1.2M", "-5 €", "n/a"] * 5,
        "city": pd.Series(["Oslo", "Bergen", None, "Oslo", "Bergen", "Oslo"] * 5, dtype="str"),
        "from": pd.Series(pd.date_range("2024-03-30", periods=30, unit="us")),
    }
)
TABLE["until"] = TABLE["from"] + pd.Timedelta(days=40)
YOUNG = Comparison(column="age", operator="less", values=(30,))
WORK: dict[str, tuple[Action, ...]] = {
    "missing values": (
        Fill(columns=("size",), strategy="knn", neighbours=2),
        Fill(columns=("age",), strategy="median", by=("city",)),
        Fill(columns=("city",), strategy="forward"),
    ),
    "values": (
        SetWhere(columns=("city",), value="Moss", where=YOUNG),
        SetWhere(columns=("from", "age"), where=YOUNG),
        SetWhere(columns=("age",), other="size", where=Not(condition=YOUNG)),
        FlagRows(new="young", where=YOUNG),
        SetInRows(columns=("age", "city"), start=-1, end=None),
        SampleRows(percent=50.0),
        MakeConsistent(columns=("age",), by=("city",), fill=True),
    ),
    "numbers": (
        ParseNumbers(columns=("price",), units="column"),
        HandleOutliers(columns=("size",), treatment="cap"),
        HandleOutliers(columns=("size", "age"), method="isolation_forest", treatment="flag"),
        Scale(columns=("size",), method="robust"),
        RoundNumbers(columns=("size",), digits=2),
        Bin(column="age", new="group", bins=3, method="quantile"),
    ),
    "dates and categories": (
        DateParts(column="from", parts=("week", "weekday_name")),
        DateDifference(start="from", end="until", unit="months", new="months"),
        LabelEncode(columns=("from_weekday_name",)),
        OneHot(columns=("city",)),
    ),
}


@pytest.mark.parametrize("work", WORK)
def test_the_jail_has_all_that_typed_actions_need(work: str, jail: Sandbox, tmp_path: Path) -> None:
    table, result = tmp_path / "table.parquet", tmp_path / "result.parquet"
    pq.write_table(to_arrow(TABLE, 100), table)
    scope: dict[str, Any] = {"df": read_table(str(table))}
    code = "\n".join(action.code() for action in WORK[work])
    execution = jail.execute(SnippetJob(snippet=code, table=table, result=result, seed=7))
    assert (execution.outcome, execution.detail) == (Outcome.OK, None)
    exec(code, scope)  # noqa: S102 - the code under test is our own
    outside = to_arrow(scope["df"], 100)
    assert pq.read_table(result).replace_schema_metadata(None).equals(outside)
