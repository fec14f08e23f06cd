"""Several values that a column may have: "Paris or London", "one of 1, 2 and 3"."""

from domain.actions import Condition
from infrastructure.llm.planner.phrases.comparing import one_of
from infrastructure.llm.planner.phrases.condition_starts import starts_condition
from infrastructure.llm.planner.phrases.operands import read_case_ignored, read_operand
from infrastructure.llm.planner.phrases.unclear_values import clear
from infrastructure.llm.planner.phrases.values import Written, read_value
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind


def read_listed(reader: Reader, name: str) -> Condition | None:
    """Read what follows "one of": "(1, 2, 3)", "Paris and London". Raises Question."""
    bracket = reader.take("(", "[") is not None
    found = []
    while True:
        written = read_operand(reader, name)
        if written is None:
            break
        found.append(written)
        before = reader.position
        joined = [reader.take(",", "or", "and", "nor"), reader.take("or", "and")]
        if not any(joined) or reader.at_verb() or starts_condition(reader):
            reader.position = before
            break
    if not found or (bracket and not reader.take(")", "]")):
        return None
    return any_listed(reader, name, found)


def read_more_values(reader: Reader, name: str, first: Written) -> list[Written]:
    """Read the London of "Paris or London". Raises Question for an "and" in its place."""
    listed: list[Written] = []
    found: list[Written] = []
    end = reader.position
    while True:
        comma, either = reader.take(","), reader.take("or")
        if not (comma or either) or reader.at_verb() or starts_condition(reader):
            break
        written = read_value(reader, "nor", *words.EXCEPT)
        if written is None or _is_of_another(reader, name, written):
            break
        listed.append(written)
        if either:
            # Only an "or" makes the values before it a list.
            found, end = [clear(one) for one in listed], reader.position
    if not found and listed and reader.token() is None and _all_held(reader, name, listed):
        return listed
    reader.position = end
    before = reader.position
    if not found and first.kind is Kind.WORD and reader.take("and"):
        _refuse_and(reader, name, first)
    reader.position = before
    return found


def _all_held(reader: Reader, name: str, listed: list[Written]) -> bool:
    """Whether commas alone make a list: of numbers, or of values that the column holds."""
    if reader.column_named(name).type in NUMERIC:
        return all(written.kind is Kind.NUMBER for written in listed)
    return all(name in reader.held.get(written.text, {}) for written in listed)


def _is_of_another(reader: Reader, name: str, written: Written) -> bool:
    """Whether other columns are known to hold the value, and this one not."""
    held = reader.held.get(written.text, {})
    return bool(held) and name not in held


def _refuse_and(reader: Reader, name: str, first: Written) -> None:
    """Nothing is both of "Paris and London"."""
    if reader.at_verb() or starts_condition(reader):
        return
    second = read_operand(reader, name)
    if second is not None:
        raise Question(
            f"Should {name!r} be one of {first.text!r} and {second.text!r}? "
            f"Say: {name} is one of '{first.text}' or '{second.text}'."
        )


def any_listed(reader: Reader, name: str, written: list[Written]) -> Condition:
    """The column equal to any of the values, and whether case counts. Raises Question."""
    column = reader.column_named(name)
    return one_of(column, written, ignore_case=read_case_ignored(reader))
