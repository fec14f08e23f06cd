"""Names that are not told: what a model reads in their place, and what its words mean."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stand_ins import StandIns
from domain.stand_ins_in_code import MisplacedStandIn

NAMES = {"New York": "column_1", "O'Fallon": "column_2", "12": "column_3", "?": "column_4"}
STAND_INS = StandIns(NAMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Fill New York and O'Fallon", "Fill column_1 and column_2"),
        ("There is no column 'New York'.", "There is no column 'column_1'."),
        (repr({"O'Fallon": "New York"}), "{\"column_2\": 'column_1'}"),
        ("New York_2 or sum_New York", "column_1_2 or sum_column_1"),
        ("New Yorkers, 120 and why?", "New Yorkers, 120 and why?"),
        ("?", "column_4"),
        ("Is '?' more than 12?", "Is 'column_4' more than column_3?"),
        ("Drop New York and Line 3 (`df['New Y…`)", "Drop column_1 and Line 3 (`df['…`)"),
    ],
)
def test_a_text_has_stand_ins_in_the_place_of_names(text: str, told: str) -> None:
    assert STAND_INS.hidden(text) == told


def test_what_a_model_says_with_a_stand_in_means_the_name() -> None:
    reply = {
        "summary": "Column_1 is twice column_2; column_9 and column_10 are not known.",
        "steps": [{"columns": ["column_1"], "new": "column_2_twice", "value": 7}],
        "expression": "column_1 * 2 + `column_3`",
    }
    assert STAND_INS.meant_in(reply) == {
        "summary": "New York is twice O'Fallon; column_9 and column_10 are not known.",
        "steps": [{"columns": ["New York"], "new": "O'Fallon_twice", "value": 7}],
        "expression": "`New York` * 2 + `12`",
    }


def test_code_with_a_stand_in_as_a_string_means_the_column_and_is_told_as_it_was_written() -> None:
    code = (
        "df = df.drop(columns=['column_4'])\n"
        "x = 'ü', df['column_2'].iloc[12]  # column_2\n"
        "df = df.melt(value_vars=['column_1', \"column_3\"])\n"
        "df['column_1_x'] = '''\n'''\n"
    )
    meant = STAND_INS.meant_in_code(code)
    assert meant == (
        "df = df.drop(columns=['?'])\n"
        "x = 'ü', df[\"O'Fallon\"].iloc[12]  # column_2\n"
        "df = df.melt(value_vars=['New York', '12'])\n"
        "df['New York_x'] = '''\n'''\n"
    )
    assert STAND_INS.hidden_in_code(meant) == code.replace('"column_3"', "'column_3'")


@pytest.mark.parametrize(
    "code",
    [
        "df = df.query('column_1 > 3')",
        "df = df[df.column_1 > 3]",
        "df = df.assign(column_1=1)",
        "df['x'] = f'column_1 of {len(df)}'",
        "df['x'] = f\"{df['column_1'].sum()}\"",
        "column_1 = df",
    ],
)
def test_code_in_which_a_name_cannot_stand_for_a_stand_in_is_refused(code: str) -> None:
    with pytest.raises(MisplacedStandIn, match=r"Line 1: .* Write df\['stand_in'\]"):
        STAND_INS.meant_in_code(code)


@given(
    names=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4, unique=True),
    data=st.data(),
)
def test_code_means_exactly_the_names_and_none_is_told(
    names: list[str], data: st.DataObject
) -> None:
    names = [name for name in names if name.strip() and "column" not in name]
    stand_ins = StandIns({name: f"column_{place}" for place, name in enumerate(names, 1)})
    used = data.draw(st.lists(st.sampled_from(names), max_size=5)) if names else []
    code = f"df = df[{[stand_ins.told(name) for name in used]!r}]"
    meant = stand_ins.meant_in_code(code)
    (listed,) = (n for n in ast.walk(ast.parse(meant)) if isinstance(n, ast.List))
    assert ast.literal_eval(listed) == used
    assert stand_ins.meant_in({"columns": [stand_ins.told(n) for n in used]}) == {"columns": used}
