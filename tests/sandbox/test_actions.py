"""The code of typed actions where it really runs: past the policy, in a jail."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from domain.actions import (
    Action,
    ExtractText,
    MapValues,
    MaskPersonal,
    MergeColumns,
    MergeSimilar,
    NormaliseNames,
    RemoveAccents,
    ReplaceText,
    SplitColumn,
    ValuePair,
)
from infrastructure.nsjail.frames import read_table, to_arrow

MESSY = pd.DataFrame(
    {
        "Full Name": ["Élodie Lee", "Ann Bo Chu", None],
        "mail": ["e.lee@example.com", "call +47 22 33 44 55", None],
        "sex": ["F", "M", "?"],
        "n°": pd.array([1, None, 3], dtype="Int64"),
    }
)


def left_of(
    action: Action, jail: Sandbox, tmp_path: Path, df: pd.DataFrame = MESSY
) -> tuple[dict[str, Any], Any]:
    """The table as it is after the action, and what it answered."""
    table, result, answer = (tmp_path / name for name in ("table", "result", "answer"))
    pq.write_table(to_arrow(df, 10), table)
    execution = jail.execute(
        SnippetJob(snippet=action.code(), table=table, result=result, seed=1, answer=answer)
    )
    assert execution.outcome is Outcome.OK, execution
    told = pq.read_table(answer).to_pylist() if answer.exists() else None
    frame = read_table(str(result))
    return json.loads(frame.to_json(orient="columns")), told


@pytest.mark.parametrize(
    ("action", "column", "cells"),
    [
        (
            ReplaceText(columns=("Full Name",), old=r"(\w+)$", new=r"<\1>", regex=True),
            "Full Name",
            ["Élodie <Lee>", "Ann Bo <Chu>", None],
        ),
        (RemoveAccents(columns=("Full Name",)), "Full Name", ["Elodie Lee", "Ann Bo Chu", None]),
        (
            SplitColumn(column="Full Name", separator=" ", new=("first", "rest")),
            "rest",
            ["Lee", "Bo Chu", None],
        ),
        (
            MergeColumns(columns=("Full Name", "n°"), separator="/", new="key"),
            "key",
            ["Élodie Lee/1", "Ann Bo Chu", "3"],
        ),
        (ExtractText(column="mail", what="number"), "mail_number", [None, 47.0, None]),
        (ExtractText(column="mail", what="domain"), "mail_domain", ["example.com", None, None]),
        (
            MaskPersonal(columns=("mail",), method="partial"),
            "mail",
            ["e***@example.com", "call +** ** ** ** 55", None],
        ),
        (NormaliseNames(), "full_name", ["Élodie Lee", "Ann Bo Chu", None]),
        (
            MapValues(
                columns=("sex",),
                pairs=(ValuePair(old="F", new=1), ValuePair(old="M", new=0)),
                otherwise="missing",
            ),
            "sex",
            [1, 0, None],
        ),
    ],
)
def test_an_action_does_in_a_jail_what_it_says(
    action: Action, column: str, cells: list[Any], jail: Sandbox, tmp_path: Path
) -> None:
    left, _ = left_of(action, jail, tmp_path)
    assert list(left[column].values()) == cells


@pytest.mark.parametrize("method", ["fingerprint", "ngram", "levenshtein"])
def test_merged_values_change_the_table_and_answer_with_the_decisions(
    method: Any, jail: Sandbox, tmp_path: Path
) -> None:
    similar = MergeSimilar(columns=("city",), method=method)
    cities = pd.DataFrame({"city": ["Orléans", "ORLEANS", "Orléans", None]})
    left, decisions = left_of(similar, jail, tmp_path, cities)
    assert list(left["city"].values()) == ["Orléans", "Orléans", "Orléans", None]
    assert decisions == [{"column": "city", "from": "ORLEANS", "to": "Orléans", "rows": 1}]
