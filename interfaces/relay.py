"""The relay, and the sequencer that it follows, as background threads or a process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from interfaces.composition.processes import Adapters, anchoring, relay, sequencer


@contextmanager
def relaying(adapters: Adapters) -> Iterator[None]:
    """Order the log, anchor it and forward it to the queue, in background threads.

    Raises SigningKeyUnusable.
    """
    stop, ordering = threading.Event(), sequencer(adapters)
    parts = {
        "sequencer": ordering.run,
        "anchoring": anchoring(adapters, ordering).run,
        "relay": relay(adapters).run,
    }
    threads = [threading.Thread(target=run, args=(stop,), name=name) for name, run in parts.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def run_relay(adapters: Adapters, stop: threading.Event) -> None:
    """Order the log, anchor it and forward it to the queue until `stop` is set.

    Raises SigningKeyUnusable.
    """
    with relaying(adapters):
        stop.wait()
