"""Which words of a message are values that columns hold."""

import calendar
from collections.abc import Iterable, Iterator, Mapping

from application.ports.language_model import ColumnsHolding
from domain.actions import Action, ChangeCase
from domain.table import ColumnType, TableShape
from infrastructure.llm.planner.phrases.superlatives import SUPERLATIVES
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import name_words, owners, singulars
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.reader import Held
from infrastructure.llm.planner.reading.tokens import Kind, Token, tokenise

LONGEST = 4
# A message with more is no sentence, and a table with more takes too long to look through.
_MOST_TOKENS = 60
_MOST_CELLS = 20_000_000
_NO_VALUES = frozenset(
    {
        *words.KEYWORDS,
        *(word for phrases in (words.ROWS, words.PERSONS, words.THINGS) for word in phrases),
        *(word for phrases in (words.IN, words.MISSING) for word in phrases),
        *("is", "are", "was", "were", "be", "been", "being", "came", "come", "comes", "at", "by"),
        *("no", "yes", "true", "false", "me", "my", "we", "our", "i", "you", "they", "them", "so"),
        *("these", "this", "there", "who", "whose", "when", "also", "more", "less", "over"),
        *("under", "other", "others", "one", "ones", "new", "old", "high", "low", "average"),
        *("total", "sum", "mean", "count", "number", "names", "name", "back", "undo", "both"),
        # Which rows, and how many.
        *("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
        *("next", "previous", "even", "odd", "half", "most", "many", "few", "some", "several"),
        *("random", "unique", "distinct", "same", "similar", "different", "identical"),
        *("recent", "today", "yesterday", "tomorrow", *SUPERLATIVES),
    }
)
_OF_GENDERS = frozenset({"gender", "sex"})
_FEMALE, _MALE = ("female", "f", "w", "woman", "women"), ("male", "m", "man", "men")
_GENDERS = {
    **dict.fromkeys(("women", "woman", "female", "females", "girls", "girl", "ladies"), _FEMALE),
    **dict.fromkeys(("men", "man", "male", "males", "boys", "boy", "guys"), _MALE),
}
_PLACES = frozenset({"in", "to", "from", "for"})
_ROW_NOUNS = frozenset({*words.PERSONS, *words.THINGS})
# Where the table has dates, a time and not a value.
_TIMES = frozenset(
    name.casefold()
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for name in names
)


def held_values(message: str, shape: TableShape, holding: ColumnsHolding | None) -> Held:
    """What of the message some column of text holds: each phrase as it is written there."""
    tokens = tokenise(message)
    texts = sum(column.type is ColumnType.TEXT for column in shape.columns)
    if holding is None or len(tokens) > _MOST_TOKENS or shape.rows * texts > _MOST_CELLS:
        return {}
    held = holding(tuple(dict.fromkeys(_phrases(message, tokens, shape))))
    return {phrase: columns for phrase, columns in held.items() if columns}


def codes_of(word: str) -> tuple[str, ...]:
    """How columns of genders may write "women" or "men"; nothing for another word."""
    return _GENDERS.get(word.casefold(), ())


def is_of_genders(name: str) -> bool:
    """Whether the column is called so that a code in it is one of codes_of."""
    return not _OF_GENDERS.isdisjoint(name_words(name))


def _phrases(message: str, tokens: tuple[Token, ...], shape: TableShape) -> Iterator[str]:
    """The runs of tokens that may be a value."""
    others = {name.casefold() for name in shape.column_names}
    if any(column.type is ColumnType.DATETIME for column in shape.columns):
        others |= _TIMES
    shouted = message.isupper()
    coded = any(map(is_of_genders, shape.column_names))
    for start, first in enumerate(tokens):
        if first.kind is Kind.QUOTED:
            yield first.text
            continue
        for end in range(start + 1, min(start + LONGEST, len(tokens)) + 1):
            last = tokens[end - 1]
            if last.kind not in {Kind.WORD, Kind.NUMBER}:
                break
            text = message[first.start : last.end]
            before = start - (2 if start > 1 and tokens[start - 1].word == "the" else 1)
            behind = tokens[before].word if start else ""
            if end == start + 1 and _is_no_value(first, others, behind, shouted=shouted):
                continue
            yield text
            # The "reds" are those of red, and "new customers" hold a new customer.
            yield from (each for each in singulars(text) if each not in others | _NO_VALUES)
            yield from owners(text)
            if coded:
                yield from codes_of(text)


def _is_no_value(token: Token, others: set[str], behind: str, *, shouted: bool) -> bool:
    """Whether it is a word of the sentence; IT and US are no "it" and no "us".

    Whoever works "in sales" is in no rows.
    """
    if token.word in others or as_number(token.text) is not None:
        return True
    if token.word in _ROW_NOUNS and behind in _PLACES:
        return False
    initials = len(token.text) > 1 and token.text.isupper() and not shouted
    # "Everyone in Sales", of which the word is else one for rows.
    named = token.start > 0 and token.text[0].isupper() and token.word in words.THINGS
    return token.word in _NO_VALUES and not initials and not (named and not shouted)


def still_held(held: Held, actions: Iterable[Action]) -> Held:
    """What is known to be held after the actions: of columns that change, little."""
    for action in actions:
        changed = action.columns_changed()
        if isinstance(action, ChangeCase):
            held = {text: _in_case(text, columns, action) for text, columns in held.items()}
        else:
            held = {t: columns for t, columns in held.items() if columns.keys().isdisjoint(changed)}
    return {text: columns for text, columns in held.items() if columns}


def _in_case(text: str, columns: Mapping[str, bool], change: ChangeCase) -> Mapping[str, bool]:
    """The columns that hold the text; a changed one always in its new case, if that is its own."""
    changed = {*change.columns}
    fits = text == {"lower": text.lower(), "upper": text.upper()}.get(change.case)
    return {
        name: name in changed or always
        for name, always in columns.items()
        if name not in changed or fits
    }
