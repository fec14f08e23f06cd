"""What the planner answers when it does not act: what it could do, in this table's own words."""

from domain.actions.nearest import nearest_names
from domain.plan import Choice
from domain.table import ColumnType, TableShape
from infrastructure.llm.planner.reading.close_things import what_is_close
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_lists import LETTERS
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind
from infrastructure.llm.planner.reading.words import COLUMN, KEYWORDS

_LONGEST_QUOTE = 120
_SHOWN_COLUMNS = 12
VAGUE = frozenset(
    {
        *("bad", "wrong", "invalid", "weird", "strange", "broken", "dirty", "corrupt", "garbage"),
        *("outlier", "outliers", "unwanted", "useless", "irrelevant", "junk", "faulty"),
        *("suspicious", "erroneous", "problems", "problem", "issues", "errors", "mistakes"),
    }
)
_NOT = frozenset({"don't", "dont", "never"})
_SAID_OF_ROWS = frozenset(
    {
        *("with", "without", "where", "that", "which", "who", "whose", "having", "by"),
        *("before", "after", "since", "until", "between", "over", "under"),
    }
)
_ABILITIES = (
    "I can drop, keep, rename, move and copy columns; keep and drop rows by conditions, place, "
    "missing values, duplicates or outliers; fill gaps, and set cells where a condition holds; "
    "trim, replace, split, merge and extract text, and merge similar spellings; convert types, "
    "numbers and dates; map, encode, scale, round and bin values; compute columns, running totals, "
    "ranks and shares; sort, group, pivot, melt, transpose and explode; mask personal data; train "
    "a model; draw charts; answer questions; undo, redo, go back to an earlier step, and say what "
    "was done."
)


_HELP = (
    *("help", "what can you do", "what can i say", "what can i do", "how does this work"),
    *("what do you do", "hello", "hi", "hey", "commands", "?", "what can you do for me"),
    *("hello there", "hi there", "hey there", "good morning", "good evening"),
)


def asks_for_help(reader: Reader) -> bool:
    """Whether the message asks what can be done."""
    said = reader.take(*_HELP) is not None and reader.take_end_of_clause()
    return said and reader.token() is None


def help_reply(shape: TableShape) -> str:
    """What can be said, with examples about this table."""
    return f"{_ABILITIES} {_for_example(shape)}"


def not_understood(reader: Reader, start: int) -> Question:
    """Which part was not understood, and the nearest columns where one should have been."""
    place = max(reader.furthest, reader.missed or 0)
    place = min(place, len(reader.tokens) - 1)
    if place > start and reader.tokens[place].text in {"?", "!", "."}:
        place -= 1
    rest = _shortened(reader.text(place, _end_of_line(reader, place)))
    understood = _shortened(reader.text(0, place))
    negated = reader.tokens[start].word in _NOT
    if negated or [token.word for token in reader.tokens[start : start + 2]] == ["do", "not"]:
        return Question(
            f"So I did nothing. Say what should happen instead. {_for_example(reader.shape)}"
        )
    if reader.tokens[place].word in VAGUE:
        return Question(
            f"What makes them {rest!r}? Say it as a condition, for example: "
            f"drop rows where {reader.shape.column_names[0]} is missing."
        )
    close = what_is_close(reader, start, _end_of_line(reader, place))
    if reader.missed is not None and reader.missed >= reader.furthest:
        return _no_column(reader, reader.missed, rest, close)
    if place <= start and start == 0:
        return Question(f"I did not understand that. {close or help_reply(reader.shape)}")
    return Question(
        f"I understood {understood!r}, but not {rest!r}, so I did nothing. "
        f"{close or _for_example(reader.shape)}"
    )


def _no_column(reader: Reader, place: int, rest: str, close: str | None) -> Question:
    token = reader.tokens[place] if place < len(reader.tokens) else None
    names = reader.shape.column_names
    if token is None:
        return Question(f"Which column do you mean? The columns are: {_listing(names)}.")
    if token.kind is Kind.WORD and token.word.endswith("s") and _goes_on_about_rows(reader, place):
        before, after = reader.text_around(place, place + 1)
        return Question(
            f"I found no column for {token.text!r}, so I did nothing. "
            "Do you mean the rows of the table?",
            (Choice(label="yes", message=f"{before}rows{after}"),),
        )
    by_place = _column_at(reader, place)
    if by_place is not None:
        return Question(
            f"No column is called {token.text!r}. As a spreadsheet counts, it is {by_place}. "
            "Do you mean that?",
            reader.choices(place, place + 1, (by_place,)),
        )
    near = nearest_names(token.text, names)
    hint = f"Do you mean {' or '.join(near)}?" if near else f"The columns are: {_listing(names)}."
    choices = reader.choices(place, place + 1, near)
    told = f"I found no column for {rest!r}, so I did nothing. {hint}"
    return Question(told if close is None else f"{told} {close}", choices)


def _column_at(reader: Reader, place: int) -> str | None:
    """The column that "column 3" or "column C" is where columns are counted."""
    text, names = reader.tokens[place].text, reader.shape.column_names
    if place == 0 or reader.tokens[place - 1].word not in COLUMN or len(text) > 3:
        return None
    number = int(text) if text.isascii() and text.isdigit() else LETTERS.find(text) + 1
    return names[number - 1] if 0 < number <= len(names) else None


def _goes_on_about_rows(reader: Reader, place: int) -> bool:
    """Whether what follows says which ones, or by what, as in "books with …"."""
    after = reader.tokens[place + 1].word if place + 1 < len(reader.tokens) else ""
    return after in _SAID_OF_ROWS


def _for_example(shape: TableShape) -> str:
    text = _names(shape, frozenset({ColumnType.TEXT}))
    numbers = _names(shape, NUMERIC)
    examples = ["remove duplicates"]
    if text:
        examples += [f"trim {text[0]}", f"drop rows with missing {text[-1]}"]
    if numbers:
        examples += [f"fill {numbers[-1]} with the median", f"keep rows where {numbers[-1]} > 0"]
    if not text and not numbers and shape.columns:
        examples += [f"sort by {shape.columns[0].name}"]
    return f"For example: {'; '.join(examples)}."


def _names(shape: TableShape, types: frozenset[ColumnType]) -> list[str]:
    return [_as_said(c.name) for c in shape.columns if c.type in types]


def _as_said(name: str) -> str:
    plain = name.isidentifier() and name.casefold() not in KEYWORDS
    return name if plain else f'"{name}"'


def _listing(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN_COLUMNS
    return ", ".join(names[:_SHOWN_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _end_of_line(reader: Reader, place: int) -> int:
    end = place
    while end < len(reader.tokens) and reader.tokens[end].text not in {"\n", ";", "."}:
        end += 1
    return max(end, place + 1)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
