"""Questions in a person's own order of words: "how many mugs did Anna order", "who teaches 8A".

Each word of such a question is a value, a condition, a group, a column, or one of those that say
nothing of which rows are meant. Where one is none of these, the question is not understood.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from domain.actions import (
    Action,
    Comparison,
    Condition,
    ShowRows,
    TellFigure,
    columns_asked,
    comparisons_in,
)
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.flagged_rows import read_truth
from infrastructure.llm.planner.phrases.question_scope import Scope, both, read_scope
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import is_verb_of, name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, Token, quotation

_Head = Literal["count", "sum", "when", "show"]
_HEADS: dict[_Head, tuple[str, ...]] = {
    "count": (
        *("how many", "how often", "number of", "count of", "the number of", "do", "does", "did"),
        *("is there", "are there", "was there", "were there"),
    ),
    "sum": ("how much", "how much money"),
    "when": ("when", "what day", "on what day", "on which day", "which day"),
    "show": (
        *("who", "whos", "who's", "whose", "what", "what's", "whats", "which", "show", "show me"),
        *("list", "tell me", "give me", "find"),
    ),
}
# What tells of no rows; not what negates, compares, or picks some.
_SAYING_NOTHING = (
    *("the", "a", "an", "any", "some", "did", "do", "does", "is", "are", "was", "were", "has"),
    *("have", "had", "been", "be", "being", "we", "you", "i", "they", "he", "she", "it", "our"),
    *("my", "their", "his", "her", "us", "there", "so far", "yet", "ever", "that", "who", "which"),
    *("?", ",", "of", "by", "from", "in", "for", "at", "with", "to", "on", "into", "out"),
    *("order", "ordered", "orders", "buy", "bought", "buys", "purchase", "purchased", "sell"),
    *("sold", "sells", "get", "got", "gets", "make", "made", "makes", "take", "took", "takes"),
    *("work", "works", "worked", "live", "lives", "see", "saw", "sees", "visit", "visits"),
    *("visited", "treat", "treats", "treated", "handle", "handles", "handled", "come", "comes"),
    *("came", "go", "goes", "going", "went", "place", "placed", "having", "happen", "happened"),
    *("belong", "belongs", "report", "reports", "recorded", "booked", "book", "written", "write"),
    *("called", "named", "registered", "listed", "stored", "said", "give", "gave", "given"),
)
_PREPOSITIONS = frozenset({"by", "from", "in", "for", "at", "with", "to", "on", "into"})
_PAYING = ("pay", "paid", "spend", "spent", "earn", "earned", "owe", "owed")
_BEING = ("is", "are", "was", "were")
_IN_ALL = ("in total", "altogether", "overall", "in all", "in sum")
_NOUNS_OF_VALUES = ("score", "grade", "mark", "value", "name", "number", "level")
# What a column of money is called, the likeliest first.
_MONEY = (
    frozenset({"total", "amount", "revenue", "turnover", "sum", "sales"}),
    frozenset({"cost", "costs", "fee", "fees", "salary", "wage", "price", "expense", "charge"}),
)
_PIECES = frozenset({"qty", "quantity", "units", "pieces", "pcs"})
_MOST_PARTS = 30
_MOST_WORDS = 60


@dataclass
class _Parts:
    """What a question says: which rows, in which groups, and of which columns."""

    where: Condition | None = None
    by: tuple[str, ...] = ()
    columns: list[str] = field(default_factory=list)
    counted: tuple[str, ...] = ()
    paying: bool = False


def answer_in_parts(reader: Reader) -> tuple[Action, ...] | None:
    """Read a question whose words are all known, in whatever order. Raises Question."""
    start = reader.start = reader.position
    head = next((each for each, phrases in _HEADS.items() if reader.take(*phrases)), None)
    knowing = reader if head is None else _by_their_verbs(reader)
    parts = None if head is None else _parts(knowing, counting=head == "count")
    reader.position = knowing.position
    told = None if head is None or parts is None else _told(reader, head, parts)
    if told is None:
        reader.position = start
        return None
    return (told,)


def _parts(reader: Reader, *, counting: bool) -> _Parts | None:
    """The parts up to the end; None where a word is none of them."""
    parts = _Parts()
    first = True
    for _ in range(_MOST_PARTS):
        if _ends(reader):
            return parts
        start = reader.position
        found = _one_part(reader, parts)
        if found is None:
            return None
        if first and counting and isinstance(found, Comparison) and _is_noun(reader, found):
            parts.counted = (found.column,)
        first = first and reader.position == start
        if isinstance(found, Scope):
            parts.where, parts.by = both(parts.where, found.where), found.by or parts.by
        elif not isinstance(found, bool):
            parts.where = both(parts.where, found)
    return None


def _is_noun(reader: Reader, where: Comparison) -> bool:
    """Whether it is what is counted: the mugs of "how many mugs", not the unpaid orders."""
    behind = reader.tokens[reader.position - 1].word
    nouns = (*words.ROWS, *words.PERSONS, *words.THINGS)
    return behind not in nouns and all(isinstance(value, str) for value in where.values)


def _one_part(reader: Reader, parts: _Parts) -> Scope | Condition | bool | None:
    """What stands here; True for what adds nothing, None for what is not known."""
    start = reader.position
    truth = read_truth(reader)
    if truth is not None:
        return truth
    reader.position = start
    scope = next(read_scope(reader))
    if scope.where is not None or scope.by:
        return scope.where if scope.where is not None and not scope.by else scope
    reader.position = start
    if reader.take(*_IN_ALL):
        return True
    if not _behind_preposition(reader) and reader.take_rows():
        return True
    if reader.at(*_PAYING):
        parts.paying = True
    name = _column(reader)
    if name is not None:
        parts.columns.append(name)
        return True
    reader.position = start
    return True if reader.take(*_SAYING_NOTHING, *_PAYING) else None


def _behind_preposition(reader: Reader) -> bool:
    """Whether what stands here is where something is: "in sales" is in no rows."""
    before = reader.tokens[max(0, reader.position - 2) : reader.position]
    said = [token.word for token in before if token.word != "the"]
    return bool(said) and said[-1] in _PREPOSITIONS


def _column(reader: Reader) -> str | None:
    """The column that is named here, or that a verb is of: Teacher of "teaches"."""
    start, missed, token = reader.position, reader.missed, reader.token()
    if token is None or reader.at(*_SAYING_NOTHING):
        return None
    name = reader.column()
    if name is None:
        reader.position, reader.missed = start, missed
        alike = list(_of_verb(reader, token.word))
        name = alike[0] if len(alike) == 1 else None
        reader.position += 1 if name is not None else 0
    if name is not None:
        reader.take(*_NOUNS_OF_VALUES)
    return name


def _of_verb(reader: Reader, verb: str) -> Iterator[str]:
    for name in reader.shape.column_names:
        if any(is_verb_of(verb, word) for word in name_words(name)):
            yield name


def _by_their_verbs(reader: Reader) -> Reader:
    """A reader that knows of values of several columns which one a verb is of.

    Tom is a manager, and not a name, in "how many people does Tom manage".
    """
    here = reader.tokens[reader.position : reader.position + _MOST_WORDS]
    said = [token.word for token in here if token.kind is Kind.WORD]
    told = {name for word in said for name in _of_verb(reader, word)}
    held = {
        text: {name: columns[name] for name in told & columns.keys()}
        if len(columns) > 1 and len(told & columns.keys()) == 1
        else columns
        for text, columns in reader.held.items()
    }
    knowing = reader.over(reader.tokens)
    knowing.position, knowing.held = reader.position, held
    return knowing


def _told(reader: Reader, head: _Head, parts: _Parts) -> Action | None:
    columns = [name for name in parts.columns if name not in columns_asked(parts.where)]
    if parts.where is None or (columns and head == "count" and not _are_numbers(reader, columns)):
        return None
    if head == "when":
        dates = reader.of_types(frozenset({ColumnType.DATETIME}))
        wanted = tuple(name for name in columns if name in dates) or dates
        if not wanted or parts.by or set(columns) - set(wanted):
            return None
        return ShowRows(where=parts.where, columns=wanted)
    asked = reader.tokens[reader.start :]
    # "Who paid", and what was sold, are rows.
    what_paid = parts.paying and not columns and asked[0].word == "what"
    if head == "show" and not what_paid:
        return None if parts.by else ShowRows(where=parts.where, columns=tuple(columns))
    if head == "count" and not columns:
        _ask_rows_or_pieces(reader, parts)
        return TellFigure(figure="rows", where=parts.where, by=parts.by)
    if head == "sum" and not columns and not _is_of_sum(asked, parts):
        return None
    name = columns[0] if columns else _money(reader)
    if name is None or len(columns) > 1 or not _are_numbers(reader, [name]):
        return None
    return TellFigure(figure="sum", column=name, where=parts.where, by=parts.by)


def _is_of_sum(asked: Sequence[Token], parts: _Parts) -> bool:
    """Whether it asks for a sum, and not for a price: "how much is a desk"."""
    said = {token.word for token in asked}
    return parts.paying or "sold" in said or asked[2].word not in _BEING


def _are_numbers(reader: Reader, names: list[str]) -> bool:
    return {*names} <= {*reader.of_types(NUMERIC)}


def _money(reader: Reader) -> str | None:
    """The one column that tells how much was paid. Raises Question where there are several."""
    for nouns in _MONEY:
        names = [name for name in reader.of_types(NUMERIC) if nouns & {*name_words(name)}]
        if len(names) > 1:
            raise Question(f"How much of what: {', '.join(names)}? Say: the sum of {names[0]}.")
        if names:
            _refuse_price_of_piece(reader, names[0])
            return names[0]
    return None


def _refuse_price_of_piece(reader: Reader, name: str) -> None:
    """Raise Question where what was paid is the price times the pieces."""
    pieces = [n for n in reader.of_types(NUMERIC) if _PIECES & {*name_words(n)}]
    if pieces and "price" in name_words(name):
        raise Question(f"How much of what? Say: the sum of {name} * {pieces[0]}, or of {name}.")


def _ask_rows_or_pieces(reader: Reader, parts: _Parts) -> None:
    """Raise Question at "how many mugs" where a column has how many pieces each row is of."""
    pieces = [n for n in reader.of_types(NUMERIC) if _PIECES & {*name_words(n)}]
    compared = () if parts.where is None else comparisons_in(parts.where)
    if not parts.counted or len(pieces) != 1 or any(len(each.values) != 1 for each in compared):
        return
    where = " and ".join(_said(each) for each in compared)
    summed = f"sum of {quotation(pieces[0])}"
    raise Question(
        f"How many rows, or the sum of {pieces[0]}?",
        (
            Choice(label=f"sum of {pieces[0]}", message=f"{summed} where {where}"),
            Choice(label="rows", message=f"how many rows are there where {where}"),
        ),
    )


def _said(comparison: Comparison) -> str:
    value = quotation(str(comparison.values[0]))
    case = " ignoring case" if comparison.ignore_case else ""
    return f"{quotation(comparison.column)} is {value}{case}"


def _ends(reader: Reader) -> bool:
    start = reader.position
    reader.skip("?", ".", "!")
    found = reader.take_end_of_clause() and reader.token() is None
    reader.position = start if not found else reader.position
    return found


RULES = (answer_in_parts,)
