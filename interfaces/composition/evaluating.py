"""What scores a model: the crew and its jail, over files that are gone afterwards."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from application.artifacts import Artifacts
from application.crew.crew import Crew
from application.evaluation.schema_discloser import Heard, SchemaDiscloser
from application.evaluation.scoring import Evaluation
from application.executions import Executions
from application.perform import Performer
from application.ports.event_log import RecordedEvent
from application.ports.language_model import LanguageModel
from application.ports.sandbox import Sandbox
from application.ports.snapshots import Snapshots
from application.session_replays import SessionReplays
from infrastructure.llm.planner.planner import BuiltInPlanner
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import UuidV7Ids
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.stated_tables import write_stated_table
from infrastructure.tabular.table_changes import ParquetChanges
from interfaces.composition.parts import language_model, sandbox
from interfaces.composition.replays import replayer_over
from interfaces.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Evaluating:
    """What judges the configured model: its `name`, and whether it is told anything `outside`."""

    evaluation: Evaluation
    name: str
    outside: bool


@contextmanager
def evaluating(settings: Settings, heard: Heard) -> Iterator[Evaluating]:
    """What judges the configured model; `heard` is told of each question before it is sent.

    Raises ModelUnavailable or SandboxUnavailable if it cannot begin.
    """
    model = language_model(settings)
    outside = not isinstance(model, BuiltInPlanner)
    with tempfile.TemporaryDirectory(prefix="datatrail-evaluation-") as directory:
        jails = sandbox(settings, waiting=settings.jails_waiting)
        artifacts = Artifacts(ObstoreObjectStore.local(Path(directory)))
        snapshots = ColumnSnapshots(artifacts)
        discloser = SchemaDiscloser(snapshots=snapshots, heard=heard) if outside else None
        try:
            jails.check()
            model.check()
            judging = evaluation_of(model, jails, artifacts, snapshots, discloser)
            yield Evaluating(evaluation=judging, name=model.name, outside=outside)
        finally:
            jails.close()


def evaluation_of(
    model: LanguageModel,
    sandbox: Sandbox,
    artifacts: Artifacts,
    snapshots: Snapshots,
    discloser: SchemaDiscloser | None = None,
) -> Evaluation:
    """What judges a model, its tables kept as these parts keep them."""
    performer = Performer(
        artifacts=artifacts,
        tables=FileTables(),
        snapshots=snapshots,
        executions=Executions(
            artifacts=artifacts, snapshots=snapshots, sandbox=sandbox, changes=ParquetChanges()
        ),
        crew=Crew(model=model, snapshots=snapshots, discloser=discloser),
        replays=SessionReplays(read=_nothing_recorded, replayer=replayer_over(artifacts, sandbox)),
        ids=UuidV7Ids(),
    )
    return Evaluation(performer=performer, write=write_stated_table)


def _nothing_recorded(_stream_id: str) -> Sequence[RecordedEvent]:
    """Sessions of an evaluation live in memory."""
    return ()
