"""A large sheet, read by as many processes as there are cores.

Threads would wait for one another: what makes Python's objects of cells, and columns of these,
holds the interpreter's lock for most of the time.
"""

import multiprocessing
import os
import pickle
from multiprocessing.connection import Connection, wait

import python_calamine as calamine

from infrastructure.tabular.workbooks.columns import Piece, piece_of
from infrastructure.tabular.workbooks.layout import Layout
from infrastructure.tabular.workbooks.parts import NotSplittable
from infrastructure.tabular.workbooks.sheets import Workbook

_MOST = 4
_DONE, _NOT_SPLITTABLE = None, False


class WorkerStopped(Exception):
    """A process that read a part of the sheet ended before it was done."""


def pieces_of(book: Workbook, sheet: str, layout: Layout) -> list[Piece]:
    """The pieces of a sheet, in their order. Raises WorkerStopped, and calamine's errors.

    The processes are forked, so that they have what was imported; there are no threads yet.
    """
    try:
        return _in_processes(book, sheet, layout, min(_MOST, os.cpu_count() or 1))
    except NotSplittable:
        return [piece_of(book.whole(sheet), layout)]


def _in_processes(book: Workbook, sheet: str, layout: Layout, count: int) -> list[Piece]:
    book.large(sheet)
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(count)]
    workers = [
        context.Process(target=_work, args=(book, sheet, layout, number, pipes), daemon=True)
        for number in range(count)
    ]
    for worker in workers:
        worker.start()
    for _, outlet in pipes:
        outlet.close()
    try:
        found = _gathered([inlet for inlet, _ in pipes])
    finally:
        for worker in workers:
            worker.kill()
    pieces = [found[number] for number in sorted(found)]
    ends = [0, *(piece.end for piece in pieces)]
    if any(piece.end and piece.start < end for piece, end in zip(pieces, ends, strict=False)):
        raise NotSplittable
    return pieces


def _gathered(inlets: list[Connection]) -> dict[int, Piece]:
    found: dict[int, Piece] = {}
    numbers = {inlet: number for number, inlet in enumerate(inlets)}
    while numbers:
        ready = wait(list(numbers))
        for inlet in [inlet for inlet in numbers if inlet in ready]:
            try:
                sent = pickle.loads(inlet.recv_bytes())  # noqa: S301 a process of ours sent it
            except EOFError:
                raise WorkerStopped from None
            if sent is _DONE:
                del numbers[inlet]
                continue
            if sent is _NOT_SPLITTABLE:
                raise NotSplittable
            found[numbers[inlet]] = sent
            numbers[inlet] += len(inlets)
    return found


def _work(
    book: Workbook,
    sheet: str,
    layout: Layout,
    number: int,
    pipes: list[tuple[Connection, Connection]],
) -> None:
    """Send the pieces of one worker, and how it ended."""
    outlet = pipes[number][1]
    # Whoever holds the end of a pipe without need keeps others from noticing that it broke.
    for inlet, other in pipes:
        inlet.close()
        if other is not outlet:
            other.close()
    try:
        for block in book.blocks(sheet, start=number, step=len(pipes)):
            outlet.send_bytes(pickle.dumps(piece_of(block, layout), pickle.HIGHEST_PROTOCOL))
    except (NotSplittable, calamine.CalamineError, calamine.ZipError, calamine.XmlError):
        outlet.send_bytes(pickle.dumps(_NOT_SPLITTABLE))
    else:
        outlet.send_bytes(pickle.dumps(_DONE))
