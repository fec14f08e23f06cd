"""The verbs that run behind the API until they are told to stop. None of them serves HTTP."""

import signal
import threading

from interfaces.cli.shared_parts import require_shared_parts
from interfaces.cli.startup import started_settings
from interfaces.composition.processes import opened
from interfaces.relay import run_relay
from interfaces.worker import run_worker


def worker() -> None:
    """Run a worker: takes jobs from the queue and works off sessions."""
    with opened(require_shared_parts(started_settings())) as adapters:
        run_worker(adapters, _stop_signal())


def relay() -> None:
    """Run the relay: follows the log and wakes workers."""
    with opened(require_shared_parts(started_settings())) as adapters:
        run_relay(adapters, _stop_signal())


def _stop_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
