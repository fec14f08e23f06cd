"""Group commit: who queues while others commit shares the next transaction, and nothing else."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Lock, Thread

import pytest
from dramatiq.threading import raise_thread_exception

from infrastructure.postgres.group_commit import GroupCommit, _Waiting


class Outage(Exception):
    """Nobody can commit."""


class Store:
    """Doubles what it is asked for; refuses groups that hold a negative number."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.gate = Event()
        self.gate.set()
        self.is_down = False
        self._lock = Lock()

    def commit(self, asks: Sequence[int]) -> Sequence[int]:
        with self._lock:
            self.groups.append(list(asks))
        self.gate.wait()
        if self.is_down:
            raise Outage
        if any(ask < 0 for ask in asks):
            raise ValueError("negative")
        return [2 * ask for ask in asks]


def group_commit(store: Store, *, leaders: int = 1, most: int = 100) -> GroupCommit[int, int]:
    return GroupCommit(store.commit, leaders=leaders, most=most, everyone=Outage)


def queued_behind(
    store: Store, commits: GroupCommit[int, int], asks: Sequence[int]
) -> list[object]:
    """What becomes of asks that come while a first one (0) is being committed."""

    def submit(ask: int) -> object:
        try:
            return commits.submit(ask)
        except (ValueError, Outage) as error:
            return type(error)

    store.gate.clear()
    with ThreadPoolExecutor(len(asks) + 1) as pool:
        first = pool.submit(submit, 0)
        while not store.groups:
            time.sleep(0.001)
        others = [pool.submit(submit, ask) for ask in asks]
        while len(commits._queue) < len(asks):
            time.sleep(0.001)
        store.gate.set()
        return [first.result(), *(other.result() for other in others)]


def test_one_alone_is_committed_at_once() -> None:
    store = Store()
    assert group_commit(store).submit(21) == 42
    assert store.groups == [[21]]


def test_those_who_queue_share_the_next_commit_and_get_their_own_answers() -> None:
    store = Store()
    answers = queued_behind(store, group_commit(store), range(1, 11))
    assert answers == [2 * ask for ask in range(11)]
    assert [sorted(group) for group in store.groups] == [[0], list(range(1, 11))]


def test_a_group_has_a_size_limit() -> None:
    store = Store()
    queued_behind(store, group_commit(store, most=4), range(1, 11))
    assert [len(group) for group in store.groups] == [1, 4, 4, 2]


def test_who_fails_fails_alone() -> None:
    store = Store()
    answers = queued_behind(store, group_commit(store), [1, -2, 3])
    assert sorted(map(str, answers)) == sorted(map(str, [0, 2, ValueError, 6]))


def test_an_outage_fails_everyone_without_a_try_for_each() -> None:
    store = Store()
    store.is_down = True
    answers = queued_behind(store, group_commit(store), range(1, 11))
    assert answers == [Outage] * 11
    assert len(store.groups) == 2


def test_a_leader_that_is_stopped_fails_its_group_and_hands_on() -> None:
    class Stopped(Store):
        def commit(self, asks: Sequence[int]) -> Sequence[int]:
            if asks == [13]:
                raise KeyboardInterrupt
            return super().commit(asks)

    commits = group_commit(Stopped())
    with pytest.raises(KeyboardInterrupt):
        commits.submit(13)
    assert commits.submit(1) == 2


def test_a_leader_that_is_stopped_amid_tries_for_each_keeps_nobody_waiting() -> None:
    class Stopped(Store):
        def commit(self, asks: Sequence[int]) -> Sequence[int]:
            if asks == [13]:
                raise SystemExit
            return super().commit(asks)

    def submit(ask: int) -> None:
        try:
            answers[ask] = commits.submit(ask)
        except BaseException as error:  # noqa: BLE001 - what stopped it is what is asserted
            answers[ask] = type(error)

    store, answers = Stopped(), dict[int, object]()
    commits = group_commit(store)
    store.gate.clear()
    threads = [Thread(target=submit, args=(ask,), daemon=True) for ask in (0, 1, -2, 13, 4, 5)]
    for queued, thread in enumerate(threads):
        thread.start()
        while not store.groups or len(commits._queue) < queued:
            time.sleep(0.001)
    store.gate.set()
    for thread in threads:
        thread.join(10)
    stopped = [ask for ask in answers if answers[ask] is SystemExit]
    assert answers | dict.fromkeys(stopped) == {
        0: 0, 1: 2, -2: ValueError, 13: Outage, 4: Outage, 5: Outage
    } | dict.fromkeys(stopped)  # fmt: skip
    assert len(stopped) == 1
    assert commits._free_leaders == 1


def test_who_is_stopped_while_waiting_leaves_the_lead_to_the_next() -> None:
    """As Dramatiq stops a worker's thread: with an exception that is raised from outside."""
    store = Store()
    commits = group_commit(store)
    store.gate.clear()
    stopped: list[type[BaseException]] = []

    def wait_to_be_stopped() -> None:
        try:
            commits.submit(13)
        except BaseException as error:  # noqa: BLE001 - what stopped it is what is asserted
            stopped.append(type(error))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(commits.submit, 0)
        while not store.groups:
            time.sleep(0.001)
        waiting = Thread(target=wait_to_be_stopped)
        waiting.start()
        while len(commits._queue) < 1:
            time.sleep(0.001)
        raise_thread_exception(waiting.ident, KeyboardInterrupt)  # type: ignore[no-untyped-call]  # so it is
        third = pool.submit(commits.submit, 1)
        while len(commits._queue) < 2:
            time.sleep(0.001)
        store.gate.set()
        waiting.join(10)
        assert (first.result(10), third.result(10)) == (0, 2)
    assert stopped == [KeyboardInterrupt]
    assert commits._free_leaders == 1


@pytest.mark.parametrize("stopped", [(0,), (19,), tuple(range(0, 20, 2)), tuple(range(19))])
def test_who_is_stopped_in_a_group_keeps_nobody_waiting(stopped: Sequence[int]) -> None:
    store = Store()
    commits = group_commit(store)
    store.gate.clear()
    answers: dict[int, int] = {}

    def submit(ask: int) -> None:
        with suppress(KeyboardInterrupt):
            answers[ask] = commits.submit(ask)

    threads = [Thread(target=submit, args=(ask,), daemon=True) for ask in range(20)]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(commits.submit, 100)
        while not store.groups:
            time.sleep(0.001)
        for number, thread in enumerate(threads, start=1):
            thread.start()
            while len(commits._queue) < number:
                time.sleep(0.001)
        for number in stopped:
            raise_thread_exception(threads[number].ident, KeyboardInterrupt)  # type: ignore[no-untyped-call]  # so it is
        store.gate.set()
        first.result(10)
        for thread in threads:
            thread.join(10)
    assert answers == {ask: 2 * ask for ask in range(20) if ask not in stopped}
    assert commits._free_leaders == 1


def test_who_is_never_called_looks_for_itself() -> None:
    """Whoever was to call may have been stopped at that very moment."""
    waiting = _Waiting[int, int](1)
    waiting.wait_for_a_call()
    assert not waiting.is_answered


@pytest.mark.parametrize("leaders", [1, 2, 4])
def test_nobody_waits_for_ever_whatever_the_interleaving(leaders: int) -> None:
    store = Store()
    commits = group_commit(store, leaders=leaders, most=3)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(commits.submit, range(3_000), timeout=60))
    assert answers == [2 * ask for ask in range(3_000)]
    assert sorted(ask for group in store.groups for ask in group) == list(range(3_000))
    # Every lead was handed back: each of them can be taken again.
    assert commits._free_leaders == leaders
