"""Doing the next steps of a session, up to the commands that record what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.budgets import BudgetUsedUp
from application.crew.crew import Crew
from application.crew.tester import refused
from application.disclosure.discloser import NotToBeTold
from application.effects import effect_of
from application.executions import Executions
from application.ports.cancellation import Cancellation
from application.ports.clock import Ids
from application.ports.language_model import ModelMisbehaved, ModelUnavailable
from application.ports.object_store import ObjectMissing
from application.ports.progress import OnProgress, quietly
from application.ports.sandbox import SandboxUnavailable
from application.ports.snapshots import Snapshots
from application.ports.tables import Tables, UnreadableTable
from application.session_replays import SessionReplays
from domain.plan import ModelCall
from domain.session import session_decider
from domain.session.commands import (
    BeginReplay,
    CommitRoot,
    CompleteTurn,
    FailTask,
    MakeProposal,
    Record,
    SessionCommand,
    StartTurn,
)
from domain.session.events import Snapshot, SnippetFailed, SnippetRehearsed, SnippetReviewed
from domain.session.next_step import (
    Begin,
    Complete,
    ExecuteSnippet,
    GiveUp,
    Ingest,
    MakePlan,
    NextStep,
    Propose,
    RehearseSnippet,
    ReplayNodes,
    ReviewSnippet,
    StartReplay,
    WriteSnippet,
    next_step,
)
from domain.session.state import Session

KINDRED_NODES = 16
_LOST = "A stored file is lost: {}. If there is none, upload the file again in another session."


@dataclass(frozen=True, kw_only=True)
class Performer:
    """Does any next step. Holds no state: what is to be done comes with the step."""

    artifacts: Artifacts
    tables: Tables
    snapshots: Snapshots
    executions: Executions
    crew: Crew
    replays: SessionReplays
    ids: Ids

    def perform(
        self,
        session: Session,
        step: NextStep,
        cancelled: Cancellation,
        on_progress: OnProgress = quietly,
    ) -> Sequence[SessionCommand]:
        """Do `step`, the next one of `session`, and those after it that take no time.

        Returns the commands that record their results, in order; they are for one append, which is
        most of what a step that takes no time costs.

        What a person can mend or must know becomes a FailTask; an outage of storage is raised,
        so that the step is tried again. Once `cancelled` is set, a snippet that runs is stopped,
        and no model elsewhere is waited for. A replay tells `on_progress` how far it is.
        """
        commands = [self._command(session, step, cancelled, on_progress)]
        try:
            while True:
                session = session_decider.fold(
                    session_decider.decide(session, commands[-1]), session
                )
                following = next_step(session)
                if following is None or following.task_id != step.task_id:
                    return commands
                if cancelled.is_set() or not self._takes_no_time(following):
                    return commands
                commands.append(self._command(session, following, cancelled, on_progress))
        except Exception:  # noqa: BLE001 - it is raised again, once what was done is recorded
            return commands

    def _takes_no_time(self, step: NextStep) -> bool:
        """Whether it asks no model that is elsewhere, and touches no table."""
        match step:
            case Begin() | Complete():
                return True
            case MakePlan() | WriteSnippet() | ReviewSnippet():
                return self.crew.answers_at_once(step)
            case _:
                return False

    def _command(
        self,
        session: Session,
        step: NextStep,
        cancelled: Cancellation,
        on_progress: OnProgress,
    ) -> SessionCommand:
        try:
            return self._do(session, step, cancelled, on_progress)
        except UnreadableTable as error:
            return _failed(step, error.reason, str(error))
        except ModelUnavailable as error:
            return _failed(step, "model_unavailable", str(error), error.call)
        except ModelMisbehaved as error:
            return _failed(step, "model_misbehaved", str(error), error.call)
        except NotToBeTold as error:
            return _failed(step, "consent_withdrawn", str(error))
        except BudgetUsedUp as error:
            return _failed(step, "budget_used_up", str(error))
        except SandboxUnavailable as error:
            return _failed(step, "sandbox_unavailable", str(error))
        except (ObjectMissing, ArtifactCorrupt) as error:
            return _failed(step, "artifact_lost", _LOST.format(error))

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
                return Record(self.crew.plan(session, step, cancelled))
            case WriteSnippet():
                return Record(self.crew.write(session, step, cancelled))
            case RehearseSnippet():
                return Record(self._rehearse(step, cancelled))
            case ReviewSnippet():
                return Record(self.crew.review(session, step, cancelled))
            case ExecuteSnippet():
                return Record(self.executions.execute(step, _newest(session), cancelled))
            case Complete():
                return CompleteTurn(task_id=step.task_id, node_id=self.ids.new())
            case Propose():
                # What it shows holds cells, which only the tables may.
                difference = self.snapshots.diff(step.before, step.after, sample=0)
                return MakeProposal(task_id=step.task_id, effect=effect_of(difference))
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

    def _rehearse(
        self, step: RehearseSnippet, cancelled: Cancellation
    ) -> SnippetRehearsed | SnippetFailed | SnippetReviewed:
        review = refused(step.code, step.rejected, step.table.shape.column_names)
        if review is None:
            return self.executions.rehearse(step, cancelled)
        return SnippetReviewed(
            task_id=step.task_id, step=step.index, attempt=step.attempt, review=review
        )


def _newest(session: Session) -> list[Snapshot]:
    """The session's newest tables, the newest first: a new one may share columns with them."""
    nodes = list(session.tree.nodes.values())
    return [node.snapshot for node in reversed(nodes[-KINDRED_NODES:])]


def _failed(step: NextStep, reason: str, detail: str, call: ModelCall | None = None) -> FailTask:
    return FailTask(step=step, reason=reason, detail=detail, call=call)
