"""Commands are decided on the newest state, whoever else writes."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from application.handle import Origin, SessionBusy, SessionHandler
from application.ports.event_log import NewEvent, RecordedEvent, WrongVersion, session_stream
from domain.session.commands import PostMessage, StartSession, UploadDataset
from domain.session.errors import SessionUnknown
from infrastructure.system_clock import SystemClock, UuidV7Ids
from tests.fakes import InMemoryEventLog
from tests.specifications.given import a_dataset, uid

SESSION = uid(1)
ORIGIN = Origin(actor="test", correlation_id=uid(0))


class WatchedLog(InMemoryEventLog):
    """Counts the events that are read, and loses the first `races` appends to somebody else."""

    def __init__(self, *, races: int = 0) -> None:
        super().__init__()
        self.reads = self.events_read = 0
        self.races = races

    def read(
        self, stream_id: str, *, after_version: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        recorded = super().read(stream_id, after_version=after_version, limit=limit)
        self.reads += 1
        self.events_read += len(recorded)
        return recorded

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        if self.races:
            self.races -= 1
            raise WrongVersion(stream_id, expected=expected_version, actual=expected_version + 1)
        reads = self.reads
        appended = super().append(stream_id, events, expected_version=expected_version)
        self.reads = reads  # it reads to see whether it may
        return appended


def a_handler(log: InMemoryEventLog) -> SessionHandler:
    return SessionHandler(log, SystemClock(), UuidV7Ids())


def started(log: InMemoryEventLog) -> SessionHandler:
    handler = a_handler(log)
    handler.handle(SESSION, StartSession(session_id=SESSION, title=""), ORIGIN)
    handler.handle(SESSION, UploadDataset(task_id=uid(2), dataset=a_dataset()), ORIGIN)
    return handler


def post(handler: SessionHandler, task_id: UUID) -> Sequence[RecordedEvent]:
    return handler.handle(SESSION, PostMessage(task_id=task_id, text="sort"), ORIGIN)


def test_a_session_that_was_never_started_is_unknown() -> None:
    handler = a_handler(InMemoryEventLog())
    with pytest.raises(SessionUnknown):
        handler.load(SESSION)
    with pytest.raises(SessionUnknown):
        post(handler, uid(3))


def test_a_command_is_decided_again_when_somebody_else_was_quicker() -> None:
    log = WatchedLog()
    handler = started(log)
    log.races = 3
    (posted,) = post(handler, uid(3))
    assert posted.version == 3


def test_a_command_that_never_wins_is_refused_and_nothing_appended() -> None:
    log = WatchedLog()
    handler = started(log)
    log.races = SessionHandler.MAX_ROUNDS
    with pytest.raises(SessionBusy):
        post(handler, uid(3))
    assert handler.load(SESSION).version == 2


def test_what_another_process_appended_is_seen_at_once() -> None:
    log = InMemoryEventLog()
    one, other = started(log), a_handler(log)
    for number in range(3, 9):
        handler, watching = (one, other) if number % 2 else (other, one)
        post(handler, uid(number))
        assert watching.load(SESSION).version == number
        assert watching.load(SESSION).state == handler.load(SESSION).state


def test_a_long_session_costs_no_more_to_go_on_with_than_a_short_one() -> None:
    log = WatchedLog()
    handler = started(log)
    for number in range(3, 23):
        post(handler, uid(number))
    post(a_handler(log), uid(99))
    log.events_read = 0
    assert handler.load(SESSION).version == 23
    assert log.events_read <= 2, "only what is new is read"


def test_only_the_sessions_used_last_are_kept_folded() -> None:
    log = WatchedLog()
    handler = started(log)
    for number in range(1000, 1000 + SessionHandler.KEPT_SESSIONS):
        handler.handle(uid(number), StartSession(session_id=uid(number), title=""), ORIGIN)
        handler.load(uid(number))
    log.events_read = 0
    assert handler.load(SESSION).version == 2
    assert log.events_read == 2


def test_who_goes_on_from_what_is_known_reads_nothing() -> None:
    log = WatchedLog()
    handler = started(log)
    known = handler.load(SESSION)
    log.reads = 0
    for number in range(3, 9):
        command = PostMessage(task_id=uid(number), text="sort")
        known = handler.go_on(SESSION, known, [command], ORIGIN)
        assert known.version == number
    assert log.reads == 0
    assert known == handler.load(SESSION) == a_handler(log).load(SESSION)


def test_what_a_worker_appends_names_the_event_that_it_went_on_from() -> None:
    log = WatchedLog()
    handler = started(log)
    (posted,) = post(handler, uid(3))
    known = handler.load(SESSION)
    handler.go_on(SESSION, known, [PostMessage(task_id=uid(4), text="sort")], ORIGIN)
    handler.go_on(SESSION, known, [PostMessage(task_id=uid(5), text="sort")], ORIGIN)
    recorded = log.read(session_stream(SESSION))
    causes = [each.metadata.causation_id for each in recorded]
    cause = posted.metadata.event_id
    assert causes == [None, None, None, cause, cause], "a request is no event"


def test_who_goes_on_from_what_is_old_appends_to_what_others_did() -> None:
    log = WatchedLog()
    handler = started(log)
    known = handler.load(SESSION)
    post(a_handler(log), uid(3))
    commands = [PostMessage(task_id=uid(number), text="sort") for number in (4, 5)]
    after = handler.go_on(SESSION, known, commands, ORIGIN)
    assert after.version == 4, "what follows from the first is decided anew"
    assert after == a_handler(log).load(SESSION)
    assert handler.go_on(SESSION, known, commands, ORIGIN) == after, "it has happened"
    assert handler.go_on(SESSION, after, commands[1:], ORIGIN).version == 5
