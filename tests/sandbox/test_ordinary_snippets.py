"""Real pandas code just works, and its types survive the jail."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from application.ports.sandbox import Outcome
from infrastructure.nsjail import NsjailSandbox, SnippetRaised, execute_safe_transformation
from tests.sandbox.conftest import Run

ORDINARY = {
    "group and sum": "df = df.groupby('city', as_index=False)['visits'].sum()",
    "group and transform": "df['mean'] = df.groupby('city')['visits'].transform('mean')",
    "merge": "df = df.merge(df.groupby('city').size().rename('n').reset_index(), on='city')",
    "pivot": "df = df.pivot_table(index='city', columns='id', values='visits').reset_index()",
    "melt": "df = df.melt(id_vars='id', value_vars=['city'])",
    "text": "df['short'] = df['city'].str.strip().str.upper().str[:2]",
    "a regular expression": "df['city'] = df['city'].str.replace(r'[aeiou]', '', regex=True)",
    "dates": "df['m'] = pd.to_datetime('2024-01-' + df['id'].str[1:]).dt.month",
    "time zones": (
        "df['at'] = pd.to_datetime(['2024-07-01'] * 3).tz_localize('Europe/Oslo').tz_convert('UTC')"
    ),
    "resample": (
        "df.index = pd.date_range('2024', periods=3, freq='D', name='day')\n"
        "df = df[['visits']].astype(float).resample('2D').sum()"
    ),
    "rolling": "df['r'] = df['visits'].astype(float).rolling(2).mean()",
    "categories": "df['city'] = df['city'].astype('category')",
    "bins": "df['bin'] = pd.cut(df['visits'], [0, 2, 4])",
    "a lambda": "df['x'] = df.apply(lambda row: row['city'] + row['id'], axis=1)",
    "two functions": (
        "def f(x):\n    return None if pd.isna(x) else g(x)\n"
        "def g(x):\n    return x * 2\n"
        "df['v'] = df['visits'].map(f)"
    ),
    "a filter": "df = df[df['visits'].notna() & (df['city'] == 'Oslo')]",
    "a query": "df = df.query('visits > 1')",
    "where": "df['big'] = np.where(df['visits'].fillna(0) > 1, 'yes', 'no')",
    "dummies": "df = pd.get_dummies(df, columns=['city'])",
    "duplicates": "df = df.drop_duplicates('city').sort_values('id', ascending=False)",
    "lists": "df['parts'] = df['city'].str.split('e')",
    "imputing neighbours": (
        "from sklearn.impute import KNNImputer\n"
        "df[['visits']] = KNNImputer(n_neighbors=1).fit_transform(df[['visits']].astype(float))"
    ),
    "clusters": (
        "from sklearn.cluster import KMeans\n"
        "numbers = df[['visits']].fillna(0).astype(float)\n"
        "df['k'] = KMeans(2, n_init=1, random_state=0).fit_predict(numbers)"
    ),
    "print": "print(df)",
    "no row": "df = df.head(0)",
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_code_gives_in_the_jail_what_it_gives_outside(
    name: str, table: Path, tmp_path: Path
) -> None:
    """The policy is on: it must not stand in the way of such code either."""
    from_jail = tmp_path / "out.parquet"
    execution = NsjailSandbox().execute(ORDINARY[name], table=table, result=from_jail, seed=0)
    assert execution.outcome is Outcome.OK, execution
    given = pd.read_parquet(table).astype({"visits": "Int64"})
    names: dict[str, Any] = {"df": given, "pd": pd, "np": np}
    exec(ORDINARY[name], names)  # noqa: S102 - a snippet of our own
    outside: pd.DataFrame = names["df"]
    inside = pd.read_parquet(from_jail)
    expected = outside.reset_index(drop=outside.index.name is None)
    assert list(inside.columns) == [str(column) for column in expected.columns]
    for place, column in enumerate(inside.columns):
        assert texts(inside[column]) == texts(expected.iloc[:, place]), column


def texts(column: "pd.Series[Any]") -> list[str]:
    """Comparable cells: types are tested below, arrays and lists are the same list."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        # By label: a missing cell would make pandas show whole-number bins as fractions.
        column = column.cat.rename_categories([str(label) for label in column.cat.categories])
    return ["missing" if np.ndim(cell) == 0 and pd.isna(cell) else written(cell) for cell in column]


def written(cell: object) -> str:
    if isinstance(cell, list | np.ndarray):
        return str([*cell])
    number = isinstance(cell, int | float | np.number) and not isinstance(cell, bool)
    return f"{cell:.9g}" if number else str(cell)


def test_every_type_survives_a_snippet_that_does_nothing() -> None:
    frame = pd.DataFrame(
        {
            "zip": pd.Series(["00501", None, "02134"], dtype="str"),
            "whole": pd.array([2**53 + 1, None, -1], dtype="Int64"),
            "plain": np.array([1, 2**62, -3]),
            "flag": pd.array([True, None, False], dtype="boolean"),
            "sure": [True, False, True],
            "share": [0.1, None, 1e300],
            "day": pd.to_datetime(pd.Series(["2020-02-29", None, "1850-01-01"])),
            "at": pd.to_datetime(["2020-02-29 12:00:00.000001"] * 3).tz_localize("Europe/Oslo"),
            "took": pd.to_timedelta([1, None, 3], unit="s"),
            "kind": pd.Categorical(["b", None, "a"], categories=["b", "a", "c"], ordered=True),
        }
    )
    before = frame.copy()
    returned = execute_safe_transformation("", frame)
    pd.testing.assert_frame_equal(returned, frame)
    pd.testing.assert_frame_equal(frame, before)
    assert returned is not frame


def test_an_unnamed_index_is_dropped_and_a_named_one_becomes_a_column(run: Run) -> None:
    _, shuffled = run("df = df.sort_values('id', ascending=False)")
    assert shuffled is not None
    assert list(shuffled.columns) == ["id", "city", "visits"]
    _, grouped = run("df = df.groupby(['city', 'id']).sum()")
    assert grouped is not None
    assert list(grouped.columns) == ["city", "id", "visits"]


def test_column_names_become_text(run: Run) -> None:
    _, frame = run("df.columns = [1, 2.5, pd.Timestamp('2024-01-01')]")
    assert frame is not None
    assert list(frame.columns) == ["1", "2.5", "2024-01-01 00:00:00"]


def test_a_snippet_sees_df_pd_and_np_only(run: Run) -> None:
    _, frame = run(
        "names = sorted(set(globals()) - {'__builtins__', '__name__'})\n"
        "df = pd.DataFrame({'name': names})"
    )
    assert frame is not None
    assert list(frame["name"]) == ["df", "np", "pd"]


def test_two_runs_with_one_seed_give_the_same_bytes(run: Run, tmp_path: Path) -> None:
    snippet = (
        "import random, time\n"
        "df['r'] = np.random.rand(3)\ndf['q'] = [random.random() for _ in range(3)]\n"
        "df['h'] = hash('x')\ndf['tz'] = time.tzname[0]\ndf['s'] = ''.join({'a', 'b', 'c'})"
    )
    run(snippet)
    first = (tmp_path / "result.parquet").read_bytes()
    run(snippet)
    assert (tmp_path / "result.parquet").read_bytes() == first


def test_the_jail_is_user_65534_on_a_host_without_a_name(run: Run) -> None:
    _, frame = run(
        "import os, socket\n"
        "df = pd.DataFrame({'uid': [os.getuid()], 'gid': [os.getgid()],"
        " 'host': [socket.gethostname()], 'groups': [str(os.getgroups())]})"
    )
    assert frame is not None
    assert (frame["uid"][0], frame["gid"][0], frame["host"][0]) == (65534, 65534, "jail")


def test_a_failure_raises_a_typed_error_and_leaves_the_frame_alone() -> None:
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(SnippetRaised) as raised:
        execute_safe_transformation("df['a'] = 2\ndf['b']", frame)
    assert raised.value.execution.line == 2
    assert list(frame["a"]) == [1]
