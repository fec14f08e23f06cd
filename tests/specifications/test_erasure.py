"""Erasing a subject: the key first, then the word of it in each of their sessions."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from application.erasure import Erasure, SubjectUnknown, SubjectWasErased
from application.handle import Origin, SessionHandler
from application.perform import Performer
from application.ports.event_log import LogUnavailable, NewEvent, RecordedEvent, session_stream
from application.ports.job_queue import Job
from application.ports.leases import Lease, Waiting
from application.ports.read_models import ReadModels
from application.ports.subject_keys import SubjectKeysUnavailable
from application.worker import Worker, WorkerPolicy
from domain.session import SessionCommand
from domain.session.commands import CommitRoot, PostMessage, StartSession, UploadDataset
from domain.session.events import (
    MessagePosted,
    PersonalDataErased,
    SessionStarted,
    TurnFailed,
)
from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.events.codec import encode_metadata
from infrastructure.system_clock import SystemClock, UuidV7Ids
from tests.fakes import InMemoryEventLog, InMemorySubjectKeys
from tests.specifications.given import a_dataset, a_report, a_snapshot, uid

ANN, BOB = uid(1), uid(2)
ORIGIN = Origin(actor="test", correlation_id=uid(0))
TEXT = "Ann's own words"


class FailingLog(InMemoryEventLog):
    """Refuses the appends to one session while `down` is set to it."""

    down: UUID | None = None

    def append(
        self, stream_id: str, events: Sequence[NewEvent], *, expected_version: int
    ) -> Sequence[RecordedEvent]:
        if self.down is not None and stream_id == session_stream(self.down):
            raise LogUnavailable("the log is down")
        return super().append(stream_id, events, expected_version=expected_version)


@dataclass
class World:
    """Processes that share a log and a key store."""

    keys: InMemorySubjectKeys = field(default_factory=InMemorySubjectKeys)
    log: FailingLog = field(init=False)

    def __post_init__(self) -> None:
        self.log = FailingLog(self.keys)

    def process(self) -> SessionHandler:
        """What changes sessions in another process, with a memory of its own."""
        return SessionHandler(self.log, SystemClock(), UuidV7Ids())

    def erasure(self) -> Erasure:
        return Erasure(keys=self.keys, handler=self.process(), read_models=cast(ReadModels, self))

    def sessions_of(self, subject_id: UUID) -> Sequence[UUID]:
        """One of the two queries of ReadModels that are asked here."""
        return [
            each.event.session_id
            for each in self.log.recorded
            if isinstance(each.event, SessionStarted) and each.event.subject_id == subject_id
        ]

    def erased_subjects(self) -> Sequence[UUID]:
        """The other one."""
        return [
            each.event.subject_id
            for each in self.log.recorded
            if isinstance(each.event, PersonalDataErased)
        ]

    def a_session(self, session_id: UUID, subject_id: UUID, handler: SessionHandler) -> None:
        for command in (
            StartSession(session_id=session_id, title=TEXT, subject_id=subject_id),
            UploadDataset(task_id=uid(100), dataset=a_dataset()),
            CommitRoot(
                task_id=uid(100), node_id=uid(101), snapshot=a_snapshot(0), report=a_report()
            ),
            PostMessage(task_id=uid(102), text=TEXT),
        ):
            handler.handle(session_id, command, ORIGIN)

    def events(self, session_id: UUID) -> Sequence[Any]:
        return [each.event for each in self.log.read(session_stream(session_id))]


@pytest.fixture
def world() -> World:
    world = World()
    for session_id, subject_id in ((uid(11), ANN), (uid(12), ANN), (uid(21), BOB)):
        world.a_session(session_id, subject_id, world.process())
    return world


def test_every_session_of_the_subject_is_erased_and_no_other(world: World) -> None:
    before = world.events(uid(21))
    assert world.erasure().erase(ANN, ORIGIN) == [uid(11), uid(12)]
    for session_id in (uid(11), uid(12)):
        assert world.events(session_id)[-1] == PersonalDataErased(subject_id=ANN)
        assert TEXT not in repr(world.events(session_id))
    assert world.events(uid(21)) == before


def test_the_chain_still_covers_every_byte(world: World) -> None:
    recorded = [(each.payload, each.hash) for each in world.log.recorded]
    world.erasure().erase(ANN, ORIGIN)
    assert [(each.payload, each.hash) for each in world.log.recorded][: len(recorded)] == recorded
    previous = GENESIS
    for each in world.log.read(session_stream(uid(11))):
        previous = chain_hash(
            previous,
            stream_id=each.stream_id,
            version=each.version,
            event_type=each.type,
            schema_version=each.schema_version,
            event_id=each.metadata.event_id,
            metadata=encode_metadata(each.metadata),
            payload=each.payload,
        )
        assert each.hash == previous
        assert TEXT.encode() not in each.payload


def test_another_process_forgets_what_it_had_folded(world: World) -> None:
    others = world.process()
    assert TEXT in repr(others.load(uid(11)).state)
    world.erasure().erase(ANN, ORIGIN)
    assert TEXT not in repr(others.load(uid(11)).state)
    assert TEXT not in repr(vars(others)["_folded"][uid(11)])


def test_a_process_that_starts_later_folds_the_same_state(world: World) -> None:
    others = world.process()
    others.load(uid(11))
    world.erasure().erase(ANN, ORIGIN)
    assert world.process().load(uid(11)) == others.load(uid(11))


def test_erasing_again_appends_nothing(world: World) -> None:
    world.erasure().erase(ANN, ORIGIN)
    count = len(world.log.recorded)
    assert world.erasure().erase(ANN, ORIGIN) == [uid(11), uid(12)]
    assert len(world.log.recorded) == count


def test_the_texts_are_gone_even_where_the_word_of_it_could_not_be_recorded(world: World) -> None:
    world.log.down = uid(12)
    with pytest.raises(LogUnavailable):
        world.erasure().erase(ANN, ORIGIN)
    assert TEXT not in repr(world.events(uid(12)))
    assert not any(isinstance(event, PersonalDataErased) for event in world.events(uid(12)))
    world.log.down = None
    world.erasure().erase(ANN, ORIGIN)
    assert world.events(uid(12))[-1] == PersonalDataErased(subject_id=ANN)


def test_keys_out_of_reach_leave_everything_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure, count = world.erasure(), len(world.log.recorded)
    monkeypatch.setattr(world.keys, "destroy", unreachable)
    with pytest.raises(SubjectKeysUnavailable):
        erasure.erase(ANN, ORIGIN)
    assert len(world.log.recorded) == count
    assert TEXT in repr(world.events(uid(11)))


def test_nobody_can_be_erased_who_was_never_known(world: World) -> None:
    with pytest.raises(SubjectUnknown, match=str(uid(99))):
        world.erasure().erase(uid(99), ORIGIN)
    assert not world.keys.is_destroyed(uid(99))


def test_a_key_that_no_session_uses_can_be_destroyed(world: World) -> None:
    """A crash came between the key and the first event."""
    world.keys.obtain(uid(99))
    assert world.erasure().erase(uid(99), ORIGIN) == []
    assert world.keys.is_destroyed(uid(99))


def test_no_session_is_opened_about_a_subject_who_was_erased(world: World) -> None:
    erasure = world.erasure()
    erasure.open_session(_about(ANN, uid(31)), ORIGIN)
    erasure.erase(ANN, ORIGIN)
    with pytest.raises(SubjectWasErased, match=str(ANN)):
        erasure.open_session(_about(ANN, uid(32)), ORIGIN)
    assert world.events(uid(32)) == []
    erasure.open_session(_about(BOB, uid(33)), ORIGIN)


def test_a_session_that_is_opened_while_its_subject_is_erased_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = world.process()
    opening = Erasure(keys=world.keys, handler=handler, read_models=cast(ReadModels, world))
    handle = handler.handle

    def with_an_erasure_before(
        session_id: UUID, command: SessionCommand, origin: Origin
    ) -> Sequence[RecordedEvent]:
        if isinstance(command, StartSession):
            world.erasure().erase(ANN, ORIGIN)
        return handle(session_id, command, origin)

    monkeypatch.setattr(handler, "handle", with_an_erasure_before)

    with pytest.raises(SubjectWasErased, match=str(ANN)):
        opening.open_session(_about(ANN, uid(31)), ORIGIN)

    assert world.events(uid(31))[-1] == PersonalDataErased(subject_id=ANN)


def _about(subject_id: UUID, session_id: UUID) -> StartSession:
    return StartSession(session_id=session_id, title=TEXT, subject_id=subject_id)


def test_a_key_that_a_backup_brought_back_is_destroyed_again(world: World) -> None:
    backup = dict(world.keys.keys)
    world.erasure().erase(ANN, ORIGIN)
    world.keys.keys.update(backup)
    assert TEXT in repr(world.events(uid(11)))
    assert set(world.erasure().erase_again()) == {ANN}
    assert TEXT not in repr(world.events(uid(11)))
    assert TEXT in repr(world.events(uid(21)))
    assert world.erasure().erase_again() == []


def test_a_text_that_came_too_late_is_recorded_as_erased(world: World) -> None:
    world.keys.destroy(ANN)
    world.process().handle(uid(11), PostMessage(task_id=uid(103), text=TEXT), ORIGIN)
    assert TEXT.encode() not in world.log.recorded[-1].payload
    assert world.events(uid(11))[-1] == MessagePosted(task_id=uid(103), text="erased")


def test_a_worker_does_no_step_of_an_erased_session_but_finishes_the_erasure(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.keys.destroy(ANN)
    with caplog.at_level(logging.DEBUG):
        a_worker(world).work(Job(session_id=uid(11), task_id=uid(102)))
    failed, erased = world.events(uid(11))[-2:]
    assert isinstance(failed, TurnFailed)
    assert failed.reason == "personal_data_erased"
    assert "erased" in failed.detail
    assert erased == PersonalDataErased(subject_id=ANN)
    assert TEXT not in caplog.text


def test_a_worker_leaves_its_step_for_later_while_keys_are_out_of_reach(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, count = a_worker(world), len(world.log.recorded)
    monkeypatch.setattr(world.keys, "is_destroyed", unreachable)
    worker.work(Job(session_id=uid(11), task_id=uid(102)))
    assert len(world.log.recorded) == count


def unreachable(_subject_id: UUID) -> None:
    raise SubjectKeysUnavailable("gone")


def a_worker(world: World) -> Worker:
    return Worker(
        world.process(),
        Held(),
        cast(Performer, Forbidden()),
        Forgetful(),
        world.erasure(),
        owner="test",
        policy=WorkerPolicy(),
    )


class Forbidden:
    """Performs nothing."""

    def perform(self, *_arguments: object) -> None:
        raise AssertionError("a step was done without its text")


class Forgetful:
    """A queue that nobody reads."""

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Take the jobs."""

    def check(self) -> None:
        """It is there."""


class Held:
    """Leases that are always granted."""

    def waiting(self, *, without: Collection[UUID] = ()) -> Sequence[Waiting]:
        return ()

    def claim(self, job: Job, *, owner: str, duration: timedelta, version: int) -> Lease | None:
        return Lease(session_id=job.session_id, task_id=job.task_id, owner=owner, attempt=1)

    def renew(self, lease: Lease, *, duration: timedelta) -> bool:
        return True

    def report(self, lease: Lease, *, done: int, total: int) -> None:
        """Nobody asks."""

    def release(self, lease: Lease) -> None:
        """Nothing to give up."""

    def forgive(self, lease: Lease, *, within: timedelta) -> None:
        """Nothing is counted."""

    def abandoned(self, *, idle: timedelta) -> Sequence[Job]:
        return ()
