"""The relay as a background thread or a process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from interfaces.composition import Adapters, relay


@contextmanager
def relaying(adapters: Adapters) -> Iterator[None]:
    """Forward the log to the queue in a background thread."""
    stop = threading.Event()
    thread = threading.Thread(target=relay(adapters).run, args=(stop,), name="relay")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run_relay(adapters: Adapters, stop: threading.Event) -> None:
    """Forward the log to the queue until `stop` is set."""
    relay(adapters).run(stop)
