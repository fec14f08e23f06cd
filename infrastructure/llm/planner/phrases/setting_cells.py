"""How it is said that cells are set, and the actions that set them."""

from domain.actions import Action, Condition, Scalar, SetWhere
from domain.plan import Choice
from infrastructure.llm.planner.phrases.new_cells import NewCell, is_doubtful
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import clear, is_state
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

WHERE = (
    "(where|if|when|wherever|whenever|in case|[for|in|of|on|from] [all|those] {rows} "
    "(where|with|if|when|whose|who|that|which|in which|that have|who have|who are|that are))"
)
CLEAR_ALONE = (
    "(blank|blank out|clear|null|null out|nullify|empty|empty out|wipe|wipe out|void|unset)"
)
CLEAR = (
    f"{CLEAR_ALONE} [the] [value of|values of|values in|cells of|cells in|content of|contents of]"
)
# What is done to a cell, and is hardly what stands in it or what a column is called.
DONE_TO_TEXT = frozenset(
    {
        *(phrase for phrases in words.CASE.values() for phrase in phrases),
        *(phrase for phrases in words.TYPES.values() for phrase in phrases),
        *("positive", "negative", "absolute", "rounded", "trimmed", "capitalised", "capitalized"),
    }
)


def set_cells(
    reader: Reader, new: NewCell, columns: tuple[str, ...], where: Condition
) -> tuple[Action, ...]:
    """Actions that set the cells, one for each value: 0 is a number in one column, text in another.

    Raises Question.
    """
    if new.other is not None:
        if is_doubtful(reader, new, columns):
            raise _doubt(reader, new)
        return (SetWhere(columns=columns, other=new.other, where=where),)
    written = new.written
    if written is None:
        return (SetWhere(columns=columns, where=where),)
    if written.kind is Kind.WORD and written.text.casefold() in DONE_TO_TEXT:
        raise Question(
            f"Do you mean the text {written.text!r}? Then put it in quotes: '{written.text}'. "
            "I can change the case or the type only of a whole column."
        )
    if not (is_state(written) and {*columns} <= {*reader.of_types(TEXT)}):
        clear(written)
    by_value: dict[tuple[type, Scalar], list[str]] = {}
    for name in columns:
        value = typed(written, reader.column_named(name))
        by_value.setdefault((type(value), value), []).append(name)
    return tuple(
        SetWhere(columns=tuple(names), value=value, where=where)
        for (_, value), names in by_value.items()
    )


def _doubt(reader: Reader, new: NewCell) -> Question:
    before, after = reader.text_around(new.start, new.end)
    name = str(new.other)
    itself = f"the text {name!r}" if as_number(name) is None else f"the number {name}"
    return Question(
        f"Do you mean {itself}, or what the column {name} has?",
        (
            Choice(label=itself, message=f"{before}{quotation(name)}{after}"),
            Choice(
                label=f"what the column {name} has",
                message=f"{before}the value of {name}{after}",
            ),
        ),
    )
