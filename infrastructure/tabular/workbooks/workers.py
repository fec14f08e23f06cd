"""A large sheet, read by as many processes as there are cores.

Threads would wait for one another: what makes Python's objects of cells, and columns of these,
holds the interpreter's lock for most of the time. One more process inflates the sheet and cuts it,
a few parts ahead of those who read them, while this one still imports what these will need.
"""

import contextlib
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import python_calamine as calamine

from infrastructure.tabular.workbooks.layout import Layout
from infrastructure.tabular.workbooks.marks import columns_hidden
from infrastructure.tabular.workbooks.parts import LargeSheet, NotSplittable
from infrastructure.tabular.workbooks.sheets import Workbook, block_in

if TYPE_CHECKING:
    from infrastructure.tabular.workbooks.columns import Piece
    from infrastructure.tabular.workbooks.part_pieces import PartPieces

_MOST = 4
_PARTS_AHEAD = 12
_CALAMINE_ERRORS = (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OverflowError)
# How a process ended; it was cut off when another one was gone.
_DONE, _NOT_SPLITTABLE, _CUT_OFF = 0, 3, 4


class WorkerStopped(Exception):
    """A process that read a part of the sheet ended before it was done."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Rows of the sheet, in a file that is `slot`; `number` is their place in the sheet, from 0."""

    number: int
    slot: int
    errors: list[int]
    uncalculated: list[int]
    hidden_rows: list[int]
    hidden_columns: list[range]
    last: bool


class _Line:
    """What goes between the process that cuts and one that reads: parts, and slots that are free.

    Either notices that the other has ended by the end of what comes from it.
    """

    def __init__(self, place: Path, number: int) -> None:
        self._place, self._number = place, number
        self._parts, self._slots = os.pipe(), os.pipe()

    def file(self, slot: int) -> Path:
        return self._place / f"{self._number}-{slot}.xlsx"

    @property
    def found(self) -> Path:
        return self._place / f"{self._number}.pieces"

    def sends(self) -> tuple[BinaryIO, BinaryIO]:
        """Where parts go to and free slots come from."""
        return os.fdopen(self._parts[1], "wb"), os.fdopen(self._slots[0], "rb", buffering=0)

    def receives(self) -> tuple[BinaryIO, BinaryIO]:
        """Where parts come from and free slots go to."""
        return os.fdopen(self._parts[0], "rb"), os.fdopen(self._slots[1], "wb", buffering=0)

    def close_sending(self) -> None:
        os.close(self._parts[1])
        os.close(self._slots[0])

    def close_receiving(self) -> None:
        os.close(self._parts[0])
        os.close(self._slots[1])


def pieces_of(book: Workbook, sheet: str, layout: Layout) -> "list[Piece]":
    """The pieces of a sheet, in their order. Raises WorkerStopped, and calamine's errors."""
    try:
        return pieces_side_by_side(book, sheet, layout, min(_MOST, os.cpu_count() or 1))
    except NotSplittable:
        from infrastructure.tabular.workbooks.columns import piece_of  # noqa: PLC0415 see below

        return [piece_of(book.whole(sheet), layout)]


def pieces_side_by_side(book: Workbook, sheet: str, layout: Layout, count: int) -> "list[Piece]":
    """The pieces, read by `count` processes. Raises NotSplittable, and WorkerStopped.

    The processes are forked, so that they have what was imported; there are no threads yet.
    """
    large = book.large(sheet)
    with tempfile.TemporaryDirectory(dir=book.scratch) as place:
        lines = [_Line(Path(place), number) for number in range(count)]
        children = [_forked(partial(_cut, large, lines))]
        # What takes long to import is not needed to cut.
        from infrastructure.tabular.workbooks.part_pieces import PartPieces  # noqa: PLC0415 as told

        for line in lines:
            line.close_sending()
        pieces = PartPieces(layout, _texts(book, sheet, children[0]))
        children += [_forked(partial(_read, line, lines, sheet, pieces)) for line in lines]
        for line in lines:
            line.close_receiving()
        _wait_for(children)
        found = sorted(
            (part for line in lines for part in pickle.loads(line.found.read_bytes())),  # noqa: S301 ours
            key=lambda part: part[0],
        )
    read = [piece for _, piece in found]
    ends = [0, *(piece.end for piece in read)]
    if any(piece.end and piece.start < end for piece, end in zip(read, ends, strict=False)):
        raise NotSplittable
    return read


def _texts(book: Workbook, sheet: str, cutter: int) -> Sequence[str]:
    try:
        return book.shared_texts(sheet)
    except BaseException as error:
        os.kill(cutter, signal.SIGKILL)
        os.waitpid(cutter, 0)
        if isinstance(error, _CALAMINE_ERRORS):
            raise NotSplittable from None
        raise


def _forked(work: Callable[[], None]) -> int:
    """The process that does `work` and ends with how that ended."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = _DONE
    except (NotSplittable, *_CALAMINE_ERRORS):
        status = _NOT_SPLITTABLE
    except (BrokenPipeError, EOFError):
        status = _CUT_OFF
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        # Not to free each cell takes a tenth of the time.
        os._exit(status)


def _wait_for(children: list[int]) -> None:
    """Wait for all: when one stops, those who wait for it are cut off, and stop as well."""
    ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if any(status not in {_DONE, _NOT_SPLITTABLE, _CUT_OFF} for status in ended):
        raise WorkerStopped
    if _NOT_SPLITTABLE in ended:
        raise NotSplittable
    if any(ended):
        raise WorkerStopped


def _cut(large: LargeSheet, lines: list[_Line]) -> None:
    """Write the parts, to each line in its turn, as far ahead as there are free slots."""
    ends = []
    for line in lines:
        line.close_receiving()
        ends.append(line.sends())
    for number, rows in enumerate(large.rows()):
        turn, line = number // len(lines), lines[number % len(lines)]
        parts, slots = ends[number % len(lines)]
        free = slots.read(1) if turn >= _PARTS_AHEAD else bytes([turn])
        if not free:
            raise EOFError
        large.write_workbook(rows, line.file(free[0]))
        part = _Part(
            number=number,
            slot=free[0],
            errors=rows.with_errors(),
            uncalculated=rows.uncalculated(),
            hidden_rows=rows.hidden(),
            hidden_columns=columns_hidden(rows.head) if number == 0 else [],
            last=rows.last,
        )
        pickle.dump(part, parts)
        parts.flush()
    for parts, _ in ends:
        pickle.dump(None, parts)
        parts.flush()


def _read(line: _Line, lines: list[_Line], sheet: str, pieces: "PartPieces") -> None:
    """Read the parts of one line, and leave their pieces in its file."""
    # Whoever holds the end of a pipe without need keeps others from noticing that it broke.
    for other in lines:
        if other is not line:
            other.close_receiving()
    parts, slots = line.receives()
    found = []
    while (part := pickle.load(parts)) is not None:  # noqa: S301 a process of ours sent it
        block = block_in(line.file(part.slot), sheet)
        block.first, block.last = part.number == 0, part.last
        block.error_rows, block.uncalculated = part.errors, part.uncalculated
        block.hidden_rows, block.hidden_columns = part.hidden_rows, part.hidden_columns
        found.append((part.number, pieces.piece_of(block)))
        # Who has cut the last part needs no slot any more.
        with contextlib.suppress(BrokenPipeError):
            slots.write(bytes([part.slot]))
    line.found.write_bytes(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
