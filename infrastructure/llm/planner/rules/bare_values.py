"""Values that are said without their column: "orders from Berlin", "how many were cancelled"."""

import re

from domain.actions import Action, Comparison, FilterRows, ShowRows
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import MONTHS
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import looks_unclear
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.replies import VAGUE
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_ASK = "[what|whats|what's|show|tell|give|calculate] [me] [is|are|was|were]"
_PART = "(percentage|percent|share|fraction|proportion|part)"
_CHANGE = f"({'|'.join((*words.DROP, *words.KEEP, 'show', 'only', 'filter'))}) [me] [all|any|only]"
_NOT = ("not", "isn't", "aren't", "isnt", "arent", "wasn't", "weren't")
_IS = ("is", "are", "was", "were", "came", "come", "comes", *_NOT)
_OF = ("from", "in", "of", "for", "with", "by", "to")
_WHO = ("that", "which", "who", "the")
_SAID_OF = (
    f"[that|which|who] ({'|'.join((*_IS, *_OF, 'is not', 'are not'))}) [{'|'.join(_OF)}] {{about}}"
)
_EITHER = re.compile(r" (?:and|or) ")
_OR = re.compile(r" or ", re.IGNORECASE)
_MOST_WORDS = 4
_SHOWN = 12


@by_patterns(
    f"{_ASK} [the] {_PART} of [all] {{things}} {_SAID_OF}",
    f"how many [percent] [of] [all] {{things}} {_SAID_OF}",
    f"{_CHANGE} {{rows}} {_SAID_OF}",
    f"{_CHANGE} {{about}} {{rows}}",
    f"{_ASK} [the] {{figure_word}} [of] {{column}} ({'|'.join(_OF)}) {{about}}",
    f"{_ASK} [the] {{column}} {{figure_word}} ({'|'.join(_OF)}) {{about}}",
)
def ask_in_which_column(said: Said) -> tuple[Action, ...] | None:
    """Ask in which column the value is: no cell is seen here."""
    reader, end = said.reader, said.reader.position
    before_rows = reader.tokens[end - 1].word == said.get("rows")
    if before_rows and said["rows"] in words.ROWS:
        return None  # "a few rows" is about no value
    last = end - 1 if before_rows else end
    place = last - len(said["about"])
    value, written = reader.tokens[place:last], _EITHER.sub(" or ", reader.text(place, last))
    parts = [Written(part, Kind.WORD) for part in written.lower().split(" or ")]
    if len(value) > _MOST_WORDS or any(not part.text or looks_unclear(part) for part in parts):
        return None
    called = {name.casefold() for name in reader.shape.column_names}
    others = (words.KEYWORDS - {"or", "and"}) | called | VAGUE | {*_IS, *_OF, *_WHO}
    if any(t.kind not in {Kind.WORD, Kind.QUOTED} or t.word in others for t in value):
        return None
    dated = reader.of_types(frozenset({ColumnType.DATETIME}))
    if dated and all(token.word in MONTHS for token in value):
        raise Question(f"{written} of which year? Say, for example: in {written} 2024.")
    negated = False
    while not before_rows and reader.tokens[place - 1].word in (*_IS, *_OF, *_WHO):
        place -= 1
        negated = negated or reader.tokens[place].word in _NOT
    noun = f"{said['rows']} " if before_rows else ""
    before, after = reader.text_around(place, end)

    texts = _OR.split(written) if len(value) > 1 else [value[0].text]
    held = [reader.held.get(text, {}) for text in texts]
    names = [name for name in reader.of_types(TEXT) if all(name in each for each in held)]

    def said_with(name: str) -> str:
        as_said = not names or all(each[name] for each in held)
        is_ = f"{quotation(name)} is {'not ' if negated else ''}{written}"
        return f"{before}{noun}where {is_}{'' if as_said else ' ignoring case'}{after}"

    raise Question(
        f"In which column is {written!r}?",
        tuple(
            Choice(label=name, message=said_with(name))
            for name in (names or reader.of_types(TEXT))[:_SHOWN]
        ),
    )


@by_patterns(f"{_CHANGE} {{where:named_rows}}")
def take_named(said: Said) -> tuple[Action, ...] | None:
    """Read "delete orders 1004 and 1006" where a column names the orders."""
    where, reader = said["where"], said.reader
    if not reader.tells_rows_apart(where.column):
        return None
    if reader.verb == "show":
        return (ShowRows(where=where),)
    return (FilterRows(where=where, matching="drop" if reader.drops else "keep"),)


@by_patterns(
    f"{_CHANGE} {{column}} [number|no|nr|#] {{value}}",
)
def take_one(said: Said) -> tuple[Action, ...] | None:
    """Read "delete booking 3" where each row has a booking of its own."""
    reader, name, written = said.reader, said["column"], said["value"]
    if not reader.tells_rows_apart(name) or looks_unclear(written) or said.says("columns"):
        return None
    code = written.text.split()[-1:] == [written.text] and any(map(str.isdigit, written.text))
    if written.kind is Kind.WORD and not code:
        return None  # "collected before summer 2022" is no name of a sample
    where = Comparison(
        column=name, operator="equals", values=(typed(written, reader.column_named(name)),)
    )
    if reader.verb == "show":
        return (ShowRows(where=where),)
    return (FilterRows(where=where, matching="drop" if reader.drops else "keep"),)


RULES = (take_named, ask_in_which_column, take_one)
