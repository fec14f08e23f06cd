"""The worker as a process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from interfaces.composition.processes import Adapters, consumer, worker

# A step in hand may be a model's answer; what is not done by then is gone on with elsewhere.
GRACE_SECONDS = 30.0


@contextmanager
def working(adapters: Adapters) -> Iterator[None]:
    """Take jobs in background threads; on leaving, finish the steps in hand."""
    crew = worker(adapters)
    threads = consumer(adapters, crew)
    threads.start()
    try:
        yield
    finally:
        crew.stop()
        threads.stop(timeout_seconds=GRACE_SECONDS)


def run_worker(adapters: Adapters, stop: threading.Event) -> None:
    """Take jobs until `stop` is set.

    Raises SandboxUnavailable before it takes any: a worker without a jail would be the quickest of
    all, and fail what others can do.
    """
    adapters.sandbox.check()
    with working(adapters):
        stop.wait()
