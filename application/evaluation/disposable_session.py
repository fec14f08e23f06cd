"""A session that lives in memory: what a worker would do for it, without a log or a queue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from application.artifacts import ArtifactKind
from application.perform import Performer
from domain.dataset import Dataset
from domain.plan import ModelCall
from domain.session import session_decider
from domain.session.commands import PostMessage, SessionCommand, StartSession, UploadDataset
from domain.session.events import (
    IngestFailed,
    PointerMoved,
    SessionEvent,
    Snapshot,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
)
from domain.session.next_step import next_step
from domain.session.state import Session

_NEVER = Event()


@dataclass(frozen=True, kw_only=True)
class Turned:
    """What came of a message: the events of its turn."""

    events: Sequence[SessionEvent]

    @property
    def end(self) -> TurnCompleted | TurnFailed:
        """How the turn ended."""
        return next(e for e in self.events if isinstance(e, TurnCompleted | TurnFailed))

    @property
    def moved(self) -> bool:
        """Whether the table is another one now, or the same made again."""
        return any(isinstance(event, PointerMoved) for event in self.events)

    @property
    def calls(self) -> Iterator[ModelCall]:
        """Every question to the model."""
        for event in self.events:
            call = getattr(event, "call", None)
            if isinstance(call, ModelCall):
                yield call

    @property
    def repairs(self) -> int:
        """How many times a reply could not be used, or code was written again."""
        written = sum(isinstance(e, SnippetWritten) and e.attempt > 1 for e in self.events)
        return written + sum(max(0, call.attempts - 1) for call in self.calls)


@dataclass(frozen=True)
class DisposableSession:
    """A session after its events. Saying something gives another one; this one stays as it is."""

    performer: Performer
    state: Session

    @classmethod
    def opened(cls, performer: Performer, table: Path) -> "DisposableSession":
        """A session about the table in a file. Raises UnreadableTable."""
        artifacts, ids = performer.artifacts, performer.ids
        dataset = Dataset(
            file_digest=artifacts.keep(ArtifactKind.UPLOAD, table),
            file_name=table.name,
            size_bytes=table.stat().st_size,
            parse=performer.tables.inspect(table, table.name),
        )
        new = cls(performer, session_decider.initial)
        started, _ = new._after(StartSession(session_id=ids.new(), title="Evaluation"))
        opened, events = started._after(UploadDataset(task_id=ids.new(), dataset=dataset))
        failed = [event for event in events if isinstance(event, IngestFailed)]
        if failed:
            raise ValueError(failed[0].detail)
        return opened

    @property
    def table(self) -> Snapshot:
        """The table where the pointer stands."""
        (pointer,) = filter(None, [self.state.tree.pointer])
        return self.state.tree.node(pointer).snapshot

    def say(self, text: str) -> tuple["DisposableSession", Turned]:
        """The session after a message, its turn done to the end, and what came of it.

        Raises what `Performer.perform` raises.
        """
        task_id = self.performer.ids.new()
        said, events = self._after(PostMessage(task_id=task_id, text=text))
        return said, Turned(events=events)

    def _after(self, command: SessionCommand) -> tuple["DisposableSession", list[SessionEvent]]:
        """The session after the command and all that it gives to do."""
        events = list(session_decider.decide(self.state, command))
        state = session_decider.fold(events, self.state)
        while (step := next_step(state)) is not None:
            for done in self.performer.perform(state, step, _NEVER):
                new = session_decider.decide(state, done)
                events += new
                state = session_decider.fold(new, state)
        return replace(self, state=state), events
