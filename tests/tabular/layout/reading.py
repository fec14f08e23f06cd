"""A text as it is read when nothing, or something, is told about it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.dataset import GivenOptions, ParseOptions
from infrastructure.tabular.text.delimited import TextTable, inspect_delimited, read_text

Cells = list[str | None]


@dataclass(frozen=True)
class Reading:
    """The columns' names, the rows, and what was said of them."""

    names: list[str]
    rows: list[Cells]
    options: ParseOptions
    table: TextTable

    @property
    def repairs(self) -> dict[str, tuple[int, ...]]:
        """The lines of each kind of repair."""
        return {repair.kind: repair.lines for repair in self.table.repairs}

    @property
    def doubts(self) -> list[str]:
        """The kinds of doubts."""
        return [doubt.kind for doubt in self.table.doubts]


def read(content: bytes | str, given: GivenOptions | None = None) -> Reading:
    """What inspection and reading make of the bytes, or of the text in UTF-8."""
    with TemporaryDirectory() as directory:
        source = Path(directory) / "upload"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        options = inspect_delimited(source, given or GivenOptions())
        scratch = Path(directory) / "scratch"
        scratch.mkdir()
        table = read_text(source, options, scratch)
        frame = table.text.collect()
    return Reading(frame.columns, [list(row) for row in frame.rows()], options, table)
