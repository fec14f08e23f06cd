"""Doing the next step of a session, up to the command that records what came of it."""

from dataclasses import dataclass
from pathlib import Path

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.crew.tester import Tester
from application.outcomes import keep_answer, keep_printed
from application.ports.clock import Ids
from application.ports.language_model import (
    Assignment,
    Briefing,
    ModelMisbehaved,
    ModelUnavailable,
    Submission,
    Utterance,
)
from application.ports.object_store import ObjectMissing
from application.ports.sandbox import (
    Cancellation,
    Execution,
    Outcome,
    Output,
    Sandbox,
    SandboxUnavailable,
)
from application.ports.snapshots import CarriedRows, Snapshots
from application.ports.tables import Tables, UnreadableTable
from application.replay import OnProgress, quietly
from application.seeds import seed_of
from application.session_replays import SessionReplays
from domain.execution import Usage
from domain.session.commands import (
    BeginReplay,
    CommitRoot,
    CompleteTurn,
    FailTask,
    Record,
    SessionCommand,
    StartTurn,
)
from domain.session.events import (
    PlanMade,
    Snapshot,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
)
from domain.session.next_step import (
    Begin,
    Complete,
    ExecuteSnippet,
    GiveUp,
    Ingest,
    MakePlan,
    NextStep,
    ReplayNodes,
    ReviewSnippet,
    StartReplay,
    WriteSnippet,
)
from domain.session.state import Session

CONVERSATION_LINES = 12
KINDRED_NODES = 16


@dataclass(frozen=True, kw_only=True)
class Performer:
    """Does any next step. Holds no state: what is to be done comes with the step."""

    artifacts: Artifacts
    tables: Tables
    snapshots: Snapshots
    sandbox: Sandbox
    strategist: Strategist
    engineer: Engineer
    tester: Tester
    replays: SessionReplays
    ids: Ids

    def perform(
        self,
        session: Session,
        step: NextStep,
        cancelled: Cancellation,
        on_progress: OnProgress = quietly,
    ) -> SessionCommand:
        """Do `step`, the next one of `session`, and return the command that records its result.

        What a person can mend or must know becomes a FailTask; an outage of storage is raised,
        so that the step is tried again. Once `cancelled` is set, a snippet that runs is stopped.
        A replay tells `on_progress` how far it is.
        """
        try:
            return self._do(session, step, cancelled, on_progress)
        except UnreadableTable as error:
            return _failed(step, error.reason, str(error))
        except ModelUnavailable as error:
            return _failed(step, "model_unavailable", str(error))
        except ModelMisbehaved as error:
            return _failed(step, "model_misbehaved", str(error))
        except SandboxUnavailable as error:
            return _failed(step, "sandbox_unavailable", str(error))
        except (ObjectMissing, ArtifactCorrupt) as error:
            return _failed(step, "artifact_lost", str(error))

    def _do(
        self,
        session: Session,
        step: NextStep,
        cancelled: Cancellation,
        on_progress: OnProgress,
    ) -> SessionCommand:
        match step:
            case Ingest():
                return self._ingest(session, step)
            case Begin():
                return StartTurn(task_id=step.task_id)
            case MakePlan():
                return Record(self._plan(session, step))
            case WriteSnippet():
                return Record(self._write(step))
            case ReviewSnippet():
                return Record(self._review(step))
            case ExecuteSnippet():
                return Record(self._execute(session, step, cancelled))
            case Complete():
                return CompleteTurn(task_id=step.task_id, node_id=self.ids.new())
            case StartReplay():
                return BeginReplay(task_id=step.task_id)
            case ReplayNodes():
                return self.replays.perform(session, step, cancelled, on_progress)
            case GiveUp():
                return _failed(step, step.reason, step.detail)

    def _ingest(self, session: Session, step: Ingest) -> CommitRoot:
        with self.artifacts.workspace() as directory:
            source = self.artifacts.fetch(
                ArtifactKind.UPLOAD, step.dataset.file_digest, directory / "upload"
            )
            table = directory / "table.parquet"
            dataset = step.dataset
            report = self.tables.read(source, dataset.parse, table, file_name=dataset.file_name)
            return CommitRoot(
                task_id=step.task_id,
                node_id=self.ids.new(),
                snapshot=self.snapshots.keep(table, _newest(session)),
                report=report,
            )

    def _plan(self, session: Session, step: MakePlan) -> PlanMade:
        tree = session.tree
        reply = self.strategist.plan(
            Briefing(
                message=step.message,
                shape=step.table.shape,
                conversation=[
                    Utterance(speaker=line.speaker, text=line.text)
                    for line in session.conversation[-CONVERSATION_LINES:]
                ],
                can_undo=tree.pointer is not None and tree.node(tree.pointer).parent_id is not None,
                can_redo=bool(tree.undone),
            )
        )
        return PlanMade(task_id=step.task_id, plan=reply.value, call=reply.call)

    def _write(self, step: WriteSnippet) -> SnippetWritten:
        code, call = self.engineer.write(
            Assignment(
                message=step.message,
                step=step.step,
                shape=step.table.shape,
                refusals=step.refusals,
            )
        )
        return SnippetWritten(
            task_id=step.task_id, step=step.index, attempt=step.attempt, code=code, call=call
        )

    def _review(self, step: ReviewSnippet) -> SnippetReviewed:
        review, call = self.tester.review(
            Submission(
                message=step.message, step=step.step, shape=step.table.shape, snippet=step.code
            ),
            step.rejected,
        )
        return SnippetReviewed(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            review=review,
            call=call,
        )

    def _execute(
        self, session: Session, step: ExecuteSnippet, cancelled: Cancellation
    ) -> SnippetExecuted | SnippetFailed:
        with self.artifacts.workspace() as directory:
            left = _Left(
                result=directory / "result.parquet",
                rows=directory / "rows.parquet",
                answer=directory / "answer",
            )
            execution = self.sandbox.execute(
                step.code,
                table=self.snapshots.assemble(step.table, directory / "table.parquet"),
                result=left.result,
                seed=seed_of(step.task_id, step.index),
                rows=left.rows,
                answer=left.answer,
                cancelled=cancelled,
            )
            if execution.outcome is Outcome.OK:
                return self._executed(session, step, execution, left)
            return self._snippet_failed(step, execution)

    def _executed(
        self, session: Session, step: ExecuteSnippet, execution: Execution, left: "_Left"
    ) -> SnippetExecuted:
        stdout, stderr = keep_printed(self.artifacts, execution.output or Output())
        carried = CarriedRows(table=step.table, numbers=left.rows) if left.rows.exists() else None
        answer = None
        if execution.answer is not None:
            answer = keep_answer(
                self.artifacts, self.snapshots, execution.answer, left.answer, step.table
            )
        return SnippetExecuted(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            snapshot=self.snapshots.keep(left.result, [step.table, *_newest(session)], carried),
            usage=_usage(execution),
            before=step.table.shape.size,
            runtime=execution.runtime or {},
            stdout=stdout,
            stderr=stderr,
            answer=answer,
            detail=execution.detail,
        )

    def _snippet_failed(self, step: ExecuteSnippet, execution: Execution) -> SnippetFailed:
        stdout, stderr = keep_printed(self.artifacts, execution.output or Output())
        return SnippetFailed(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            outcome=execution.outcome.value,
            detail=execution.detail or execution.outcome.value,
            usage=_usage(execution),
            exception=execution.exception,
            line=execution.line,
            before=step.table.shape.size,
            runtime=execution.runtime or {},
            stdout=stdout,
            stderr=stderr,
        )


@dataclass(frozen=True, kw_only=True)
class _Left:
    """The files that an execution may leave."""

    result: Path
    rows: Path
    answer: Path


def _usage(execution: Execution) -> Usage:
    return Usage(
        wall_seconds=execution.wall_seconds,
        cpu_seconds=execution.cpu_seconds,
        peak_memory_bytes=execution.peak_memory_bytes,
    )


def _newest(session: Session) -> list[Snapshot]:
    """The session's newest tables, the newest first: a new one may share columns with them."""
    nodes = list(session.tree.nodes.values())
    return [node.snapshot for node in reversed(nodes[-KINDRED_NODES:])]


def _failed(step: NextStep, reason: str, detail: str) -> FailTask:
    return FailTask(step=step, reason=reason, detail=detail)
