"""A projection holds what the log says, however it was built, and whatever died meanwhile."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text

from application.ports.event_log import LogUnavailable, session_stream
from application.ports.projections import (
    BuildState,
    Difference,
    NothingToRollBackTo,
    ProjectionStopped,
    RebuildInProgress,
    RebuildStalled,
    UnknownProjection,
)
from domain.difference import Effect, Matching
from domain.replay import ReplayOutcome
from domain.session.events import (
    BranchNamed,
    CancellationRequested,
    DatasetUploaded,
    DisclosureAllowed,
    DisclosureWithdrawn,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PersonalDataErased,
    PointerCause,
    PointerMoved,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
    SessionEvent,
    SessionStarted,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from infrastructure.postgres import builds as builds_module
from infrastructure.postgres import rebuild as rebuild_module
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.errors import ProjectionFailed
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.locks import Lock, key_of
from infrastructure.postgres.migrations import migrate
from infrastructure.postgres.projection_builds import PostgresProjections
from infrastructure.postgres.projections import PROJECTIONS
from infrastructure.postgres.read_models import PostgresReadModels
from tests.contracts.conftest import LogDatabase, schema_is_current
from tests.contracts.histories import (
    DATASET,
    ingested,
    message,
    new,
    second_by_second,
    snapshot,
    turn,
)
from tests.fakes import CODEC

SESSION, INGEST, ROOT, TURN, NODE = (UUID(int=i) for i in range(1, 6))
HISTORY = [*ingested(SESSION, INGEST, ROOT), *turn(TURN, ROOT, NODE)]
NAMES = tuple(PROJECTIONS)


@pytest.fixture
def engine(log_database: LogDatabase) -> Engine:
    return log_database.engine


@pytest.fixture
def log(engine: Engine) -> PostgresEventLog:
    return PostgresEventLog(engine, CODEC)


@pytest.fixture
def projections(engine: Engine) -> PostgresProjections:
    return PostgresProjections(engine)


def record(
    log: PostgresEventLog, history: Sequence[SessionEvent], session_id: UUID = SESSION
) -> None:
    log.append(session_stream(session_id), second_by_second(history), expected_version=0)


def contents(engine: Engine) -> dict[str, list[str]]:
    """Every row of every live table."""
    tables = [table for make in PROJECTIONS.values() for table in make("").metadata.sorted_tables]
    with engine.connect() as connection:
        return {t.name: sorted(map(repr, connection.execute(select(t)))) for t in tables}


def table_names(engine: Engine) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'read_models' ORDER BY 1"
    with engine.connect() as connection:
        return list(connection.scalars(text(query)))


def execute(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def insert_event(
    connection: Connection, session_id: UUID, event_type: str, schema_version: int
) -> None:
    """The first event of a session, as the log's owner could write it."""
    insertion = text(
        "INSERT INTO events (session_id, version, event_id, type, schema_version, payload,"
        " metadata, hash, recorded_at, epoch, xid) VALUES (:session, 1, gen_random_uuid(), :type,"
        " :version, '', '', sha256(''), now(), 1, pg_current_xact_id())"
    )
    values = {"session": session_id, "type": event_type, "version": schema_version}
    connection.execute(insertion, values)


def states(projections: PostgresProjections, name: str) -> dict[int, BuildState]:
    return {b.number: b.state for b in projections.builds() if b.projection == name}


# Rebuilt equals incremental

TASKS = st.integers(0, 3).map(lambda i: UUID(int=0x7A00 + i))
NODES = st.integers(0, 3).map(lambda i: UUID(int=0x0D00 + i))


EFFECT = Effect(
    rows_before=9,
    rows_after=3,
    changed_rows=0,
    removed_rows=6,
    added_rows=0,
    matching=Matching.ORIGIN,
    columns=(),
)


def events_about(session_id: UUID) -> st.SearchStrategy[SessionEvent]:
    """Events that change what projections say, in any order: also in those that no session has."""
    mine = UUID(int=session_id.int ^ 0xFFFF)

    def own(ids: st.SearchStrategy[UUID]) -> st.SearchStrategy[UUID]:
        return ids.map(lambda id_: UUID(int=id_.int ^ session_id.int))

    task, node = own(TASKS), own(NODES)
    why = {"reason": st.just("r"), "detail": st.just("d")}
    committed = st.builds(
        NodeCommitted,
        task_id=task,
        node_id=node,
        parent_id=st.none() | node,
        branch=st.sampled_from(["main", "other"]),
        snapshot=st.just(snapshot(3)),
    )
    return st.one_of(
        st.builds(SessionStarted, session_id=st.just(session_id), title=st.just("t"),
                  subject_id=st.just(mine)),
        st.builds(DatasetUploaded, task_id=task, dataset=st.just(DATASET)),
        st.builds(IngestFailed, task_id=task, **why),
        st.builds(MessagePosted, task_id=task, text=st.just("m")),
        st.builds(TurnStarted, task_id=task, base_node_id=node),
        committed,
        st.builds(PointerMoved, node_id=node, cause=st.sampled_from(PointerCause),
                  task_id=st.none() | task),
        st.builds(TurnCompleted, task_id=task, node_id=st.none() | node),
        st.builds(TurnFailed, task_id=task, **why),
        st.builds(ProposalMade, task_id=task, base_node_id=node, parent_id=node,
                  snapshot=st.just(snapshot(3)), effect=st.just(EFFECT)),
        st.builds(ProposalApproved, task_id=task, proposal_id=task),
        st.builds(ProposalRejected, proposal_id=task),
        st.builds(CancellationRequested, task_id=task),
        st.builds(ReplayRequested, task_id=task),
        st.builds(ReplayStarted, task_id=task),
        st.builds(ReplayCompleted, task_id=task,
                  outcome=st.just(ReplayOutcome(nodes=1, steps=1, reproduced=1))),
        st.builds(ReplayFailed, task_id=task, **why),
        st.builds(DisclosureAllowed, rows=st.integers(1, 20)),
        st.just(DisclosureWithdrawn()),
        st.just(BranchNamed(branch="branch-2", name="other")),
        st.just(SessionClosed()),
        st.just(PersonalDataErased(subject_id=mine)),
    )  # fmt: skip


Appends = list[tuple[UUID, list[SessionEvent]]]


@st.composite
def appends(draw: st.DrawFn) -> Appends:
    """Batches for three sessions, whose ids are not drawn: the database is shared by examples."""
    sessions = [uuid4() for _ in range(3)]
    batches = draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=6)
    )
    return [
        (sessions[which], [draw(events_about(sessions[which])) for _ in range(size)])
        for which, size in batches
    ]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=appends(), chunk=st.integers(1, 9))
def test_a_rebuilt_projection_equals_the_incremental_one_at_every_position(
    engine: Engine,
    log: PostgresEventLog,
    projections: PostgresProjections,
    monkeypatch: pytest.MonkeyPatch,
    history: Appends,
    chunk: int,
) -> None:
    monkeypatch.setattr(rebuild_module, "_CHUNK", chunk)
    versions: dict[UUID, int] = {}
    for session_id, batch in history:
        version = versions.setdefault(session_id, 0)
        log.append(session_stream(session_id), second_by_second(batch), expected_version=version)
        versions[session_id] += len(batch)
        for name in NAMES:
            assert projections.verify(name).differences == ()
    before = contents(engine)
    for name in NAMES:
        projections.rebuild(name)
    assert contents(engine) == before


@pytest.mark.parametrize("length", range(1, len(HISTORY) + 1, 5))
def test_a_real_session_is_rebuilt_as_it_was(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections, length: int
) -> None:
    record(log, HISTORY[:length])
    before = contents(engine)
    for name in NAMES:
        assert projections.rebuild(name).differences == ()
    assert contents(engine) == before


def test_a_log_of_before_the_projections_is_folded_by_the_migration(
    log_database: LogDatabase, engine: Engine, log: PostgresEventLog
) -> None:
    record(log, HISTORY)
    before = contents(engine)
    execute(
        engine,
        "DROP TABLE read_models.sessions, read_models.nodes, read_models.tasks",
        "DELETE FROM read_models.builds",
    )
    assert not schema_is_current(engine)
    migrate(log_database.owner_url)
    assert schema_is_current(engine)
    assert contents(engine) == before


def test_an_append_looks_up_rows_and_reads_no_table_whole_though_its_plan_is_of_empty_ones(
    engine: Engine,
) -> None:
    scans = text("SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname <> 'builds'")
    execute(engine, "ANALYZE read_models.sessions, read_models.nodes, read_models.tasks")
    with engine.connect() as connection:
        before = connection.scalar(scans)
        for _ in range(10):
            connection.execute(text("SELECT read_models.project(ARRAY[gen_random_uuid()])"))
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        connection.commit()
        assert connection.scalar(scans) == before


# While the service writes


def test_a_rebuild_while_writers_append_loses_nothing(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    read, done = PostgresReadModels(engine, CODEC), Event()

    def write(writer: int) -> int:
        session_id, version = UUID(int=100 + writer), 0
        while not done.is_set() or version < 5:
            version += 1
            started = SessionStarted(session_id=session_id, title="t", subject_id=session_id)
            event = new(started) if version == 1 else message()
            log.append(session_stream(session_id), [event], expected_version=version - 1)
        return version

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, writer) for writer in range(3)]
        for name in NAMES:
            assert projections.rebuild(name).differences == ()
            assert projections.verify(name).differences == ()
            projections.rollback(name)
        done.set()
        versions = [writer.result() for writer in writers]
    for writer, version in enumerate(versions):
        view = read.session(UUID(int=100 + writer))
        assert view is not None
        assert view.version == version
        assert len(read.tasks(view.session_id, limit=500)) == version - 1
    for name in NAMES:
        assert projections.verify(name).differences == ()


def test_an_append_that_takes_long_stalls_a_rebuild_which_can_be_gone_on_with(
    engine: Engine,
    log: PostgresEventLog,
    projections: PostgresProjections,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record(log, HISTORY)
    monkeypatch.setattr(rebuild_module, "_PATIENCE_SECONDS", 0.0)
    with engine.connect() as slow:
        slow.execute(text(f"SELECT pg_advisory_xact_lock_shared({key_of(Lock.APPENDS)})"))
        with pytest.raises(RebuildStalled, match="pg_stat_activity"):
            projections.rebuild("tasks")
        # Who waits for it holds nobody up for long.
        log.append(session_stream(uuid4()), [message()], expected_version=0)
    assert projections.rebuild("tasks").number == 2


def test_an_append_that_commits_late_is_not_passed_over(
    log_database: LogDatabase,
    engine: Engine,
    log: PostgresEventLog,
    projections: PostgresProjections,
) -> None:
    late, owner = uuid4(), make_engine(log_database.owner_url)
    with ThreadPoolExecutor(1) as pool:
        with owner.begin() as slow:
            slow.execute(text(f"SELECT pg_advisory_xact_lock_shared({key_of(Lock.APPENDS)})"))
            insert_event(slow, late, "SessionClosed", 1)
            slow.execute(text("SELECT read_models.project(ARRAY[:id])"), {"id": late})
            record(log, HISTORY)
            rebuilding = pool.submit(projections.rebuild, "session_tree")
            assert not wait([rebuilding], timeout=0.5).done
        assert rebuilding.result(90).differences == ()
    owner.dispose()
    assert projections.verify("session_tree").differences == ()
    assert any(str(late) in row for row in contents(engine)["sessions"])


def test_a_query_that_takes_long_stalls_the_swap_only(
    engine: Engine,
    log: PostgresEventLog,
    projections: PostgresProjections,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record(log, HISTORY)
    monkeypatch.setattr(rebuild_module, "_PATIENCE_SECONDS", 0.0)
    with engine.connect() as slow:
        slow.execute(text("SELECT * FROM read_models.tasks"))
        with pytest.raises(RebuildStalled):
            projections.rebuild("tasks")
        log.append(session_stream(uuid4()), [message()], expected_version=0)
    before = contents(engine)
    built = projections.rebuild("tasks")
    assert (built.number, built.differences) == (2, ())
    assert contents(engine) == before


# Damage


def test_verify_finds_damaged_rows_and_leaves_them(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)
    execute(
        engine,
        "DELETE FROM read_models.nodes WHERE parent_id IS NOT NULL",
        "UPDATE read_models.sessions SET pointer = NULL",
        "INSERT INTO read_models.tasks (task_id, session_id, progress, version, updated_at)"
        " SELECT gen_random_uuid(), session_id, 0, 1, now() FROM read_models.sessions",
    )
    damaged = contents(engine)
    tree = projections.verify("session_tree")
    assert tree.state is BuildState.VERIFIED
    assert tree.differences == (
        Difference(table="nodes", rows=1, examples=(f"{SESSION}/{NODE}",)),
        Difference(table="sessions", rows=1, examples=(str(SESSION),)),
    )
    assert [d.rows for d in projections.verify("tasks").differences or ()] == [1]
    assert contents(engine) == damaged
    assert table_names(engine) == ["builds", "nodes", "sessions", "tasks"]


def test_a_rebuild_mends_what_is_damaged_and_reports_it(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)
    before = contents(engine)
    execute(engine, "UPDATE read_models.sessions SET version = 3, pointer = NULL")
    built = projections.rebuild("session_tree")
    assert contents(engine) == before
    assert [(d.table, d.rows) for d in built.differences or ()] == [("sessions", 1)]
    (live,) = [b for b in projections.builds() if b == built]
    assert live.state is BuildState.LIVE
    assert projections.verify("session_tree").differences == ()


def test_a_digest_names_the_rows_and_not_their_order(
    log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)
    first = projections.rebuild("session_tree").digest
    assert projections.verify("session_tree").digest == first
    log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
    assert projections.verify("session_tree").digest != first


# Rolling back


def test_a_rollback_brings_the_build_before_back_with_all_that_happened_since(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY[:5])
    projections.rebuild("session_tree")
    log.append(session_stream(SESSION), second_by_second(HISTORY[5:]), expected_version=5)
    before = contents(engine)
    assert projections.rollback("session_tree").number == 1
    assert contents(engine) == before
    assert states(projections, "session_tree") == {1: BuildState.LIVE, 2: BuildState.KEPT}
    log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
    assert projections.rollback("session_tree").number == 2
    assert projections.verify("session_tree").differences == ()


def test_a_kept_build_tells_how_many_events_it_holds(
    log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)
    projections.rebuild("tasks")
    log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
    told = list[tuple[str, int, int]]()

    counts = {
        each.state: each.events for each in projections.builds() if each.projection == "tasks"
    }
    projections.rollback("tasks", lambda *progress: told.append(progress))

    assert counts[BuildState.KEPT] == len(HISTORY)
    assert told[-1] == ("tasks", len(HISTORY) + 1, len(HISTORY) + 1)


def test_only_the_build_before_is_kept(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)
    for _ in range(3):
        projections.rebuild("tasks")
    assert states(projections, "tasks") == {3: BuildState.KEPT, 4: BuildState.LIVE}
    assert table_names(engine) == ["builds", "nodes", "sessions", "tasks", "tasks__b3"]


def test_there_is_nothing_to_roll_back_to_before_a_rebuild(
    projections: PostgresProjections,
) -> None:
    with pytest.raises(NothingToRollBackTo, match="built once"):
        projections.rollback("tasks")


def test_a_build_of_another_version_is_not_rolled_back_to(
    engine: Engine, projections: PostgresProjections
) -> None:
    projections.rebuild("tasks")
    execute(engine, "UPDATE read_models.builds SET definition = 'other' WHERE state = 'kept'")
    with pytest.raises(NothingToRollBackTo, match="another version"):
        projections.rollback("tasks")


# Events that are not known


def append_as_a_newer_service(log_database: LogDatabase, session_id: UUID) -> None:
    """An event of a type that this code has never heard of."""
    owner = make_engine(log_database.owner_url)
    with owner.begin() as connection:
        insert_event(connection, session_id, "DreamDreamt", 3)
    owner.dispose()


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_event_stops_a_rebuild_loudly(
    log_database: LogDatabase,
    engine: Engine,
    log: PostgresEventLog,
    projections: PostgresProjections,
    name: str,
) -> None:
    record(log, HISTORY)
    before = contents(engine)
    stranger = uuid4()
    append_as_a_newer_service(log_database, stranger)
    with pytest.raises(ProjectionStopped, match=rf"DreamDreamt in version 3.* {stranger}"):
        projections.rebuild(name)
    (stopped,) = [b for b in projections.builds() if b.state is BuildState.BUILDING]
    assert stopped.projection == name
    assert "DreamDreamt" in (stopped.error or "")
    assert contents(engine) == before
    log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
    with pytest.raises(ProjectionStopped):
        projections.verify(name)


def test_an_append_of_an_event_that_the_projections_do_not_know_is_undone_until_they_do(
    log_database: LogDatabase, engine: Engine, log: PostgresEventLog
) -> None:
    record(log, HISTORY[:4])
    with builds_module.as_service(connection := engine.connect()):
        connection.execute(
            text(
                "UPDATE read_models.builds"
                " SET known_events = array_remove(known_events, 'MessagePosted/3')"
            )
        )
        builds_module.write_project_function(connection)
    connection.close()
    with pytest.raises(LogUnavailable, match="datatrail migrate"):
        log.check()
    with pytest.raises(ProjectionFailed, match="MessagePosted"):
        log.append(session_stream(SESSION), [message()], expected_version=4)
    assert len(log.read(session_stream(SESSION))) == 4
    moved = new(PointerMoved(node_id=ROOT, cause=PointerCause.ROLLBACK))
    log.append(session_stream(SESSION), [moved], expected_version=4)

    before = {b.number for b in PostgresProjections(engine).builds()}
    migrate(log_database.owner_url)
    log.check()
    log.append(session_stream(SESSION), [message()], expected_version=5)
    assert {b.number for b in PostgresProjections(engine).builds()} == before


def test_a_service_that_knows_less_stays_ready_and_takes_nothing_away(
    log_database: LogDatabase, engine: Engine, log: PostgresEventLog
) -> None:
    newer = "UPDATE read_models.builds SET known_events = known_events || 'DreamDreamt/3'::text"
    execute(engine, newer)
    log.check()
    migrate(log_database.owner_url)
    with engine.connect() as connection:
        query = text("SELECT known_events FROM read_models.builds")
        assert all("DreamDreamt/3" in known for known in connection.scalars(query))


# Who may, and what is told


def test_a_rebuild_tells_how_far_it_is(
    log: PostgresEventLog, projections: PostgresProjections, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(log, HISTORY)
    monkeypatch.setattr(rebuild_module, "_CHUNK", 8)
    told: list[tuple[str, int, int]] = []
    projections.rebuild("tasks", lambda *progress: told.append(progress))
    events = len(HISTORY)
    assert told == [("tasks", done, events) for done in (0, 8, 16, events)]


def test_a_projection_is_rebuilt_by_one_at_a_time(
    engine: Engine, projections: PostgresProjections
) -> None:
    key = rebuild_module.rebuild_key("tasks")
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({key})"))
        connection.commit()
        for do in (projections.rebuild, projections.verify, projections.rollback):
            with pytest.raises(RebuildInProgress):
                do("tasks")
        running = {b.projection: b.is_running for b in projections.builds()}
        assert running == {"session_tree": False, "tasks": True}
        connection.execute(text(f"SELECT pg_advisory_unlock({key})"))
    projections.rebuild("tasks")


def test_a_projection_of_no_such_name_is_refused(projections: PostgresProjections) -> None:
    for do in (projections.rebuild, projections.verify, projections.rollback):
        with pytest.raises(UnknownProjection, match="session_tree, tasks"):
            do("nothing")


def test_an_unfinished_build_of_another_version_is_not_gone_on_with(
    engine: Engine, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)

    class Interrupted(Exception):
        pass

    def interrupt(_name: str, _done: int, _total: int) -> None:
        raise Interrupted

    before = contents(engine)
    with pytest.raises(Interrupted):
        projections.rebuild("tasks", interrupt)
    assert contents(engine) == before
    assert states(projections, "tasks") == {1: BuildState.LIVE, 2: BuildState.BUILDING}
    execute(
        engine,
        "UPDATE read_models.builds SET definition = 'other', tables = '{tasks,old}'"
        " WHERE state = 'building'",
        "CREATE TABLE read_models.old__b2 ()",
    )
    assert projections.rebuild("tasks").number == 2
    assert contents(engine) == before
    assert table_names(engine) == ["builds", "nodes", "sessions", "tasks", "tasks__b1"]


def test_the_owner_can_rebuild_and_the_service_still_writes(
    log_database: LogDatabase, log: PostgresEventLog, projections: PostgresProjections
) -> None:
    record(log, HISTORY)
    owner = make_engine(log_database.owner_url)
    for name in NAMES:
        PostgresProjections(owner).rebuild(name)
    owner.dispose()
    log.append(session_stream(SESSION), [message()], expected_version=len(HISTORY))
    assert projections.rebuild("session_tree").differences == ()
