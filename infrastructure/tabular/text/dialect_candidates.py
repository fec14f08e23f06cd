"""The dialects that a piece of text suggests."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from infrastructure.tabular.text.fixed_widths import fixed_widths
from infrastructure.tabular.text.splitting import DRAWN, RUN_OF_SPACES, is_rule

DELIMITERS = (",", ";", "\t", "|")
_MOST_CANDIDATES = 10
_DRAWN_LINES = 20
_CROSSINGS = re.compile(r"[|+\u2502\u2503\u2506\u250c-\u254b\u2551-\u256c]")
_DECLARED = re.compile(r"\s*\"?sep=(.+?)\"?\s*", re.IGNORECASE)
_NEVER = frozenset("\"'.\\_-+/()[]{}<>%$€£@?!`\u00b4\u2019\u201c\u201d°\r\n\x00=")
# What hardly ever divides cells, but does where nothing else may.
_ODD, _FEWEST_OF_ODD = "!\u00fe\u00de\u00ff", 5
_BAR_BETWEEN_TABS = "\t|\t"
_RUNS = re.compile(r"[!#&*,:;=@^`|~\u00a6\u00ac\u00a7]{2,4}|<[^\w\s<>]{0,2}>")
_APOSTROPHES = re.compile(r"(?:^|[^\w ])\s?'(?:[^']|'')*+'\s?(?:$|[^\w ])", re.MULTILINE)


@dataclass(frozen=True)
class Dialect:
    """`delimiter` is None when each line is one cell."""

    delimiter: str | None
    quote: str = '"'
    escape: str = ""


def declared_delimiter(line: str) -> str | None:
    """What a first line like ``sep=;`` declares."""
    declared = _DECLARED.fullmatch(line)
    if declared is None or len(declared[1]) > 3:
        return None
    return "\t" if declared[1] == "\\t" else declared[1]


def suggested(
    lines: Sequence[str],
    delimiters: Sequence[str] | None,
    quotes: Sequence[str] | None,
    escapes: Sequence[str] | None,
) -> Iterator[Dialect]:
    """Every combination that is worth a try, of what is given where that is not None."""
    text = "".join(lines)
    for delimiter in delimiters if delimiters is not None else _delimiters(lines):
        if not delimiter:
            continue
        for quote in quotes if quotes is not None else _quotes_of(text):
            for escape in escapes if escapes is not None else _escapes(text, quote, delimiter):
                yield Dialect(delimiter, quote, escape)


def _escapes(text: str, quote: str, delimiter: str) -> list[str]:
    """What may escape: a backslash too where one stands before delimiters."""
    found = escape_of(text, quote)
    doubled = quote and re.search(rf"\w\W?{quote}{quote}|{quote}{quote}\W?\w", text)
    escaped = "\\" + delimiter in text and not doubled
    return [found, "\\"] if escaped and not found else [found]


def drawn_dialect(lines: Sequence[str]) -> Dialect | None:
    """That of a table which a program drew, or which is written in Markdown, if it is one.

    Bars stand between its cells, and a line that looks like as many empty cells at its names; or
    that crosses no bar, as SAP draws it, where one begins and ends the names.
    """
    filled = [line.strip() for line in lines if line.strip()][:_DRAWN_LINES]
    for number, rule in enumerate(filled):
        if not is_rule(rule):
            continue
        divided = len(_CROSSINGS.findall(rule))
        for line in filled[max(0, number - 1) : number + 2]:
            for delimiter, bars in DRAWN.items():
                count = sum(map(line.count, bars))
                closed = count > 2 and line[0] in bars and line[-1] in bars
                if not is_rule(line) and (count == divided if divided else closed):
                    return Dialect(delimiter, "")
    return None


def _quotes_of(text: str) -> list[str]:
    apostrophes = _APOSTROPHES.search(text) is not None
    quotes = ['"'] if '"' in text or not apostrophes else []
    return [*quotes, "'"] if apostrophes else quotes


def escape_of(text: str, quote: str) -> str:
    r"""A backslash, when quotes inside quoted cells are written ``\"`` rather than doubled.

    Where quotes are doubled, a quote after a backslash is followed by another or ends its cell.
    """
    if not quote or "\\" + quote not in text:
        return ""
    mark = re.escape(quote)
    within = len(re.findall(rf"\\{mark}(?!{mark}|\s*(?:[,;\t|]|$))", text, re.MULTILINE))
    # One escaped quote right before the closing one, as in "5\"".
    within += len(
        re.findall(rf"(?<![{mark}\\])\\{mark}{mark}(?=\s*(?:[,;\t|]|$))", text, re.MULTILINE)
    )
    doubled = len(re.findall(rf"(?<![{mark},;\t|\\\s]){mark}{mark}(?={mark}|\w)", text))
    return "\\" if within > doubled else ""


def _delimiters(lines: Sequence[str]) -> list[str]:
    """The strings that stand in enough lines to be what divides cells, the likeliest first."""
    present: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    filled = [line.strip("\r\n") for line in lines if line.strip()]
    for line in filled:
        present.update(filter(_may_divide, set(line)))
        runs.update(set(_RUNS.findall(line)))
    # Lines amid a quoted cell have no delimiter, but the first ones of a file do.
    first = "".join(filled[:3])
    enough, few = max(1, len(filled) * 0.3), max(1, len(filled) * 0.05)
    singles = [
        character
        for character, count in present.most_common()
        if count >= (few if character in first else enough) or character in DELIMITERS
    ]
    singles.sort(key=lambda character: character not in first)
    found = singles[:_MOST_CANDIDATES]
    found += [
        run
        for run, count in runs.most_common(_MOST_CANDIDATES)
        if count >= (few if run in first else enough) and _is_one(run, filled)
    ]
    text = "\n".join(filled)
    for character in singles[:_MOST_CANDIDATES]:
        total = text.count(character)
        found += [
            padded
            for padded in (f"{character} ", f" {character} ")
            if character not in " \t" and text.count(padded) * 10 > total * 6
        ]
    # As a program writes taxonomies; another mark between tabs is a cell of its own.
    if text.count(_BAR_BETWEEN_TABS) * 10 > text.count("|") * 6:
        found.append(_BAR_BETWEEN_TABS)
    if not any(_divides_evenly(delimiter, filled) for delimiter in found):
        found += [mark for mark in _ODD if _divides_rows(mark, filled)]
    if " " in found and "  " in text:
        found.append(RUN_OF_SPACES)
        if not any(_divides_evenly(delimiter, filled) for delimiter in DELIMITERS):
            found += filter(None, [fixed_widths(lines)])
    return found


def _divides_evenly(delimiter: str, lines: Sequence[str]) -> bool:
    """Whether the delimiter stands in each line as often as in any other."""
    often = lines[0].count(delimiter)
    return often > 0 and all(line.count(delimiter) == often for line in lines)


def _divides_rows(mark: str, lines: Sequence[str]) -> bool:
    """Whether so many lines have the mark so often that no sentence or address has it by chance."""
    enough = len(lines) >= _FEWEST_OF_ODD and lines[0].count(mark) > 1
    return enough and _divides_evenly(mark, lines)


def _is_one(run: str, lines: Sequence[str]) -> bool:
    """Whether a run of marks is written as a whole rather than by empty cells in a row.

    Names are seldom empty: a line near the first has the mark in such runs only.
    """
    if len(set(run)) > 1:
        # Empty cells beside another mark, as in the names of /etc/passwd: "User,,,:/home".
        if any(left == right in DELIMITERS for left, right in pairwise(run)):
            return False
        return not set(run) <= set(DELIMITERS) or run[0] == run[-1]
    every = re.compile(f"{re.escape(run[0])}+")
    return any(
        (lengths := [len(found) for found in every.findall(line)])
        and all(length % len(run) == 0 for length in lengths)
        for line in lines[:3]
    )


@lru_cache(maxsize=4096)
def _may_divide(character: str) -> bool:
    if character in _NEVER or character.isalnum():
        return False
    return character in "\t " or unicodedata.category(character)[0] in "PSC"
