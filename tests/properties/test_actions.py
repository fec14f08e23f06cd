"""For any names and values: the code is one that parses, and it touches what the action names."""

from typing import Annotated, Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Discriminator, TypeAdapter

from domain.actions import (
    Action,
    Cast,
    ChangeCase,
    Comparison,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    KeepColumns,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    Renaming,
    ReplaceValues,
    Sort,
    SortKey,
    TrimText,
    check,
    columns_of,
    compile_to_pandas,
    describe,
    shape_after,
)
from domain.snippet_policy import violations
from domain.table import Column, ColumnType, TableShape

NASTY = [
    "a'] = 1 #",
    'x"""',
    "{x}",
    "\\",
    "a\nb",
    "df",
    "COLUMN",
    "DAY_FIRST",
    "SENTENCE",
    "é\u202e",
    "%s",
    "'",
]
names = st.sampled_from(NASTY) | st.text(
    alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(str.strip)
texts = st.sampled_from([*NASTY, "03/04/2024", "1,234", "yes", "", " x "]) | st.text(
    alphabet=st.characters(exclude_categories=["Cs"]), max_size=8
)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
fractions = st.floats(allow_nan=False, allow_infinity=False)
types = {
    "text": (texts, "str", ColumnType.TEXT),
    "whole": (whole, "Int64", ColumnType.INTEGER),
    "fraction": (fractions, "float64", ColumnType.NUMBER),
    "truth": (st.booleans(), "boolean", ColumnType.BOOLEAN),
}
dataset = st.fixed_dictionaries(
    {
        kind: st.lists(st.none() | values, min_size=4, max_size=4)
        for kind, (values, _, _) in types.items()
    }
)


def comparisons(text: str, whole_name: str) -> st.SearchStrategy[Comparison]:
    of_text: Any = st.sampled_from(["equals", "not_equals", "contains", "starts_with", "less"])
    of_whole: Any = st.sampled_from(["equals", "not_equals", "less", "greater_or_equal"])
    return st.one_of(
        st.builds(
            Comparison,
            column=st.just(text),
            operator=of_text,
            values=st.tuples(texts),
            ignore_case=st.booleans(),
        ),
        st.builds(
            Comparison,
            column=st.just(whole_name),
            operator=of_whole,
            values=st.tuples(whole | fractions),
        ),
        st.builds(
            Comparison, column=st.just(text), operator=st.just("in"), values=st.tuples(texts, texts)
        ),
    )


def actions(text: str, number: str, fraction: str, truth: str) -> st.SearchStrategy[Action]:
    every = [text, number, fraction, truth]
    some = st.lists(st.sampled_from(every), min_size=1, max_size=3, unique=True).map(tuple)
    of_text = st.just((text,))
    return st.one_of(
        st.builds(DropMissing, columns=some, how=st.sampled_from(["any", "all"])),
        st.builds(
            Fill, columns=st.just((number, fraction)), strategy=st.sampled_from(["mean", "median"])
        ),
        st.builds(Fill, columns=some, strategy=st.just("mode")),
        st.builds(Fill, columns=of_text, strategy=st.just("constant"), value=texts),
        st.builds(DropColumns, columns=some),
        st.builds(KeepColumns, columns=some),
        st.builds(
            RenameColumns,
            pairs=st.tuples(st.builds(Renaming, old=st.sampled_from(every), new=names)),
        ),
        st.builds(RemoveDuplicates, columns=some, keep=st.sampled_from(["first", "last", "none"])),
        st.builds(TrimText, columns=of_text, collapse=st.booleans()),
        st.builds(
            ChangeCase,
            columns=of_text,
            case=st.sampled_from(["lower", "upper", "title", "sentence"]),
        ),
        st.builds(Cast, columns=some, to=st.sampled_from(["integer", "number", "text", "boolean"])),
        st.builds(ParseDates, columns=of_text, day_first=st.none() | st.booleans()),
        st.builds(ReplaceValues, columns=of_text, old=texts, new=st.none() | texts),
        st.builds(
            ReplaceValues, columns=st.just((number,)), old=whole, new=st.none() | whole | fractions
        ),
        st.builds(
            FilterRows,
            where=comparisons(text, number),
            matching=st.sampled_from(["keep", "drop"]),
        ),
        st.builds(Sort, keys=st.tuples(st.builds(SortKey, column=st.sampled_from(every)))),
    )


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_action_runs_and_changes_no_column_that_it_does_not_name(data: st.DataObject) -> None:
    columns = data.draw(st.lists(names, min_size=4, max_size=4, unique=True))
    rows = data.draw(dataset)
    of_type = list(types.values())
    df = pd.DataFrame(
        {
            name: pd.Series(rows[kind], dtype=of_type[i][1])
            for i, (name, kind) in enumerate(zip(columns, types, strict=True))
        }
    )
    df["untouched row number"] = range(len(df))
    action = data.draw(actions(*columns))
    shape = TableShape(
        rows=len(df),
        columns=(
            *(
                Column(name=name, type=of_type[i][2], nulls=int(df[name].isna().sum()), distinct=4)
                for i, name in enumerate(columns)
            ),
            Column(name="untouched row number", type=ColumnType.INTEGER, nulls=0, distinct=4),
        ),
    )
    if isinstance(action, RenameColumns) and action.pairs[0].new in columns:
        return
    check(action, shape)
    code = compile_to_pandas(action)
    assert violations(code) == ()
    assert "\n" not in describe(action)

    scope: dict[str, Any] = {"df": df.copy()}
    try:
        exec(code, scope)  # noqa: S102 - the code under test is our own
    except ValueError as error:
        if not isinstance(action, Cast | ParseDates) or not str(error).startswith("no value of "):
            raise
        return
    result = scope["df"]
    if isinstance(action, Cast | ParseDates):
        for name in action.columns:
            said = df[name].astype("str").str.strip().str.len() > 0
            assert result[name].notna().any() or not said.any()

    assert list(result) == list(shape_after(action, shape).column_names)
    assert list(result.index) == list(range(len(result)))
    if isinstance(action, KeepColumns | DropColumns):
        rows_left = list(range(len(df)))
    else:
        rows_left = list(result["untouched row number"])
    for name in columns:
        if name not in columns_of(action) or isinstance(action, FilterRows | Sort | DropMissing):
            expected = df[name].iloc[rows_left].reset_index(drop=True)
            if name in result:
                pd.testing.assert_series_equal(result[name], expected)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_any_action_survives_its_way_through_json(data: st.DataObject) -> None:
    adapter: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Discriminator("kind")])
    columns = data.draw(st.lists(names, min_size=4, max_size=4, unique=True))
    action = data.draw(actions(*columns))
    assert adapter.validate_json(adapter.dump_json(action)) == action
