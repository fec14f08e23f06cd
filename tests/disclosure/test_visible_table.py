"""What of a real table a model may see, without consent and with it."""

import json
from pathlib import Path

import pandas as pd
import pytest

from application.artifacts import Artifacts
from application.disclosure.token_estimate import estimated_tokens
from application.disclosure.visible_table import visible_table
from application.ports.language_model import VisibleTable
from domain.session.events import Snapshot
from domain.stand_ins import StandIns
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots

ROWS = 60
NONE = StandIns()
TABLE = pd.DataFrame(
    {
        "city": [f"Zzyzx{i % 3}" for i in range(ROWS)],
        "amount": [7_001_003 + 17.25 * i for i in range(ROWS)],
        "day": pd.to_datetime([f"1931-02-{1 + i % 28:02d}" for i in range(ROWS)]),
        "constant": [4_242_421] * ROWS,
        "rare": [918_273.5] + [None] * (ROWS - 1),
        "sign": ["§§"] * ROWS,
        "surname": [f"Plughson{i}" for i in range(ROWS)],
        "remark": [f"please do call Xyzzy at 030 12345{i:02d} or write" for i in range(ROWS)],
        "who": [f"xyzzy{i}@plugh.example" for i in range(ROWS)],
    }
)
CELLS = [
    "Zzyzx",
    "7001",
    "7,001",
    "7.001",
    "1931",
    "4242421",
    "4,242",
    "918",
    "§",
    "Plugh",
    "Xyzzy",
]


@pytest.fixture
def snapshots(tmp_path: Path) -> ColumnSnapshots:
    (tmp_path / "scratch").mkdir()
    store = ObstoreObjectStore.local(tmp_path / "objects")
    return ColumnSnapshots(Artifacts(store, tmp_path / "scratch"))


def kept(snapshots: ColumnSnapshots, frame: pd.DataFrame, directory: Path) -> Snapshot:
    frame.to_parquet(directory / "table.parquet", index=False)
    return snapshots.keep(directory / "table.parquet")


def text_of(table: VisibleTable) -> str:
    told = [table.profile, table.sample_columns, table.sample, [c.name for c in table.columns]]
    return json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("rows", [1, 2, 5, 60])
def test_without_consent_no_cell_is_in_it(
    snapshots: ColumnSnapshots, tmp_path: Path, rows: int
) -> None:
    snapshot = kept(snapshots, TABLE.head(rows), tmp_path)
    table = visible_table(snapshots, snapshot, about="", sample_rows=0, stand_ins=NONE)
    assert table.sample == ()
    assert [c.name for c in table.columns] == list(TABLE.columns)
    assert "city" in "\n".join(table.profile)
    assert [cell for cell in CELLS if cell.casefold() in text_of(table).casefold()] == []


def test_with_consent_it_has_values_and_as_many_rows_as_are_allowed(
    snapshots: ColumnSnapshots, tmp_path: Path
) -> None:
    snapshot = kept(snapshots, TABLE, tmp_path)
    table = visible_table(snapshots, snapshot, about="", sample_rows=4, stand_ins=NONE)
    assert len(table.sample) == 4
    assert table.sample_columns == tuple(TABLE.columns)
    first = dict(zip(table.sample_columns, table.sample[0], strict=True))
    assert first["city"] == "Zzyzx0"
    assert first["amount"] == 7_001_003
    assert '"Zzyzx0"' in "\n".join(table.profile)


def test_personal_data_is_masked_in_rows_and_in_statistics(
    snapshots: ColumnSnapshots, tmp_path: Path
) -> None:
    snapshot = kept(snapshots, TABLE, tmp_path)
    table = visible_table(snapshots, snapshot, about="", sample_rows=20, stand_ins=NONE)
    first = dict(zip(table.sample_columns, table.sample[0], strict=True))
    assert first["surname"] == "Xxx#"
    assert first["who"].endswith("xxx.xxx")
    assert first["remark"].startswith("please do call")
    told = text_of(table)
    for secret in ("Plughson", "12345", "plugh.example", "xyzzy0"):
        assert secret not in told


def test_a_cell_is_masked_before_it_is_cut(snapshots: ColumnSnapshots, tmp_path: Path) -> None:
    hidden = "a" * 72 + " 030 1234567 and " + "b" * 5_000
    frame = pd.DataFrame({"note": [hidden, "plain words are here too"] * 5})
    table = visible_table(
        snapshots, kept(snapshots, frame, tmp_path), about="", sample_rows=1, stand_ins=NONE
    )
    assert "030" not in text_of(table)
    assert len(table.sample[0][0]) <= 80


def test_a_wide_table_is_told_within_a_budget_and_what_is_asked_about_comes_first(
    snapshots: ColumnSnapshots, tmp_path: Path
) -> None:
    frame = pd.DataFrame({f"measure number {i}": ["x" * 300] * 20 for i in range(420)})
    frame["x" * 900] = "y"
    snapshot = kept(snapshots, frame, tmp_path)
    table = visible_table(
        snapshots,
        snapshot,
        about="drop Measure Number 419 please",
        sample_rows=20,
        stand_ins=NONE,
    )
    names = [column.name for column in table.columns]
    assert "measure number 419" in names
    assert "measure number 0" in names
    assert len(names) + table.left_out == 421
    assert table.left_out > 150
    assert estimated_tokens(text_of(table)) < 20_000
    assert "x" * 300 not in text_of(table)
    assert 1 <= len(table.sample_columns) < len(names)


def test_a_name_without_end_hides_no_other_column(
    snapshots: ColumnSnapshots, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"ab cd " * 5_000: [1], "age": [2]})
    table = visible_table(
        snapshots, kept(snapshots, frame, tmp_path), about="", sample_rows=1, stand_ins=NONE
    )
    assert ([c.name for c in table.columns], table.left_out) == (["age"], 1)


def test_a_table_without_rows_has_no_sample(snapshots: ColumnSnapshots, tmp_path: Path) -> None:
    snapshot = kept(snapshots, TABLE.head(0), tmp_path)
    assert visible_table(snapshots, snapshot, about="", sample_rows=20, stand_ins=NONE).sample == ()
