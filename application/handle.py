"""Load, decide, append, and again when somebody else was quicker."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from application.ports.clock import Clock, Ids
from application.ports.event_log import (
    EventLog,
    Metadata,
    NewEvent,
    RecordedEvent,
    WrongVersion,
    session_stream,
)
from domain.session import Session, SessionCommand, SessionEvent, session_decider
from domain.session.commands import StartSession
from domain.session.errors import SessionUnknown


class SessionBusy(Exception):
    """Others kept appending to the session; nothing of ours was."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"The session {session_id} is very busy. Send the request again.")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Who asks, and in which chain of causes."""

    actor: str
    correlation_id: UUID
    trace_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class LoadedSession:
    """A session's state, and the version and id of the newest event that it was folded from."""

    state: Session
    version: int
    newest: UUID | None = None


class SessionHandler:
    """The one way to change a session."""

    # Each conflict means that somebody else's append went through, so a few rounds do for a
    # session that people and one worker share.
    MAX_ROUNDS = 20
    KEPT_SESSIONS = 256

    def __init__(self, log: EventLog, clock: Clock, ids: Ids) -> None:
        self._log = log
        self._clock = clock
        self._ids = ids
        self._folded: OrderedDict[UUID, LoadedSession] = OrderedDict()
        self._folding = Lock()

    def load(self, session_id: UUID) -> LoadedSession:
        """The session as it is now. Raises SessionUnknown."""
        loaded = self._fold(session_id)
        if loaded.version == 0:
            raise SessionUnknown(session_id)
        return loaded

    def handle(
        self, session_id: UUID, command: SessionCommand, origin: Origin
    ) -> Sequence[RecordedEvent]:
        """Make `command` happen; what was appended, nothing if it had happened already.

        Raises the decider's SessionError when it is refused, SessionBusy when every round lost
        the race, LogUnavailable when the log is out of reach.
        """
        return self._handle(session_id, command, origin, cause=None)

    def _handle(
        self, session_id: UUID, command: SessionCommand, origin: Origin, *, cause: UUID | None
    ) -> Sequence[RecordedEvent]:
        for _ in range(self.MAX_ROUNDS):
            loaded = self._fold(session_id)
            if loaded.version == 0 and not isinstance(command, StartSession):
                raise SessionUnknown(session_id)
            events = session_decider.decide(loaded.state, command)
            if not events:
                return ()
            try:
                return self._append(session_id, events, loaded.version, origin, cause)
            except WrongVersion:
                continue
        raise SessionBusy(session_id)

    def go_on(
        self,
        session_id: UUID,
        known: LoadedSession,
        commands: Sequence[SessionCommand],
        origin: Origin,
    ) -> LoadedSession:
        """Append what `commands` make happen, and return the session after it; raises as `handle`.

        The newest event that was `known` is their cause.

        Nothing is read as long as nobody else appended since the session was `known`. If somebody
        did, only the first command is made to happen: the others may not follow from it any more.
        """
        events: list[SessionEvent] = []
        state = known.state
        for command in commands:
            decided = session_decider.decide(state, command)
            state = session_decider.fold(decided, state)
            events += decided
        try:
            recorded = self._append(session_id, events, known.version, origin, known.newest)
        except WrongVersion:
            recorded = ()
        if not recorded:
            self._handle(session_id, commands[0], origin, cause=known.newest)
            return self.load(session_id)
        return self._remembered(session_id, _after(recorded, state))

    def _fold(self, session_id: UUID) -> LoadedSession:
        """The session after its newest event.

        What was folded before is kept, for events never change: only newer ones are read.
        """
        with self._folding:
            known = self._folded.get(session_id, LoadedSession(state=Session(), version=0))
        recorded = self._log.read(session_stream(session_id), after_version=known.version)
        if not recorded:
            return known
        state = session_decider.fold((each.event for each in recorded), known.state)
        return self._remembered(session_id, _after(recorded, state))

    def _remembered(self, session_id: UUID, loaded: LoadedSession) -> LoadedSession:
        with self._folding:
            self._folded[session_id] = loaded
            self._folded.move_to_end(session_id)
            if len(self._folded) > self.KEPT_SESSIONS:
                self._folded.popitem(last=False)
        return loaded

    def _append(
        self,
        session_id: UUID,
        events: Sequence[SessionEvent],
        version: int,
        origin: Origin,
        cause: UUID | None,
    ) -> Sequence[RecordedEvent]:
        now = self._clock.now()
        new = [
            NewEvent(
                event=event,
                metadata=Metadata(
                    event_id=self._ids.new(),
                    actor=origin.actor,
                    recorded_at=now,
                    correlation_id=origin.correlation_id,
                    causation_id=cause,
                    trace_id=origin.trace_id,
                ),
            )
            for event in events
        ]
        return self._log.append(session_stream(session_id), new, expected_version=version)


def _after(recorded: Sequence[RecordedEvent], state: Session) -> LoadedSession:
    newest = recorded[-1]
    return LoadedSession(state=state, version=newest.version, newest=newest.metadata.event_id)
