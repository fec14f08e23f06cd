"""What is not needed is not imported: that takes longer than to read a small file."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_NEEDED = {"polars", "pydantic", "typer"}
_TELLING = """
import gc
import sys
from interfaces.cli.main import main
try:
    main()
finally:
    print(*{module.partition(".")[0] for module in sys.modules}, file=sys.stderr)
    print("collecting" * gc.isenabled(), "frozen" * (gc.get_freeze_count() > 0), file=sys.stderr)
"""

SMALL = {
    "commas": "a,b\n1,x\n",
    "quotes": 'a;b\r\n1;"x; ""y"""\r\n2;""\r\n',
    "letters": "a\tb\né\t1\n",
}


@pytest.mark.parametrize("case", SMALL)
def test_the_cells_of_a_small_regular_file_are_written_without_heavy_imports(
    tmp_path: Path, case: str
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(SMALL[case].encode())
    ended = subprocess.run(
        [sys.executable, "-c", _TELLING, "convert", source, "-o", out, "--raw"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert out.exists()
    assert _frameworks() & set(ended.stderr.split()) == _NEEDED


def test_the_service_starts_without_what_only_jails_need() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _TELLING, "serve", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    imported = set(told.stderr.split())
    assert "psycopg" in imported, "all of it"
    assert not imported & {"pandas", "sklearn", "skops"}
    assert {"collecting", "frozen"} <= imported, "garbage is not looked for in what was imported"


def _frameworks() -> set[str]:
    """All that is not ours; the contract that names them is held complete by another test."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (found,) = (each for each in linter["contracts"] if each["id"] == "frameworks")
    return set(found["forbidden_modules"])
