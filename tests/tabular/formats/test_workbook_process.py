"""The process that reads workbooks starts for each of them, and has to be quick about it."""

import subprocess
import sys

_PROGRAM = """
import sys
import infrastructure.tabular.workbooks.columns, infrastructure.tabular.workbooks.process
print(sorted({"pandas", "polars"}.intersection(sys.modules)))
"""


def test_it_does_without_libraries_that_take_long_to_import() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"
