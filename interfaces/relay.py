"""The relay, and the sequencer that it follows, as background threads or a process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from interfaces.composition import Adapters, relay, sequencer


@contextmanager
def relaying(adapters: Adapters) -> Iterator[None]:
    """Order the log and forward it to the queue in background threads."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=run, args=(stop,), name=name)
        for name, run in (
            ("sequencer", sequencer(adapters).run),
            ("relay", relay(adapters).run),
        )
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def run_relay(adapters: Adapters, stop: threading.Event) -> None:
    """Order the log and forward it to the queue until `stop` is set."""
    with relaying(adapters):
        stop.wait()
