"""The grammar of conditions: "age >= 18 and (city is Paris or London or missing)"."""

from dataclasses import replace

from domain.actions import (
    AllOf,
    Comparison,
    Condition,
    Not,
    Operator,
    comparisons_in,
)
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.calendar_parts import read_part_compared
from infrastructure.llm.planner.phrases.condition_starts import ends_here
from infrastructure.llm.planner.phrases.flagged_rows import read_truth
from infrastructure.llm.planner.phrases.gaps_first import read_gaps_first
from infrastructure.llm.planner.phrases.implied_columns import read_implied
from infrastructure.llm.planner.phrases.joined_conditions import (
    ask_both_or_one,
    exclude_each_other,
    join,
    refuse_half_negated,
    subject_of,
)
from infrastructure.llm.planner.phrases.numbers import read_number
from infrastructure.llm.planner.phrases.own_figures import (
    Figured,
    ask_of_which,
    read_group,
    read_own_figure,
)
from infrastructure.llm.planner.phrases.predicates import read_compared, read_said_of
from infrastructure.llm.planner.phrases.subjects import read_subjects
from infrastructure.llm.planner.phrases.validity import read_validity_first
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.phrases.values_without_column import (
    ask_what_not_is_of,
    at_noun_of_value,
    is_negated,
    read_excepted,
    read_without_column,
    refuse_half_excepted,
)
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.condition_words import (
    COMPARED,
    IS,
    NOT,
    OR_LESS,
    OR_MORE,
    SIGNS,
    TEXTUAL,
)
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind

_DEEPEST = 10
_MOST_JOINED = 100
_PREDICATES = (*IS, *NOT, *SIGNS)
_INTRODUCTIONS = (
    *("where", "that", "whose", "if", "with", "have", "has", "having", "the", "a", "an", "who"),
    *("which",),
)

_TELLING = frozenset({"who", "that", "which"})
_GOES_ON = ("with", "in", "from", "over", "under", "above", "below")
_HAVING = frozenset({"have", "has", "having", "with"})
_ARE_NOT = tuple(f"{be}{no}" for be in ("are", "is", "were", "was") for no in (" not", "n't", "nt"))


def read_condition(reader: Reader) -> Condition | None:
    """Read a condition as far as it goes; None when none stands here. Raises Question."""
    return _joined(reader, 0)


def _joined(reader: Reader, depth: int) -> Condition | None:
    """Conditions joined by and, or by or; by both only in brackets."""
    start = reader.position
    first = _part(reader, depth, None)
    if first is None:
        return None
    found, joints, joint_place = [first], set[str](), 0
    left_out: Condition | None = None
    while True:
        before, missed = reader.position, reader.missed
        excepted = read_excepted(reader)
        if excepted is not None:
            left_out = None if reader.tokens[before].word == "and" else excepted
            found.append(excepted)
            joints.add("and")
            joint_place = before
            continue
        reader.take(",")
        place = reader.position
        joint = reader.take("and", "or", "but", "&", "&&", "||", "|", "and also", "or else")
        without_column, behind_joint = reader.without_column, reader.position
        part = _part(reader, depth, found[-1]) if joint and not reader.at_verb() else None
        if joint is None or part is None:
            reader.position = before
            # A verb may follow an "and", so what stands there need not be a column.
            reader.missed = reader.missed if joint else missed
            break
        if len(found) == _MOST_JOINED:
            raise Question(f"That is more than {_MOST_JOINED} conditions. Please use fewer.")
        if found[-1] is left_out:
            refuse_half_excepted(left_out, part, joint)
        joints.add("or" if joint[0] in "o|" else "and")
        both = found[-1] is without_column and isinstance(found[-1], AllOf)
        if both and not isinstance(part, AllOf):
            # "Paris people who are over 60 or have no salary": those from elsewhere, too?
            joints.add("and")
        refuse_half_negated(found[-1], part, joint)
        bare = found[-1] is without_column and part is reader.without_column
        if bare and is_negated(found[-1]) and not is_negated(part):
            raise ask_what_not_is_of(found[-1], part, joint)
        noun = part is reader.without_column and at_noun_of_value(reader, behind_joint)
        if (bare or noun) and joint[0] not in "o|":
            raise ask_both_or_one(reader, found[-1], part, start)
        found.append(part)
        joint_place = place
    if len(joints) > 1:
        raise Question(
            "Does the and or the or come first? Say it with brackets, "
            "for example: (a > 1 or b > 1) and c > 1."
        )
    if joints == {"and"} and len(found) == 2 and exclude_each_other(*found):
        before_it, after_it = reader.text_around(joint_place, joint_place + 1)
        raise Question(
            "Nothing is both. Do you mean that one of them holds?",
            (Choice(label="yes", message=f"{before_it}or{after_it}"),),
        )
    return join(found, joints)


def _part(reader: Reader, depth: int, before: Condition | None) -> Condition | None:
    """A bracket, a comparison, or one that goes on about the column before ("or missing")."""
    start = reader.position
    reader.skip_to_name(_INTRODUCTIONS, *_PREDICATES)
    if reader.at_lone_name(*_PREDICATES):
        here = reader.position
        named = _comparison(reader)
        if named is not None:
            return named
        reader.position = here
    bracket = _bracket(reader, depth)
    if bracket is not None:
        return bracket
    # Of "from Paris or Atlantis", the second may be in another column, or in none.
    subject = subject_of(before) if before is not reader.without_column else None

    def without_column(reader: Reader) -> Condition | None:
        reader.without_column = read_without_column(reader, lambda more: _part(more, depth, None))
        return reader.without_column

    attempts = [
        *(read_gaps_first, read_validity_first, _truth, _column_last, _number_first),
        *(read_part_compared, _comparison),
        *(read_implied, without_column),
    ]
    if subject is not None and not _at_place(reader, subject):
        attempts.insert(1, lambda reader: _predicate(reader, (subject,), "and"))
    here, missed = reader.position, reader.missed
    for attempt in attempts:
        condition = attempt(reader)
        if condition is not None:
            reader.missed = missed
            _refuse_bare_not(reader, here, before, condition)
            return condition
        reader.position = here
    having = _having(reader)
    if having is not None:
        reader.missed = missed
        return having
    reader.position = start
    return None


def _at_place(reader: Reader, subject: str) -> bool:
    """Whether it goes on with a place, and not with what a number is: "over 25 and in IT"."""
    token = reader.token(1)
    of_number = reader.column_named(subject).type in NUMERIC and reader.at("in", "from", "at") > 0
    return of_number and token is not None and as_number(token.text) is None and token.text != "("


def _having(reader: Reader) -> Condition | None:
    """ "have an email": what has one is not missing."""
    before = [token.word for token in reader.tokens[max(0, reader.position - 2) : reader.position]]
    if len(before) < 2 or before[0] not in _HAVING or before[1] not in {"a", "an", "any"}:
        return None
    name = reader.column(guess=False)
    if name is None or not ends_here(reader):
        return None
    return Comparison(column=name, operator="is_not_missing")


def _refuse_bare_not(reader: Reader, start: int, before: Condition | None, part: Condition) -> None:
    """The "not c" of "contains a but not c" is hardly about all of the text. Raises Question."""
    end, reader.position = reader.position, start
    bare = reader.at("not") and not reader.at("not equal", "not equals", "not exactly")
    reader.position = end
    compared = comparisons_in(before) if before is not None and bare else ()
    said = comparisons_in(part)
    if (
        compared
        and all(each.operator in TEXTUAL for each in compared)
        and all(each.operator in {"equals", "not_equals", "in"} for each in said)
        and {each.column for each in said} == {compared[0].column}
    ):
        name = compared[0].column
        raise Question(
            f"Should {name!r} not be {reader.text(start + 1, end)!r}, or not hold it somewhere? "
            f"Say, for example: and {name} does not contain '…'."
        )


def _bracket(reader: Reader, depth: int) -> Condition | None:
    start = reader.position
    negated = reader.take("not") is not None
    if reader.take("("):
        if depth >= _DEEPEST:
            raise Question("That condition has too many brackets. Please simplify it.")
        inner = _joined(reader, depth + 1)
        if inner is not None and reader.take(")"):
            return Not(condition=inner) if negated else inner
    reader.position = start
    return None


def _column_last(reader: Reader) -> Condition | None:
    """ "at least 50k salary", "contain 'x' in name"."""
    for table in (TEXTUAL, COMPARED):
        for operator, phrases in table.items():
            if not reader.take(*phrases):
                continue
            place = reader.position
            figured = read_own_figure(reader) if table is COMPARED else None
            if figured is not None:
                return _with_figure(reader, operator, figured, place)
            token = reader.token()
            if token is not None and token.kind is Kind.QUOTED:
                reader.advance()
                written = Written(token.text, token.kind)
            elif next(read_number(reader), None) is not None:
                written = Written(reader.text(place, reader.position), Kind.NUMBER)
            else:
                return None
            return _of_columns(reader, operator, written)
    return None


def _of_columns(reader: Reader, operator: Operator, written: Written) -> Condition | None:
    """The columns behind "at least 50k": "in math and english" are both."""
    if not reader.take("in", "for"):
        name = reader.column()
        return None if name is None else read_compared(reader, name, operator, written)
    names, joint = read_subjects(reader)
    if not names:
        return None
    parts: list[Condition] = [read_compared(reader, name, operator, written) for name in names]
    return join(parts, {joint})


def _with_figure(
    reader: Reader, operator: Operator, figured: Figured, start: int
) -> Condition | None:
    """ "above the average price of their city". Raises Question where the column is left out."""
    end = reader.position
    reader.take("of", "for", "in")
    name = reader.column()
    if name is None or name in figured.of_each:
        raise ask_of_which(reader, figured, start, end)
    return replace(figured, of_each=figured.of_each or read_group(reader)).compared(name, operator)


def _number_first(reader: Reader) -> Condition | None:
    """ "3 nights or more"."""
    token = reader.token()
    if token is None or as_number(token.text) is None:
        return None
    reader.advance()
    name = reader.column()
    written = Written(token.text, Kind.NUMBER)
    if name is not None and reader.take(*OR_MORE):
        return read_compared(reader, name, "greater_or_equal", written)
    if name is not None and reader.take(*OR_LESS):
        return read_compared(reader, name, "less_or_equal", written)
    return None


def _truth(reader: Reader) -> Condition | None:
    """Read "are active", "aren't active" where active holds true or false."""
    start, missed = reader.position, reader.missed
    negated = reader.take(*_ARE_NOT) is not None
    if negated or reader.take("are", "is", "were", "was"):
        name = reader.column(guess=False)
        if name in reader.of_types(frozenset({ColumnType.BOOLEAN})) and ends_here(reader):
            return Comparison(column=str(name), operator="equals", values=(not negated,))
    reader.position, reader.missed = start, missed
    # "Patients who don't smoke", "orders that are unpaid".
    told = start > 0 and reader.tokens[start - 1].word in _TELLING
    stated = reader.take("are", "is", "were", "was", "have", "has") is not None
    truth = read_truth(reader) if told or stated else None
    if truth is not None and (ends_here(reader) or reader.at(*_GOES_ON)):
        return truth
    reader.position, reader.missed = start, missed
    return None


def _comparison(reader: Reader) -> Condition | None:
    negated = not reader.at_lone_name(*_PREDICATES) and reader.take("not") is not None
    names, joint = read_subjects(reader)
    if not names:
        return None
    condition = None if negated else _predicate(reader, names, joint)
    if condition is not None:
        return condition
    only = reader.column_named(names[0])
    if len(names) == 1 and only.type is ColumnType.BOOLEAN and ends_here(reader):
        return Comparison(column=only.name, operator="equals", values=(not negated,))
    return None


def _predicate(reader: Reader, names: tuple[str, ...], joint: str) -> Condition | None:
    start, token = reader.position, reader.token()
    if len(names) > 1 and token is not None and token.kind is Kind.NUMBER:
        return None  # "with a country and status 200"
    parts: list[Condition] = []
    for name in names:
        reader.position = start
        part = read_said_of(reader, name)
        if part is None:
            reader.position = start
            return None
        parts.append(part)
    return join(parts, {joint})
