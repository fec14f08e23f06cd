"""Types that are written while they are still being counted are those that all values tell."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from domain.dataset import Interpretation
from infrastructure.tabular.types import typed_files
from infrastructure.tabular.types.column_types import decide
from infrastructure.tabular.types.typed_files import write_typed

_ROWS = 5000
EARLY = {
    "whole numbers": [str(n) for n in range(_ROWS)],
    "decimals": [f"{n}.5" for n in range(_ROWS)],
    "decimal commas": [f"1.{n % 1000:03},50" for n in range(_ROWS)],
    "days": [f"{1 + n % 12:02}/{1 + n % 12:02}/2024" for n in range(_ROWS)],
    "moments": [f"2024-01-05 10:{n % 60:02}:00" for n in range(_ROWS)],
    "words of truth": [("yes", "no")[n % 2] for n in range(_ROWS)],
    "words": [("NA", "x")[n % 2] for n in range(_ROWS)],
    "nothing": [""] * _ROWS,
}
LATE = {
    "nothing": "",
    "white space": "  ",
    "padding": " 7 ",
    "a word for missing": "n/a",
    "a float": "3.25",
    "a long number": "123456789012345678901234567890",
    "a leading zero": "007",
    "a word": "seven",
    "a day": "31/12/2024",
    "no": "no",
}


def assert_as_decided(text: pl.DataFrame, target: Path, options: Interpretation) -> None:
    """What is written, and what is said of it, is what deciding first and writing then gives."""
    written = write_typed(text.lazy(), options, target)
    decided = decide(text.lazy(), options)
    assert (written.columns, written.doubts) == (decided.columns, decided.doubts)
    assert_frame_equal(pl.read_parquet(target), decided.typed(text.lazy()).collect())


@pytest.fixture(autouse=True)
def many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed_files, "_CELLS_AT_ONCE", 1)
    monkeypatch.setattr(typed_files, "_LEAST_ROWS", 700)


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("early", EARLY)
def test_a_late_value_counts_like_any_other(early: str, late: str, tmp_path: Path) -> None:
    cells = [*EARLY[early][:-2], LATE[late], EARLY[early][-1]]
    beside = EARLY["days"][: len(cells) - 1]
    text = pl.DataFrame({"a": cells, "b": [*beside, "25/12/2024"]})
    assert_as_decided(text, tmp_path / "typed.parquet", Interpretation())


@given(data=st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_mixture_is_written_as_it_is_decided(data: st.DataObject, tmp_path: Path) -> None:
    target = tmp_path / "typed.parquet"
    target.unlink(missing_ok=True)
    columns = {}
    for name in "abc":
        cells = list(EARLY[data.draw(st.sampled_from(sorted(EARLY)))])
        for row in data.draw(st.lists(st.integers(0, _ROWS - 1), max_size=3)):
            cells[row] = LATE[data.draw(st.sampled_from(sorted(LATE)))]
        columns[name] = cells
    decimal = data.draw(st.sampled_from([None, ",", "."]))
    assert_as_decided(pl.DataFrame(columns), target, Interpretation(decimal=decimal))


def test_no_rows_and_no_columns_are_written(tmp_path: Path) -> None:
    for number, text in enumerate(
        [pl.DataFrame({"a": []}, schema={"a": pl.String}), pl.DataFrame()]
    ):
        assert_as_decided(text, tmp_path / f"{number}.parquet", Interpretation())


def test_one_thread_is_enough(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; import polars as pl\n"
        "from domain.dataset import Interpretation\n"
        "from infrastructure.tabular.types import typed_files\n"
        "typed_files._CELLS_AT_ONCE = 1\n"
        "text = pl.LazyFrame({'a': [str(n) for n in range(50_000)]})\n"
        "typed_files.write_typed(text, Interpretation(), Path(sys.argv[1]))\n"
    )
    target = tmp_path / "typed.parquet"
    subprocess.run(
        [sys.executable, "-c", program, str(target)],
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
        cwd=Path(__file__).parents[3],
        check=True,
        timeout=60,
    )
    assert pl.read_parquet(target)["a"].sum() == sum(range(50_000))
