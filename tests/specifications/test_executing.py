"""What comes of executing a snippet is recorded, but not what it printed or answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.artifacts import ArtifactKind, Artifacts
from application.crew.crew import Crew
from application.crew.engineer import compiled
from application.executions import SAMPLE_ROWS, Executions
from application.handle import Origin, SessionHandler
from application.manifests import address_of
from application.outcomes import fetch_answer, fetch_printed
from application.perform import Performer
from application.ports.row_origins import RowOrigins
from application.ports.sandbox import (
    Execution,
    Outcome,
    Output,
    SnippetJob,
)
from application.session_replays import SessionReplays
from domain.actions import RowEffect, TrimText
from domain.assertions import AssertionName
from domain.execution import AnswerKind, StoredAnswer, Usage
from domain.plan import Step
from domain.session import Session
from domain.session.commands import CommitRoot, PostMessage, Record, StartSession, UploadDataset
from domain.session.events import (
    Snapshot,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    TurnCompleted,
)
from domain.session.next_step import ExecuteSnippet, RehearseSnippet, next_step
from domain.table import TableSize
from infrastructure.llm.planner.planner import BuiltInPlanner
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import SystemClock, UuidV7Ids
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.table_changes import ParquetChanges
from interfaces.composition.replays import replayer_over
from tests.fake_sandbox import FakeSandbox
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


class ScriptedSandbox(FakeSandbox):
    """Ends every snippet in one way; on OK, it leaves `table` and the file `answer`, and tells
    which row each row was if `numbers` are given."""

    def __init__(self) -> None:
        super().__init__(self._end)
        self.execution = ENDED
        self.table = TABLE
        self.numbers: Sequence[int] | None = None
        self.answer: bytes | pa.Table | None = None
        self.asked_for_changes: bool | None = None

    def _end(self, job: SnippetJob) -> Execution:
        self.asked_for_changes = job.changes_only
        if self.execution.outcome is Outcome.OK:
            pq.write_table(self.table, job.result)
        execution = self.execution
        if self.numbers is not None and job.rows is not None:
            pq.write_table(pa.table({"row": pa.array(self.numbers, pa.int64())}), job.rows)
            execution = replace(execution, origins=RowOrigins(numbers=job.rows))
        if isinstance(self.answer, bytes) and job.answer is not None:
            job.answer.write_bytes(self.answer)
        elif self.answer is not None and job.answer is not None:
            pq.write_table(self.answer, job.answer)
        return execution


@dataclass
class World:
    """A performer over real files, and the table that its snippets are given."""

    directory: Path
    sandbox: ScriptedSandbox = field(default_factory=ScriptedSandbox)
    step: Step = field(default_factory=lambda: Step(description="print"))

    code: str = "df = df[list(df)]"

    def __post_init__(self) -> None:
        self.artifacts = Artifacts(ObstoreObjectStore.local(self.directory / "objects"))
        self.snapshots = ColumnSnapshots(self.artifacts)
        pq.write_table(TABLE, self.directory / "table.parquet")
        self.table: Snapshot = self.snapshots.keep(self.directory / "table.parquet")

    def executed(self) -> SnippetExecuted | SnippetFailed:
        """What is recorded of an execution."""
        step = ExecuteSnippet(
            task_id=uid(1),
            step=self.step,
            index=0,
            attempt=1,
            table=self.table,
            code=self.code,
        )
        (command,) = self.performer().perform(Session(), step, Event())
        assert isinstance(command, Record), command
        assert isinstance(command.event, SnippetExecuted | SnippetFailed)
        return command.event

    def rehearsed(self) -> SnippetRehearsed | SnippetFailed | SnippetReviewed:
        """What is recorded of trying the code on a sample."""
        step = RehearseSnippet(
            task_id=uid(1),
            step=self.step,
            index=0,
            attempt=1,
            table=self.table,
            code=self.code,
            rejected=(),
        )
        (command,) = self.performer().perform(Session(), step, Event())
        assert isinstance(command, Record), command
        assert isinstance(command.event, SnippetRehearsed | SnippetFailed | SnippetReviewed)
        return command.event

    def performer(self) -> Performer:
        return Performer(
            artifacts=self.artifacts,
            tables=FileTables(),
            snapshots=self.snapshots,
            executions=Executions(
                artifacts=self.artifacts,
                snapshots=self.snapshots,
                sandbox=self.sandbox,
                changes=ParquetChanges(),
            ),
            crew=Crew(model=BuiltInPlanner(), snapshots=self.snapshots),
            replays=SessionReplays(
                read=InMemoryEventLog().read, replayer=replayer_over(self.artifacts, self.sandbox)
            ),
            ids=UuidV7Ids(),
        )

    def payload(self, event: SnippetExecuted | SnippetFailed | SnippetRehearsed) -> bytes:
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
        for done in world.performer().perform(state, step, Event()):
            handler.handle(uid(3), done, origin)
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


def test_code_that_did_more_than_its_step_says_is_refused_after_the_whole_run(
    world: World,
) -> None:
    world.step = Step(description="count", changes=(), rows=RowEffect.KEPT)
    world.sandbox.table = TABLE.set_column(1, "age", [[36, 21, 8]]).slice(1)
    event = world.executed()
    assert isinstance(event, SnippetFailed)
    assert event.outcome == "refused"
    assert "of 3 rows the code left 2" in event.detail
    assert [each.held for each in event.assertions if each.name is AssertionName.ROWS_KEPT] == [
        False
    ]


def test_what_held_of_the_whole_table_is_recorded(world: World) -> None:
    world.step = Step(description="age by a year", changes=("age",), rows=RowEffect.KEPT)
    world.sandbox.table = TABLE.set_column(1, "age", [[37, 22, 8]])
    event = world.executed()
    assert isinstance(event, SnippetExecuted)
    held = {each.name: each.found for each in event.assertions if each.held}
    assert held[AssertionName.ROWS_KEPT] == 3
    assert held[AssertionName.CELLS_KEPT] == 1
    assert len(held) == len(event.assertions)


@pytest.mark.parametrize(
    ("ages", "numbers", "cells"),
    [
        ([37, 22, 7], [0, 1, 2], 2),
        ([36, 21, 7], [0, 1, 2], 0),
        ([7, 21, 37], [2, 1, 0], 1),
        ([37, 22, 7], None, None),
        ([36, 21], [0, 1], None),
    ],
)
def test_cells_that_became_others_are_counted_where_every_row_is_known_again(
    world: World, ages: list[int], numbers: list[int] | None, cells: int | None
) -> None:
    rows = [2, 1, 0] if numbers == [2, 1, 0] else range(len(ages))
    world.sandbox.table = TABLE.take(list(rows)).set_column(1, "age", [ages])
    world.sandbox.numbers = numbers
    event = world.executed()
    assert isinstance(event, SnippetExecuted)
    assert event.changed_cells == cells


def test_code_of_typed_actions_that_lost_a_column_is_refused(world: World) -> None:
    world.step = Step(description="trim", actions=(TrimText(columns=("name",)),))
    world.code = compiled(world.step)
    world.sandbox.table = TABLE.drop_columns(["age"])
    event = world.executed()
    assert isinstance(event, SnippetFailed)
    assert "'age'" in event.detail


def test_what_a_snippet_left_as_it_was_is_taken_from_the_table_before(world: World) -> None:
    world.step = Step(description="age by a year", changes=("age",), rows=RowEffect.KEPT)
    older = pa.array([37, 22, 8])
    world.sandbox.table = pa.table({"name": pa.nulls(3), "age": older})
    event = world.executed()
    assert world.sandbox.asked_for_changes
    assert isinstance(event, SnippetExecuted), event
    whole = world.snapshots.assemble(event.snapshot, world.directory / "whole.parquet")
    assert pq.read_table(whole).equals(TABLE.set_column(1, "age", older))


def test_of_what_is_to_be_read_as_a_whole_all_is_asked_for(world: World) -> None:
    """A sample, and a table that earlier versions kept as one file."""
    world.rehearsed()
    assert world.sandbox.asked_for_changes is False
    digest = world.artifacts.keep(ArtifactKind.SNAPSHOT, world.directory / "table.parquet")
    world.table = replace(world.table, address=address_of(ArtifactKind.SNAPSHOT, digest))
    assert isinstance(world.executed(), SnippetExecuted)
    assert world.sandbox.asked_for_changes is False


def test_of_code_that_stands_in_for_typed_actions_nothing_is_expected(world: World) -> None:
    world.step = Step(description="trim", actions=(TrimText(columns=("name",)),))
    world.code = "df = df[['name']]"
    world.sandbox.table = TABLE.drop_columns(["age"])
    assert isinstance(world.executed(), SnippetExecuted)


def test_code_that_does_well_on_a_sample_is_told_of_in_counts(world: World) -> None:
    world.step = Step(description="age by a year", changes=("age",), rows=RowEffect.KEPT)
    world.sandbox.table = TABLE.set_column(1, "age", [[37, 22, 8]])
    event = world.rehearsed()
    assert isinstance(event, SnippetRehearsed)
    assert event.rehearsal.whole
    assert event.rehearsal.after is not None
    assert (event.rehearsal.before.rows, event.rehearsal.after.rows) == (3, 3)
    assert all(each.held for each in event.rehearsal.assertions)
    assert b"Grace" not in world.payload(event)


def test_code_that_loses_rows_of_a_sample_goes_back_and_stays_out_of_the_table(
    world: World,
) -> None:
    world.step = Step(description="age by a year", changes=("age",), rows=RowEffect.KEPT)
    world.sandbox.table = TABLE.slice(1)
    event = world.rehearsed()
    assert isinstance(event, SnippetFailed)
    assert event.outcome == "refused"
    assert "keeps every row" in event.detail
    assert event.assertions[0].found == 2


def test_code_that_reading_refuses_is_not_tried(world: World) -> None:
    world.code = "import os"
    event = world.rehearsed()
    assert isinstance(event, SnippetReviewed)
    assert not event.review.approved


@pytest.mark.parametrize("exception", ["KeyError", "IndexError", "ValueError"])
def test_code_that_asks_for_a_row_of_a_large_table_is_left_to_the_whole_run(
    world: World, exception: str
) -> None:
    rows = SAMPLE_ROWS + 1
    large = pa.table({"name": ["Ada"] * rows, "age": list(range(rows))})
    pq.write_table(large, world.directory / "large.parquet")
    world.table = world.snapshots.keep(world.directory / "large.parquet")
    world.sandbox.execution = replace(
        ENDED, outcome=Outcome.ERROR, detail="Line 1 failed.", exception=exception
    )
    event = world.rehearsed()
    if exception == "ValueError":
        assert isinstance(event, SnippetFailed)
        assert event.before == TableSize(rows=SAMPLE_ROWS, columns=2)
    else:
        assert isinstance(event, SnippetRehearsed)
        assert event.rehearsal.failure == "Line 1 failed."
        assert not event.rehearsal.whole
