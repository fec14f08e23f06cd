"""Which row of the table that it was given each row is that a snippet leaves."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from infrastructure.nsjail.frames import to_arrow
from tests.sandbox.inside import OPEN_FILES

FRAME = pd.DataFrame({"n": [30, 10, 20, 20, 50], "word": ["c", "a", "b", "b", "e"]})
CARRIED: dict[str, tuple[str, list[int | None]]] = {
    "other cells": ("df['n'] = df['n'] * 2", [0, 1, 2, 3, 4]),
    "a filter": ("df = df[df['n'] > 15]", [0, 2, 3, 4]),
    "nothing left": ("df = df[df['n'] > 99]", []),
    "another order": ("df = df.sort_values('n', kind='stable')", [1, 2, 3, 0, 4]),
    "no repeated rows": ("df = df.drop_duplicates()", [0, 1, 2, 4]),
    "the last ones": ("df = df.tail(2)", [3, 4]),
    "one of each group": ("df = df.groupby('word').head(1)", [0, 1, 2, 4]),
    "a column from a join by label": ("df = df.join(df[['n']].add_suffix('_2'))", [0, 1, 2, 3, 4]),
    "a new frame of the same rows": ("df = pd.DataFrame({'m': df['n']})", [0, 1, 2, 3, 4]),
    "rows that became several": (
        "df['word'] = [['x', 'y'], ['z'], [], [], []]\ndf = df.explode('word').dropna()",
        [0, None, 1],
    ),
}
NOT_TOLD = {
    "rows counted anew": "df = df[df['n'] > 15].reset_index(drop=True)",
    "counted anew, then a filter": "df = df.sort_values('n', ignore_index=True)\ndf = df[df.n > 9]",
    "labels of one's own": "df.index = df.index + 1",
    "labels in another type": "df.index = df.index.astype(float)",
    "groups": "df = df.groupby('word', as_index=False).sum()",
    "another column as labels": "df = df.set_index('word')",
    "a join": "df = df.merge(df, on='word')",
    "rows put together": "df = pd.concat([df, df])",
    "a table of one's own": "df = pd.DataFrame({'x': [1, 2]})",
}
# Labels that look as if they were carried, of a class that the snippet got hold of.
FORGED: dict[str, tuple[str, list[int | None] | None]] = {
    "beyond the table": ("labels[0] = 99", None),
    "below it": ("labels[0] = -1", None),
    "one twice": ("labels[0] = 1", [1, None, 2, 3, 4]),
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.parquet"
    pq.write_table(to_arrow(FRAME, 10), path)
    return path


def rows_after(snippet: str, table: Path, sandbox: Sandbox) -> list[int | None] | None:
    result, rows = table.with_name("result.parquet"), table.with_name("rows.parquet")
    execution = sandbox.execute(
        SnippetJob(snippet=snippet, table=table, result=result, seed=0, rows=rows)
    )
    assert execution.outcome is Outcome.OK, execution.detail
    origins, left = execution.origins, pq.read_metadata(result).num_rows
    assert rows.exists() is (origins is not None and origins.numbers is not None)
    if origins is None:
        return None
    if origins.numbers is None:
        return list(range(left))
    assert origins.numbers == rows
    found = pq.read_table(rows)
    assert found.schema == pa.schema({"row": pa.int64()})
    numbers: list[int | None] = found.column("row").to_pylist()
    assert len(numbers) == left
    return numbers


def test_rows_in_their_places_take_no_file(table: Path, jail: Sandbox) -> None:
    assert rows_after("df['n'] = df['n'] * 2", table, jail) == [0, 1, 2, 3, 4]
    assert not table.with_name("rows.parquet").exists()


@pytest.mark.parametrize("name", CARRIED)
def test_rows_are_known_again(name: str, table: Path, jail: Sandbox) -> None:
    snippet, numbers = CARRIED[name]
    assert rows_after(snippet, table, jail) == numbers


@pytest.mark.parametrize("name", NOT_TOLD)
def test_nothing_is_told_of_rows_that_are_new(name: str, table: Path, jail: Sandbox) -> None:
    assert rows_after(NOT_TOLD[name], table, jail) is None


@pytest.mark.parametrize("name", FORGED)
def test_numbers_that_cannot_be_are_not_told(name: str, table: Path, open_jail: Sandbox) -> None:
    forgery, told = FORGED[name]
    snippet = f"labels = df.index._data\nlabels.flags.writeable = True\n{forgery}"
    assert rows_after(snippet, table, open_jail) == told


def test_a_snippet_cannot_write_numbers_of_its_own_making(table: Path, open_jail: Sandbox) -> None:
    snippet = f"{OPEN_FILES}os.write(ROWS, b'PAR1' + bytes(100))\ndf = df.reset_index(drop=True)\n"
    assert rows_after(snippet, table, open_jail) is None


def test_labels_are_what_a_snippet_expects(table: Path, jail: Sandbox) -> None:
    snippet = (
        "assert list(df.index) == [0, 1, 2, 3, 4]\n"
        "assert df.loc[2, 'n'] == 20 and df.index.name is None\n"
        "df.loc[len(df)] = [60, 'f']\n"
        "df = df.reset_index()\n"
        "assert list(df.columns) == ['index', 'n', 'word']\n"
    )
    assert rows_after(snippet, table, jail) is None
