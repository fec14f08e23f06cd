"""Files are read where a process may take less memory than their readers would be given."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

GIB = 1 << 30
SETTING_A_LIMIT = """
import resource, sys
from infrastructure.tabular.memory_limit import limit_memory
given, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_DATA, (given, given))
limit_memory(resource.RLIMIT_DATA, wanted)
print(resource.getrlimit(resource.RLIMIT_DATA)[0])
"""
READING = """
import resource, sys
from pathlib import Path
from infrastructure.tabular.file_tables import FileTables
resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
source, target = map(Path, sys.argv[1:])
tables = FileTables()
tables.read(source, tables.inspect(source, source.name), target)
"""


def _run(code: str, *arguments: object) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(("given", "wanted"), [(4 * GIB, 8 * GIB), (8 * GIB, 4 * GIB)])
def test_the_lesser_of_two_limits_holds(given: int, wanted: int) -> None:
    assert _run(SETTING_A_LIMIT, given, wanted) == str(4 * GIB)


def test_parquet_is_read_where_less_may_be_taken(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "a.parquet")
    _run(READING, tmp_path / "a.parquet", tmp_path / "read.parquet")
    assert pq.read_table(tmp_path / "read.parquet").num_rows == 2
