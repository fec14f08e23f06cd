"""At most one worker holds a session, by the database's clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from application.ports.event_log import session_stream
from application.ports.job_queue import Job
from application.ports.leases import Lease
from domain.replay import ReplayOutcome
from domain.session.events import (
    CancellationRequested,
    DatasetUploaded,
    IngestFailed,
    MessagePosted,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionEvent,
    SessionStarted,
    TurnCompleted,
)
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.leases import PostgresLeases
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import DATASET, ingested, new, second_by_second
from tests.fakes import CODEC

LONG = timedelta(minutes=1)


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.fixture
def leases(engine: Engine) -> PostgresLeases:
    return PostgresLeases(engine)


@pytest.fixture
def job() -> Job:
    return Job(session_id=uuid4(), task_id=uuid4())


def claim(leases: PostgresLeases, job: Job, owner: str = "ann", version: int = 7) -> Lease:
    lease = leases.claim(job, owner=owner, duration=LONG, version=version)
    assert lease is not None
    return lease


def expire(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE leases SET expires_at = now() - interval '1 second'"))


def test_a_session_is_claimed_by_one(leases: PostgresLeases, job: Job) -> None:
    lease = claim(leases, job)
    assert (lease.session_id, lease.task_id) == (job.session_id, job.task_id)
    assert (lease.owner, lease.attempt) == ("ann", 1)
    assert leases.claim(job, owner="bob", duration=LONG, version=7) is None
    other_task = Job(session_id=job.session_id, task_id=uuid4())
    assert leases.claim(other_task, owner="bob", duration=LONG, version=7) is None


def test_a_doubled_message_does_not_get_its_owner_a_second_lease(
    leases: PostgresLeases, job: Job
) -> None:
    claim(leases, job)
    assert leases.claim(job, owner="ann", duration=LONG, version=7) is None


def test_other_sessions_are_free(leases: PostgresLeases, job: Job) -> None:
    claim(leases, job)
    assert claim(leases, Job(session_id=uuid4(), task_id=uuid4()), "bob").attempt == 1


def test_a_released_session_can_be_claimed_at_once(leases: PostgresLeases, job: Job) -> None:
    leases.release(claim(leases, job))
    assert claim(leases, job, "bob").attempt == 2


def test_an_expired_lease_can_be_taken_over_and_is_lost_to_its_owner(
    leases: PostgresLeases, job: Job, engine: Engine
) -> None:
    lost = claim(leases, job)
    expire(engine)
    taken = claim(leases, job, "bob")
    assert taken.attempt == 2
    assert not leases.renew(lost, duration=LONG)
    leases.release(lost)
    assert leases.renew(taken, duration=LONG)


def test_a_lease_expires_by_itself(leases: PostgresLeases, job: Job) -> None:
    assert leases.claim(job, owner="ann", duration=timedelta(0), version=7) is not None
    assert claim(leases, job, "bob").attempt == 2


def test_the_same_owner_that_claims_again_has_lost_its_first_lease(
    leases: PostgresLeases, job: Job, engine: Engine
) -> None:
    first = claim(leases, job, version=7)
    expire(engine)
    second = claim(leases, job, version=8)
    assert first.attempt == second.attempt
    assert not leases.renew(first, duration=LONG)
    leases.release(first)
    assert leases.claim(job, owner="bob", duration=LONG, version=8) is None
    assert leases.renew(second, duration=LONG)


def test_clearing_ends_every_lease(leases: PostgresLeases, job: Job) -> None:
    lease = claim(leases, job)
    leases.clear()
    assert not leases.renew(lease, duration=LONG)
    claim(leases, job, "bob")


def test_renewing_extends_the_lease_from_now(
    leases: PostgresLeases, job: Job, engine: Engine
) -> None:
    lease = claim(leases, job)
    expire(engine)
    assert leases.renew(lease, duration=LONG)
    assert leases.claim(job, owner="bob", duration=LONG, version=7) is None


def test_a_released_lease_is_not_renewed_by_a_late_heartbeat(
    leases: PostgresLeases, job: Job
) -> None:
    lease = claim(leases, job)
    leases.release(lease)
    assert not leases.renew(lease, duration=LONG)
    claim(leases, job, "bob")


def test_attempts_are_counted_by_task_whatever_is_claimed_between(
    leases: PostgresLeases, job: Job
) -> None:
    other = Job(session_id=job.session_id, task_id=uuid4())
    attempts = []
    for each in (job, other, job, other, job):
        lease = claim(leases, each)
        attempts.append(lease.attempt)
        leases.release(lease)
    assert attempts == [1, 1, 2, 2, 3]


def test_a_task_that_got_on_is_at_its_first_attempt_again(leases: PostgresLeases, job: Job) -> None:
    attempts = []
    for version in (7, 7, 8, 8, 8, 9):
        lease = claim(leases, job, version=version)
        attempts.append(lease.attempt)
        leases.release(lease)
    assert attempts == [1, 2, 1, 2, 3, 1]


def test_an_attempt_that_is_forgiven_does_not_count(leases: PostgresLeases, job: Job) -> None:
    for _ in range(2):
        lease = claim(leases, job)
        assert lease.attempt == 1
        leases.forgive(lease, within=LONG)
        leases.release(lease)
    leases.forgive(lease, within=LONG)
    leases.release(claim(leases, job))
    assert claim(leases, job).attempt == 2, "who lost the lease takes nothing back"


@pytest.mark.parametrize("hours", [-1, 1])
def test_an_attempt_at_what_has_not_changed_for_long_is_not_forgiven(
    leases: PostgresLeases, engine: Engine, hours: int
) -> None:
    (job,) = start_session(engine, at=datetime.now(UTC) + timedelta(hours=hours))
    for attempt in (1, 2):
        lease = claim(leases, job)
        assert lease.attempt == attempt
        leases.forgive(lease, within=LONG)
        leases.release(lease)


def test_of_many_that_claim_at_once_one_gets_the_lease(leases: PostgresLeases, job: Job) -> None:
    claimants = 8
    start = Barrier(claimants)

    def attempt(claimant: int) -> Lease | None:
        start.wait()
        return leases.claim(job, owner=f"worker {claimant}", duration=LONG, version=7)

    with ThreadPoolExecutor(claimants) as pool:
        won = [lease for lease in pool.map(attempt, range(claimants)) if lease]
    assert len(won) == 1
    assert won[0].attempt == 1


# Abandoned tasks


def start_session(engine: Engine, *, at: datetime, tasks: int = 1) -> list[Job]:
    """A session with so many unfinished tasks, last moved at `at`; a job for each."""
    session_id = uuid4()
    jobs = [Job(session_id=session_id, task_id=uuid4()) for _ in range(tasks)]
    events = [
        new(SessionStarted(session_id=session_id, title="t", subject_id=session_id), at=at),
        new(DatasetUploaded(task_id=jobs[0].task_id, dataset=DATASET), at=at),
        *(new(MessagePosted(task_id=job.task_id, text="m"), at=at) for job in jobs[1:]),
    ]
    PostgresEventLog(engine, CODEC).append(session_stream(session_id), events, expected_version=0)
    return jobs


def hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def test_the_first_unfinished_task_of_each_idle_session_is_abandoned(
    leases: PostgresLeases, engine: Engine
) -> None:
    first, *_waiting = start_session(engine, at=hour_ago(), tasks=3)
    (other,) = start_session(engine, at=hour_ago())
    start_session(engine, at=datetime.now(UTC))
    assert sorted(leases.abandoned(idle=LONG), key=str) == sorted([first, other], key=str)


def test_what_a_clock_recorded_that_was_far_ahead_is_abandoned_too(
    leases: PostgresLeases, engine: Engine
) -> None:
    (job,) = start_session(engine, at=datetime.now(UTC) + timedelta(hours=1))
    assert list(leases.abandoned(idle=LONG)) == [job]


def test_what_somebody_holds_is_not_abandoned_until_the_lease_ends(
    leases: PostgresLeases, engine: Engine
) -> None:
    (job,) = start_session(engine, at=hour_ago())
    claim(leases, job)
    assert list(leases.abandoned(idle=LONG)) == []
    expire(engine)
    assert list(leases.abandoned(idle=LONG)) == [job]


def test_a_clock_that_was_ahead_and_is_set_back_holds_no_session_up(
    leases: PostgresLeases, engine: Engine
) -> None:
    (job,) = start_session(engine, at=hour_ago())
    claim(leases, job)
    with engine.begin() as connection:
        connection.execute(text("UPDATE leases SET expires_at = expires_at + interval '1 hour'"))
    assert list(leases.abandoned(idle=LONG)) == [job]
    given_up = claim(leases, job)
    leases.release(given_up)
    with engine.begin() as connection:
        connection.execute(text("UPDATE leases SET expires_at = expires_at + interval '1 hour'"))
    assert [each.job for each in leases.waiting()] == [job]
    claim(leases, job)


def test_finished_tasks_are_not_abandoned_and_the_next_one_is(
    leases: PostgresLeases, engine: Engine
) -> None:
    session_id, done, waiting = uuid4(), uuid4(), uuid4()
    history = [
        *ingested(session_id, uuid4(), uuid4()),
        MessagePosted(task_id=done, text="m"),
        MessagePosted(task_id=waiting, text="m"),
        TurnCompleted(task_id=done, answer="Done."),
    ]
    stream = session_stream(session_id)
    PostgresEventLog(engine, CODEC).append(stream, second_by_second(history), expected_version=0)
    assert list(leases.abandoned(idle=LONG)) == [Job(session_id=session_id, task_id=waiting)]


REPLAY = uuid4()


@pytest.mark.parametrize(
    ("events", "is_left"),
    [
        ([], True),
        ([ReplayStarted(task_id=REPLAY)], True),
        ([ReplayStarted(task_id=REPLAY), CancellationRequested(task_id=REPLAY)], True),
        ([ReplayFailed(task_id=REPLAY, reason="cancelled", detail="d")], False),
        (
            [
                ReplayStarted(task_id=REPLAY),
                ReplayCompleted(
                    task_id=REPLAY, outcome=ReplayOutcome(nodes=1, steps=1, reproduced=1)
                ),
            ],
            False,
        ),
    ],
)
def test_a_replay_is_abandoned_until_it_has_ended(
    leases: PostgresLeases, engine: Engine, events: list[SessionEvent], is_left: bool
) -> None:
    session_id = uuid4()
    history = [*ingested(session_id, uuid4(), uuid4()), ReplayRequested(task_id=REPLAY), *events]
    stream = session_stream(session_id)
    PostgresEventLog(engine, CODEC).append(stream, second_by_second(history), expected_version=0)
    left = [Job(session_id=session_id, task_id=REPLAY)] if is_left else []
    assert list(leases.abandoned(idle=LONG)) == left


def test_a_session_that_moved_lately_is_not_idle_though_its_task_waited_long(
    leases: PostgresLeases, engine: Engine
) -> None:
    ingest, turn = start_session(engine, at=hour_ago(), tasks=2)
    failed = IngestFailed(task_id=ingest.task_id, reason="empty", detail="The file is empty.")
    PostgresEventLog(engine, CODEC).append(
        session_stream(ingest.session_id), [new(failed, at=datetime.now(UTC))], expected_version=3
    )
    assert list(leases.abandoned(idle=LONG)) == []
    assert list(leases.abandoned(idle=timedelta(0))) == [turn]


def whose(leases: PostgresLeases, *, without: list[UUID] | None = None) -> list[UUID]:
    return [each.job.session_id for each in leases.waiting(without=without or ())]


def a_waiting_session(engine: Engine, subject_id: UUID | None = None) -> UUID:
    """A session with an unfinished upload."""
    session_id = uuid4()
    subject = subject_id or session_id
    PostgresEventLog(engine, CODEC).append(
        session_stream(session_id),
        [
            new(SessionStarted(session_id=session_id, title="", subject_id=subject)),
            new(DatasetUploaded(task_id=uuid4(), dataset=DATASET)),
        ],
        expected_version=0,
    )
    return session_id


def test_of_each_subject_the_session_waits_that_is_free(
    leases: PostgresLeases, engine: Engine
) -> None:
    ann, bob = uuid4(), uuid4()
    anns = {a_waiting_session(engine, ann) for _ in range(3)}
    bobs = a_waiting_session(engine, bob)
    first, second = leases.waiting()
    assert {first.subject_id, second.subject_id} == {ann, bob}
    assert {first.job.session_id, second.job.session_id} <= {*anns, bobs}
    anns_first = next(each.job for each in (first, second) if each.subject_id == ann)
    claim(leases, anns_first, version=2)
    anns_second = next(each.job for each in leases.waiting() if each.subject_id == ann)
    assert anns_second.session_id in anns - {anns_first.session_id}
    assert set(whose(leases, without=[*anns])) == {bobs}


def test_who_waits_longest_is_the_first_of_those_who_wait(
    leases: PostgresLeases, engine: Engine
) -> None:
    sessions = [uuid4() for _ in range(3)]
    for seconds, session_id in zip((30, 10, 20), sessions, strict=True):
        log = PostgresEventLog(engine, CODEC)
        events = [
            new(SessionStarted(session_id=session_id, title="", subject_id=session_id)),
            new(
                DatasetUploaded(task_id=uuid4(), dataset=DATASET),
                at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
            ),
        ]
        log.append(session_stream(session_id), events, expected_version=0)
    assert whose(leases) == [sessions[1], sessions[2], sessions[0]]


def test_a_session_whose_claim_came_to_nothing_is_left_to_the_sweeper_until_it_grows(
    leases: PostgresLeases, engine: Engine
) -> None:
    session_id = a_waiting_session(engine)
    (waiting,) = leases.waiting()
    assert waiting.version == 2
    leases.release(claim(leases, waiting.job, version=waiting.version))
    assert leases.waiting() == []
    assert leases.abandoned(idle=timedelta(0)) == [waiting.job]
    PostgresEventLog(engine, CODEC).append(
        session_stream(session_id),
        [new(MessagePosted(task_id=uuid4(), text="and"))],
        expected_version=2,
    )
    assert whose(leases) == [session_id]
