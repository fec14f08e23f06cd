"""Doing the next steps of a session, up to the commands that record what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.budgets import Bookkeeper, BudgetUsedUp
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.crew.tester import Tester, refused
from application.disclosure.discloser import Discloses, NotToBeTold
from application.disclosure.sent_questions import Purpose
from application.effects import effect_of
from application.executions import Executions
from application.ports.cancellation import Cancellation
from application.ports.clock import Ids
from application.ports.language_model import (
    Assignment,
    Briefing,
    Disclosing,
    ModelMisbehaved,
    ModelUnavailable,
    Submission,
    Utterance,
)
from application.ports.object_store import ObjectMissing
from application.ports.progress import OnProgress, quietly
from application.ports.sandbox import Sandbox, SandboxUnavailable
from application.ports.snapshots import Snapshots
from application.ports.table_changes import TableChanges
from application.ports.tables import Tables, UnreadableTable
from application.session_replays import SessionReplays
from domain.plan import Intent, ModelCall
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
from domain.session.consent import as_a_model_may_know
from domain.session.events import (
    PlanMade,
    Snapshot,
    SnippetFailed,
    SnippetRehearsed,
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
    Propose,
    RehearseSnippet,
    ReplayNodes,
    ReviewSnippet,
    StartReplay,
    WriteSnippet,
    next_step,
)
from domain.session.state import Exchange, Session

CONVERSATION_LINES = 12
KINDRED_NODES = 16
_LOST = "A stored file is lost: {}. If there is none, upload the file again in another session."


@dataclass(frozen=True, kw_only=True)
class Performer:
    """Does any next step. Holds no state: what is to be done comes with the step.

    Without a `discloser` the crew's model is one that runs in here, and keeps all to itself;
    without a `bookkeeper` it costs nothing.
    """

    artifacts: Artifacts
    tables: Tables
    snapshots: Snapshots
    sandbox: Sandbox
    changes: TableChanges
    strategist: Strategist
    engineer: Engineer
    tester: Tester
    replays: SessionReplays
    ids: Ids
    discloser: Discloses | None = None
    bookkeeper: Bookkeeper | None = None

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
        """Whether it asks no model that is elsewhere, and touches no table.

        To look up in which columns words stand is what the built-in planner may do of it.
        """
        match step:
            case Begin() | Complete():
                return True
            case MakePlan():
                return self.discloser is None
            case WriteSnippet():
                return bool(self.discloser is None or step.given or step.step.actions)
            case ReviewSnippet():
                return bool(self.discloser is None or step.step.actions)
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
                return Record(self._plan(session, step, cancelled))
            case WriteSnippet():
                return Record(self._write(session, step, cancelled))
            case RehearseSnippet():
                return Record(self._rehearse(step, cancelled))
            case ReviewSnippet():
                return Record(self._review(session, step, cancelled))
            case ExecuteSnippet():
                return Record(self._executions.execute(step, _newest(session), cancelled))
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

    def _disclosing(
        self,
        session: Session,
        step: MakePlan | WriteSnippet | ReviewSnippet,
        purpose: Purpose,
        about: str,
    ) -> Disclosing | None:
        if self.discloser is None:
            return None
        return self.discloser.disclosing(session, step.task_id, purpose, step.table, about)

    def _require_budget(self, session: Session) -> None:
        if self.bookkeeper is not None:
            self.bookkeeper.require_left(session)

    def _plan(self, session: Session, step: MakePlan, cancelled: Cancellation) -> PlanMade:
        self._require_budget(session)
        disclosing = self._disclosing(session, step, Purpose.PLAN, step.message)
        if disclosing is not None:
            session = as_a_model_may_know(session)
        tree = session.tree
        reply = self.strategist.plan(
            Briefing(
                message=step.message,
                mode=step.mode,
                shape=step.table.shape,
                conversation=_utterances(session),
                can_undo=tree.pointer is not None and tree.node(tree.pointer).parent_id is not None,
                can_redo=bool(tree.undone),
                exchanges=session.conversation,
                tree=tree,
                columns_holding=partial(self.snapshots.columns_holding, step.table),
                disclosing=disclosing,
                cancelled=cancelled,
            )
        )
        return PlanMade(task_id=step.task_id, plan=reply.value, call=reply.call)

    def _write(
        self, session: Session, step: WriteSnippet, cancelled: Cancellation
    ) -> SnippetWritten:
        if step.given is None and not step.step.actions:
            self._require_budget(session)
        about = f"{step.message}\n{step.step.description}"
        assignment = Assignment(
            message=step.message,
            step=step.step,
            shape=step.table.shape,
            refusals=step.refusals,
            disclosing=self._disclosing(session, step, Purpose.WRITE, about),
            cancelled=cancelled,
        )
        code, call = (step.given, None) if step.given else self.engineer.write(assignment)
        return SnippetWritten(
            task_id=step.task_id, step=step.index, attempt=step.attempt, code=code, call=call
        )

    def _rehearse(
        self, step: RehearseSnippet, cancelled: Cancellation
    ) -> SnippetRehearsed | SnippetFailed | SnippetReviewed:
        review = refused(step.code, step.rejected)
        if review is None:
            return self._executions.rehearse(step, cancelled)
        return SnippetReviewed(
            task_id=step.task_id, step=step.index, attempt=step.attempt, review=review
        )

    def _review(
        self, session: Session, step: ReviewSnippet, cancelled: Cancellation
    ) -> SnippetReviewed:
        if not step.step.actions:
            self._require_budget(session)
        about = f"{step.step.description}\n{step.code}"
        review, call = self.tester.review(
            Submission(
                message=step.message,
                step=step.step,
                shape=step.table.shape,
                snippet=step.code,
                rehearsal=step.rehearsal,
                disclosing=self._disclosing(session, step, Purpose.REVIEW, about),
                cancelled=cancelled,
            ),
            step.rejected,
        )
        return SnippetReviewed(
            task_id=step.task_id,
            step=step.index,
            attempt=step.attempt,
            review=review,
            call=call,
            assertions=() if step.rehearsal is None else step.rehearsal.assertions,
        )

    @property
    def _executions(self) -> Executions:
        return Executions(
            artifacts=self.artifacts,
            snapshots=self.snapshots,
            sandbox=self.sandbox,
            changes=self.changes,
        )


def _newest(session: Session) -> list[Snapshot]:
    """The session's newest tables, the newest first: a new one may share columns with them."""
    nodes = list(session.tree.nodes.values())
    return [node.snapshot for node in reversed(nodes[-KINDRED_NODES:])]


def _utterances(session: Session) -> list[Utterance]:
    lines = [
        Utterance(speaker=speaker, text=text)
        for exchange in session.conversation
        for speaker, text in (("person", exchange.message), ("crew", _retold(exchange)))
    ]
    return lines[-CONVERSATION_LINES:]


def _retold(exchange: Exchange) -> str:
    """The reply; of an explanation no more than that, for it quotes code, in which may be cells."""
    explained = exchange.plan is not None and exchange.plan.intent is Intent.EXPLAIN
    return "I told from the record what was done." if explained else exchange.reply


def _failed(step: NextStep, reason: str, detail: str, call: ModelCall | None = None) -> FailTask:
    return FailTask(step=step, reason=reason, detail=detail, call=call)
