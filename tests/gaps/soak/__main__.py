"""`python -m tests.gaps.soak --minutes N [--seed S]`: exits with 1 on any fault."""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random, SystemRandom

import psycopg

from infrastructure.postgres.engine import make_engine
from tests.gaps.ledger import Fate, Ledger
from tests.gaps.soak.load import READER, Following, Found, Load
from tests.gaps.soak.service import Service, running, wait_until
from tests.gaps.soak.talks import Talker
from tests.gaps.whole_log import faults_of_log, faults_of_tree

_TALKERS = 2
_BETWEEN_KILLS = (3.0, 9.0)
_TELL_SECONDS = 10.0
_FAR_BEHIND = 100_000
"""Events that our follower may be behind before the writers are held. The relay may be behind as
far as it likes: what it has not come to yet, its sweeps find."""

_LEFT_SECONDS = 180.0

_LAG = """
SELECT (SELECT size FROM sequencer) - position FROM subscriptions WHERE name = %s
"""


def main() -> int:
    """Run for the minutes asked for, check everything, and say what was found."""
    asked = _arguments()
    began = time.monotonic()
    _say(f"seed {asked.seed}, {asked.minutes:g} minutes")
    with (
        tempfile.TemporaryDirectory(prefix="datatrail-soak-", dir=asked.directory) as place,
        running(Path(place)) as service,
    ):
        soak = Soak(service, asked.seed)
        soak.run(asked.minutes * 60)
        faults = soak.check()
    for fault in faults:
        _say(f"FAULT: {fault}")
    verdict = f"{len(faults)} faults" if faults else "no fault"
    _say(f"{verdict} after {time.monotonic() - began:.0f} s; seed {asked.seed}")
    return 1 if faults else 0


class Soak:
    """One run. `check` ends what `run` began."""

    def __init__(self, service: Service, seed: int) -> None:
        self._service = service
        self._seed = seed
        self._chance = Random(seed)  # noqa: S311 - reproducible, no secret
        self._ledger = Ledger(seed)
        self._talkers = [Talker(service.deployment.client) for _ in range(_TALKERS)]
        self._kills: Counter[str] = Counter()
        self._found: Found = ({}, 0, 0)
        self._faults: list[str] = []

    def run(self, seconds: float) -> None:
        """Write, follow, talk and kill; then stop all of it and let the service come to rest."""
        service, stop = self._service, threading.Event()
        with ExitStack() as stack:
            following = Following(service.url, service.keys, run=self._seed)
            stack.callback(following.kill)
            load = Load(service.conninfo, run=self._seed)
            stack.callback(load.kill)
            threads = stack.enter_context(ThreadPoolExecutor(_TALKERS))
            stack.callback(stop.set)
            talks = [threads.submit(talker.run, stop) for talker in self._talkers]
            self._kill(load, seconds)
            stop.set()
            lines, outages = load.stop()
            self._ledger.merge(lines)
            for talk in talks:
                talk.result()
            self._await_rest()
            size = self._number("SELECT size FROM sequencer")
            self._found = following.judge(size, lines)
        _say(f"writers came through {outages} outages")

    def check(self) -> list[str]:
        """All that is wrong."""
        service = self._service
        self._tell_of_events()
        found, seen, _ = self._found
        for fault, examples in found.items():
            self._faults.append(f"{fault}: {'; '.join(examples)}")
        recorded = self._number("SELECT count(*) FROM events")
        if seen != recorded:
            self._faults.append(f"the follower saw {seen} of {recorded} events")
        self._faults += service.ended_by_themselves()
        for talker in self._talkers:
            self._faults += talker.check()
        _say("checking positions, chains and heads …")
        self._faults += faults_of_log(service.owner)
        _say("computing the tree anew …")
        engine = make_engine(service.url)
        self._faults += faults_of_tree(engine, service.owner)
        engine.dispose()
        _say("verifying the projections …")
        code, said = service.run("projections", "verify")
        if code:
            self._faults.append(f"projections verify ended with {code}: {said[-2000:]}")
        return self._faults

    def _kill(self, load: Load, seconds: float) -> None:
        began = told = time.monotonic()
        next_kill = began + self._chance.uniform(*_BETWEEN_KILLS)
        while (now := time.monotonic()) < began + seconds:
            load.hold(back=self._is_far_behind())
            if now > told + _TELL_SECONDS:
                told = now
                self._tell_progress(now - began)
            if now > next_kill:
                victim = self._service.kill_one(self._chance)
                self._kills[victim] += 1
                self._service.await_ready()
                next_kill = time.monotonic() + self._chance.uniform(*_BETWEEN_KILLS)
            time.sleep(0.2)

    def _is_far_behind(self) -> bool:
        with self._owner() as connection:
            row = connection.execute(_LAG, [READER]).fetchone()
        return row is not None and row[0] > _FAR_BEHIND

    def _await_rest(self) -> None:
        _say("letting it come to rest …")
        wait_until(
            lambda: self._number("SELECT (SELECT count(*) FROM events) - size FROM sequencer") == 0,
            _LEFT_SECONDS,
            "events are without positions",
        )

    def _tell_progress(self, seconds: float) -> None:
        events = self._number("SELECT size FROM sequencer")
        messages = sum(talker.messages for talker in self._talkers)
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self._kills.items()))
        _say(f"{seconds:4.0f} s: {events:,} events, {messages} messages, killed: {kills or '-'}")

    def _tell_of_events(self) -> None:
        _, seen, again = self._found
        ledger = self._ledger
        _say(f"{seen:,} events followed, {again:,} of them once more after an outage")
        for fate in Fate:
            _say(f"transactions {fate}: {ledger.count(fate):,}, events: {ledger.events(fate):,}")
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self._kills.items()))
        _say(f"kill -9: {sum(self._kills.values())} ({kills})")
        talks = [talk for talker in self._talkers for talk in talker.talks]
        _say(f"{sum(len(talk.tasks) for talk in talks)} messages in {len(talks)} sessions")

    def _number(self, query: str) -> int:
        with self._owner() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return int(row[0])

    @contextmanager
    def _owner(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self._service.owner, autocommit=True) as connection:
            yield connection


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gaps.soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32))
    parser.add_argument("--directory", type=Path, help="where the data are put: a real disk")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
