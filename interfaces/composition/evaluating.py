"""What scores a model: the crew and its jail, over files that are gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from application.artifacts import Artifacts
from application.crew.engineer import Engineer
from application.crew.strategist import Strategist
from application.crew.tester import Tester
from application.evaluation.disposable_session import NothingRecorded
from application.evaluation.scoring import Evaluation
from application.perform import Performer
from application.ports.language_model import LanguageModel
from application.ports.sandbox import Sandbox
from application.ports.snapshots import Snapshots
from application.session_replays import SessionReplays
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import UuidV7Ids
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.stated_tables import write_stated_table
from infrastructure.tabular.table_changes import ParquetChanges
from interfaces.composition.parts import language_model, sandbox
from interfaces.composition.replays import replayer_over
from interfaces.settings import Settings


@contextmanager
def evaluation(settings: Settings) -> Iterator[tuple[Evaluation, LanguageModel]]:
    """What judges the configured model, and that model."""
    model = language_model(settings)
    with tempfile.TemporaryDirectory(prefix="datatrail-evaluation-") as directory:
        jails = sandbox(settings, waiting=settings.jails_waiting)
        artifacts = Artifacts(ObstoreObjectStore.local(Path(directory)))
        try:
            yield evaluation_of(model, jails, artifacts, ColumnSnapshots(artifacts)), model
        finally:
            jails.close()


def evaluation_of(
    model: LanguageModel, sandbox: Sandbox, artifacts: Artifacts, snapshots: Snapshots
) -> Evaluation:
    """What judges a model, its tables kept as these parts keep them."""
    performer = Performer(
        artifacts=artifacts,
        tables=FileTables(),
        snapshots=snapshots,
        sandbox=sandbox,
        changes=ParquetChanges(),
        strategist=Strategist(model),
        engineer=Engineer(model),
        tester=Tester(model),
        replays=SessionReplays(log=NothingRecorded(), replayer=replayer_over(artifacts, sandbox)),
        ids=UuidV7Ids(),
    )
    return Evaluation(performer=performer, write=write_stated_table)
