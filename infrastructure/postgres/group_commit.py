"""Group commit: what is queued while one transaction runs shares the next one."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


@dataclass(eq=False)
class _Waiting(Generic[Ask, Answer]):
    """One thread's ask. `woken` is set when it is answered, or when its thread is to lead."""

    ask: Ask
    woken: Event = field(default_factory=Event)
    leads: bool = False
    answers: list[Answer] = field(default_factory=list)
    error: Exception | None = None

    @property
    def is_answered(self) -> bool:
        return bool(self.answers) or self.error is not None


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
        with self._lock:
            self._queue.append(mine)
            if self._free_leaders > 0:
                self._free_leaders -= 1
                mine.leads = True
        while True:
            # In this order: who was made a leader leads, even if another answered meanwhile.
            with self._lock:
                leads, mine.leads = mine.leads, False
            if leads:
                self._lead()
            elif mine.is_answered:
                break
            else:
                mine.woken.wait()
                mine.woken.clear()
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _lead(self) -> None:
        """Commit for those who wait longest, then hand the lead on."""
        with self._lock:
            group = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
        try:
            self._serve(group)
        finally:
            with self._lock:
                heir = next((waiting for waiting in self._queue if not waiting.leads), None)
                if heir is None:
                    self._free_leaders += 1
                else:
                    heir.leads = True
                    heir.woken.set()
            for member in group:
                member.woken.set()

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
        except BaseException:
            _fail(group, self._everyone("the thread that was to append was stopped; try again"))
            raise
        else:
            for member, answer in zip(group, answers, strict=True):
                member.answers.append(answer)


def _fail(group: Sequence[_Waiting[Ask, Answer]], error: Exception) -> None:
    for member in group:
        if not member.is_answered:
            member.error = error
