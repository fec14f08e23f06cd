"""Commands about rows that are so many apart: "keep every second row"."""

from typing import Literal

from domain.actions import Action, TakeRows
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.numerals import as_ordinal
from infrastructure.llm.planner.reading.question import Question

_DROP = f"({'|'.join(words.DROP)})"
_KEEP = f"({'|'.join((*words.KEEP, 'take only', 'take just', 'take', 'only', 'just'))})"
_EVERY = "[only] (every|each) {nth:word} {row}"
_FROM = "[,] [starting|beginning|counting] (with|from|at|on) [row|number]"
_STARTS = (f"{_FROM} {{start:whole}} [on]", f"{_FROM} {{first:word}} [row|one] [on]")


@by_patterns(*(f"{_KEEP} {_EVERY} {start}" for start in _STARTS), f"{_KEEP} {_EVERY}")
def keep_every(said: Said) -> tuple[Action, ...] | None:
    """Read "keep every third row starting with row 1"."""
    return _taken(said, "keep")


@by_patterns(*(f"{_DROP} {_EVERY} {start}" for start in _STARTS), f"{_DROP} {_EVERY}")
def drop_every(said: Said) -> tuple[Action, ...] | None:
    """Read "drop every 10th row from row 10 on"."""
    return _taken(said, "drop")


def _taken(said: Said, matching: Literal["keep", "drop"]) -> tuple[Action, ...] | None:
    """The rows that are so many apart. Raises Question where it is not said which is the first."""
    every = 2 if said["nth"] == "other" else as_ordinal(said["nth"])
    if every is None or every < 2:
        return None
    start = said.get("start") or as_ordinal(said.get("first", ""))
    if start is not None:
        return (TakeRows(start=start, every=every, matching=matching),)
    if "first" in said:
        return None
    choices = tuple(
        Choice(
            label=f"{first}, {first + every}, {first + 2 * every} …",
            message=f"{matching} every {said['nth']} row starting with row {first}",
        )
        for first in (1, every)
    )
    rows = " or ".join(choice.label for choice in choices)
    raise Question(f"Is every {said['nth']} row of the rows {rows}?", choices)


RULES = (keep_every, drop_every)
