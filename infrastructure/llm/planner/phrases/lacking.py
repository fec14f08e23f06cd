"""What is without something: all of several values or one of them, false or missing?"""

from domain.actions import AllOf, AnyOf, Comparison, Condition
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

_NOT_ONE = frozenset({"no", "without", "not", "don't", "doesn't", "lacking", "lack", "lacks"})
_GAPS = frozenset({*words.MISSING, *words.VALUES})
_BEFORE = frozenset({"with", "that", "which", "who", "have", "has", "having", "where", "are"})


def lacking(reader: Reader, names: tuple[str, ...], start: int, how: str | None) -> Condition:
    """The condition read since `start`, such as "no email or phone"; `how` may say "both".

    Raises Question where people mean the one by it, or the other: "without email and phone".
    """
    if len(names) == 1 and is_denied(reader, names[0], start):
        return _is_false(reader, names[0], start)
    gaps = tuple(
        Comparison(column=name, operator="equals", values=(False,))
        if is_denied(reader, name, start)
        else Comparison(column=name, operator="is_missing")
        for name in dict.fromkeys(names)
    )
    if len(gaps) == 1:
        return gaps[0]
    if is_unclear(reader, start, how):
        raise ask_all_or_any(reader, names, start)
    return AnyOf(conditions=gaps) if how in {None, "either"} else AllOf(conditions=gaps)


def is_denied(reader: Reader, name: str, start: int) -> bool:
    """Whether "without a pool" is said of a column that is true or false."""
    said = {token.word for token in reader.tokens[start : reader.position]}
    is_truth = reader.column_named(name).type is ColumnType.BOOLEAN
    return is_truth and bool(_NOT_ONE & said) and _GAPS.isdisjoint(said)


def _is_false(reader: Reader, name: str, start: int) -> Condition:
    """The rows without it. Raises Question where some may be without, and of others none knows."""
    if reader.fresh and not reader.column_named(name).nulls:
        return Comparison(column=name, operator="equals", values=(False,))
    start = _without_introduction(reader, start)
    before, after = reader.text_around(start, reader.position)
    raise Question(
        f"Do you mean the rows where {name!r} is false, or those where it is missing?",
        tuple(
            Choice(label=said, message=f"{before}where {quotation(name)} is {said}{after}")
            for said in ("false", "missing", "false or missing")
        ),
    )


def is_unclear(reader: Reader, start: int, how: str | None) -> bool:
    """Whether what was read since `start` may mean all of the columns, or any of them."""
    said = {token.word for token in reader.tokens[start : reader.position]}
    # "Missing a or b" is clear, and so is "missing both"; "without a or b" may be of either.
    denied = bool(_NOT_ONE & said)
    return denied if how is not None else denied or bool({"and", "&", "+"} & said)


def ask_all_or_any(reader: Reader, names: tuple[str, ...], start: int) -> Question:
    """The question which of the two is meant."""
    lacks = ["false" if is_denied(reader, name, start) else "missing" for name in names]
    start = _without_introduction(reader, start)
    before, after = reader.text_around(start, reader.position)

    def choice(label: str, joint: str) -> Choice:
        gaps = zip(names, lacks, strict=True)
        said = f" {joint} ".join(f"({quotation(name)} is {lack})" for name, lack in gaps)
        return Choice(label=label, message=f"{before}where {said}{after}")

    listed = ", ".join(names[:-1]) + f" and {names[-1]}"
    every = "both" if len(names) == 2 else "all"
    lack = " or ".join(dict.fromkeys(lacks))
    return Question(
        f"Do you mean the rows where {listed} are {every} {lack}, or also those where one of them "
        "is?",
        (choice(f"{every} {lack}", "and"), choice(f"at least one {lack}", "or")),
    )


def _without_introduction(reader: Reader, start: int) -> int:
    """Where the condition begins, with the "that have" before it."""
    while start and reader.tokens[start - 1].word in _BEFORE:
        start -= 1
    return start
