"""Making every node of a session again from what was uploaded, and comparing what comes of it."""

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

from application.artifacts import ArtifactCorrupt, ArtifactKind, Artifacts
from application.ports.cancellation import Cancellation
from application.ports.object_store import ObjectMissing
from application.ports.progress import OnProgress, quietly
from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from application.ports.snapshots import Snapshots
from application.ports.table_comparison import Place, TableComparison
from application.ports.tables import Tables, UnreadableTable
from application.recorded_nodes import (
    RecordedExecution,
    RecordedNode,
    RecordedNodes,
    RecordedReading,
)
from application.replay_verdicts import NOT_REPRODUCED, JudgedNode, JudgedStep, Replay
from application.seeds import seed_of
from domain.replay import Verdict
from domain.session.events import Snapshot


class ReplayCancelled(Exception):
    """Nobody wants to know any more."""


@dataclass(frozen=True, kw_only=True)
class Replayer:
    """Replays sessions. Stores nothing and records nothing."""

    artifacts: Artifacts
    tables: Tables
    snapshots: Snapshots
    sandbox: Sandbox
    comparison: TableComparison

    def replay(
        self,
        recorded: RecordedNodes,
        on_progress: OnProgress = quietly,
        *,
        fresh_jails: bool = False,
        cancelled: Cancellation | None = None,
    ) -> Replay:
        """Make every node again, each of the one that was made again before it.

        After a divergence the stored table is gone on with, so that later steps are judged by
        themselves. All snippets share a jail, unless `fresh_jails`; what does not come out there
        as recorded is run again in a jail of its own, for a snippet may have changed the
        interpreter for those after it, and that is what counts.
        Raises SandboxUnavailable, ObjectStoreUnavailable, and ReplayCancelled once `cancelled`.
        """
        shared = nullcontext(None) if fresh_jails else self.sandbox.one_jail()
        with self.artifacts.workspace() as directory, shared as jail:
            run = _Run(self, directory, jail, recorded.steps, on_progress, cancelled)
            children = Counter(node.parent_id for node in recorded.nodes)
            made: dict[UUID, _Table] = {}
            judged = []
            for node in recorded.nodes:
                base = made.get(node.parent_id) if node.parent_id else None
                steps, made[node.node_id] = run.make(node, base)
                judged.append(JudgedNode(node_id=node.node_id, steps=steps))
                children[node.parent_id] -= 1
                for each in (node.parent_id, node.node_id):
                    if each in made and not children[each]:
                        made[each].drop()
            return Replay(nodes=judged, runtimes=sorted(run.other_runtimes), erased=recorded.erased)


@dataclass(kw_only=True)
class _Table:
    """What the next step begins with: the file of a table that was made, or the stored one."""

    recorded: Snapshot
    file: Path | None = None
    made_again: bool = False

    def drop(self) -> None:
        if self.file is not None:
            self.file.unlink()
            self.file = None


class _Run:
    """One replay, under way in a private directory."""

    def __init__(
        self,
        parts: Replayer,
        directory: Path,
        shared_jail: Sandbox | None,
        steps: int,
        on_progress: OnProgress,
        cancelled: Cancellation | None,
    ) -> None:
        self._parts = parts
        self._directory = directory
        self._shared_jail = shared_jail
        self._cancelled = cancelled
        self._steps = steps
        self._done = 0
        self._on_progress = on_progress
        self.other_runtimes: set[tuple[str, str, str]] = set()

    def make(self, node: RecordedNode, parent: _Table | None) -> tuple[list[JudgedStep], _Table]:
        """Each step of the node, judged, and what its children begin with."""
        if not node.made_by:
            untold = JudgedStep(
                version=node.version,
                step=None,
                verdict=Verdict.MISSING,
                detail="The log does not say what made it.",
            )
            return [untold], _Table(recorded=node.table)
        judged = []
        table = parent
        for step in node.made_by:
            if self._cancelled is not None and self._cancelled.is_set():
                raise ReplayCancelled
            before = table
            verdict, table = self._step(step, before)
            judged.append(verdict)
            if before is not None and before is not parent:
                before.drop()
            self._done += 1
            self._on_progress("steps", self._done, self._steps)
        return judged, table or _Table(recorded=node.table)

    def _step(
        self, step: RecordedReading | RecordedExecution, before: _Table | None
    ) -> tuple[JudgedStep, _Table]:
        made = self._directory / f"{uuid4().hex}.parquet"
        if isinstance(step, RecordedReading):
            refused = self._read(step, made)
            return self._judged(step, made, refused, again=self._is_again(step, made, refused))
        refused, again = self._executed(step, before, made)
        ran = refused is None or refused[0] is Verdict.FAILED
        from_stored = ran and before is not None and not before.made_again
        return self._judged(step, made, refused, again=again, from_stored=from_stored)

    def _read(self, step: RecordedReading, made: Path) -> tuple[Verdict, str] | None:
        """Read the upload into the new file `made`; why there is none, if there is none."""
        parts, dataset = self._parts, step.dataset
        upload = self._directory / "upload"
        try:
            parts.artifacts.fetch(ArtifactKind.UPLOAD, dataset.file_digest, upload)
            parts.tables.read(upload, dataset.parse, made, file_name=dataset.file_name)
        except ObjectMissing:
            return Verdict.MISSING, "The uploaded file is not here."
        except (ArtifactCorrupt, UnreadableTable) as error:
            return Verdict.FAILED, str(error)
        finally:
            upload.unlink(missing_ok=True)
        return None

    def _executed(
        self, step: RecordedExecution, before: _Table | None, made: Path
    ) -> tuple[tuple[Verdict, str] | None, bool]:
        """Run the snippet into the new file `made`: why there is none, if there is none, and
        whether it is the recorded table."""
        if step.code is None:
            return (Verdict.UNREADABLE, "The snippet is not to be read."), False
        table = None if before is None else self._file_of(before)
        if table is None:
            told = "Neither is the table before it reproduced, nor stored here."
            return (Verdict.MISSING, told), False
        if self._shared_jail is not None:
            refused = self._execute(self._shared_jail, step, step.code, table, made)
            if self._is_again(step, made, refused):
                return None, True
            made.unlink(missing_ok=True)
        refused = self._execute(self._parts.sandbox, step, step.code, table, made)
        return refused, self._is_again(step, made, refused)

    def _execute(
        self, sandbox: Sandbox, step: RecordedExecution, code: str, table: Path, made: Path
    ) -> tuple[Verdict, str] | None:
        execution = sandbox.execute(
            SnippetJob(
                snippet=code,
                table=table,
                result=made,
                seed=seed_of(step.task_id, step.step),
                cancelled=self._cancelled,
            )
        )
        if execution.outcome is Outcome.CANCELLED:
            raise ReplayCancelled
        self._note_runtime(step.runtime, execution.runtime or {})
        if execution.outcome is Outcome.OK:
            return None
        return Verdict.FAILED, execution.detail or execution.outcome.value

    def _judged(
        self,
        step: RecordedReading | RecordedExecution,
        made: Path,
        refused: tuple[Verdict, str] | None,
        *,
        again: bool,
        from_stored: bool = False,
    ) -> tuple[JudgedStep, _Table]:
        """The verdict on the table in the file `made`, or on why there is none."""
        recorded = step.table
        judged = JudgedStep(
            version=step.version,
            step=step.step if isinstance(step, RecordedExecution) else None,
            verdict=Verdict.REPRODUCED,
            from_stored=from_stored,
        )
        if again:
            return judged, _Table(recorded=recorded, file=made, made_again=True)
        verdict, detail = refused or (Verdict.DIVERGED, None)
        if isinstance(step, RecordedReading) and step.unreadable and verdict in NOT_REPRODUCED:
            # What an erased option may have changed says nothing against the log.
            verdict, detail = Verdict.UNREADABLE, "How the file was read is not to be read."
        table = _Table(recorded=recorded)
        if verdict is Verdict.DIVERGED:
            place = self._place(table, made)
            judged = replace(judged, place=place, stored=table.file is not None)
        made.unlink(missing_ok=True)
        return replace(judged, verdict=verdict, detail=detail), table

    def _is_again(
        self,
        step: RecordedReading | RecordedExecution,
        made: Path,
        refused: tuple[Verdict, str] | None,
    ) -> bool:
        """Whether a table was made, and is the recorded one."""
        recorded = step.table.table_digest
        version = recorded.partition(":")[0]
        return refused is None and self._parts.comparison.digest(made, version) == recorded

    def _place(self, recorded: _Table, made: Path) -> Place | None:
        """Where the table that was made differs from the stored one, if that is there."""
        stored = self._file_of(recorded)
        return None if stored is None else self._parts.comparison.first_difference(stored, made)

    def _file_of(self, table: _Table) -> Path | None:
        if table.file is None:
            table.file = self._stored(table.recorded)
        return table.file

    def _stored(self, snapshot: Snapshot) -> Path | None:
        """The stored table in a new file; None if it is not there, or not as it was stored."""
        file = self._directory / f"{uuid4().hex}.parquet"
        try:
            return self._parts.snapshots.assemble(snapshot, file)
        except (ObjectMissing, ArtifactCorrupt):
            return None

    def _note_runtime(self, recorded: Mapping[str, str], now: Mapping[str, str]) -> None:
        self.other_runtimes |= {
            (name, version, now.get(name, "none"))
            for name, version in recorded.items()
            if now and now.get(name) != version
        }
