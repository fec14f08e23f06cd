"""Wishes for parts of a column in columns of their own, said without "split"."""

from domain.actions import Action, DateParts, DuplicateColumn, FormatDates
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import key, quotation

_SIGNS = (
    *(("a space", " "), ("a comma", ","), ("a dash", "-"), ("a slash", "/"), ("an x", "x")),
    ("a semicolon", ";"),
)
_OWN = "(two|three|four|separate|different|own|their own|individual) columns"
_OUGHT = "(should|must|need to|have to|ought to) (be|become|get|have|go into|be in|stand in)"


@by_patterns(
    f"{{new:names}} {_OUGHT} [in] [to be] {_OWN}",
    f"(put|make|get|i want|i need) {{new:names}} (in|into|as|to) {_OWN}",
)
def ask_how_names_part(said: Said) -> tuple[Action, ...] | None:
    """Ask what separates the genus from the species, if one of them is a column of text."""
    texts = {key(name): name for name in said.reader.of_types(TEXT)}
    named = [texts[key(new)] for new in said["new"] if key(new) in texts]
    if len(named) != 1:
        return None
    raise _by_which_sign(said.reader, named[0], said["new"])


@by_patterns("{column} (->|→|=>) [columns] {new:names}")
def ask_how_parts_part(said: Said) -> tuple[Action, ...] | None:
    """Ask what separates the parts of "dimensions -> length, width, height"."""
    if said["column"] not in said.reader.of_types(TEXT):
        return None
    raise _by_which_sign(said.reader, said["column"], said["new"])


def _by_which_sign(reader: Reader, column: str, new: tuple[str, ...]) -> Question:
    before, after = reader.text_around(reader.start, reader.position)
    into = " and ".join(map(quotation, new))
    return Question(
        f"What separates the parts of {column!r}?",
        tuple(
            Choice(
                label=label,
                message=f"{before}split {quotation(column)} at '{mark}' into {into}{after}",
            )
            for label, mark in _SIGNS
        ),
    )


_SPLIT = "(split|separate|divide|break|break up|part|split up)"


@by_patterns(
    f"{_SPLIT} {{column}} [up] (into|to|in|as) [separate|two] [columns] [:] [a|the] date [column] "
    "(and|,) [a|the] time [column|columns]",
)
def split_date_and_time(said: Said) -> tuple[Action, ...] | None:
    """Read "split taken_at into date and time", where it is both."""
    name, reader = said["column"], said.reader
    if reader.column_named(name).type is not ColumnType.DATETIME:
        return None
    date, time = free_name(reader, "date"), free_name(reader, "time")
    return (
        DateParts(column=name, parts=("date",), new=(date,)),
        DuplicateColumn(column=name, new=time),
        FormatDates(columns=(time,), format="%H:%M:%S"),
    )


RULES = (ask_how_names_part, ask_how_parts_part, split_date_and_time)
