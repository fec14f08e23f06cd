"""What clients read is what the log says, at once after the append."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from application.ports.event_log import session_stream
from application.ports.job_queue import Job
from application.ports.read_models import TaskKind, TaskStatus, TaskView
from domain.execution import Usage
from domain.replay import ReplayOutcome
from domain.session.events import (
    IngestFailed,
    MessagePosted,
    PersonalDataErased,
    PointerCause,
    PointerMoved,
    ReplayCompleted,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
    SessionEvent,
    SessionStarted,
    TurnFailed,
    TurnStarted,
)
from domain.table import TableSize
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.leases import PostgresLeases
from infrastructure.postgres.read_models import PostgresReadModels
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import (
    DATASET,
    START,
    ingested,
    new,
    second_by_second,
    snapshot,
    turn,
)
from tests.fakes import CODEC

SESSION, INGEST, ROOT, TURN, NODE, REPLAY = (UUID(int=i) for i in range(1, 7))
HISTORY = [*ingested(SESSION, INGEST, ROOT), *turn(TURN, ROOT, NODE)]


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.fixture
def read(engine: Engine) -> PostgresReadModels:
    return PostgresReadModels(engine, CODEC)


def record(engine: Engine, history: list[SessionEvent], session_id: UUID = SESSION) -> None:
    stream = session_stream(session_id)
    PostgresEventLog(engine, CODEC).append(stream, second_by_second(history), expected_version=0)


def extend(engine: Engine, *events: SessionEvent, session_id: UUID = SESSION) -> None:
    log, stream = PostgresEventLog(engine, CODEC), session_stream(session_id)
    log.append(stream, [new(e) for e in events], expected_version=len(log.read(stream)))


def steps_of(task: TaskView | None) -> list[tuple[str, int | None, int | None]]:
    assert task is not None
    return [(step.name, step.number, step.of) for step in task.steps]


# Sessions and nodes


def test_a_session_is_seen_as_its_events_made_it(engine: Engine, read: PostgresReadModels) -> None:
    record(engine, HISTORY)
    view = read.session(SESSION)
    assert view is not None
    assert (view.title, view.dataset, view.pointer) == ("Penguins", DATASET, NODE)
    assert view.version == len(HISTORY)
    assert view.created_at == START
    assert view.updated_at == START + timedelta(seconds=len(HISTORY) - 1)


def test_what_is_unknown_is_none_or_empty(read: PostgresReadModels) -> None:
    assert read.session(uuid4()) is None
    assert read.node(uuid4(), uuid4()) is None
    assert read.task(uuid4()) is None
    assert list(read.sessions(limit=10)) == []
    assert list(read.nodes(uuid4(), limit=9)) == []
    assert list(read.tasks(uuid4(), limit=9)) == []
    assert list(read.transcript(uuid4())) == []


def test_nodes_tell_what_was_asked_and_what_was_run(
    engine: Engine, read: PostgresReadModels
) -> None:
    record(engine, HISTORY)
    root, node = read.nodes(SESSION, limit=9)
    assert (root.number, root.parent_id, root.message, root.snippets) == (0, None, None, ())
    assert (node.number, node.parent_id, node.branch) == (1, ROOT, "main")
    assert node.message == "drop rows, then sort"
    assert node.snippets == ("df = df.dropna()", "df = df.sort_values('sex')")
    assert node.snapshot == snapshot(8)
    assert (root.is_pointer, node.is_pointer) == (False, True)
    assert read.node(SESSION, NODE) == node
    assert read.node(uuid4(), NODE) is None


def test_a_rollback_moves_the_pointer(engine: Engine, read: PostgresReadModels) -> None:
    record(engine, HISTORY)
    extend(engine, PointerMoved(node_id=ROOT, cause=PointerCause.ROLLBACK))
    assert [node.is_pointer for node in read.nodes(SESSION, limit=9)] == [True, False]


def test_sessions_are_paged_newest_first_even_when_made_at_once(
    engine: Engine, read: PostgresReadModels
) -> None:
    log = PostgresEventLog(engine, CODEC)
    for number in range(1, 8):
        session_id = UUID(int=number)
        at = START + timedelta(seconds=number // 3)
        started = new(
            SessionStarted(session_id=session_id, title=str(number), subject_id=session_id), at=at
        )
        log.append(session_stream(session_id), [started], expected_version=0)
    seen: list[str] = []
    after = None
    while page := read.sessions(limit=2, after=after):
        seen += [view.title for view in page]
        after = page[-1].session_id
    assert seen == ["7", "6", "5", "4", "3", "2", "1"]


def test_a_subject_has_sessions_which_say_what_became_of_them(
    engine: Engine, read: PostgresReadModels
) -> None:
    subject, other, mine = uuid4(), uuid4(), [uuid4(), uuid4()]
    for session_id, subject_id in ((mine[0], subject), (mine[1], subject), (uuid4(), other)):
        started = SessionStarted(session_id=session_id, title="t", subject_id=subject_id)
        record(engine, [started], session_id)
    assert sorted(read.sessions_of(subject)) == sorted(mine)
    assert list(read.sessions_of(uuid4())) == list(read.erased_subjects()) == []
    extend(engine, SessionClosed(), session_id=mine[0])
    for session_id in mine:
        extend(engine, PersonalDataErased(subject_id=subject), session_id=session_id)
    views = [read.session(session_id) for session_id in mine]
    assert [(v.subject_id, v.closed, v.erased) for v in views if v is not None] == [
        (subject, True, True),
        (subject, False, True),
    ]
    assert list(read.erased_subjects()) == [subject]


def test_an_upload_that_could_not_be_read_leaves_no_dataset(
    engine: Engine, read: PostgresReadModels
) -> None:
    record(engine, HISTORY[:2])
    extend(engine, IngestFailed(task_id=INGEST, reason="empty", detail="The file is empty."))
    view = read.session(SESSION)
    assert view is not None
    assert view.dataset is None


def test_any_text_a_person_can_write_is_read_as_written(
    engine: Engine, read: PostgresReadModels
) -> None:
    wild = "NUL \x00, quote ', \\u0000, 🐧, \u2028, $int, %s :name"
    record(
        engine, [SessionStarted(session_id=SESSION, title=wild, subject_id=SESSION), *HISTORY[1:4]]
    )
    extend(engine, MessagePosted(task_id=TURN, text=wild))
    extend(engine, TurnFailed(task_id=TURN, reason="r", detail=wild))
    view, task = read.session(SESSION), read.task(TURN)
    assert view is not None
    assert task is not None
    assert view.title == task.detail == wild
    posted, failed = read.transcript(SESSION, after_version=4)
    assert posted.body["text"] == failed.body["detail"] == wild


# Tasks


def test_a_finished_turn_has_its_answer_and_no_open_step(
    engine: Engine, read: PostgresReadModels
) -> None:
    record(engine, HISTORY)
    task = read.task(TURN)
    assert task is not None
    assert (task.status, task.node_id) == (TaskStatus.SUCCEEDED, NODE)
    assert task.answer == "Done: rows 9 → 8."
    assert all(a.ended_at == b.started_at for a, b in pairwise(task.steps))
    assert task.steps[-1].ended_at == task.updated_at
    assert [t.task_id for t in read.tasks(SESSION, limit=9)] == [INGEST, TURN]


def test_a_task_is_told_as_it_was_after_each_of_its_events(
    engine: Engine, read: PostgresReadModels
) -> None:
    other = [MessagePosted(task_id=UUID(int=9), text="and then"), *turn(uuid4(), NODE, uuid4())]
    record(engine, HISTORY[:5])
    seen = [_now(read)]
    # The node and the pointer's move say nothing of the task that its end would not.
    for event in HISTORY[5:-3]:
        extend(engine, event)
        seen.append(_now(read))
    extend(engine, *HISTORY[-3:])
    seen.append(_now(read))
    assert list(read.task_history(TURN)) == seen
    extend(engine, *other)
    assert list(read.task_history(TURN)) == seen
    versions = [view.version for view in seen]
    assert versions == sorted(set(versions))
    ran = [step.rows for step in seen[-1].steps if step.name == "running"]
    assert ran == [9, 9, 8], "the node's that it began on, then the first step's"
    assert read.task_history(uuid4()) == ()


def _now(read: PostgresReadModels) -> TaskView:
    view = read.task(TURN)
    assert view is not None
    return view


def test_the_executions_of_a_task_are_told_with_their_code_and_no_others(
    engine: Engine, read: PostgresReadModels
) -> None:
    other = [MessagePosted(task_id=UUID(int=9), text="and then"), *turn(uuid4(), NODE, uuid4())]
    record(engine, [*HISTORY, *other])
    failed, first, second = read.executions(TURN)
    assert [each.number for each in (failed, first, second)] == [1, 2, 3]
    assert (failed.outcome, failed.detail, failed.after) == ("timeout", "It ran too long.", None)
    assert (failed.step, failed.attempt, failed.code) == (0, 2, "df = df.dropna()")
    assert (first.outcome, first.attempt, first.after) == ("ok", 3, TableSize(rows=8, columns=1))
    assert second.usage == Usage(wall_seconds=0.25)
    assert (second.step, second.code) == (1, "df = df.sort_values('sex')")
    assert failed.ended_at < first.ended_at < second.ended_at
    assert read.executions(INGEST) == []
    assert read.executions(uuid4()) == []


def test_a_replay_says_how_far_it_is_and_what_came_of_it(
    engine: Engine, read: PostgresReadModels
) -> None:
    record(engine, HISTORY)
    extend(engine, ReplayRequested(task_id=REPLAY))
    queued = read.task(REPLAY)
    assert queued is not None
    assert (queued.kind, queued.status, queued.steps) == (TaskKind.REPLAY, TaskStatus.QUEUED, ())

    extend(engine, ReplayStarted(task_id=REPLAY))
    assert steps_of(read.task(REPLAY)) == [("replaying", None, None)]
    leases, job = PostgresLeases(engine), Job(session_id=SESSION, task_id=REPLAY)
    lease = leases.claim(job, owner="ann", duration=timedelta(minutes=1), version=9)
    assert lease is not None
    leases.report(lease, done=12, total=37)
    running = read.task(REPLAY)
    assert running is not None
    assert running.status is TaskStatus.RUNNING
    assert steps_of(running) == [("replaying", 12, 37)]
    assert [steps_of(task) for task in read.tasks(SESSION, limit=9)][-1] == [("replaying", 12, 37)]

    outcome = ReplayOutcome(nodes=36, steps=37, reproduced=36)
    extend(engine, ReplayCompleted(task_id=REPLAY, outcome=outcome))
    ended = read.task(REPLAY)
    assert ended is not None
    assert (ended.status, ended.replay) == (TaskStatus.SUCCEEDED, outcome)
    assert ended.answer == "36 of 36 nodes reproduced."
    assert steps_of(ended) == [("replaying", 37, 37)]
    kinds = [entry.kind for entry in read.transcript(SESSION, after_version=len(HISTORY))]
    assert kinds == ["replay", "replay"]


def test_how_far_a_dead_worker_was_is_not_said_of_the_next(
    engine: Engine, read: PostgresReadModels
) -> None:
    record(engine, [*HISTORY, ReplayRequested(task_id=REPLAY), ReplayStarted(task_id=REPLAY)])
    leases, job = PostgresLeases(engine), Job(session_id=SESSION, task_id=REPLAY)
    for done in (12, None):
        lease = leases.claim(job, owner="ann", duration=timedelta(0), version=9)
        assert lease is not None
        if done is not None:
            leases.report(lease, done=done, total=37)
        assert steps_of(read.task(REPLAY))[0][1] == done


def test_who_lost_the_lease_says_nothing_any_more(engine: Engine, read: PostgresReadModels) -> None:
    record(engine, [*HISTORY, ReplayRequested(task_id=REPLAY), ReplayStarted(task_id=REPLAY)])
    leases, job = PostgresLeases(engine), Job(session_id=SESSION, task_id=REPLAY)
    lost = leases.claim(job, owner="ann", duration=timedelta(0), version=9)
    assert leases.claim(job, owner="bob", duration=timedelta(minutes=1), version=9) is not None
    assert lost is not None
    leases.report(lost, done=30, total=37)
    assert steps_of(read.task(REPLAY)) == [("replaying", None, None)]


# Transcript


def test_the_transcript_tells_the_whole_conversation(
    engine: Engine, read: PostgresReadModels
) -> None:
    record(engine, HISTORY)
    entries = read.transcript(SESSION)
    assert [entry.kind for entry in entries] == [
        "upload", "node", "pointer",
        "message", "plan",
        "snippet", "review",
        "snippet", "review", "execution",
        "snippet", "review", "execution",
        "snippet", "review", "execution",
        "node", "pointer", "answer",
    ]  # fmt: skip
    assert [e.version for e in entries] == [
        v for v, e in enumerate(HISTORY, 1) if not isinstance(e, SessionStarted | TurnStarted)
    ]
    first = {kind: next(e.body for e in entries if e.kind == kind) for kind in ("plan", "review")}
    assert first["plan"] == {
        "intent": "transform",
        "summary": "Drop, then sort.",
        "steps": ["drop rows", "sort"],
        "columns": ["sex"],
        "model": "built-in planner",
    }
    assert first["review"] == {
        "step": 0, "attempt": 1, "approved": False, "findings": ["It drops all."],
    }  # fmt: skip
    executions = [e.body for e in entries if e.kind == "execution"]
    assert [(e["outcome"], e["rows"]) for e in executions] == [
        ("timeout", None),
        ("ok", 8),
        ("ok", 8),
    ]
    assert entries[-2].body == {"node_id": str(NODE), "cause": "commit"}
    assert entries[-3].body["parent_id"] == str(ROOT)


def test_the_transcript_is_paged(engine: Engine, read: PostgresReadModels) -> None:
    record(engine, HISTORY)
    whole = list(read.transcript(SESSION))
    assert list(read.transcript(SESSION, limit=5)) == whole[:5]
    assert list(read.transcript(SESSION, after_version=whole[4].version)) == whole[5:]
