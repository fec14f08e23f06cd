"""The import contracts hold, and bite: a violation of each is seeded and must be found."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "infrastructure", "interfaces")

# contract, and what a careless commit would add: file -> code
VIOLATIONS = [
    ("layers", {"domain/seeded.py": "import application.ports"}),
    ("layers", {"application/seeded.py": "import infrastructure.storage"}),
    ("layers", {"infrastructure/seeded.py": "import interfaces.settings"}),
    ("composition", {"interfaces/http/seeded.py": "import infrastructure.storage"}),
    ("composition", {"interfaces/cli/seeded.py": "from infrastructure import embedded"}),
    ("frameworks", {"domain/seeded.py": "import pydantic"}),
    ("frameworks", {"application/crew/seeded.py": "from sqlalchemy.orm import Session"}),
    ("entry-points", {"interfaces/http/seeded.py": "import interfaces.worker"}),
    ("entry-points", {"interfaces/http/seeded.py": "import interfaces.relay"}),
    ("entry-points", {"interfaces/http/seeded.py": "from interfaces import cli"}),
    (
        "planner",
        {
            "infrastructure/llm/planner/phrases/seeded.py": (
                "import infrastructure.llm.planner.rules.in_order"
            )
        },
    ),
    (
        "cycles",
        {
            "domain/seeded_left/__init__.py": "import domain.seeded_right",
            "domain/seeded_right/__init__.py": "import domain.seeded_left",
        },
    ),
    (
        "cycles",
        {
            "infrastructure/llm/seeded_left.py": "import infrastructure.llm.seeded_right",
            "infrastructure/llm/seeded_right.py": "import infrastructure.llm.seeded_left",
        },
    ),
]


def test_the_tree_keeps_every_contract() -> None:
    answer = _lint(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(("contract", "files"), VIOLATIONS)
def test_a_seeded_violation_is_found(tmp_path: Path, contract: str, files: dict[str, str]) -> None:
    for name in LAYERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, code in files.items():
        seeded = tmp_path / name
        seeded.parent.mkdir(exist_ok=True)
        seeded.write_text(code + "\n")

    answer = _lint(tmp_path, "--contract", contract)

    assert answer.returncode == 1, answer.stdout
    assert "0 kept, 1 broken" in answer.stdout
    assert "seeded" in answer.stdout


def test_every_contract_has_a_seeded_violation() -> None:
    assert {contract["id"] for contract in _linter()["contracts"]} == {id_ for id_, _ in VIOLATIONS}


def test_every_dependency_is_forbidden_to_domain_and_application() -> None:
    assert _modules_of_dependencies() - _forbidden() == set()


def test_every_forbidden_name_is_a_package_that_is_installed() -> None:
    assert [name for name in _forbidden() if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize(("layer", "known"), [("domain", set()), ("application", {"domain"})])
def test_the_inner_layers_need_only_the_standard_library(layer: str, known: set[str]) -> None:
    allowed = sys.stdlib_module_names | {layer} | known
    foreign = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / layer).rglob("*.py")
        for name in _imported(path)
        if name not in allowed
    }
    assert foreign == set()


def _lint(directory: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", *options],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _linter() -> dict[str, Any]:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert isinstance(linter, dict)
    return linter


def _forbidden() -> set[str]:
    frameworks = next(item for item in _linter()["contracts"] if item["id"] == "frameworks")
    return set(frameworks["forbidden_modules"])


def _modules_of_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {_normal(re.split(r"[^A-Za-z0-9._-]", item)[0]) for item in project["dependencies"]}
    return {
        module
        for module, distributions in metadata.packages_distributions().items()
        if declared & {_normal(name) for name in distributions}
    }


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _imported(path: Path) -> Iterator[str]:
    """The top-level names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).partition(".")[0]
