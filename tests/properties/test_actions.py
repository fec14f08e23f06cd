"""For any names and values: the code is one that parses, and it touches what the action names."""

import re
from typing import Annotated, Any, get_args

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Discriminator, TypeAdapter

from domain.actions import (
    Action,
    Cast,
    ChangeCase,
    Comparison,
    ComputeOverRows,
    DropColumns,
    DropMissing,
    DuplicateColumn,
    ExtractText,
    Fill,
    FilterRows,
    FlagRows,
    HandleOutliers,
    KeepColumns,
    LumpRare,
    MakeConsistent,
    MapValues,
    MaskPersonal,
    MergeColumns,
    MergeSimilar,
    NormaliseNames,
    PadText,
    ParseDates,
    ParseNumbers,
    RemoveAccents,
    RemoveDuplicates,
    RenameColumns,
    Renaming,
    ReorderColumns,
    ReplaceText,
    ReplaceValues,
    SampleRows,
    SetInRows,
    SetWhere,
    Sort,
    SortKey,
    SplitColumn,
    TakeRows,
    TrimText,
    ValuePair,
    Window,
    check,
)
from domain.actions.clean_names import clean_names
from domain.actions.known_parts import KnownPart
from domain.snippet_policy import violations
from domain.table import Column, ColumnType, TableShape
from tests.properties.number_actions import actions_on_numbers

LABELS = [5, 1, 9, 3]
UNTOUCHED = "untouched row number"
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
STYLES: list[Any] = ["snake", "upper", "lower", "title", "trim"]
KINDS = {
    "O": ColumnType.TEXT,
    "i": ColumnType.INTEGER,
    "f": ColumnType.NUMBER,
    "b": ColumnType.BOOLEAN,
    "M": ColumnType.DATETIME,
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
    unused = names.filter(lambda name: name not in {*every, UNTOUCHED})
    new_names = st.lists(unused, min_size=2, max_size=2, unique=True).map(tuple)
    return st.one_of(
        st.builds(ReorderColumns, columns=some, place=st.sampled_from(["first", "last"])),
        st.builds(
            ReorderColumns,
            columns=st.just((text, truth)),
            place=st.sampled_from(["before", "after"]),
            anchor=st.just(number),
        ),
        st.builds(DuplicateColumn, column=st.sampled_from(every), new=unused),
        st.builds(
            ReplaceText,
            columns=of_text,
            old=texts.filter(bool),
            new=texts,
            ignore_case=st.booleans(),
        ),
        st.builds(
            ReplaceText,
            columns=of_text,
            old=texts.filter(bool).map(re.escape),
            new=texts.map(lambda new: new.replace("\\", "\\\\")),
            regex=st.just(True),
        ),
        st.builds(RemoveAccents, columns=of_text),
        st.builds(
            MergeSimilar,
            columns=of_text,
            method=st.sampled_from(["fingerprint", "ngram", "levenshtein"]),
            distance=st.integers(1, 3),
        ),
        st.builds(MaskPersonal, columns=some, method=st.sampled_from(["hide", "hash"])),
        st.builds(MaskPersonal, columns=of_text, method=st.just("partial")),
        st.builds(NormaliseNames, columns=some | st.just(()), style=st.sampled_from(STYLES)),
        st.builds(
            ExtractText,
            column=st.just(text),
            what=st.sampled_from(get_args(KnownPart)),
            new=st.tuples(unused | st.just(text)) | st.just(()),
        ),
        st.builds(
            ExtractText,
            column=st.just(text),
            pattern=texts.map(lambda found: f"({re.escape(found)})(.*)"),
            new=new_names,
        ),
        st.builds(
            SplitColumn,
            column=st.just(text),
            separator=texts.filter(bool),
            new=new_names,
            keep=st.booleans(),
        ),
        st.builds(
            MergeColumns,
            columns=st.just((text, fraction, truth)),
            separator=texts,
            new=unused,
            keep=st.booleans(),
        ),
        st.builds(
            PadText,
            columns=st.just((text, number)),
            width=st.integers(1, 9),
            side=st.sampled_from(["left", "right"]),
            fill=texts.filter(lambda fill: len(fill) == 1),
        ),
        st.builds(
            MapValues,
            columns=of_text,
            pairs=st.lists(
                st.builds(ValuePair, old=texts, new=st.none() | texts),
                min_size=1,
                unique_by=lambda pair: pair.old,
            ).map(tuple),
        ),
        st.builds(
            MapValues,
            columns=st.just((number, fraction)),
            pairs=st.tuples(st.builds(ValuePair, old=whole, new=whole | fractions)),
        ),
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
        st.builds(
            SetWhere,
            columns=some.filter(lambda names: text not in names),
            where=comparisons(text, number),
        ),
        st.builds(
            SetWhere, columns=of_text, where=comparisons(text, number), value=st.none() | texts
        ),
        st.builds(
            SetWhere,
            columns=st.just((number,)),
            where=comparisons(text, number),
            value=whole | fractions,
        ),
        st.builds(
            SetWhere,
            columns=st.just((number,)),
            where=comparisons(text, number),
            other=st.just(fraction),
        ),
        st.builds(SampleRows, count=st.integers(1, 5), seed=st.integers(0, 9)),
        st.builds(
            SetInRows,
            columns=st.just((number, fraction)),
            start=st.integers(1, 5),
            end=st.none() | st.integers(5, 9),
            value=st.none() | st.integers(-9, 9),
        ),
        st.builds(
            TakeRows,
            start=st.integers(1, 5),
            end=st.none() | st.integers(5, 9),
            matching=st.sampled_from(["keep", "drop"]),
            every=st.integers(1, 3),
        ),
        st.builds(
            ComputeOverRows,
            window=st.sampled_from(
                [window for window in get_args(Window) if window not in {"row_number", "count"}]
            ),
            column=st.just(number),
            by=st.sampled_from([(), (text,), (truth, fraction)]),
            size=st.integers(2, 4),
            new=unused,
        ),
        st.builds(LumpRare, columns=of_text, fewer_than=st.integers(1, 3)),
        st.builds(LumpRare, columns=of_text, keep=st.integers(1, 3)),
        st.builds(ComputeOverRows, window=st.just("row_number"), new=unused),
        st.builds(ComputeOverRows, window=st.just("count"), by=st.just((text,)), new=unused),
        st.builds(FlagRows, new=unused, where=comparisons(text, number)),
        st.builds(
            MakeConsistent,
            columns=st.just((text, number, truth)),
            by=st.just((fraction,)),
            fill=st.booleans(),
        ),
        st.builds(Sort, keys=st.tuples(st.builds(SortKey, column=st.sampled_from(every)))),
        actions_on_numbers(text, number, fraction, truth),
    )


@given(st.data())
@settings(max_examples=100, deadline=None)
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
    df[UNTOUCHED] = range(len(df))
    action = data.draw(actions(*columns))
    shape = TableShape(
        rows=len(df),
        columns=(
            *(
                Column(name=name, type=of_type[i][2], nulls=int(df[name].isna().sum()), distinct=4)
                for i, name in enumerate(columns)
            ),
            Column(name=UNTOUCHED, type=ColumnType.INTEGER, nulls=0, distinct=4),
        ),
    )
    if isinstance(action, RenameColumns) and action.pairs[0].new in columns:
        return
    check(action, shape)
    code = action.code()
    assert violations(code) == ()
    assert "\n" not in action.describe()

    # As earlier actions of the same step may leave them: labels in no order.
    scope: dict[str, Any] = {"df": df.set_axis(LABELS[: len(df)])}
    try:
        exec(code, scope)  # noqa: S102 - the code under test is our own
    except ValueError as error:
        refusing = Cast | ParseDates | ParseNumbers | MaskPersonal | ExtractText | SplitColumn
        if not isinstance(action, refusing) or not str(error).startswith("no value of "):
            raise
        return
    result = scope["df"]
    if isinstance(action, Cast | ParseDates):
        for name in action.columns:
            said = df[name].astype("str").str.strip().str.len() > 0
            assert result[name].notna().any() or not said.any()

    left = action.shape_after(shape)
    assert left is not None
    assert list(result) == list(left.column_names)
    # Whether a mean or a bound is whole only the cells tell.
    if not isinstance(action, Fill | HandleOutliers):
        assert [KINDS[result[name].dtype.kind] for name in result] == [c.type for c in left.columns]
    assert result.index.is_unique
    result = result.reset_index(drop=True)
    if isinstance(action, NormaliseNames) and not action.columns:
        return  # every column has another name
    if isinstance(action, KeepColumns | DropColumns):
        rows_left = list(range(len(df)))
    else:
        rows_left = list(result[UNTOUCHED])
    for name in columns:
        if name not in action.columns_changed():
            expected = df[name].iloc[rows_left].reset_index(drop=True)
            if name in result:
                pd.testing.assert_series_equal(result[name], expected)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_action_survives_its_way_through_json(data: st.DataObject) -> None:
    adapter: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Discriminator("kind")])
    columns = data.draw(st.lists(names, min_size=4, max_size=4, unique=True))
    action = data.draw(actions(*columns))
    assert adapter.validate_json(adapter.dump_json(action)) == action


@given(st.lists(names, min_size=1, max_size=5, unique=True), st.sampled_from(STYLES))
@settings(max_examples=100, deadline=None)
def test_normalised_names_are_different_and_stay_as_they_are(given: list[str], style: str) -> None:
    changed = clean_names(given, given, style)
    new = [changed.get(name, name) for name in given]
    assert len(set(new)) == len(new)
    assert all(name.strip() for name in new)
    assert clean_names(new, new, style) == {}
