"""Work on columns in threads: Polars, Arrow and hashing leave the interpreter to others."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

THREADS = 2
_Column = TypeVar("_Column")
_Result = TypeVar("_Result")


def mapped_in_order(
    work: Callable[[_Column], _Result], columns: Iterable[_Column]
) -> Iterator[_Result]:
    """The results in order, while no more columns are in memory than are being worked on."""
    pending: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(THREADS) as threads:
        for column in columns:
            pending.append(threads.submit(work, column))
            if len(pending) > THREADS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
