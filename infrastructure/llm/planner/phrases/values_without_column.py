"""Conditions that leave out the column, where just one holds the value: "open deals", "from CA"."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from domain.actions import AllOf, Comparison, Condition, Not, describe_condition
from domain.plan import Choice
from infrastructure.llm.planner.phrases.comparing import negation
from infrastructure.llm.planner.phrases.flagged_rows import read_flagged_rows
from infrastructure.llm.planner.phrases.held_values import LONGEST, codes_of, is_of_genders
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import name_words, owners, singulars
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

_IS = ("is", "are", "was", "were", "come", "comes", "came")
_ISNT = ("isn't", "isnt", "aren't", "arent", "wasn't", "weren't")
_AT = (
    *("from", "in", "of", "for", "at", "by", "with", "to", "on"),
    *(
        f"{verb} {place}"
        for verb in ("work", "works", "working", "live", "lives", "living", "based", "located")
        for place in ("in", "at", "for", "from")
    ),
)
_GOES_ON = (
    *("with", "that", "who", "which", "whose", "having", "where", "that have", "who have"),
    *("over", "above", "below", "under", "between", "older", "younger", "since", "before"),
)
_EXCEPT = (
    *("but not", "but no", "except", "except for", "excluding", "other than", "apart from"),
    *("besides", "and not", "but without", "not counting"),
)
# "The sales team", "the Kitchen category".
_KINDS_OF_GROUPS = (
    *("team", "department", "dept", "group", "category", "class", "section", "division", "area"),
    *("region", "office", "branch", "city", "store", "shop", "stuff", "things", "type"),
)
_SURELY_ROWS = ("exclude", "filter", "kick", "leave", "skip", "omit")


HeldValues: TypeAlias = tuple[str, list[str], bool]
"""A column, values of it, and whether all its cells have them in the same case."""


def read_without_column(
    reader: Reader, read_more: Callable[[Reader], Condition | None]
) -> Condition | None:
    """Read "open deals", "are from CA or TX", "not lost".

    `read_more` reads what goes on about the same rows: "open deals with a score of 60".
    """
    start = reader.position
    stated = reader.take(*_ISNT, *_IS)
    # "Keep neither cats nor dogs" may wish that they stay, or go.
    neither = start > reader.start + 1 and reader.take("neither") is not None
    negated = (neither or reader.take("not") is not None) is not (stated in _ISNT)
    reader.take(*_AT)
    reader.take("the", "a", "an")
    found = read_held_values(reader)
    if found is None:
        reader.position = start
        return None
    column, cells, as_said = found
    where: Condition = Comparison(
        column=column,
        operator="equals" if len(cells) == 1 else "in",
        values=tuple(cells),
        ignore_case=not as_said,
    )
    where = negation(where) if negated else where
    before, noun = reader.position, False
    if not _at_value_of_another(reader, column):
        noun = _take_noun(reader) or _take_own_noun(reader, column)
        before = reader.position
    if (noun and not reader.at(*_AT)) or not _at_value_of_another(reader, column):
        if not reader.at(*_GOES_ON):
            return where
        more = read_more(reader)
    else:
        # "Small black", "for Ines on Atlas": each says something else of the same rows.
        more = read_without_column(reader, read_more)
        if negated and more is not None and not noun:
            raise ask_what_not_is_of(where, more, "and")
    reader.position = before if more is None else reader.position
    return where if more is None else AllOf(conditions=(where, more))


def read_excepted(reader: Reader) -> Condition | None:
    """Read "but not in HR", "except the offline ones", "other than lamps"."""
    start = reader.position
    reader.take(",")
    if reader.take(*_EXCEPT):
        reader.skip("for", "those", "the", "ones", "all")
        flagged = read_flagged_rows(reader)
        where = flagged or read_without_column(reader, lambda _: None)
        if where is not None and not is_negated(where):
            return negation(where)
    reader.position = start
    return None


def refuse_half_excepted(excepted: Condition, part: Condition, joint: str) -> None:
    """Raise Question at "all but Rich and May": is May left out, too, or must it be May?"""
    if not is_negated(part):
        one, more = _without_not(excepted), describe_condition(part)
        raise Question(
            "Is the second left out, too? "
            f"Say: not ({one} or {more}), or: not ({one}) {joint} {more}."
        )


def _at_value_of_another(reader: Reader, column: str) -> bool:
    """Whether a value of another column stands here: the Berlin of "active people in Berlin"."""
    start = reader.position
    reader.take(*_AT)
    reader.take("the")
    also = read_held_values(reader)
    reader.position = start
    return also is not None and also[0] != column


def ask_what_not_is_of(negated: Condition, other: Condition, joint: str) -> Question:
    """The question at "not small black", "not paid or web": of neither, or of the first alone?"""
    one, more = _without_not(negated), describe_condition(other)
    return Question(
        "Is the not of both, or of the first alone? "
        f"Say: not ({one} {joint} {more}), or: not ({one}) {joint} {more}."
    )


def _without_not(negated: Condition) -> str:
    """What is said behind the not."""
    said = negated
    if isinstance(negated, Not):
        said = negated.condition
    elif isinstance(negated, Comparison):
        said = replace(negated, operator="equals")
    return describe_condition(said)


def is_negated(condition: Condition) -> bool:
    """Whether it was said with a "not"."""
    return isinstance(condition, Not) or (
        isinstance(condition, Comparison) and condition.operator == "not_equals"
    )


def ask_rows_or_cells(reader: Reader) -> None:
    """Raise Question at the "web" of "remove web": the rows, or only the cells?"""
    start = reader.position
    found = read_held_values(reader)
    end = reader.position
    alone = reader.at(*_AT) or reader.take_end_of_clause()
    if found is not None and alone and reader.verb not in _SURELY_ROWS:
        column, cells, as_said = found
        before, after = reader.text_around(reader.start, end)
        name, values = quotation(column), " or ".join(map(quotation, cells))
        where = f"where {name} is {values}{'' if as_said else ' ignoring case'}"
        raise Question(
            f"Should the rows go where {column} is {values}, or only the cells become empty?",
            (
                Choice(label="rows", message=f"{before}drop rows {where}{after}"),
                Choice(label="cells", message=f"{before}blank out {name} {where}{after}"),
            ),
        )
    reader.position = start


def at_noun_of_value(reader: Reader, place: int) -> bool:
    """Whether who is meant is called by a value there: the women of "and women", not "and HR"."""
    token = reader.tokens[place]
    if token.kind is not Kind.WORD or token.text in reader.held:
        return False
    named = (*singulars(token.text), *codes_of(token.text))
    return any(text in reader.held for text in named)


def read_held_values(reader: Reader) -> HeldValues | None:
    """Values of one column, with commas, an "and" or an "or" between: "CA or TX".

    With them, whether all cells of it are in the same case as they are here.
    """
    first = _value(reader)
    if first is None:
        return None
    column, cell, as_said = first
    cells = [cell]
    while True:
        before = reader.position
        joined = [reader.take(","), reader.take("and", "or", "&", "/", "nor", "neither")]
        if any(joined):
            reader.take(*_AT)
        more = _value(reader) if any(joined) else None
        if more is None or more[0] != column:
            reader.position = before
            return column, cells, as_said
        cells.append(more[1])
        as_said = as_said and more[2]


def _value(reader: Reader) -> tuple[str, str, bool] | None:
    """The longest phrase here that just one column holds, as it is written here or in the
    singular."""
    for length in range(min(LONGEST, len(reader.tokens) - reader.position), 0, -1):
        end = reader.position + length
        quoted = length == 1 and reader.tokens[end - 1].kind is Kind.QUOTED
        said = reader.tokens[end - 1].text if quoted else reader.text(reader.position, end)
        for text in (said,) if quoted else (said, *singulars(said), *owners(said)):
            held = reader.held.get(text, {})
            names = [name for name in reader.of_types(TEXT) if name in held]
            if len(names) == 1 == len(held):
                reader.advance(length)
                return names[0], text, held[names[0]]
            if held:
                return None
    return _by_code(reader)


def _by_code(reader: Reader) -> tuple[str, str, bool] | None:
    """The F of "women", in the one column of genders; None where it writes them in two ways."""
    token = reader.token()
    codes = () if token is None or token.kind is not Kind.WORD else codes_of(token.text)
    found = [
        (name, code, reader.held[code][name])
        for code in codes
        for name in reader.held.get(code, ())
        if is_of_genders(name)
    ]
    if len(found) != 1:
        return None
    reader.advance()
    return found[0]


def _take_own_noun(reader: Reader, column: str) -> bool:
    """Read what the column calls them, in the plural: the "east and west warehouses"."""
    token = reader.token()
    if token is None or column.casefold() not in singulars(token.word):
        return False
    reader.advance()
    return True


def _take_noun(reader: Reader) -> bool:
    """Read what the rows are called behind a value: "people", "ones"; "deals" of a Deal Value."""
    if reader.take_rows() or reader.take("ones", "one", *_KINDS_OF_GROUPS):
        return True
    token = reader.token()
    if token is None or token.kind is not Kind.WORD or not token.word.endswith("s"):
        return False
    named = [name_words(name) for name in reader.shape.column_names]
    # "Deal Value" is of deals, but the totals of "large totals" are in a column.
    nouns = {name[0] for name in named if len(name) > 1} - {
        name[0] for name in named if len(name) == 1
    }
    if token.word in words.KEYWORDS or token.word.removesuffix("s") not in nouns:
        return False
    reader.advance()
    return True
