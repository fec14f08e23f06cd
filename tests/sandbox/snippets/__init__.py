"""Ordinary pandas code, one text file per topic of the pandas documentation.

A snippet begins with a line ``# %% table: what it does`` and runs on that table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = "# %% "


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """`code` as somebody would write it for the table `table` (see every_table)."""

    topic: str
    name: str
    table: str
    code: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.name}"


def every_snippet() -> list[Snippet]:
    """All snippets, in order of topics."""
    return [
        snippet
        for file in sorted(Path(__file__).parent.glob("*.txt"))
        for snippet in _snippets(file)
    ]


def _snippets(file: Path) -> Iterator[Snippet]:
    text = file.read_text(encoding="utf-8")
    for part in text.removeprefix(_MARK).split(f"\n{_MARK}"):
        title, _, code = part.partition("\n")
        table, _, name = title.partition(": ")
        yield Snippet(topic=file.stem, name=name, table=table, code=code.strip() + "\n")
