"""Files of regular text: told from others on the whole file, and scanned as they are."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

import polars as pl

from infrastructure.tabular.text.batches import scanned
from infrastructure.tabular.text.dialect_candidates import Dialect
from infrastructure.tabular.text.grammar import Grammar, plain_rows
from infrastructure.tabular.text.splitting import RUN_OF_SPACES

# Larger pieces, and the arrays over them are fetched from the system anew each time.
_CHECKED = 512 * 1024
_SCANNED = 8 * 1024 * 1024
_NEAR = 8 * 1024
_THREADS = 2
STAND_IN = b"\x1f"
_LINE_FEED, _RETURN = 10, 13

Made = TypeVar("Made")


@dataclass(frozen=True)
class Part:
    """The bytes ``[start, end)`` of a UTF-8 file, which begin on the physical `line`, from 0."""

    source: Path
    start: int
    end: int
    line: int


def quick_grammar(dialect: Dialect, width: int, *, returns_only: bool) -> Grammar | None:
    """What a quick reader understands as the dialect, None when none does.

    A delimiter of several characters, and none at all, is read as if it were one that is not there.
    """
    delimiter = dialect.delimiter
    if delimiter == RUN_OF_SPACES or width == 0:
        return None
    direct = delimiter is not None and len(delimiter.encode()) == 1
    stands_in = STAND_IN if not direct else (delimiter or "").encode()
    return Grammar(
        delimiter=stands_in[0],
        quote=ord(dialect.quote) if dialect.quote else None,
        newline=_RETURN if returns_only else _LINE_FEED,
        width=width,
    )


def is_regular_part(part: Part, grammar: Grammar) -> bool:
    """Whether all of the part is regular."""
    # Threads would wait for one another: most of it is many short calls.
    return all(is_regular(piece, grammar) for piece in _pieces(part, grammar, _CHECKED))


def in_order(work: Callable[[bytes], Made], part: Part, grammar: Grammar) -> Iterator[Made]:
    """What `work` makes of each piece of the part, while the next ones are worked on."""
    begun: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(_THREADS) as threads:
        for piece in _pieces(part, grammar, _SCANNED):
            begun.append(threads.submit(work, piece))
            if len(begun) > _THREADS:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def _pieces(part: Part, grammar: Grammar, size: int) -> Iterator[bytes]:
    """The part cut at ends of records, as far as quotes are in pairs there."""
    newline = bytes([grammar.newline])
    offset = part.start
    with part.source.open("rb") as opened:
        while offset < part.end:
            end = part.end
            if offset + size < end:
                end = _line_end(opened, offset, offset + size, newline)
            opened.seek(offset)
            text = opened.read(end - offset)
            offset += len(text)
            if offset >= part.end:
                yield text if text.endswith(newline) else text + newline
            elif cut := _end_of_records(text, newline, grammar.quote):
                offset -= len(text) - cut
                yield text[:cut]
            else:
                # Quotes that are nowhere in pairs make no regular text, however it is cut.
                yield text


def _line_end(opened: BinaryIO, start: int, end: int, newline: bytes) -> int:
    """After the last line end before `end`, or `end` itself when none is near."""
    begin = opened.seek(max(start, end - _NEAR))
    cut = opened.read(end - begin).rfind(newline) + 1
    return begin + cut if cut else end


def _end_of_records(text: bytes, newline: bytes, quote: int | None) -> int:
    """After the last line end that follows quotes in pairs; 0 when there is none."""
    cut = text.rfind(newline) + 1
    if quote is not None and _count(quote, text[:cut]) % 2:
        odd = True
        while odd and cut > 0:
            before = text.rfind(newline, 0, cut - 1) + 1
            odd = text.count(quote, before, cut) % 2 == 0
            cut = before
    return cut


def _count(byte: int, text: bytes) -> int:
    if len(text) <= _CHECKED:
        return text.count(byte)
    from infrastructure.tabular.text.regular_text import places_of  # noqa: PLC0415

    return len(places_of(byte, text))


def is_regular(text: bytes, grammar: Grammar) -> bool:
    """Whether whole records are all regular."""
    if plain_rows(text, grammar) is not None:
        return True
    from infrastructure.tabular.text.regular_text import regular_prefix  # noqa: PLC0415

    return regular_prefix(text, grammar).size == len(text)


def require_utf8(text: bytes) -> None:
    """Raise UnicodeError when the bytes are not UTF-8."""
    if not text.isascii():
        text.decode()


def is_direct(dialect: Dialect) -> bool:
    """Whether a quick reader can read the file as it is."""
    delimiter = dialect.delimiter or ""
    return len(delimiter.encode()) == 1 and not dialect.escape


def scan(part: Part, grammar: Grammar) -> pl.LazyFrame:
    """The rows of a regular part, in columns named by number from 0."""
    return scanned(
        lambda wanted: in_order(lambda piece: rows_of(piece, grammar, wanted), part, grammar),
        names_of_columns(grammar),
    )


def names_of_columns(grammar: Grammar) -> list[str]:
    """The numbers of the columns, from 0, as their names."""
    return [str(index) for index in range(grammar.width)]


def rows_of(piece: bytes, grammar: Grammar, wanted: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows of a regular piece, all columns when None is wanted by its name.

    Raises PolarsError for some of what is not regular.
    """
    return pl.read_csv(
        piece,
        has_header=False,
        columns=None if wanted is None else [int(name) for name in wanted],
        schema=dict.fromkeys(names_of_columns(grammar), pl.String()),
        separator=chr(grammar.delimiter),
        quote_char=None if grammar.quote is None else chr(grammar.quote),
        eol_char=chr(grammar.newline),
        empty_string_is_null=False,
    )
