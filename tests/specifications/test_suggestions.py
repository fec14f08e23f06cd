"""What is suggested for a table, and what becomes of what a person chooses."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

from application.ports.findings import Finding
from application.suggestions.remedies import remedy
from domain.actions import (
    Action,
    AnyOf,
    Cast,
    Comparison,
    DropColumns,
    DropMissing,
    Fill,
    FlagRows,
    HandleOutliers,
    MakeConsistent,
    MergeSimilar,
    ParseDates,
    ParseNumbers,
    RemoveDuplicates,
    ReplaceValues,
    TrimText,
)
from domain.plan import Intent, Plan, Step
from domain.session.commands import (
    ChooseSuggestions,
    CompleteTurn,
    ErasePersonalData,
    FailTask,
    RollBack,
    StartTurn,
)
from domain.session.errors import SuggestionsStale
from domain.session.events import (
    MessagePosted,
    NodeCommitted,
    PersonalDataErased,
    PointerMoved,
    SuggestionsChosen,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from domain.session.mode import Mode
from domain.session.next_step import GiveUp, WriteSnippet, next_step
from tests.specifications.given import uid, with_table
from tests.specifications.tables import cells, done
from tests.specifications.test_modes import ROOT, a_child
from tests.specifications.test_proposals import LAST, ran

CHOSEN, NODE = uid(30), uid(31)
TEXT: Mapping[str, Any] = {"type": "text", "role": "text", "rows": 10, "nulls": 0}


def found(kind: str, *columns: str) -> Finding:
    return Finding(
        kind=kind, columns=columns or ("c",), rows=2, message="m", mend="m", importance=0.5
    )


def numbers(role: str, nulls: int = 2, **numeric: float) -> Mapping[str, Any]:
    return {"type": "integer", "role": role, "rows": 10, "nulls": nulls, "numeric": numeric}


def figures_in_text(pattern: str, longest: int) -> Mapping[str, Any]:
    return {**TEXT, "patterns": [{"pattern": pattern}], "text": {"max_length": longest}}


AS_NUMBER = Cast(columns=("c",), to="number")


def compared(operator: Any, value: Any) -> Comparison:
    return Comparison(column="c", operator=operator, values=(value,))


@pytest.mark.parametrize(
    ("kind", "column", "actions"),
    [
        ("padded", TEXT, (TrimText(columns=("c",)),)),
        ("inner_spaces", TEXT, (TrimText(columns=("c",), collapse=True),)),
        (
            "blank",
            TEXT,
            (TrimText(columns=("c",)), ReplaceValues(columns=("c",), old="", new=None)),
        ),
        (
            "missing_words",
            {**TEXT, "missing_words": {"words": [{"value": "n/a"}]}, "text": {"padded": 0}},
            (ReplaceValues(columns=("c",), old="n/a", new=None),),
        ),
        ("text_of_money", TEXT, (AS_NUMBER,)),
        ("text_of_number", {**TEXT, "patterns": [{"pattern": "9" * 16}]}, ()),
        ("text_of_number", {**TEXT, "patterns": [{"pattern": "9." + "9" * 15}]}, ()),
        ("text_of_number", figures_in_text("9,9+", longest=18), ()),
        ("text_of_number", figures_in_text("9+ 9+", longest=16), (AS_NUMBER,)),
        ("text_of_boolean", TEXT, (Cast(columns=("c",), to="boolean"),)),
        ("date_formats", TEXT, (ParseDates(columns=("c",)),)),
        ("empty", TEXT, (DropColumns(columns=("c",)),)),
        ("missing", numbers("number"), (Fill(columns=("c",), strategy="median"),)),
        ("missing", numbers("category"), (Fill(columns=("c",), strategy="mode"),)),
        ("missing", numbers("identifier"), (DropMissing(columns=("c",)),)),
        ("missing", numbers("number", nulls=7), (DropColumns(columns=("c",)),)),
        ("missing", TEXT, ()),
        (
            "placeholders",
            numbers("number", min=-999, max=50),
            (ReplaceValues(columns=("c",), old=-999, new=None),),
        ),
        ("placeholders", numbers("number", min=-999, max=9999), ()),
        ("dates_as_numbers", {**numbers("number"), "kinds": [{"kind": "epoch_seconds"}]}, ()),
        (
            "dates_as_numbers",
            {**numbers("number"), "kinds": [{"kind": "datetime"}]},
            (ParseDates(columns=("c",)),),
        ),
        ("variants", TEXT, (MergeSimilar(columns=("c",), method="ngram"),)),
        ("mixed_units", TEXT, (ParseNumbers(columns=("c",), units="column"),)),
        (
            "outliers",
            numbers("number"),
            (HandleOutliers(columns=("c",), method="iqr", treatment="flag"),),
        ),
        (
            "unlikely_dates",
            {"type": "datetime"},
            (
                FlagRows(
                    new="c_unlikely",
                    where=AnyOf(
                        conditions=(
                            compared("less", "1900-01-01"),
                            compared("greater_or_equal", "2100-01-01"),
                        )
                    ),
                ),
            ),
        ),
        ("something_new", TEXT, ()),
    ],
)
def test_what_mends_a_finding_is_an_action_or_honestly_none(
    kind: str, column: Mapping[str, Any], actions: tuple[Action, ...]
) -> None:
    assert remedy(found(kind), {"c": column}) == actions


def test_misspelt_values_are_merged_only_where_nothing_else_would_be() -> None:
    misspelt = found("near_duplicates")
    assert remedy(misspelt, {"c": TEXT}) == ()
    merged = MergeSimilar(columns=("c",), method="levenshtein", distance=1)
    assert remedy(replace(misspelt, apart=True), {"c": TEXT}) == (merged,)


def test_what_a_key_nearly_determines_is_made_to_agree_with_it() -> None:
    consistent = MakeConsistent(columns=("city",), by=("zip",))
    assert remedy(found("broken_dependency", "zip", "city"), {}) == (consistent,)


def test_what_is_not_finite_becomes_missing_and_nothing_else() -> None:
    (action,) = remedy(found("not_finite"), {"c": numbers("number")})
    largest = sys.float_info.max
    df = pd.DataFrame({"c": [float("inf"), largest, -largest, float("-inf"), 0.5]})
    assert cells(done(action, df), "c") == [None, largest, -largest, None, 0.5]


def test_codes_of_another_form_are_flagged_if_the_form_is_known() -> None:
    odd = found("unlike_pattern")
    assert remedy(odd, {}) == ()
    (action,) = remedy(replace(odd, form="^[0-9]+$"), {})
    df = pd.DataFrame({"c": pd.Series(["12", "x1", None], dtype="str")})
    assert cells(done(action, df), "c_other_form") == [False, True, False]
    assert cells(done(action, df), "c") == ["12", "x1", None]


def test_repeated_rows_are_mended_whatever_the_columns_are() -> None:
    repeated = Finding(
        kind="duplicate_rows", columns=(), rows=2, message="m", mend="m", importance=0.5
    )
    assert remedy(repeated, {}) == (RemoveDuplicates(),)


STEPS = (
    Step(description="Drop rows", actions=(DropMissing(columns=("age",)),)),
    Step(description="Fill age", actions=(Fill(columns=("age",), strategy="median"),)),
)


def choose(node_id: UUID = ROOT, mode: Mode = Mode.AUTO) -> ChooseSuggestions:
    return ChooseSuggestions(
        task_id=CHOSEN,
        node_id=node_id,
        suggestions=("a", "b"),
        text="Apply suggestions: Drop rows; Fill age",
        steps=STEPS,
        mode=mode,
    )


def test_what_was_chosen_is_a_message_whose_steps_no_model_plans() -> None:
    history = with_table()
    history.when(choose()).then(
        MessagePosted(task_id=CHOSEN, text="Apply suggestions: Drop rows; Fill age"),
        SuggestionsChosen(task_id=CHOSEN, base_node_id=ROOT, suggestions=("a", "b"), steps=STEPS),
    )
    begun = history.and_then(choose(), StartTurn(task_id=CHOSEN))
    step = next_step(begun.state)
    assert isinstance(step, WriteSnippet)
    assert step.step == STEPS[0]
    assert begun.state.turns[0].plan == Plan(
        intent=Intent.TRANSFORM, summary="Apply suggestions: Drop rows; Fill age", steps=STEPS
    )
    history.and_then(choose()).when(choose()).then_nothing()


def test_all_that_was_chosen_is_one_node() -> None:
    history = with_table().and_then(
        choose(),
        StartTurn(task_id=CHOSEN),
        *ran(30, 0, "a", LAST),
        *ran(30, 1, "b", LAST),
    )
    history.when(CompleteTurn(task_id=CHOSEN, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )


def test_what_was_suggested_for_another_version_is_refused() -> None:
    with_table().and_then(*a_child()).when(choose()).refused_with(SuggestionsStale)


def test_if_the_pointer_moves_before_it_begins_the_task_ends_and_says_so() -> None:
    first, *rest = a_child()
    history = with_table().and_then(first, choose(), *rest)
    step = next_step(history.state)
    assert isinstance(step, GiveUp)
    assert (step.task_id, step.reason) == (CHOSEN, "suggestions_stale")
    history.when(StartTurn(task_id=CHOSEN)).then_nothing()
    history.when(FailTask(step=step, reason=step.reason, detail=step.detail)).then_kinds(TurnFailed)
    again = history.and_then(RollBack(node_id=ROOT))
    again.when(StartTurn(task_id=CHOSEN)).then_kinds(TurnStarted)


def test_an_erasure_forgets_what_was_chosen() -> None:
    history = with_table().and_then(choose())
    history.when(ErasePersonalData()).then_kinds(TurnFailed, PersonalDataErased)
    assert "Fill age" not in repr(history.and_then(ErasePersonalData()).state)
