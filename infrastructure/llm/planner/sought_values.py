"""Values that a message has without their column, and what the table knows of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.plan import Choice

LookUp = Callable[[Sequence[str]], Mapping[str, bool]]
"""See `Snapshots.columns_holding`."""


@dataclass(frozen=True)
class Sought:
    """Texts that are cells of one column. `said_with` is the message with the column's name in it,
    and, if so asked, with the wish that case is ignored."""

    texts: tuple[str, ...]
    said_with: Callable[[str, bool], str]

    def choices(self, names: Sequence[str]) -> tuple[Choice, ...]:
        """The message with each of the columns."""
        return tuple(Choice(label=name, message=self.said_with(name, False)) for name in names)

    def found(self, look_up: LookUp) -> tuple[Choice, ...]:
        """The same with the columns that hold the texts, in whatever case they do."""
        return tuple(
            Choice(label=name, message=self.said_with(name, not all_as_given))
            for name, all_as_given in look_up(self.texts).items()
        )
