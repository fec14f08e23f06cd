"""The verifier is one file that needs the standard library and `cryptography`, and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.audit.bundles import VERIFIER
from tests.audit.synthetic import KEY, ordinary_log, packed

# Runs the file given first, where none of our packages and none of their dependencies can come in.
_ALONE = """
import runpy, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        allowed = sys.stdlib_module_names | {"cryptography", "_cffi_backend", "_rust"}
        if top not in allowed:
            raise ImportError(f"{name} is not for the verifier")
sys.meta_path.insert(0, Refuse())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_it_imports_the_standard_library_and_cryptography_only() -> None:
    imported = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import needs the package around it"
            imported.add(str(node.module).partition(".")[0])

    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_it_imports_nothing_by_name_at_run_time() -> None:
    tree = ast.parse(VERIFIER.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

    assert not names & {"__import__", "importlib", "eval", "exec", "compile"}


def test_it_runs_where_nothing_else_can_be_imported(tmp_path: Path) -> None:
    alone = tmp_path / "verify_bundle.py"
    alone.write_bytes(VERIFIER.read_bytes())
    packed(ordinary_log().bundle(), tmp_path / "bundle.zip")

    said = subprocess.run(
        [
            *(sys.executable, "-I", "-c", _ALONE, alone.name, "bundle.zip"),
            *("--public-key", KEY.verifier.line),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("PROVEN")


def test_importing_it_does_nothing(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-c", "import runpy, sys; runpy.run_path(sys.argv[1])", VERIFIER],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert said.stdout == said.stderr == ""
    assert list(tmp_path.iterdir()) == []
