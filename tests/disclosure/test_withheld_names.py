"""Which names a model is told: those explained without cells, and with consent no personal one."""

import time
from dataclasses import replace

import pytest

from application.disclosure.withheld_names import stand_ins_for
from domain.session import Session
from domain.session.new_names import NewNames
from domain.table import Column, ColumnType, TableShape
from tests.specifications.given import with_table


def shape_of(*names: str, rows: int = 3) -> TableShape:
    return TableShape(
        rows=rows,
        columns=tuple(Column(name=n, type=ColumnType.TEXT, nulls=0, distinct=1) for n in names),
    )


def session_of(*new_names: NewNames, consent: int = 0, said: tuple[str, ...] = ()) -> Session:
    """Over a table whose only column is age."""
    return replace(with_table().state, new_names=new_names, sample_rows=consent, said=said)


BEFORE = shape_of("age", "kind", "e-mail")
PIVOT = NewNames(
    names=("Gnusto", "Rezrov"), before=BEFORE, code="df = df.pivot(index='age', columns='kind')"
)
WIDE = shape_of("age", "Gnusto", "Rezrov")


def told(session: Session, shape: TableShape) -> list[str]:
    stand_ins = stand_ins_for(session, shape)
    return [stand_ins.told(name) for name in shape.column_names]


def test_a_name_made_from_cells_has_a_stand_in_by_its_place() -> None:
    assert told(session_of(PIVOT), WIDE) == ["age", "column_2", "column_3"]
    assert told(session_of(PIVOT, said=("drop REZROV",)), WIDE) == ["age", "column_2", "Rezrov"]


def test_a_name_of_which_nothing_is_known_has_a_stand_in() -> None:
    assert told(session_of(), shape_of("age", "Gnusto")) == ["age", "column_2"]
    assert told(session_of(consent=3), shape_of("age", "Gnusto")) == ["age", "column_2"]


def test_no_other_column_and_no_word_of_a_person_looks_like_a_stand_in() -> None:
    made = replace(PIVOT, names=("Gnusto", "my_column_3"))
    shape = shape_of("age", "Gnusto", "my_column_3")
    assert told(session_of(made), shape) == ["age", "column__2", "column__3"]
    said = session_of(PIVOT, said=("call it column_12", "Column__1"))
    assert told(said, WIDE) == ["age", "column___2", "column___3"]


def test_with_consent_names_are_told_that_are_of_no_person() -> None:
    assert told(session_of(PIVOT, consent=3), WIDE) == ["age", "Gnusto", "Rezrov"]


def test_with_consent_no_name_is_told_of_a_table_without_rows_for_none_is_sent() -> None:
    shape = replace(WIDE, rows=0)
    assert told(session_of(PIVOT, consent=3), shape) == ["age", "column_2", "column_3"]


@pytest.mark.parametrize(
    "code",
    [
        "df = df.pivot(index='kind', columns='e-mail')",
        "df = df.T",
        "df.columns = df.iloc[0]",
    ],
)
def test_with_consent_names_that_may_come_from_a_personal_column_are_not_told(code: str) -> None:
    made = replace(PIVOT, code=code)
    lower = NewNames(names=("gnusto",), before=WIDE, code="df = df.rename(columns=str.lower)")
    session = session_of(made, lower, consent=3)
    assert told(session, WIDE) == ["age", "column_2", "column_3"]
    assert told(session, shape_of("gnusto")) == ["column_1"]


def test_with_consent_names_that_look_personal_are_not_told() -> None:
    made = replace(PIVOT, names=("Gnusto", "ann@frobozz.example"))
    shape = shape_of("age", "Gnusto", "ann@frobozz.example")
    assert told(session_of(made, consent=3), shape) == ["age", "Gnusto", "column_3"]


def test_many_steps_over_a_wide_table_are_looked_at_in_no_time() -> None:
    names = [f"measure {i} of it" for i in range(10_000)]
    wide = shape_of(*names)
    steps = [
        NewNames(names=(f"sum {i}",), before=wide, code=f"df['sum {i}'] = {i}") for i in range(300)
    ]
    started = time.process_time()
    stand_ins_for(session_of(*steps), wide)
    assert time.process_time() - started < 2
