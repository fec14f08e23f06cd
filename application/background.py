"""What goes on beside a worker's work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeated(call: Callable[[], bool], *, seconds: float, name: str) -> Iterator[None]:
    """Call every `seconds` in a thread of its own until it says False, or the context is left.

    The first call comes after `seconds`. On leaving, a call that is under way is waited for.
    """
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(seconds) and call():
            pass

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
