"""What the documents name is there, so that whoever follows them arrives."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECISIONS = sorted((ROOT / "ADR").glob("*.md"))
DOCUMENTS = [*DECISIONS, *ROOT.glob("*.md"), *ROOT.glob(".github/*.md")]
OURS = ("ADR/", "application/", "deploy/", "domain/", "infrastructure/", "interfaces/", "tests/")
MEDIA_TYPES = {"application/x-ndjson"}
# A function, or the name of a file as it stands after its directory was named.
TEST = re.compile(r"`(test_\w+|test_[\w*]+\.py)`")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TEST_FUNCTION = re.compile(r"^ *def (test_\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def tests() -> set[str]:
    """The names of all test functions."""
    return {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in TEST_FUNCTION.findall(path.read_text())
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_link_in_it_leads_somewhere(document: Path) -> None:
    text = document.read_text()
    paths = [path for path in re.findall(r"`([\w./*-]+)`", text) if path.startswith(OURS)]
    paths = [path for path in paths if path not in MEDIA_TYPES]
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [path for path in paths if not any(ROOT.glob(path))] == []
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_it_has_a_status_and_names_tests_that_confirm_it(decision: Path, tests: set[str]) -> None:
    title, _, status, *_ = decision.read_text().splitlines()
    assert re.fullmatch(r"# \d+\. \S.*", title)
    assert status.startswith(("Status: accepted", "Status: superseded by "))
    _, _, confirmed = decision.read_text().partition("onfirmed by")
    assert "`" in confirmed
    missing = {
        name
        for name in TEST.findall(confirmed)
        if name not in tests and not any((ROOT / "tests").rglob(name))
    }
    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_its_prose_fits_the_width(document: Path) -> None:
    prose = CODE.sub("", document.read_text()).splitlines()
    assert [line for line in prose if len(line) > 120 and not line.startswith("|")] == []
