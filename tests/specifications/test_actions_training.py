"""What is learned from a table, what is predicted, and how it is told how good that is."""

from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from domain.actions import InvalidAction, TrainModel, check
from domain.actions.training import Algorithm
from domain.snippet_policy import violations
from domain.table import Column, ColumnType, TableShape

_RANDOM = np.random.default_rng(5)
_SIZE = _RANDOM.uniform(20, 200, 400)
_CITY = np.array(["Oslo", "Bergen", None], dtype=object)[_RANDOM.integers(0, 3, 400)]
HOMES = pd.DataFrame(
    {
        "size": pd.Series(_SIZE).mask(pd.Series(range(400)) % 9 == 0),
        "city": pd.Series(_CITY, dtype="str"),
        "rooms": pd.Series((_SIZE // 30).astype(int), dtype="Int64"),
        "price": pd.Series(_SIZE * 3 + np.where(_CITY == "Oslo", 300, 0)).round(),
        "large": pd.Series(_SIZE > 100, dtype="boolean"),
        "empty": pd.Series([None] * 400, dtype="float64"),
    }
)
HOMES.loc[:9, "price"] = None
HOMES["kind"] = pd.Series(np.where(_SIZE > 120, "house", "flat"), dtype="str")
HOMES.loc[10:19, "kind"] = None
_T = ColumnType
TYPES = (_T.NUMBER, _T.TEXT, _T.INTEGER, _T.NUMBER, _T.BOOLEAN, _T.NUMBER, _T.TEXT)
SHAPE = TableShape(
    rows=400,
    columns=tuple(
        Column(name=str(name), type=type_, nulls=int(HOMES[name].isna().sum()), distinct=9)
        for name, type_ in zip(HOMES, TYPES, strict=True)
    ),
)


def trained(action: TrainModel, df: pd.DataFrame = HOMES) -> tuple[pd.DataFrame, dict[str, Any]]:
    check(action, SHAPE)
    assert violations(action.code()) == ()
    scope: dict[str, Any] = {"df": df.copy()}
    exec(action.code(), scope)  # noqa: S102 - the code under test is our own
    return scope["df"], scope["result"]


@pytest.mark.parametrize("algorithm", get_args(Algorithm))
def test_a_number_is_predicted_better_than_by_guessing(algorithm: Algorithm) -> None:
    action = TrainModel(
        target="price",
        features=("size", "city", "rooms", "empty"),
        task="regression",
        algorithm=algorithm,
    )
    df, result = trained(action)
    scores = result["scores"]
    guessing = scores["mean absolute error of always guessing the mean"]
    assert scores["mean absolute error"] < guessing / 2
    assert (scores["rows learned from"], scores["rows tested on"]) == (292, 98)
    assert result["importance"]["empty"] == pytest.approx(0, abs=0.01)
    assert min(result["importance"]["rooms"], result["importance"]["city"]) > 0.05
    assert df["price_predicted"].notna().all()
    pd.testing.assert_frame_equal(df[list(HOMES)], HOMES)


@pytest.mark.parametrize(
    ("algorithm", "target", "values"),
    [
        ("linear", "large", {True, False}),
        ("random_forest", "kind", {"house", "flat"}),
        ("gradient_boosting", "large", {True, False}),
    ],
)
def test_classes_are_told_apart(algorithm: Algorithm, target: str, values: set[object]) -> None:
    action = TrainModel(
        target=target,
        features=("size", "price", "city"),
        task="classification",
        algorithm=algorithm,
        new="guess",
    )
    df, result = trained(action)
    assert result["scores"]["accuracy"] > 0.85
    assert set(df["guess"]) == values


def test_the_same_is_learned_every_time() -> None:
    action = TrainModel(
        target="price", features=("size", "city"), task="regression", algorithm="linear"
    )
    first, second = trained(action), trained(action)
    pd.testing.assert_frame_equal(first[0], second[0])
    assert first[1]["scores"] == second[1]["scores"]


def test_infinite_numbers_are_learned_from_as_little_as_missing_ones() -> None:
    sizes = HOMES["size"].mask(HOMES["size"] > 190, float("inf"))
    prices = HOMES["price"].mask(HOMES["price"] > 800, float("inf"))
    action = TrainModel(target="price", features=("size",), task="regression", algorithm="linear")
    df, result = trained(action, HOMES.assign(size=sizes, price=prices))
    tried = result["scores"]["rows learned from"] + result["scores"]["rows tested on"]
    assert tried == (HOMES["price"] <= 800).sum()
    assert df["price_predicted"].notna().all()


def test_too_few_classes_are_told_in_words() -> None:
    action = TrainModel(target="kind", features=("size",), task="classification")
    with pytest.raises(ValueError, match="2 to 100 classes"):
        trained(action, HOMES.assign(kind=pd.Series(["flat"] * 400, dtype="str")))


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        (TrainModel(target="price", features=(), task="regression"), "from which columns"),
        (TrainModel(target="kind", features=("size",), task="regression"), "Use classification"),
        (TrainModel(target="price", features=("size",), task="classification"), "bin it first"),
        (TrainModel(target="price", features=("price",), task="regression"), "twice"),
        (TrainModel(target="prize", features=("size",), task="regression"), "'price'"),
        (TrainModel(target="empty", features=("size",), task="regression"), "Only 0 rows"),
        (TrainModel(target="price", features=("size",), task="regression", new="size"), "another"),
        (TrainModel(target="price", features=("size",), task="regression", new=" "), "letter"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_what_would_work(
    action: TrainModel, hint: str
) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(action, SHAPE)
    assert hint in str(refusal.value)
