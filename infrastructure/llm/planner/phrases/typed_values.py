"""Written values as the type of a column has them."""

from domain.actions import Scalar
from domain.table import Column, ColumnType
from infrastructure.llm.planner.phrases.truth_values import as_truth_value
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.phrases.written_dates import as_date
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind

# As many as the text is long, hardly the word itself.
_ZEROS = frozenset({"zeros", "zeroes"})


def typed(written: Written, column: Column) -> Scalar:
    """The value as the column's type has it. Raises Question where it has no such value."""
    if column.type in NUMERIC:
        return _number_for(written, column)
    if column.type is ColumnType.BOOLEAN:
        truth = as_truth_value(written.text)
        if truth is not None:
            return truth
        raise Question(
            f"{column.name!r} holds true/false values, and {written.text!r} is neither. "
            f"Convert {column.name} to text first if you want that."
        )
    if column.type is ColumnType.DATETIME:
        found = as_date(written.text)
        if found is None:
            raise Question(
                f"I cannot read {written.text!r} as a date for {column.name!r}. "
                "Write dates like 2024-03-04."
            )
        return found
    if written.kind is not Kind.QUOTED and written.text.casefold() in _ZEROS:
        raise Question(
            f"{column.name!r} holds text. Put in quotes what is to stand there: '0', or '00000'."
        )
    return written.text


def says_number_in_words(written: Written) -> bool:
    """Whether it is a number without a digit, such as two: it may as well be meant as a text."""
    digits = any(character.isdigit() for character in written.text)
    return not digits and as_number(written.text) is not None


def _number_for(written: Written, column: Column) -> int | float:
    quoted_words = written.kind is Kind.QUOTED and says_number_in_words(written)
    number = None if quoted_words else as_number(written.text)
    if number is not None:
        if isinstance(number, int) and abs(number) > 2**53 - 1:
            raise Question(
                f"{number} is too long for a number. Say first: convert {column.name} to text. "
                f"Then put the value in quotes: '{number}'."
            )
        return number
    if written.text.endswith("%"):
        share = written.text.removesuffix("%")
        raise Question(
            f"Does {column.name!r} hold {share} percent as {share}, or as a fraction of 1? "
            "Write the number as the column has it."
        )
    raise Question(
        f"{column.name!r} holds numbers, and {written.text!r} is none. "
        f"Convert {column.name} to text first if you want that."
    )
