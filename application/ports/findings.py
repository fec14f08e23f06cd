"""What is wrong in a table, as far as the profile of its columns does not tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from domain.session.events import Snapshot


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong with so many rows of some columns (none: of the table).

    `importance` is from 0 to 1. `examples` are JSON-ready and hold cells: never log or record
    them. `about`: only some of the rows were looked at, and `rows` is reckoned from them.
    `apart`: no other values of the columns are as near to one another as those that are wrong, so
    that whatever merges near values merges these alone. `form` is a regular expression, without a
    letter or digit of any cell, for the values that are as they should be. `unread` is how many
    values a cast, or reading dates, would make missing; None where something else mends it.
    """

    kind: str
    columns: tuple[str, ...]
    rows: int
    message: str
    mend: str
    importance: float
    examples: Sequence[Mapping[str, Any]] = ()
    about: bool = False
    apart: bool = False
    form: str | None = None
    unread: int | None = None


class Findings(Protocol):
    """A closer look at stored tables. Raises ObjectMissing and ArtifactCorrupt."""

    def look_closer(self, snapshot: Snapshot, profile: Mapping[str, Any]) -> Sequence[Finding]:
        """What there is to find in the table of that profile, in about a second at the most."""

    def unread(
        self, snapshot: Snapshot, column: str, to: Literal["number", "boolean", "datetime"]
    ) -> int:
        """How many values of a column a cast to that would make missing; of a long one, about."""
