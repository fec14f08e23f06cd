"""Sentences about a failed snippet that are safe to record for ever.

They are built from the snippet itself, the names of the table's columns and fixed texts. What the
jail reports only selects among these, so no cell can get through, whatever the snippet does.
"""

import ast
import builtins
import re
from collections.abc import Sequence
from typing import Final

from domain.actions.nearest import nearest_names
from infrastructure.nsjail.known_messages import remedy_for
from infrastructure.nsjail.outdated import MEMBERS, instead_of
from infrastructure.nsjail.pandas_names import argument_hint, like_members
from infrastructure.nsjail.report import Report

OWN_EXCEPTION: Final = "an error of its own"
_LONGEST_QUOTE = 160
# What it calls columns that nobody named.
_NAMES_OF_PANDAS: Final = frozenset({"value", "variable", "index", "count", "level_0"})
# Exceptions of the libraries that no public module of pandas lists, with the builtin they extend.
_OTHER_EXCEPTIONS: Final[dict[str, type[BaseException]]] = {
    "ArrowException": Exception,
    "ArrowInvalid": ValueError,
    "ArrowKeyError": KeyError,
    "ArrowMemoryError": MemoryError,
    "ArrowNotImplementedError": NotImplementedError,
    "ArrowTypeError": TypeError,
    "AxisError": ValueError,
    "DateParseError": ValueError,
    "DTypePromotionError": TypeError,
    "InvalidParameterError": ValueError,
    "JSONDecodeError": ValueError,
    "LinAlgError": ValueError,
    "NotFittedError": ValueError,
    "ParserError": ValueError,
    "StatisticsError": ValueError,
    "UFuncTypeError": TypeError,
    "UnknownTimeZoneError": KeyError,
    "ZoneInfoNotFoundError": KeyError,
    "_ArrayMemoryError": MemoryError,
    "_UFuncBinaryResolutionError": TypeError,
    "_UFuncNoLoopError": TypeError,
    "error": ValueError,  # re.error
}
_HINTS: Final = {
    "ChainedAssignmentError": (
        "a chained assignment such as df[a][b] = value, or an inplace method on df[a], changes "
        "nothing in pandas 3; assign with df.loc[rows, column] = value or df[a] = df[a].method()"
    ),
    "ImportError": "only libraries for tables can be imported: pandas, numpy, scikit-learn, re, …",
    "IndexError": "a position is outside the table; check the length first",
    "IndexingError": "the mask and the table have different rows; build the mask from df itself",
    "InvalidIndexError": "the index or the columns hold a label twice, or a label cannot be one",
    "IntCastingNaNError": "missing values do not fit int; use astype('Int64') or fill them first",
    "KeyError": "a column or label is not there; compare it with the columns of the table",
    "MemoryError": "it needed more memory than a snippet may use; work on fewer columns or rows",
    "MergeError": "the keys of the merge do not fit; check the columns and the validate argument",
    "NameError": "a name is not defined; a snippet sees df, pd and np",
    "NotImplementedError": (
        "this operation does not exist for this type of column, such as lists or objects; "
        "convert such columns to text first"
    ),
    "OSError": "a snippet has no files, network or other processes; work on df alone",
    "OutOfBoundsDatetime": "a date is outside what can be stored; use errors='coerce'",
    "OverflowError": "a number is too large for its type; use float or text",
    "RecursionError": "it calls itself too deeply; use a loop or a pandas method",
    "SyntaxError": (
        "the expression given to query or eval cannot be read; check its quotes, and put names "
        "with spaces into backticks"
    ),
    "SystemExit": "a snippet must not exit; let it end by itself and leave the table in df",
    "TypeError": (
        "a value or an argument has the wrong type; check the dtypes, cast with astype, "
        "pd.to_numeric or pd.to_datetime first"
    ),
    "UnicodeError": "text cannot be encoded; remove or replace the characters concerned",
    "ValueError": (
        "a value has the wrong form, or lengths differ; pd.to_numeric and pd.to_datetime with "
        "errors='coerce' turn what cannot be converted into missing values"
    ),
    "ZeroDivisionError": "it divides by zero; leave such rows out or replace zero first",
}
_REFUSALS: Final = {
    "series": (
        "df is a Series; df must be a DataFrame at the end: "
        "use .to_frame(), .reset_index() or assign it to a column"
    ),
    "nothing": (
        "df is None, and must be a DataFrame at the end; a method with inplace=True returns "
        "nothing, so leave out either that or the assignment"
    ),
    "not_a_table": "df is no table any more; df must be a DataFrame at the end",
    "too_many_columns": "the table has more columns than can be kept; melt it or drop some",
    "no_columns": "the table has rows but no column; keep at least one column",
    "nameless_column": "a column has no name; name every column with .columns = [...]",
    "unusable_name": (
        "a column's name is longer than 1,000 characters or holds one that no file can store"
    ),
    "duplicate_columns": "{names} occurs more than once; rename or drop the duplicates",
    "mixed_column": (
        "{names} mixes kinds of values, which no file can keep; convert it to one type, "
        "for example with astype('str'), pd.to_numeric or pd.to_datetime"
    ),
    "too_many_words": (
        "it has columns of more than a million mixed or unusual values; convert them to one type, "
        "for example with astype('str'), or answer with fewer rows"
    ),
    "moments_out_of_range": (
        "{names} holds moments outside of the years 1 to 9999; check the unit given to "
        "pd.to_datetime, or make such moments missing with .where(...)"
    ),
    "durations_out_of_range": (
        "{names} holds durations of more than a thousand million days; check the unit given to "
        "pd.to_timedelta, or make such durations missing with .where(...)"
    ),
    "unsupported_column": (
        "{names} holds values of a kind that cannot be stored; convert it with astype('str')"
    ),
}


def known_exception(name: str | None) -> str:
    """`name` if Python or one of the libraries has such an exception, else a neutral phrase."""
    return name if name is not None and _family(name) is not None else OWN_EXCEPTION


def valid_line(line: int | None, snippet: str) -> int | None:
    """`line` if the snippet has it."""
    return line if line is not None and 1 <= line <= len(_lines(snippet)) else None


def explain_error(report: Report, snippet: str, columns: Sequence[str]) -> str:
    """What failed, in which line, and what to do."""
    exception = known_exception(report.exception)
    line = valid_line(report.line, snippet)
    place = _place(line, snippet)
    if line is not None and _lines(snippet)[line - 1].lstrip().startswith(("raise ", "assert ")):
        reason = _written_reason(_lines(snippet)[line - 1])
        if reason is not None:
            return f"The snippet refuses this table: {reason}."
        return f"{place}: the snippet itself refuses this table, for the reason in that line."
    hint = _hint(exception, report, snippet, columns)
    return f"{place} failed with {exception}: {hint}{'' if hint.endswith('?') else '.'}"


def _written_reason(line: str) -> str | None:
    """The text of ``raise ValueError('…')``, or of ``assert …, '…'``, if it is written out."""
    try:
        raised = ast.parse(line.strip()).body
    except (SyntaxError, ValueError):
        return None
    match raised:
        case [
            ast.Raise(exc=ast.Call(args=[ast.Constant(value=str(reason))], keywords=[]))
            | ast.Assert(msg=ast.Constant(value=str(reason)))
        ]:
            return _shortened(" ".join(reason.split())).rstrip(".")
        case _:
            return None


def explain_refusal(report: Report, snippet: str, columns: Sequence[str]) -> str:
    """Why the table that the snippet left cannot be kept."""
    return f"The snippet ran, but {_refusal(report, snippet, columns)}."


def explain_refused_answer(report: Report, snippet: str, columns: Sequence[str]) -> str:
    """Why the table that the snippet left in ``result`` cannot be kept."""
    reason = _refusal(report, snippet, columns)
    return f"What the snippet left in result cannot be kept: {reason}."


def _refusal(report: Report, snippet: str, columns: Sequence[str]) -> str:
    template = _REFUSALS.get(report.refused or "", "it is a table that cannot be stored")
    usual = _NAMES_OF_PANDAS.union(columns)
    known = [name for name in report.names if name in usual or _stands_in(name, snippet)]
    named = [f"the column {name!r}" for name in known]
    return template.format(names=", ".join(named) or "a column")


def _stands_in(name: str, snippet: str) -> bool:
    """Whether the snippet writes the name: a letter that is a cell is a part of many words."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", snippet))


def explain_unstorable(kind: str, names: Sequence[str]) -> str:
    """Why a dataframe of the caller's own cannot enter a jail."""
    template = _REFUSALS.get(kind, "it cannot be stored")
    named = ", ".join(f"the column {name!r}" for name in names) or "a column"
    return f"The dataframe cannot be stored: {template.format(names=named)}."


def explain_syntax(line: int | None, snippet: str, reason: str = "") -> str:
    """`reason` is what Python says when it reads the snippet here, outside of the jail."""
    why = f": {_shortened(reason)}" if reason else ""
    return f"{_place(valid_line(line, snippet), snippet)} is not valid Python{why}."


def _lines(snippet: str) -> list[str]:
    """The lines as Python counts them; str.splitlines knows more ends of lines than it does."""
    return re.split(r"\r\n|\r|\n", snippet)


def _place(line: int | None, snippet: str) -> str:
    if line is None:
        return "The snippet"
    return f"Line {line} (`{_shortened(_lines(snippet)[line - 1].strip())}`)"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def _hint(exception: str, report: Report, snippet: str, columns: Sequence[str]) -> str:
    mentioned = [name for name in report.names if name and _stands_in(name, snippet)]
    line = valid_line(report.line, snippet)
    outdated = None if line is None else instead_of(snippet, line, exception)
    if exception == "KeyError":
        missing = next((name for name in mentioned if name not in columns), None)
        if missing is not None:
            return f"there is no column or label {missing!r}{_similar(missing, columns)}"
        if mentioned:
            return (
                f"{mentioned[0]!r} was a column, but is not there where the line looks: among the "
                f"rows (write columns=[{mentioned[0]!r}]), or after it was renamed or dropped"
            )
    remedy = remedy_for(report.names)
    if remedy is not None:
        return remedy
    if exception == "AttributeError":
        if not mentioned:
            return outdated or "an object does not have the attribute that the line asks for"
        instead = MEMBERS.get(mentioned[0])
        meant = [each for text in report.names for each in like_members(text, mentioned[0])]
        names = [*columns, *meant]
        advice = f"; write {instead} instead" if instead else _similar(mentioned[0], names)
        return f"there is no attribute {mentioned[0]!r} here{advice}"
    if exception == "UndefinedVariableError" and mentioned:
        return f"the expression finds no column {mentioned[0]!r}{_similar(mentioned[0], columns)}"
    if exception == "NameError" and mentioned:
        return f"the name {mentioned[0]!r} is not defined; a snippet sees df, pd and np"
    if outdated is None and exception == "TypeError":
        outdated = argument_hint(report.names, snippet)
    return outdated or _hint_by_family(exception)


def _similar(name: str, columns: Sequence[str]) -> str:
    close = nearest_names(name, columns)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def _hint_by_family(exception: str) -> str:
    """The hint of the exception, else that of its nearest ancestor that has one."""
    family = _family(exception) or Exception
    for ancestor in (exception, *(ancestor.__name__ for ancestor in family.__mro__)):
        if ancestor in _HINTS:
            return _HINTS[ancestor]
    return "check the line against the columns and types of the table"


def _family(name: str) -> type[BaseException] | None:
    """The known exception class of this name, or the builtin that it extends."""
    from pandas import errors  # noqa: PLC0415  # half a second that few processes ever need

    for found in (getattr(builtins, name, None), getattr(errors, name, None)):
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
    return _OTHER_EXCEPTIONS.get(name)
