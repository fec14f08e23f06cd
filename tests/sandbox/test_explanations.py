"""A failed snippet is explained with its own line and a remedy, and never with a cell."""

import pytest

from application.ports.sandbox import Outcome
from infrastructure.nsjail.explanation import explain_error
from infrastructure.nsjail.report import Report
from tests.sandbox.conftest import Run

FAILURES = {
    "a misspelt column": ("x = 1\ndf['citty']", 2, "KeyError", "'city'"),
    "a misspelt column as an attribute": ("df.citty", 1, "AttributeError", "mean 'city'?"),
    "a misspelt column of several": (
        "df = df.drop_duplicates(subset=['citty'])",
        1,
        "KeyError",
        "did you mean 'city'?",
    ),
    "a misspelt column in a list": ("df.dropna(subset=['nope'])", 1, "KeyError", "'nope'"),
    "a picture": ("result = df.plot()", 1, "ImportError", "Vega-Lite"),
    "a window of days": ("df['visits'].rolling('7D').sum()", 1, "ValueError", "on='column'"),
    "a list of missing columns": ("df[['id', 'nope']]", 1, "KeyError", "'nope'"),
    "a removed method": ("df.append(df)", 1, "AttributeError", "pd.concat"),
    "an unknown name": ("df = frame", 1, "NameError", "'frame'"),
    "text that is no number": ("df['city'].astype(int)", 1, "ValueError", "pd.to_numeric"),
    "text that is no date": ("pd.to_datetime(df['city'])", 1, None, "errors='coerce'"),
    "a wrong operand": ("df['city'] + 1", 1, "TypeError", "dtypes"),
    "a chained assignment": ("df['visits'][0] = 5", 1, "ChainedAssignmentError", "df.loc"),
    "an inplace method on a column": (
        "df['visits'].fillna(0, inplace=True)",
        1,
        "ChainedAssignmentError",
        "df.loc",
    ),
    "a check of its own": (
        "for name in df:\n    raise ValueError(f'{name}: {df[name].iloc[0]}')",
        2,
        "ValueError",
        "itself refuses",
    ),
    "a missing library": ("import seaborn", 1, "ModuleNotFoundError", "pandas, numpy"),
    "a failure inside a function": (
        "def f(x):\n    return int(x)\ndf['city'].map(f)",
        2,
        "ValueError",
        "pd.to_numeric",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_names_line_exception_and_remedy(name: str, run: Run) -> None:
    snippet, line, exception, remedy = FAILURES[name]
    execution, _ = run(snippet)
    assert execution.outcome is Outcome.ERROR
    assert execution.line == line
    assert exception is None or execution.exception == exception
    assert execution.detail is not None
    assert remedy in execution.detail
    assert not execution.detail.endswith("?.")
    assert snippet.splitlines()[line - 1].strip() in execution.detail
    for cell in ("Oslo", "Bergen", "007", "/site/", "/python/"):
        assert cell not in execution.detail


ODD_LABELS = {
    "whose text cannot be had": "class Odd:\n    __str__ = None\nodd = [Odd()]",
    "in a list of its own": "class Odd(list):\n    __getitem__ = None\nodd = Odd('a')",
    "of too many digits": "odd = [10**6000]",
}


@pytest.mark.parametrize("name", ODD_LABELS)
def test_an_odd_label_is_still_a_failure_in_its_line(name: str, run: Run) -> None:
    snippet = f"{ODD_LABELS[name]}\nif odd: raise KeyError(odd)"
    execution, _ = run(snippet)
    ended = (execution.outcome, execution.exception, execution.line)
    assert ended == (Outcome.ERROR, "KeyError", len(snippet.splitlines()))


def test_a_reason_that_the_snippet_writes_out_is_told_as_it_is(run: Run) -> None:
    execution, _ = run("x = 1\nif x:\n    raise ValueError(\"no value of 'city' is a number\")")
    assert execution.detail == "The snippet refuses this table: no value of 'city' is a number."
    assert (execution.outcome, execution.line) == (Outcome.ERROR, 3)


def test_the_reason_of_an_assertion_is_told_as_well(run: Run) -> None:
    execution, _ = run("assert len(df) > 5, 'too few rows'")
    assert execution.detail == "The snippet refuses this table: too few rows."


def test_a_forged_message_tells_no_name_that_the_snippet_does_not_write(run: Run) -> None:
    forged = "{0}() got an unexpected keyword argument '{0}'"
    missing = "{0}() missing 1 required positional argument: '{0}'"
    for text in (forged, missing):
        execution, _ = run(f"x = {text!r}.format(df['city'][0])\nif True: raise TypeError(x)")
        assert execution.detail is not None
        assert "Oslo" not in execution.detail


REFUSED = {
    "a series": ("df = df['city']", "DataFrame"),
    "nothing": ("df = None", "DataFrame"),
    "what a method in place returns": ("df = df.drop(columns='id', inplace=True)", "inplace=True"),
    "df deleted": ("del df", "DataFrame"),
    "the same name twice": ("df.columns = ['a', 'b', 'b']", "'b'"),
    "names that become the same": ("df.columns = [1, '1', 'x']", "'1'"),
    "no name": ("df.columns = ['a', None, 'b']", "no name"),
    "levels of one name": (
        "df.columns = pd.MultiIndex.from_tuples([('a', ''), ('', 'a'), ('b', 'c')])",
        "more than once",
    ),
    "a name no file can hold": ("df.columns = ['a', 'b', 'c' * 2000]", "1,000"),
    "mixed kinds": ("df['mix'] = [1, 'Oslo', 2.5]", "'mix'"),
    "mixed kinds that were melted": ("df = df.melt()", "'value'"),
    "objects": ("df['odd'] = [object(), object(), object()]", "'odd'"),
    "complex numbers": ("df['z'] = [1j, 2j, 3j]", "'z'"),
    "rows without columns": ("df = df[[]]", "column"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_table_is_refused_with_a_reason(name: str, run: Run) -> None:
    snippet, reason = REFUSED[name]
    execution, _ = run(snippet)
    assert execution.outcome is Outcome.ERROR
    assert execution.detail is not None
    assert reason in execution.detail
    assert "Bergen" not in execution.detail


@pytest.mark.parametrize("snippet", ["df = (", "return df", "x = 1\n  y = 2", "a\0b", "def"])
def test_what_is_not_python_is_a_syntax_outcome(snippet: str, run: Run) -> None:
    execution, _ = run(snippet)
    assert execution.outcome is Outcome.SYNTAX


@pytest.mark.parametrize("odd", ["\x0c", "\u2028", "\x85", "\x1c"])
def test_only_what_python_takes_for_the_end_of_a_line_counts_as_one(odd: str, run: Run) -> None:
    execution, _ = run(f"x = '{odd}'\r\ndf['q']")
    assert execution.line == 2
    assert execution.detail is not None
    assert execution.detail.startswith("Line 2 (`df['q']`)")


def test_a_cell_that_is_a_part_of_a_word_of_the_snippet_is_not_named() -> None:
    report = Report(outcome=Outcome.ERROR, exception="KeyError", line=1, names=("kin",))
    detail = explain_error(report, "df[df['kind'].iloc[0]]", ["kind"])
    assert "'kin'" not in detail
    assert "KeyError" in detail
