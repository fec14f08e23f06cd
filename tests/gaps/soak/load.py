"""Writers and a follower, in processes of their own, that live through every outage."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import TypeAlias
from uuid import uuid4

from application.ports.event_log import LogUnavailable
from infrastructure.events.codec import EventCodec
from infrastructure.keys.bucket import KeyBucket
from infrastructure.keys.cache import CachedSubjectKeys
from infrastructure.keys.subject_keys import StoredSubjectKeys
from infrastructure.postgres.engine import make_engine
from infrastructure.storage.object_store import S3Location
from tests.gaps.followers import Subscriber
from tests.gaps.ledger import Ledger, Line
from tests.gaps.witness import Fault, Witness
from tests.gaps.writers import Habits, Writer
from tests.services.seaweedfs import S3Settings

READER = "soak"
"""The name of the follower's subscription."""

Found: TypeAlias = tuple[Mapping[Fault, Sequence[str]], int, int]
"""Faults; how many events came; how many of them came again after an outage."""

_PROCESSES, _WRITERS_EACH, _SESSIONS_EACH = 3, 4, 40
# Large appends, or a transaction's round trip is all that is measured; idle and aborted ones stay.
_HABITS = Habits(events=60, slow_one_in=6, idle_one_in=200, idle=3.0, aborted_one_in=12)
_LEFT_SECONDS = 120.0
_CONTEXT = multiprocessing.get_context("spawn")


class Load:
    """Processes of some writers each. They write from the beginning on until `stop`."""

    def __init__(self, conninfo: str, *, run: int) -> None:
        self._stop = _CONTEXT.Event()
        self._hold = _CONTEXT.Event()
        self._processes = []
        for number in range(_PROCESSES):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(
                target=_write, args=(conninfo, run, number, self._stop, self._hold, theirs)
            )
            process.start()
            theirs.close()
            self._processes.append((process, ours))

    def hold(self, *, back: bool) -> None:
        """Let the writers wait, or go on: nobody who follows is to be left far behind."""
        (self._hold.set if back else self._hold.clear)()

    def stop(self) -> tuple[list[Line], int]:
        """What they know of their transactions, and how many outages they came through."""
        self._stop.set()
        lines, outages = list[Line](), 0
        for process, pipe in self._processes:
            known, lost = pipe.recv()
            lines += known
            outages += lost
            process.join()
        return lines, outages

    def kill(self) -> None:
        """End what still runs."""
        for process, _ in self._processes:
            process.kill()


class Following:
    """A process that follows the log by position, as the relay does."""

    def __init__(self, url: str, keys: S3Settings, *, run: int) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_follow, args=(url, keys, run, theirs))
        self._process.start()
        theirs.close()

    def judge(self, size: int, lines: Sequence[Line]) -> Found:
        """What it found wrong with the first `size` events."""
        self._pipe.send((size, lines))
        found: Found = self._pipe.recv()
        self._process.join()
        return found

    def kill(self) -> None:
        """End it, if it still runs."""
        self._process.kill()


def _write(
    conninfo: str, run: int, process: int, stop: Event, hold: Event, pipe: Connection
) -> None:
    ledgers = [Ledger(run) for _ in range(_WRITERS_EACH)]
    sessions = [uuid4() for _ in range(_SESSIONS_EACH)]
    writers = [
        Writer(
            conninfo,
            ledger,
            sessions,
            number=process * _WRITERS_EACH + number,
            seed=run,
            habits=_HABITS,
        )
        for number, ledger in enumerate(ledgers)
    ]
    with ThreadPoolExecutor(_WRITERS_EACH) as threads:
        for done in [threads.submit(writer.run, _goes_on(stop, hold)) for writer in writers]:
            done.result()
    lines = [line for ledger in ledgers for line in ledger]
    pipe.send((lines, sum(writer.outages for writer in writers)))


def _goes_on(stop: Event, hold: Event) -> Callable[[], bool]:
    def goes_on() -> bool:
        while hold.is_set() and not stop.is_set():
            time.sleep(0.05)
        return not stop.is_set()

    return goes_on


def _follow(url: str, keys: S3Settings, run: int, pipe: Connection) -> None:
    bucket = KeyBucket(
        S3Location(
            bucket=keys.keys_bucket,
            endpoint=keys.endpoint,
            region=keys.region,
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            allow_http=True,
        )
    )
    codec = EventCodec(CachedSubjectKeys(StoredSubjectKeys(bucket)))
    witness = Witness(run, dense=True)
    subscriber = Subscriber(
        make_engine(url), witness, codec=codec, name=READER, outlives_crashes=True
    )
    stop = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(_follow_on, subscriber, stop)
        size, lines = pipe.recv()
        deadline = time.monotonic() + _LEFT_SECONDS
        while len(witness.hashes) < size and time.monotonic() < deadline and not done.done():
            time.sleep(0.1)
        stop.set()
        done.result()
    pipe.send((witness.faults(Ledger(run, lines)), len(witness.hashes), witness.redelivered))


def _follow_on(subscriber: Subscriber, stop: threading.Event) -> None:
    while not stop.wait(0.02):
        try:
            subscriber.follow()
        except LogUnavailable:
            stop.wait(0.2)
