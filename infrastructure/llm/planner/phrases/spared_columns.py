"""Columns that are to stay as they are: "don't touch id, lowercase all other text columns"."""

from domain.actions import Action
from domain.table import TableShape
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_DONT = ("don't", "dont", "do not", "never", "please don't", "please dont", "please do not")
_TOUCH = ("touch", "change", "modify", "alter", "mess with")
_AS_IT_IS = (
    *("alone", "as it is", "as they are", "as is", "untouched", "unchanged", "the way it is"),
    *("the way they are", "like it is", "like that"),
)
_JOINTS = (",", ".", ";", "and", "but", "just", "then", "\n")


def read_spared(reader: Reader) -> tuple[str, ...]:
    """Read "don't touch id and name, but"; nothing where no such thing is said. Raises Question."""
    start, missed, furthest = reader.position, reader.missed, reader.furthest
    reader.skip(*words.NOISE_BEFORE, ",", "but")
    denied = any(reader.take(f"{dont} {touch}") for dont in _DONT for touch in _TOUCH)
    if denied or reader.take("leave", "keep"):
        try:
            names = reader.columns()
        except Question:
            if denied:
                raise
            names = None  # "keep orders in March" is not about several columns
        said = names and (reader.take(*_AS_IT_IS) or denied)
        if names and said and (reader.token() is None or reader.take(*_JOINTS)):
            reader.skip(*_JOINTS)
            return names
    reader.position, reader.missed, reader.furthest = start, missed, furthest
    return ()


def what_else(spared: tuple[str, ...]) -> Question:
    """The question where that is all that is said."""
    return Question(f"So I leave {', '.join(spared)} as it is. What should happen instead?")


def refuse_to_touch(spared: tuple[str, ...], action: Action, left: TableShape) -> None:
    """Raise Question where the action would change, or drop, what is to stay as it is."""
    gone = set(spared) - set(left.column_names)
    for name in spared:
        if name in gone or name in action.columns_changed():
            raise Question(
                f"You said that {name} is to stay as it is, and I understood: "
                f"{action.describe()}. So I did nothing."
            )
