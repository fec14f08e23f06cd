"""The friendly check before the jail."""

from pathlib import Path

import pytest

from application.ports.sandbox import Outcome, SnippetJob
from domain.snippet_policy import InvalidSnippet, violations
from infrastructure.nsjail import NsjailSandbox

REFUSED = {
    "import os": "imported",
    "import os.path as p": "imported",
    "from subprocess import run": "imported",
    "import matplotlib.pyplot as plt": "Vega-Lite",
    "from pytz import timezone": "zoneinfo",
    "from pathlib import Path": "work on df",
    "df.to_json(path_or_buf='x')": "leave the table in df",
    "df.to_csv(**places)": "leave the table in df",
    "write = df.to_csv": "leave the table in df",
    "from . import x": "nothing to import from",
    "import pandas.io.common": "internal",
    "from pandas import read_csv": "work on df",
    "from pandas import io": "internal",
    "from numpy import load": "work on df",
    "open('x')": "work on df",
    "f = open": "work on df",
    "eval('1')": "expression",
    "exec('1')": "code",
    "__import__('os')": "import statement",
    "().__class__.__mro__": "internal to Python",
    "df.__dict__": "internal to Python",
    "__builtins__": "internal to Python",
    "globals()['x']": "names directly",
    "getattr(df, '__dict__')": "internal to Python",
    "class A:\n    def f(self): return self.__dict__": "internal to Python",
    "from io import open": "work on df",
    "import pyarrow.parquet as pq": "work on df",
    "import pyarrow as pa\npa.fs.LocalFileSystem()": "work on df",
    "from urllib.request import urlopen": "work on df",
    "getattr(df, 'to_' + 'csv')": "written-out name",
    "getattr(pd, 'read_csv')": "work on df",
    "pd.read_csv('x')": "work on df",
    "import pandas as p\np.read_sql('x', c)": "work on df",
    "df.to_csv('x')": "leave the table in df",
    "df.to_pickle('x')": "leave the table in df",
    "df.to_sql('x', c)": "leave the table in df",
    "np.load('x')": "work on df",
    "np.fromfile('x')": "work on df",
    "df['a'].to_numpy().tofile('x')": "leave the table in df",
    "pd.io.common": "internal",
    "df.query('@pd.read_csv(a)')": "work on df",
    "df.query('a > 1 and @df.to_csv(a)')": "leave the table in df",
    "df.eval('b = @np.load(a)')": "work on df",
    "df.eval(f'b = {name}.__mro__')": "internal to Python",
    "df.query(expr='`a b`.__init__')": "internal to Python",
    "pd.eval('@__builtins__')": "internal to Python",
}


@pytest.mark.parametrize("snippet", REFUSED)
def test_what_a_snippet_must_not_do_is_refused_with_an_alternative(snippet: str) -> None:
    found = violations(snippet)
    assert found
    assert any(REFUSED[snippet] in one.sentence for one in found), found
    assert found[0].line == len(snippet.splitlines())


@pytest.mark.parametrize(
    "snippet",
    [
        "df['a'] = pd.to_numeric(df['a'], errors='coerce')",
        "df['d'] = pd.to_datetime(df['d'], format='mixed')",
        "df['a'].to_numpy(); df.to_dict(); df['a'].tolist(); df.T.to_numpy()",
        "df['p'] = df['d'].dt.to_period('M').astype(str)",
        "df = df.query(\"mail == 'a@b.c'\")",
        "df = df.query('`e@mail` > 1')",
        "limit = 2\ndf = df.query('a > @limit and `b c` in @names')",
        "df = df.query(f'a > @{name}')",
        "df = df.query('open > close and (')",
        "df = df.eval('b = @f(a)\\n  c = b.str.len()')",
        "open, input = df['open'], df.copy()\ndf['gain'] = df['close'] - open",
        "def scale(compile):\n    return compile * 2",
        "type(df).__name__ + len.__name__ + self.__class__.__name__ + pd.__version__",
        "class A(B):\n    def __init__(self):\n        super().__init__()",
        "hasattr(df['a'], '__iter__')",
        "df['json'] = df.apply(lambda row: row.to_json(), axis=1)",
        "print(df.to_csv(index=False))",
        "from pathlib import PurePath\nPurePath('a.b').suffix",
        "df = df[df.read_count > df.read_time]",
        "from urllib.parse import urlparse\nimport io\nio.StringIO('a')",
        "import pyarrow as pa\npd.ArrowDtype(pa.list_(pa.string()))",
        "np.lib.stride_tricks.sliding_window_view(df['a'], 2)",
        "np.testing.assert_allclose(df['a'], df['a'])",
        "import re, math\nfrom datetime import timedelta",
        "from sklearn.impute import KNNImputer",
        "import numpy as n, pandas as p\ndf = p.concat([df, df])",
        "df['open'] = df['close'] = df.eval",
        "df = df.rename(columns={'os': 'import', '__x__': 'eval'})",
        "getattr(df['a'].str, 'upper')()",
        "df['io'] = 1\ndf.io",
        "",
    ],
)
def test_ordinary_code_passes(snippet: str) -> None:
    assert violations(snippet) == ()


@pytest.mark.parametrize(
    "snippet",
    [
        "df = (",
        "a\0b",
        "\ud800",
        "(" * 50_000,
        "-" * 60_000 + "1",
        "a" + ".a" * 30_000,
        "[" * 30_000 + "]" * 30_000,
        "not " * 15_000 + "a",
        "x if x else " * 5_000 + "x",
        "lambda: " * 8_000 + "x",
        "9" * 60_000,
    ],
)
def test_what_no_parser_takes_is_told_apart_and_harms_nobody(snippet: str) -> None:
    try:
        violations(snippet)
    except InvalidSnippet:
        return
    assert snippet.startswith(("a.a", "-", "x if", "lambda", "not"))


@pytest.mark.parametrize(
    ("snippet", "line", "reason"),
    [
        ("x = 1\ndf = (", 2, "'(' was never closed"),
        (
            "df = “a”",
            1,
            "invalid character '“' (U+201C); write the plain sign of the keyboard for it",
        ),
        (
            "df =\u00a0df",
            1,
            "invalid non-printable character U+00A0; write a plain space for it, or nothing",
        ),
        (
            "x = 1\nreturn df",
            2,
            "'return' outside function; leave the table in df, and an answer in result",
        ),
        (
            "```python\ndf = df\n```",
            1,
            "invalid syntax; leave out the marks of Markdown around the code",
        ),
        ("x = 1\n>>> df = df", 2, "invalid syntax; leave out the prompts before the code"),
        ("%matplotlib inline", 1, "invalid syntax; leave out the commands of a notebook"),
        ("x = 1\n!pip install x", 2, "invalid syntax; leave out the commands of a notebook"),
        ("df = '\ud800'", None, "it holds what is no text"),
        ("-" * 20_000 + "1", None, "it is nested too deeply"),
    ],
)
def test_what_is_not_python_is_said_with_what_python_says_of_it(
    snippet: str, line: int | None, reason: str, table: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidSnippet) as refused:
        violations(snippet)
    assert (refused.value.line, refused.value.reason) == (line, reason)
    no_jail = NsjailSandbox(binary=tmp_path / "nowhere")
    told = no_jail.execute(
        SnippetJob(snippet=snippet, table=table, result=tmp_path / "out", seed=0)
    )
    assert told.detail is not None
    assert told.detail.endswith(f" is not valid Python: {reason}.")


def test_the_sandbox_answers_a_refused_snippet_without_a_jail(table: Path, tmp_path: Path) -> None:
    no_jail = NsjailSandbox(binary=tmp_path / "nowhere")
    result = tmp_path / "out"
    for snippet, outcome in {
        "x = 1\nimport os": Outcome.POLICY,
        "df = (": Outcome.SYNTAX,
        "#" * 70_000: Outcome.POLICY,
    }.items():
        execution = no_jail.execute(SnippetJob(snippet=snippet, table=table, result=result, seed=0))
        assert execution.outcome is outcome
        assert execution.detail
        assert not result.exists()


@pytest.mark.parametrize(
    "snippet",
    [
        f"df = df{'.copy()' * 500}",
        f"total = {' + '.join(['1.5'] * 1500)}",
        "if len(df) == 0:\n    pass\n" + "elif len(df) == 1:\n    pass\n" * 1500,
    ],
)
def test_long_chains_that_python_runs_are_no_violation(snippet: str) -> None:
    compile(snippet, "snippet", "exec")
    assert violations(snippet) == ()
