"""What a closer look at a stored table finds."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.artifacts import Artifacts
from application.ports.findings import Finding
from application.suggestions.remedies import remedy
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.findings import closer_look as module
from infrastructure.tabular.findings.closer_look import CloserLook
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from tests.specifications.tables import cells, done


def look(tmp_path: Path, **columns: Sequence[object]) -> list[Finding]:
    artifacts = Artifacts(ObstoreObjectStore.local(tmp_path / "objects"), tmp_path)
    snapshots = ColumnSnapshots(artifacts)
    pq.write_table(pa.table(dict(columns)), tmp_path / "table.parquet")
    snapshot = snapshots.keep(tmp_path / "table.parquet")
    return list(CloserLook(artifacts).look_closer(snapshot, snapshots.profile(snapshot)))


def test_amounts_in_several_units_are_told_by_unit(tmp_path: Path) -> None:
    weights = [f"{50 + i % 9} kg" if i % 4 else f"{100 + i} lb" for i in range(80)]
    (found,) = look(tmp_path, weight=weights)
    assert (found.kind, found.columns, found.rows) == ("mixed_units", ("weight",), 20)
    assert found.examples == [{"unit": "kg", "rows": 60}, {"unit": "lb", "rows": 20}]


@pytest.mark.parametrize(
    "cells",
    [
        [f"{i} kg" for i in range(40)],
        [f"{1 + i % 12} am" if i % 2 else f"{1 + i % 12} pm" for i in range(40)],
        [f"{i}th" if i % 2 else f"{i}st" for i in range(40)],
        [f"see {i} kg" if i % 2 else f"not {i} lb" for i in range(40)],
    ],
)
def test_what_has_one_unit_or_none_is_left(tmp_path: Path, cells: list[str]) -> None:
    assert "mixed_units" not in {found.kind for found in look(tmp_path, amount=cells)}


def test_spaces_between_words_are_found_and_those_around_are_not_counted(tmp_path: Path) -> None:
    names = ["Ann  Lee", "Bob\tRay", "Cleo\u00a0Poe", "  Dan Fox  ", "Eve Ash", None]
    (found,) = look(tmp_path, name=names)
    assert (found.kind, found.rows) == ("inner_spaces", 3)


def test_codes_of_another_form_are_found(tmp_path: Path) -> None:
    codes = [f"AB-{1000 + i}" for i in range(97)] + ["ab1", "ab2", "#7"]
    (found,) = look(tmp_path, code=codes)
    assert (found.kind, found.rows) == ("unlike_pattern", 3)
    assert "AA-9999" in found.message
    assert "ab1" not in str(found.examples)
    (action,) = remedy(found, {})
    flagged = done(action, pd.DataFrame({"code": codes}))
    assert list(flagged["code_other_form"]) == [False] * 97 + [True] * 3


def test_where_the_form_cannot_be_said_for_certain_there_is_no_action(tmp_path: Path) -> None:
    (found,) = look(tmp_path, code=[f"ÄB-{1000 + i}" for i in range(99)] + ["ab1"])
    assert (found.kind, found.rows, found.form) == ("unlike_pattern", 1, None)
    assert remedy(found, {}) == ()


def test_misspelt_values_and_broken_dependencies_are_found_together(tmp_path: Path) -> None:
    zips = [str(10_000 + i % 12) for i in range(240)]
    cities = [["Hamburg", "Munich", "Cologne", "Dresden"][(i % 12) // 3] for i in range(240)]
    cities[5] = "Munihc"
    found = {each.kind: each for each in look(tmp_path, zip=zips, city=cities)}
    assert set(found) == {"near_duplicates", "broken_dependency"}
    (example,) = found["near_duplicates"].examples
    assert example == {"value": "Munihc", "rows": 1, "usual": "Munich"}
    assert found["broken_dependency"].columns == ("zip", "city")


def test_what_is_suggested_for_a_broken_dependency_mends_it(tmp_path: Path) -> None:
    zips = [str(10_000 + i % 12) for i in range(240)]
    four = ["Hamburg", "Munich", "Cologne", "Dresden"]
    cities: list[str | None] = [four[(i % 12) // 3] for i in range(240)]
    cities[5], cities[18], cities[7] = "Bonn", "Bonn", None
    (found,) = look(tmp_path, zip=zips, city=cities)
    assert found.rows == 2
    (action,) = remedy(found, {})
    mended = done(action, pd.DataFrame({"zip": zips, "city": cities}))
    assert look(tmp_path, zip=list(mended["zip"]), city=cells(mended, "city")) == []
    assert cells(mended, "city")[7] is None


def test_of_a_long_table_some_rows_are_looked_at_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_CELLS", 500)
    names = ["Ann  Lee" if i % 2 else "Bob Ray" for i in range(2001)]
    (found,) = look(tmp_path, name=names)
    assert found.about
    assert "about" in found.message.lower()
    assert 700 <= found.rows <= 1300


def test_a_table_in_order_or_empty_has_nothing_to_find(tmp_path: Path) -> None:
    assert look(tmp_path, name=["Ann Lee", "Bob Ray"], age=[1, 2]) == []
    assert look(tmp_path, name=pa.array([], pa.string())) == []
