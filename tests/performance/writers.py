"""Writers as processes of their own, so that they share no interpreter's lock, or as its threads.

The same loop drives every contender. A window of measurement begins when all of them write already.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

Write = Callable[[], int]
"""One transaction; how many events it wrote."""

OpenWriter = Callable[[int], AbstractContextManager[Write]]
"""Opens the writer of a number; it is sent to the process by pickle."""

Measure = Callable[[float], float]
"""What writers committed in a window of so many seconds, each second."""

_WARM_UP_SECONDS = 0.5


class Writers:
    """`count` processes that write whenever they are measured, and wait otherwise."""

    def __init__(self, open_writer: OpenWriter, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._processes = []
        self._pipes: list[Connection] = []
        for number in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(open_writer, number, theirs))
            process.start()
            theirs.close()
            self._processes.append(process)
            self._pipes.append(ours)
        try:
            for pipe in self._pipes:
                pipe.recv()
        except EOFError:
            self.close()
            raise RuntimeError("a writer could not be opened; it says why above") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            if process.is_alive():
                pipe.send(None)
            process.join(30)
            process.kill()

    def events_per_second(self, seconds: float) -> float:
        """What all of them committed in a window of so many seconds, each second."""
        begin = time.monotonic() + _WARM_UP_SECONDS
        for pipe in self._pipes:
            pipe.send((begin, begin + seconds))
        return float(sum(pipe.recv() for pipe in self._pipes)) / seconds


@contextmanager
def writer_threads(open_writer: OpenWriter, count: int) -> Iterator[Measure]:
    """The same of `count` threads of this process, each with what its own writer opened."""
    with ExitStack() as opened:
        writes = [opened.enter_context(open_writer(number)) for number in range(count)]
        yield lambda seconds: threads_per_second(writes, seconds)


def threads_per_second(writes: Sequence[Write], seconds: float) -> float:
    """The same for writers that are threads of this process, as a service's requests are."""
    begin = time.monotonic() + _WARM_UP_SECONDS
    with ThreadPoolExecutor(len(writes)) as threads:
        counts = threads.map(lambda write: _count(write, begin, begin + seconds), writes)
        return sum(counts) / seconds


def _serve(open_writer: OpenWriter, number: int, pipe: Connection) -> None:
    with open_writer(number) as write:
        pipe.send("ready")
        while (window := pipe.recv()) is not None:
            pipe.send(_count(write, *window))


def _count(write: Write, begin: float, end: float) -> int:
    """Events of the transactions that ended between two moments of the monotonic clock."""
    count = 0
    while True:
        written = write()
        now = time.monotonic()
        if now > end:
            return count
        if now > begin:
            count += written
