"""What comes of executing a snippet is recorded, but not what it printed or answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import application.crew.tester as crew
from application.artifacts import Artifacts
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.handle import Origin, SessionHandler
from application.outcomes import fetch_answer, fetch_printed
from application.perform import Performer
from application.ports.sandbox import (
    Cancellation,
    Execution,
    Outcome,
    Output,
    Sandbox,
)
from application.session_replays import SessionReplays
from domain.execution import AnswerKind, StoredAnswer, Usage
from domain.session import Session
from domain.session.commands import CommitRoot, PostMessage, Record, StartSession, UploadDataset
from domain.session.events import Snapshot, SnippetExecuted, SnippetFailed, TurnCompleted
from domain.session.next_step import ExecuteSnippet, next_step
from domain.table import TableSize
from infrastructure.llm.planner.planner import BuiltInPlanner
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import SystemClock, UuidV7Ids
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from interfaces.composition.replays import replayer_over
from tests.fakes import CODEC, InMemoryEventLog
from tests.specifications.given import a_dataset, a_report, uid

SECRET = "Xyzzy-Plugh-7731"
TABLE = pa.table({"name": ["Ada", "Grace", None], "age": [36, 21, 7]})
ENDED = Execution(
    outcome=Outcome.OK,
    wall_seconds=0.5,
    cpu_seconds=0.25,
    peak_memory_bytes=2**27,
    runtime={"python": "3.11.7"},
)
USAGE = Usage(wall_seconds=0.5, cpu_seconds=0.25, peak_memory_bytes=2**27)


@dataclass
class ScriptedSandbox:
    """Ends every snippet in one way; on OK, it leaves `table` and the file `answer`."""

    execution: Execution = ENDED
    table: pa.Table = field(default_factory=lambda: TABLE)
    answer: bytes | pa.Table | None = None

    def execute(
        self,
        snippet: str,
        *,
        table: Path,
        result: Path,
        seed: int,
        rows: Path | None = None,
        answer: Path | None = None,
        cancelled: Cancellation | None = None,
    ) -> Execution:
        if self.execution.outcome is Outcome.OK:
            pq.write_table(self.table, result)
        if isinstance(self.answer, bytes) and answer is not None:
            answer.write_bytes(self.answer)
        elif self.answer is not None and answer is not None:
            pq.write_table(self.answer, answer)
        return self.execution

    @contextmanager
    def one_jail(self) -> Iterator[Sandbox]:
        yield self

    def check(self) -> None:
        """It is always there."""


@dataclass
class World:
    """A performer over real files, and the table that its snippets are given."""

    directory: Path
    sandbox: ScriptedSandbox = field(default_factory=ScriptedSandbox)

    def __post_init__(self) -> None:
        self.artifacts = Artifacts(ObstoreObjectStore.local(self.directory / "objects"))
        self.snapshots = ColumnSnapshots(self.artifacts)
        pq.write_table(TABLE, self.directory / "table.parquet")
        self.table: Snapshot = self.snapshots.keep(self.directory / "table.parquet")

    def executed(self) -> SnippetExecuted | SnippetFailed:
        """What is recorded of an execution."""
        step = ExecuteSnippet(
            task_id=uid(1), index=0, attempt=1, table=self.table, code="print(df)"
        )
        command = self.performer().perform(Session(), step, Event())
        assert isinstance(command, Record), command
        assert isinstance(command.event, SnippetExecuted | SnippetFailed)
        return command.event

    def performer(self) -> Performer:
        model = BuiltInPlanner()
        return Performer(
            artifacts=self.artifacts,
            tables=FileTables(),
            snapshots=self.snapshots,
            sandbox=self.sandbox,
            strategist=Strategist(model),
            engineer=Engineer(model),
            tester=crew.Tester(model),
            replays=SessionReplays(
                log=InMemoryEventLog(), replayer=replayer_over(self.artifacts, self.sandbox)
            ),
            ids=UuidV7Ids(),
        )

    def payload(self, event: SnippetExecuted | SnippetFailed) -> bytes:
        """What the log holds of it."""
        encoded = CODEC.encode(event, event_id=uid(2), session_id=uid(3), subject_id=uid(3))
        return encoded.payload


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_snippet_that_ran_is_recorded_with_what_it_took_and_the_tables_sizes(
    world: World,
) -> None:
    world.sandbox.table = TABLE.slice(1)
    event = world.executed()
    assert isinstance(event, SnippetExecuted)
    assert (event.usage, event.runtime) == (USAGE, {"python": "3.11.7"})
    assert event.before == TableSize(rows=3, columns=2)
    assert event.snapshot.shape.size == TableSize(rows=2, columns=2)
    assert (event.stdout, event.stderr, event.answer) == (None, None, None)


def test_why_an_answer_could_not_be_kept_is_recorded(world: World) -> None:
    world.sandbox.execution = replace(ENDED, detail="What it left in result is too large.")
    event = world.executed()
    assert isinstance(event, SnippetExecuted)
    assert (event.answer, event.detail) == (None, "What it left in result is too large.")


def test_a_snippet_that_failed_is_recorded_with_its_line_and_exception(world: World) -> None:
    world.sandbox.execution = replace(
        ENDED, outcome=Outcome.ERROR, detail="Line 2 failed.", exception="KeyError", line=2
    )
    event = world.executed()
    assert isinstance(event, SnippetFailed)
    assert (event.outcome, event.detail) == ("error", "Line 2 failed.")
    assert (event.exception, event.line) == ("KeyError", 2)
    assert (event.usage, event.runtime) == (USAGE, {"python": "3.11.7"})
    assert event.before == TableSize(rows=3, columns=2)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.TIMEOUT])
def test_what_was_printed_is_kept_and_only_counted_in_the_log(
    world: World, outcome: Outcome
) -> None:
    output = Output(stdout=SECRET.encode(), stdout_bytes=10**9, stderr=b"\xff\x00", stderr_bytes=2)
    world.sandbox.execution = replace(ENDED, outcome=outcome, detail="-", output=output)
    event = world.executed()
    assert event.stdout is not None
    assert event.stderr is not None
    assert (event.stdout.size_bytes, event.stdout.kept_bytes) == (10**9, len(SECRET))
    assert fetch_printed(world.artifacts, event.stdout) == SECRET.encode()
    assert fetch_printed(world.artifacts, event.stderr) == b"\xff\x00"
    assert SECRET.encode() not in world.payload(event)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (AnswerKind.SCALAR, f'{{"type": "text", "value": "{SECRET}"}}'.encode()),
        (AnswerKind.CHART, f'{{"mark": "bar", "title": "{SECRET}"}}'.encode()),
    ],
)
def test_an_answer_in_json_is_kept_and_only_named_in_the_log(
    world: World, kind: AnswerKind, answer: bytes
) -> None:
    world.sandbox.execution, world.sandbox.answer = replace(ENDED, answer=kind), answer
    event = world.executed()
    assert isinstance(event, SnippetExecuted)
    assert event.answer is not None
    assert (event.answer.kind, event.answer.size_bytes) == (kind, len(answer))
    assert fetch_answer(world.artifacts, event.answer) == answer
    assert SECRET.encode() not in world.payload(event)


def test_a_table_that_answers_is_kept_as_tables_are_and_names_no_column(world: World) -> None:
    world.sandbox.execution = replace(ENDED, answer=AnswerKind.TABLE)
    world.sandbox.answer = pa.table({SECRET: [1, 2], "n": [3, 4]})
    event = world.executed()
    assert isinstance(event, SnippetExecuted)
    assert event.answer is not None
    assert event.answer.table == TableSize(rows=2, columns=2)
    stored = world.snapshots.at(event.answer.address)
    found = world.snapshots.assemble(stored, world.directory / "found.parquet")
    assert pq.read_table(found).equals(world.sandbox.answer)
    assert SECRET.encode() not in world.payload(event)


def test_nobody_can_try_out_what_was_answered_or_printed(world: World) -> None:
    """As a digest of the bytes alone would let them, for counts and yes or no."""
    world.sandbox.execution = replace(
        ENDED, answer=AnswerKind.SCALAR, output=Output(stdout=b"yes", stdout_bytes=3)
    )
    world.sandbox.answer = b'{"type": "boolean", "value": true}'
    events = [world.executed() for _ in range(2)]
    assert len({_answer(each).address for each in events}) == 2
    assert len({each.stdout.digest for each in events if each.stdout}) == 2


def _answer(event: SnippetExecuted | SnippetFailed) -> StoredAnswer:
    assert isinstance(event, SnippetExecuted)
    assert event.answer is not None
    return event.answer


def test_a_whole_turn_tells_nothing_of_what_its_snippet_printed_or_answered(world: World) -> None:
    world.sandbox.execution = replace(
        ENDED,
        answer=AnswerKind.SCALAR,
        output=Output(stdout=SECRET.encode(), stdout_bytes=len(SECRET)),
    )
    world.sandbox.answer = f'{{"type": "text", "value": "{SECRET}"}}'.encode()
    log = InMemoryEventLog()
    handler = SessionHandler(log, SystemClock(), UuidV7Ids())
    origin = Origin(actor="test", correlation_id=uid(0))
    for command in (
        StartSession(session_id=uid(3), title="People"),
        UploadDataset(task_id=uid(4), dataset=a_dataset()),
        CommitRoot(task_id=uid(4), node_id=uid(5), snapshot=world.table, report=a_report()),
        PostMessage(task_id=uid(1), text="trim name"),
    ):
        handler.handle(uid(3), command, origin)
    while step := next_step(state := handler.load(uid(3)).state):
        handler.handle(uid(3), world.performer().perform(state, step, Event()), origin)
    executed, ended = (
        record.event
        for record in log.recorded
        if isinstance(record.event, SnippetExecuted | TurnCompleted)
    )
    assert isinstance(executed, SnippetExecuted)
    assert isinstance(ended, TurnCompleted)
    assert ended.result == executed.answer
    assert ended.result is not None
    assert SECRET not in repr([record.event for record in log.recorded])
    assert SECRET.encode() not in b"".join(record.payload for record in log.recorded)
