"""Group commit: what is queued while one transaction runs shares the next one."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Generic, Self, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

_SECONDS_WITHOUT_A_CALL = 1


@dataclass(eq=False)
class _Waiting(Generic[Ask, Answer]):
    """One thread's ask. It is called when it is answered, or when its thread is to lead."""

    ask: Ask
    # Of the standard library's ways to wake one thread, the one that costs least.
    calls: SimpleQueue[None] = field(default_factory=SimpleQueue)
    leads: bool = False
    answers: list[Answer] = field(default_factory=list)
    error: Exception | None = None
    # Who is called next when this one leaves.
    next: Self | None = None
    has_left: bool = False

    @property
    def is_answered(self) -> bool:
        return bool(self.answers) or self.error is not None

    def call(self) -> None:
        self.calls.put(None)

    def wait_for_a_call(self) -> None:
        try:
            self.calls.get(timeout=_SECONDS_WITHOUT_A_CALL)
        except Empty:
            # Whoever was to call may have been stopped amid it.
            return

    def leave(self) -> None:
        self.has_left = True
        if self.next is not None:
            self.next.call()


class GroupCommit(Generic[Ask, Answer]):
    """Calls `commit` with whatever its callers asked for meanwhile, at most `most` at a time.

    There is no thread of its own and no waiting for company: who comes first leads at once, while
    fewer than `leaders` do, and those who come while all leaders commit are led together by the
    next. `commit` answers in the order of what it is asked. When it fails for several, each is
    tried alone, so that nobody fails for a neighbour; an error in `everyone` fails them all.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Ask]], Sequence[Answer]],
        *,
        leaders: int,
        most: int,
        everyone: type[Exception],
    ) -> None:
        self._commit = commit
        self._free_leaders = leaders
        self._most = most
        self._everyone = everyone
        self._queue: deque[_Waiting[Ask, Answer]] = deque()
        self._lock = Lock()

    def submit(self, ask: Ask) -> Answer:
        """The answer to `ask`, or the error that it met."""
        mine: _Waiting[Ask, Answer] = _Waiting(ask)
        try:
            with self._lock:
                self._queue.append(mine)
                if self._free_leaders > 0:
                    self._free_leaders -= 1
                    mine.leads = True
            # In this order: who is answered will not be made a leader, but may have been before.
            while not mine.is_answered or mine.leads:
                if mine.leads:
                    self._lead(mine)
                else:
                    mine.wait_for_a_call()
        except BaseException:
            self._give_up(mine)
            raise
        finally:
            mine.leave()
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _lead(self, leader: _Waiting[Ask, Answer]) -> None:
        """Commit for those who wait longest, then hand the lead on.

        However it is stopped: whom it takes from the queue, it answers.
        """
        group: list[_Waiting[Ask, Answer]] = []
        try:
            with self._lock:
                first = list(islice(self._queue, self._most))
                others = deque(islice(self._queue, self._most, None))
                # A thread is stopped only where it calls something: both, or neither.
                group, self._queue = first, others
            self._serve(group)
        except BaseException:
            _fail(group, self._everyone("the thread that was to append was stopped; try again"))
            raise
        finally:
            with self._lock:
                self._hand_on(leader)
            _call_in_turn(group)

    def _give_up(self, leaving: _Waiting[Ask, Answer]) -> None:
        """The thread was stopped while it waited: nobody may wait for it."""
        with self._lock:
            if leaving in self._queue:
                self._queue.remove(leaving)
            if leaving.leads:
                self._hand_on(leaving)

    def _hand_on(self, leader: _Waiting[Ask, Answer]) -> None:
        heir = next((each for each in self._queue if each is leader or not each.leads), None)
        # Nothing is called, and nobody stopped, until the lead is somebody else's.
        leader.leads = False
        if heir is None:
            self._free_leaders += 1
        else:
            heir.leads = True
            heir.call()

    def _serve(self, group: Sequence[_Waiting[Ask, Answer]]) -> None:
        if not group:
            return
        try:
            answers = self._commit([member.ask for member in group])
        except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
            if len(group) > 1 and not isinstance(error, self._everyone):
                for member in group:
                    self._serve([member])
                return
            _fail(group, error)
        else:
            for member, answer in zip(group, answers, strict=True):
                member.answers.append(answer)


def _call_in_turn(group: Sequence[_Waiting[Ask, Answer]]) -> None:
    """Call the first; each calls the next when it leaves.

    Called at once, a hundred threads would stand in line for the interpreter's lock, and each
    would look every few milliseconds whether it is free.
    """
    for member, following in pairwise(group):
        member.next = following
        # In this order, and in the other where it leaves: one of the two sees what the other did.
        if member.has_left:
            following.call()
    for member in group[:1]:
        member.call()


def _fail(group: Sequence[_Waiting[Ask, Answer]], error: Exception) -> None:
    for member in group:
        if not member.is_answered:
            member.error = error
