"""What an expression means, what it refuses, and that nothing of its text gets into code unread."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actions import Derive, InvalidAction, UnknownColumn, check
from domain.snippet_policy import violations
from domain.table import Column, ColumnType, TableShape

TABLE = pd.DataFrame(
    {
        "price": pd.Series([10, None, 3], dtype="Int64"),
        "quantity": pd.Series([2, 4, 0], dtype="int64"),
        "rate": [0.5, 2.0, None],
        "first": pd.Series(["Ann", None, "Bo"], dtype="str"),
        "last name": pd.Series(["Lee", "Ray", "Fox"], dtype="str"),
        "active": pd.Series([True, None, False], dtype="boolean"),
        "joined": pd.Series(["2024-03-04", None, "2023-12-31"]).astype("datetime64[us]"),
        "min": pd.Series([1, 2, 3], dtype="int64"),
    }
)
_I, _N, _T = ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.TEXT
SHAPE = TableShape(
    rows=3,
    columns=tuple(
        Column(name=str(name), type=type_, nulls=0, distinct=3)
        for name, type_ in zip(
            TABLE, (_I, _I, _N, _T, _T, ColumnType.BOOLEAN, ColumnType.DATETIME, _I), strict=True
        )
    ),
)


def derived(expression: str) -> list[Any]:
    action = Derive(new="new", expression=expression)
    check(action, SHAPE)
    code = action.code()
    assert violations(code) == ()
    scope: dict[str, Any] = {"df": TABLE.copy()}
    exec(code, scope)  # noqa: S102 - the code under test is our own
    return [None if pd.isna(value) else value for value in scope["df"]["new"]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("price * quantity", [20, None, 0]),
        ("price / quantity", [5, None, None]),
        ("7 // quantity", [3, 1, None]),
        ("price % 4", [2, None, 3]),
        ("(price + 1) * -2", [-22, None, -8]),
        ("2 - price", [-8, None, -1]),
        ("quantity ** -1", [0.5, 0.25, None]),
        ("1 - rate", [0.5, -1, None]),
        ("first + ' ' + `last name`", ["Ann Lee", None, "Bo Fox"]),
        ("'Dr ' + first", ["Dr Ann", None, "Dr Bo"]),
        ("price >= 10", [True, False, False]),
        ("10 <= price", [True, False, False]),
        ("1 < quantity < 4", [True, False, False]),
        ("price != 3", [True, True, False]),
        ("joined >= '2024-01-01'", [True, False, False]),
        ("not active", [False, True, True]),
        ("active and quantity > 1 or first == 'Bo'", [True, False, True]),
        ("'adult' if price >= 10 else 'minor'", ["adult", "minor", "minor"]),
        ("price if active else rate", [10, 2, None]),
        ("round(rate / 3, 2)", [0.17, 0.67, None]),
        ("abs(2 - price)", [8, None, 1]),
        ("floor(rate) + ceil(rate)", [1, 4, None]),
        ("sqrt(quantity * 8)", [4, pytest.approx(5.6568542), 0]),
        ("log(quantity)", [pytest.approx(0.6931472), pytest.approx(1.3862944), None]),
        ("min(price, quantity, 5)", [2, 4, 0]),
        ("max(rate, 1)", [1, 2, 1]),
        ("min + 1", [2, 3, 4]),
        ("upper(first) + lower(`last name`)", ["ANNlee", None, "BOfox"]),
        ("length(first)", [3, None, 2]),
        ("text(price) + '/' + text(rate)", ["10/0.5", None, None]),
        ("concat(first, quantity)", ["Ann2", None, "Bo0"]),
        ("coalesce(first, `last name`, '?')", ["Ann", "Ray", "Bo"]),
        ("coalesce(price, 0)", [10, 0, 3]),
        ("is_missing(rate)", [False, False, True]),
        ("contains(first, 'n')", [True, False, False]),
        ("year(joined) * 100 + month(joined)", [202403, None, 202312]),
        ("'web'", ["web"] * 3),
        ("exp(quantity * 1000)", [None, None, 1]),
        ("True", [True] * 3),
    ],
)
def test_an_expression_means_what_it_says(expression: str, expected: list[Any]) -> None:
    assert derived(expression) == expected


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("first + price", "text(`price`)"),
        ("first * 2", "The sign *"),
        ("joined - joined", "in which unit"),
        ("joined > 'yesterday'", "2024-03-04"),
        ("first > 3", "cannot be compared"),
        ("active > True", "no order"),
        ("price / 0", "divides by zero"),
        ("'a' if price else 'b'", "The word if"),
        ("'a' if active else 1", "One side"),
        ("price and active", "And/or"),
        ("prize * 2", "'price'"),
        ("sin(price)", "no function 'sin'"),
        ("round()", "does not take 0"),
        ("round(rate, first)", "digits"),
        ("contains(first, `last name`)", "one text in quotes"),
        ("price *", "cannot be read"),
        ("last name", "backticks"),
        ("", "cannot be read"),
        ("df.price", "Only columns"),
        ("__import__('os').system('x')", "Only columns"),
        ("[x for x in price]", "Only columns"),
        ("lambda: price", "Only columns"),
        ("f'{price}'", "Only columns"),
        ("price if (y := price) else 1", "Only columns"),
        ("9" * 30, "digits than"),
        ("1e999", "too large"),
        ("1+" * 150 + "1", "too many parts"),
        ("1/(" * 40 + "price" + ")" * 40, "nested too deep"),
        ("x" * 1001, "longer"),
        ("'\\ud800'", "no table can hold"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_would_work(expression: str, hint: str) -> None:
    with pytest.raises(InvalidAction) as refusal:
        check(Derive(new="new", expression=expression), SHAPE)
    assert hint in str(refusal.value)


def test_a_column_may_be_replaced_by_what_is_computed_from_it() -> None:
    action = Derive(new="price", expression="price * 2")
    assert action.code() == "df['price'] = df['price'] * 2"
    after = action.shape_after(SHAPE)
    assert after.column_names == SHAPE.column_names
    assert after.column("price").type is ColumnType.INTEGER


def test_a_name_is_found_whatever_it_holds() -> None:
    name = "a'] = 1 # \\ \" {x}"
    column = Column(name=name, type=ColumnType.INTEGER, nulls=0, distinct=2)
    action = Derive(new="new", expression=f"`{name}` + 1")
    check(action, TableShape(rows=1, columns=(column,)))
    scope: dict[str, Any] = {"df": pd.DataFrame({name: [1]})}
    exec(action.code(), scope)  # noqa: S102 - the code under test is our own
    assert list(scope["df"]["new"]) == [2]
    with pytest.raises(UnknownColumn):
        check(action, SHAPE)


@given(st.text(max_size=60) | st.text(alphabet="price+*/()'` <>=!ifelsandot,0.5", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_computed_or_refused(expression: str) -> None:
    action = Derive(new="new", expression=expression)
    try:
        check(action, SHAPE)
    except InvalidAction:
        return
    derived(expression)
