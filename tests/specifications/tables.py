"""Small tables, and what an action's compiled code makes of them."""

from typing import Any

import pandas as pd

from domain.actions import Action
from domain.snippet_policy import violations


def done(action: Action, df: pd.DataFrame) -> pd.DataFrame:
    """The table after our own compiled code ran on it."""
    scope: dict[str, Any] = {"df": df.copy()}
    assert violations(action.code()) == ()
    exec(action.code(), scope)  # noqa: S102 - the code under test is our own
    result = scope["df"]
    assert isinstance(result, pd.DataFrame)
    assert result.index.is_unique
    return result.reset_index(drop=True)


def series(values: list[Any], dtype: Any) -> pd.DataFrame:
    """A table of a column x with the values, and another with the numbers of the rows."""
    return pd.DataFrame({"x": pd.Series(values, dtype=dtype), "other": range(len(values))})


def cells(df: pd.DataFrame, name: str = "x") -> list[Any]:
    """The cells of a column, None where they are missing."""
    return [None if pd.isna(value) else value for value in df[name]]
