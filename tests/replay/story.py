"""Sessions that are made as the service makes them: read, run in jails, and kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from application.artifacts import ArtifactKind, Artifacts
from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from application.recorded_nodes import recorded_nodes
from application.replay import Replayer
from application.replay_verdicts import Replay
from application.seeds import seed_of
from domain.dataset import Dataset, GivenOptions
from domain.execution import Usage
from domain.session.events import (
    DatasetRead,
    DatasetUploaded,
    NodeCommitted,
    PointerCause,
    PointerMoved,
    SessionEvent,
    SessionStarted,
    Snapshot,
    SnippetExecuted,
    SnippetFailed,
    SnippetWritten,
    TurnFailed,
    TurnStarted,
)
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.snapshots.first_difference import ParquetComparison

PEOPLE = b"name,age,city\nAnn,31,Oslo\nBob,,Bergen\nCid,52,Oslo\nDee,18,Bergen\n"


class Story:
    """A session under `directory`, told step by step; `events` is its log."""

    def __init__(self, directory: Path, sandbox: Sandbox) -> None:
        self.objects = directory / "objects"
        self.artifacts = Artifacts(ObstoreObjectStore.local(self.objects), directory)
        self.snapshots = ColumnSnapshots(self.artifacts)
        self.sandbox = sandbox
        self.session_id = uuid4()
        self.events: list[SessionEvent] = [
            SessionStarted(session_id=self.session_id, title="", subject_id=self.session_id)
        ]
        self.at: UUID | None = None
        self._tables: dict[UUID, Snapshot] = {}
        self._dataset: Dataset | None = None

    def upload(self, content: bytes = PEOPLE, name: str = "people.csv") -> UUID:
        """Upload a file; its root node."""
        with self.artifacts.workspace() as directory:
            source = directory / "upload"
            source.write_bytes(content)
            parse = FileTables().inspect(source, name, GivenOptions())
            digest = self.artifacts.keep(ArtifactKind.UPLOAD, source)
        self._dataset = Dataset(
            file_digest=digest, file_name=name, size_bytes=len(content), parse=parse
        )
        return self._read(again=False)

    def read_again(self, **parse: object) -> UUID:
        """Read the file in another way; the root node that this makes."""
        assert self._dataset is not None
        self._dataset = replace(self._dataset, parse=replace(self._dataset.parse, **parse))  # type: ignore[arg-type]  # names of options
        return self._read(again=True)

    def turn(self, *codes: str, failing: str | None = None) -> UUID:
        """A turn of a step for each snippet, the first of which failed before if it is to."""
        assert self.at is not None
        task_id, table = uuid4(), self._tables[self.at]
        self.events.append(TurnStarted(task_id=task_id, base_node_id=self.at))
        if failing is not None:
            self.events += [
                SnippetWritten(task_id=task_id, step=0, attempt=1, code=failing),
                SnippetFailed(
                    task_id=task_id,
                    step=0,
                    attempt=1,
                    outcome="error",
                    detail="",
                    usage=Usage(wall_seconds=0),
                ),
            ]
        for step, code in enumerate(codes):
            attempt = 2 if step == 0 and failing is not None else 1
            executed = self._execute(code, table, task_id, step, attempt)
            table = executed.snapshot
            written = SnippetWritten(task_id=task_id, step=step, attempt=attempt, code=code)
            self.events += [written, executed]
        return self._commit(task_id, table, parent_id=self.at, codes=codes)

    def failed_turn(self, code: str) -> None:
        """A turn whose first step was executed, and which then was given up."""
        assert self.at is not None
        task_id = uuid4()
        executed = self._execute(code, self._tables[self.at], task_id, 0, 1)
        self.events += [
            TurnStarted(task_id=task_id, base_node_id=self.at),
            SnippetWritten(task_id=task_id, step=0, attempt=1, code=code),
            executed,
            TurnFailed(task_id=task_id, reason="step_failed", detail="no"),
        ]

    def roll_back(self, node_id: UUID) -> None:
        self.events.append(PointerMoved(node_id=node_id, cause=PointerCause.ROLLBACK))
        self.at = node_id

    def altered(self, change: Callable[[SessionEvent], SessionEvent]) -> None:
        """Alter the log, as nobody can."""
        self.events = [change(event) for event in self.events]

    def remove(self, *folders: str) -> None:
        """Lose all stored objects of these kinds."""
        for folder in folders:
            for each in (self.objects / folder).iterdir():
                each.unlink()

    def replayer(self) -> Replayer:
        return Replayer(
            artifacts=self.artifacts,
            tables=FileTables(),
            snapshots=self.snapshots,
            sandbox=self.sandbox,
            comparison=ParquetComparison(),
        )

    def replayed(self) -> Replay:
        """What comes of its replay, which stores nothing and leaves nothing behind."""
        before = self._all_files()
        replay = self.replayer().replay(recorded_nodes(self.events))
        assert self._all_files() == before
        return replay

    def _all_files(self) -> set[Path]:
        return set(self.objects.parent.rglob("*"))

    def _read(self, *, again: bool) -> UUID:
        assert self._dataset is not None
        task_id, dataset = uuid4(), self._dataset
        self.events.append(DatasetUploaded(task_id=task_id, dataset=dataset, again=again))
        with self.artifacts.workspace() as directory:
            source = self.artifacts.fetch(
                ArtifactKind.UPLOAD, dataset.file_digest, directory / "upload"
            )
            made = directory / "table.parquet"
            report = FileTables().read(source, dataset.parse, made, file_name=dataset.file_name)
            table = self.snapshots.keep(made, list(self._tables.values()))
        self.events.append(DatasetRead(task_id=task_id, report=report))
        return self._commit(task_id, table, parent_id=None)

    def _execute(
        self, code: str, table: Snapshot, task_id: UUID, step: int, attempt: int
    ) -> SnippetExecuted:
        with self.artifacts.workspace() as directory:
            result = directory / "result.parquet"
            execution = self.sandbox.execute(
                SnippetJob(
                    snippet=code,
                    table=self.snapshots.assemble(table, directory / "table.parquet"),
                    result=result,
                    seed=seed_of(task_id, step),
                )
            )
            assert execution.outcome is Outcome.OK, execution.detail
            return SnippetExecuted(
                task_id=task_id,
                step=step,
                attempt=attempt,
                snapshot=self.snapshots.keep(result, [table]),
                usage=Usage(wall_seconds=execution.wall_seconds),
                runtime=execution.runtime or {},
            )

    def _commit(
        self, task_id: UUID, table: Snapshot, parent_id: UUID | None, codes: tuple[str, ...] = ()
    ) -> UUID:
        node_id = uuid4()
        self._tables[node_id] = table
        self.events += [
            NodeCommitted(
                task_id=task_id,
                node_id=node_id,
                parent_id=parent_id,
                branch="main",
                snapshot=table,
                snippets=codes,
            ),
            PointerMoved(node_id=node_id, cause=PointerCause.COMMIT, task_id=task_id),
        ]
        self.at = node_id
        return node_id
