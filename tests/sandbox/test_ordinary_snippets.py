"""Real pandas code just works, and its types survive the jail."""

import random
import sys
import time
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from threadpoolctl import threadpool_limits

from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from infrastructure.nsjail import NsjailSandbox
from infrastructure.nsjail.frames import read_table, to_arrow
from infrastructure.nsjail.transformation import SnippetRaised, execute_safe_transformation
from tests.sandbox.conftest import Run
from tests.sandbox.snippets import Snippet, every_snippet
from tests.sandbox.snippets.tables import every_table

SEED = 7


@pytest.mark.parametrize("snippet", every_snippet(), ids=str)
def test_ordinary_code_gives_in_the_jail_what_it_gives_outside(
    snippet: Snippet,
    jail: Sandbox,
    tables: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To the last bit of each number. The policy is on: it must not stand in the way either."""
    table, inside, outside = tables[snippet.table], tmp_path / "inside", tmp_path / "outside"
    execution = jail.execute(
        SnippetJob(snippet=snippet.code, table=table, result=inside, seed=SEED)
    )
    assert execution.outcome is Outcome.OK, execution
    run_outside(snippet.code, table, outside, monkeypatch)
    from_jail, expected = pq.read_table(inside), pq.read_table(outside)
    assert from_jail.schema.equals(expected.schema)
    assert cells(from_jail) == cells(expected)


def run_outside(snippet: str, table: Path, result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Execute `snippet` as a script of this process, with what a jail fixes fixed here too."""
    script = ModuleType("__main__")
    vars(script).update(df=read_table(str(table)), pd=pd, np=np)
    code = compile(snippet, "<snippet>", "exec", dont_inherit=True)
    generators = random.getstate(), np.random.get_state()
    with monkeypatch.context() as patch, threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setitem(sys.modules, "__main__", script)
        patch.setenv("TZ", "UTC")
        time.tzset()
        random.seed(SEED)
        np.random.seed(SEED)
        exec(code, vars(script))  # noqa: S102 - a snippet of our own
    time.tzset()
    random.setstate(generators[0])
    np.random.set_state(generators[1])
    pq.write_table(to_arrow(script.df, 1_000), result)


def cells(table: pa.Table) -> dict[str, list[str]]:
    """Each cell as Python writes it, NaN and -0.0 too, and the labels that a column may hold."""
    return {
        name: [
            *map(repr, column.to_pylist()),
            *(
                str(chunk.dictionary.to_pylist())
                for chunk in column.chunks
                if pa.types.is_dictionary(column.type)
            ),
        ]
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def test_the_snippets_are_many_and_none_is_there_twice() -> None:
    snippets = every_snippet()
    assert len(snippets) >= 400
    assert len({str(snippet) for snippet in snippets}) == len(snippets)
    assert len({(snippet.table, snippet.code) for snippet in snippets}) == len(snippets)
    assert {snippet.table for snippet in snippets} == set(every_table())


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


def test_two_jails_with_one_seed_give_the_same_bytes(
    sandbox: NsjailSandbox, table: Path, tmp_path: Path
) -> None:
    snippet = (
        "import random, time\n"
        "df['r'] = np.random.rand(3)\ndf['q'] = [random.random() for _ in range(3)]\n"
        "df['h'] = hash('x')\ndf['tz'] = time.tzname[0]\ndf['s'] = ''.join({'a', 'b', 'c'})"
    )
    left = [tmp_path / name for name in ("first", "second")]
    for result in left:
        sandbox.execute(SnippetJob(snippet=snippet, table=table, result=result, seed=7))
    assert left[0].read_bytes() == left[1].read_bytes()


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
