"""What actions make of the order, the names and the number of columns."""

from typing import Any

import pandas as pd
import pytest

from domain.actions import DuplicateColumn, NormaliseNames, ReorderColumns
from tests.specifications.tables import done

ABCD = pd.DataFrame({"a": [1], "b": [2.5], "c": ["x"], "d": [True]})


@pytest.mark.parametrize(
    ("columns", "place", "anchor", "order"),
    [
        ("d", "first", None, "dabc"),
        ("cb", "first", None, "cbad"),
        ("ba", "last", None, "cdba"),
        ("a", "after", "c", "bcad"),
        ("dc", "before", "b", "adcb"),
        ("a", "before", "b", "abcd"),
        ("abcd", "last", None, "abcd"),
    ],
)
def test_columns_move_in_the_order_named(
    columns: str, place: Any, anchor: str | None, order: str
) -> None:
    result = done(ReorderColumns(columns=tuple(columns), place=place, anchor=anchor), ABCD)
    pd.testing.assert_frame_equal(result, ABCD[list(order)])


def test_a_copy_stands_behind_its_column() -> None:
    result = done(DuplicateColumn(column="b", new="it's"), ABCD)
    assert list(result) == ["a", "b", "it's", "c", "d"]
    pd.testing.assert_series_equal(result["it's"], result["b"], check_names=False)


@pytest.mark.parametrize(
    ("names", "style", "cleaned"),
    [
        (["Unit Price", "unit price "], "snake", ["unit_price", "unit_price_2"]),
        (["Unit Price", "unit_price"], "snake", ["unit_price_2", "unit_price"]),
        (["a", "A", "a_2"], "snake", ["a", "a_3", "a_2"]),
        (
            ["unitPriceEUR", "HTTPStatus", "customerIDs"],
            "snake",
            ["unit_price_eur", "http_status", "customer_ids"],
        ),
        (["Größe (cm)", "Prénom", "Łódź-Ørsted"], "snake", ["grosse_cm", "prenom", "lodz_orsted"]),
        (
            ["% of total", "# Students", "R&D", "driver's"],
            "snake",
            ["percent_of_total", "number_students", "r_and_d", "drivers"],
        ),
        (["2024", "1st try", "\ufeffid", "_x__y_"], "snake", ["x2024", "x1st_try", "id", "x_y"]),
        (["???", " ", "column"], "snake", ["column_2", "column_3", "column"]),
        (
            ["Цена Товара", "हिंदी भाषा", "数量 (kg)"],
            "snake",
            ["цена_товара", "हिंदी_भाषा", "数量_kg"],
        ),
        (["km²", "\uff46\uff55\uff4c\uff4c", "Address1"], "snake", ["km2", "full", "address1"]),
        (["Unit Price", "2024"], "upper", ["UNIT_PRICE", "X2024"]),
        (["UnitPrice", "unit_price", "2024"], "lower", ["unit price", "unit price 2", "2024"]),
        (["UNIT_PRICE", "firstName"], "title", ["Unit Price", "First Name"]),
        ([" A  b\t", "A b", "Ä-%", "\ufeffid"], "trim", ["A b 2", "A b", "Ä-%", "id"]),
    ],
)
def test_names_are_normalised_and_stay_apart(
    names: list[str], style: Any, cleaned: list[str]
) -> None:
    df = pd.DataFrame([range(len(names))], columns=names)
    result = done(NormaliseNames(style=style), df)
    assert list(result) == cleaned
    assert result.iloc[0].tolist() == list(range(len(names)))


def test_only_the_named_columns_get_new_names() -> None:
    df = pd.DataFrame([[1, 2, 3]], columns=["A b", "a_b", "C"])
    result = done(NormaliseNames(columns=("A b",)), df)
    assert list(result) == ["a_b_2", "a_b", "C"]
